"""The colour of a brand: checked against WCAG 2.2 AA on our papers, and what follows from it in light and dark. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bellrock.brands.errors import ColourWrong, ContrastLow

AA = 4.5
"""WCAG 2.2, 1.4.3: the least contrast of text of ordinary size."""

# The grounds of tokens.css that carry words in the brand's colour, beside the wash made of it; of the greys the hardest of
# each: `deep` in light, `raised` in dark.
LIGHT_GROUND = "#e9eef0"
DARK_GROUND = "#1f262c"
_DARK_PAPER = "#181e23"
_WHITE, _INK = "#ffffff", "#0d1418"
_HEX = re.compile(r"#[0-9a-f]{6}")
_STEPS = 100


@dataclass(frozen=True, slots=True)
class Palette:
    """What a brand's colour becomes: (light, dark) of each token."""

    sea: tuple[str, str]
    press: tuple[str, str]
    on: tuple[str, str]
    wash: tuple[str, str]
    middle: tuple[str, str]


def parse_colour(text: str) -> str:
    """Return `#rrggbb` of what somebody typed (`#2F6F8F`, `2f6`), or nothing for nothing. Raises ColourWrong."""
    plain = text.strip().lower().removeprefix("#")
    if not plain:
        return ""
    if re.fullmatch(r"[0-9a-f]{3}", plain):
        plain = "".join(sign * 2 for sign in plain)
    colour = f"#{plain}"
    if not _HEX.fullmatch(colour):
        raise ColourWrong
    return colour


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance of sRGB)."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def must_be_legible(colour: str, *, dark: bool) -> None:
    """Raise ContrastLow, naming the nearest colour that passes, unless words in this colour and on it can be read."""
    if not _is_legible(colour, dark=dark):
        raise ContrastLow(colour=colour, nearest=nearest(colour, dark=dark))


def nearest(colour: str, *, dark: bool) -> str:
    """Return the colour itself where it passes, else the first on its way to black (in dark: to white) that does."""
    goal = _WHITE if dark else "#000000"
    for step in range(_STEPS + 1):
        candidate = mixed(colour, goal, step / _STEPS)
        if _is_legible(candidate, dark=dark):
            return candidate
    return goal


def palette(light: str, dark: str = "") -> Palette:
    """Return the tokens of a colour that passes; without a dark one, it is made lighter until it passes."""
    night = dark or nearest(light, dark=True)
    return Palette(
        sea=(light, night),
        press=(_press(light, dark=False), _press(night, dark=True)),
        on=(_on(light), _on(night)),
        wash=(_wash(light, dark=False), _wash(night, dark=True)),
        middle=(mixed(_WHITE, light, 0.45), mixed(_DARK_PAPER, night, 0.45)),
    )


def mixed(one: str, other: str, share: float) -> str:
    """Return a colour between two, `share` of the way, in sRGB."""
    parts = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def _is_legible(colour: str, *, dark: bool) -> bool:
    """Return whether words in it can be read on every ground, and words on it, pressed or not."""
    grounds = (DARK_GROUND if dark else LIGHT_GROUND, _wash(colour, dark=dark))
    faces = (colour, _press(colour, dark=dark))
    return all(contrast(colour, ground) >= AA for ground in grounds) and all(
        contrast(_on(colour), face) >= AA for face in faces
    )


def _press(colour: str, *, dark: bool) -> str:
    return mixed(colour, _WHITE, 0.25) if dark else mixed(colour, "#000000", 0.18)


def _wash(colour: str, *, dark: bool) -> str:
    return mixed(_DARK_PAPER, colour, 0.14) if dark else mixed(_WHITE, colour, 0.08)


def _on(colour: str) -> str:
    return max((_WHITE, _INK), key=lambda words: contrast(words, colour))


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
