"""Where one changed character would make a text right. Told as a place only: guessing an address for somebody is dangerous."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

TRIES_MAX = 4_000
Slip = Callable[[], int | None]


def slip(text: str, signs: str, is_right: Callable[[str], bool], *, before: int = 0) -> Slip:
    """Return what finds the place of the only wrong character, when it is asked: that takes up to 0.2 s.

    The place counts from 1, after `before` characters; None if no single change, or several, make the text right. `signs`
    are those that may stand in its place. Texts for which this takes more than 4,000 tries are left alone.
    """
    return partial(_find, text, signs, is_right, before)


def _find(text: str, signs: str, is_right: Callable[[str], bool], before: int) -> int | None:
    if len(text) * len(signs) > TRIES_MAX:
        return None
    found = {
        place + 1
        for place, here in enumerate(text)
        for sign in signs
        if sign != here and is_right(text[:place] + sign + text[place + 1 :])
    }
    return found.pop() + before if len(found) == 1 else None
