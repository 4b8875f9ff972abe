"""Which of our languages a text is written in: by script where that settles it, by the model where it does not."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bellrock.language import letters, model
from bellrock.language.languages import LANGUAGES, SOURCE

_CHARS_MAX = 2_000
_BY_SCRIPT = {
    script: tuple(tag for tag, language in LANGUAGES.items() if language.script == script)
    for script in {language.script for language in LANGUAGES.values()}
}
# Several languages of one script are told apart by their words, those of East Asia by their characters.
_MODEL_LANGUAGES = frozenset(
    tag for script, tags in _BY_SCRIPT.items() if script not in ("han", "kana") and len(tags) > 1 for tag in tags
)
# How much the language of the page, or of earlier messages, weighs against the words: as much as so many times.
_PRIOR_WEIGHT = 6.0
_PRIOR_FADES_AT_WORDS = 12
_FLAT = 1e-6
# py3langid's logarithms count so many times beside those of our own letters; the sum is then too sure of itself.
_WEB_WEIGHT = 2.0
_COOLING = 2.0

# Links, addresses, ids and tickers say nothing about a language.
_NOISE = re.compile(
    r"https?://[!-~]+|(?<![\w.%+-])[a-z0-9._%+-]{1,64}@[a-z0-9.-]+|⟦[^⟧]{1,8}⟧|[@#$]\w+|\b[a-z_]*\d\w*\b", re.I | re.A
)
# Names of coins and of apps are the same in every language.
_TICKER = re.compile(r"(?<![^\W\d_])(?:[A-Z]{2,6}|[A-Z][a-z]+[A-Z][A-Za-z]*)(?![a-zA-Z])")
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = {
    "kana": re.compile("[\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\uff66-\uff9d]"),
    "han": re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"),
    "hangul": re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]"),
    "arabic": re.compile("[\u0620-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
}
# A character of these says as much as several letters.
_SCRIPT_WEIGHT = {"kana": 4.5, "han": 4.5, "hangul": 3.0, "arabic": 1.5, "cyrillic": 1.5, "latin": 1.0}
_SCRIPT_SURE = 0.98  # who else writes in it is not ours
_EAST_SLAVIC = ("ru", "uk")
_UKRAINIAN_ONLY = re.compile("[іїєґІЇЄҐ]")
_RUSSIAN_ONLY = re.compile("[ыэъёЫЭЪЁ]")


@dataclass(frozen=True, slots=True)
class Detection:
    """The language, how sure that is (0 to 1, 0 where the text says nothing), and the others in question, best first."""

    language: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()


def detect(text: str, prior: str | None = None, *, with_model: bool = True) -> Detection:
    """Say which of the eighteen languages a text is in. `prior` is the page's language or that of earlier messages.

    `with_model=False` decides by script and prior alone, for processes that must stay small.
    """
    prior = prior if prior in LANGUAGES else None
    words = words_of(text)
    script = _script(words)
    if script is None:
        return Detection(prior or SOURCE, 0.0)
    if script in ("han", "kana"):
        return _east_asian(words, prior)
    among = _BY_SCRIPT.get(script, ())
    if len(among) == 1:
        return Detection(among[0], _SCRIPT_SURE)
    if among == _EAST_SLAVIC:
        return _east_slavic(words, prior, with_model=with_model)
    return _by_model(words, among, prior, with_model=with_model) if among else Detection(prior or SOURCE, 0.0)


def words_of(text: str) -> str:
    """Return a text without what says nothing about its language: links, addresses, ids, names of coins and of apps."""
    words = _NOISE.sub(" ", text[:_CHARS_MAX])
    without_names = _TICKER.sub(" ", words)
    return without_names if _WORD.search(without_names) else words


def _script(words: str) -> str | None:
    weights = {name: len(found.findall(words)) * _SCRIPT_WEIGHT[name] for name, found in _SCRIPTS.items()}
    # Japanese mixes Han with kana: where kana is more than an ornament, both count for it.
    if weights["kana"] * 8 >= weights["han"] and weights["kana"]:
        weights["kana"] += weights["han"]
    best = max(weights, key=lambda name: weights[name])
    return best if weights[best] else None


def _east_asian(words: str, prior: str | None) -> Detection:
    kana = len(_SCRIPTS["kana"].findall(words))
    han = _SCRIPTS["han"].findall(words)
    if kana * 8 >= len(han) and kana:
        return Detection("ja", 0.99)
    simplified, traditional, japanese = (sum(letter in letters for letter in han) for letters in _telling_characters())
    if japanese > simplified and japanese >= traditional:
        return Detection("ja", 0.8, (("zh-Hant", 0.15),))
    if prior == "ja" and not simplified and len(han) < _PRIOR_FADES_AT_WORDS:
        return Detection("ja", 0.7, (("zh-Hant", 0.25),))
    if simplified == traditional:
        return _chinese("".join(han), prior)
    likely, other = ("zh-Hans", "zh-Hant") if simplified > traditional else ("zh-Hant", "zh-Hans")
    share = max(simplified, traditional) / (simplified + traditional)
    return Detection(likely, round(0.5 + share / 2 - 0.01, 3), ((other, round(0.51 - share / 2, 3)),))


def _chinese(han: str, prior: str | None) -> Detection:
    """Tell the two ways of writing apart by the words that each prefers, where no character does."""
    found = letters.load().scores(han, ("zh-Hans", "zh-Hant"))
    by_words = max(found, key=lambda tag: found[tag])
    likely = prior if prior in found else by_words
    other = "zh-Hant" if likely == "zh-Hans" else "zh-Hans"
    return Detection(likely, 0.7, ((other, 0.25),))


def _east_slavic(words: str, prior: str | None, *, with_model: bool) -> Detection:
    ukrainian, russian = len(_UKRAINIAN_ONLY.findall(words)), len(_RUSSIAN_ONLY.findall(words))
    if bool(ukrainian) != bool(russian):
        likely, other = ("uk", "ru") if ukrainian else ("ru", "uk")
        return Detection(likely, 0.98, ((other, 0.02),))
    return _by_model(words, _EAST_SLAVIC, prior, with_model=with_model)


def _by_model(words: str, among: tuple[str, ...], prior: str | None, *, with_model: bool) -> Detection:
    if not with_model:
        return Detection(prior if prior in among else among[0], 0.3)
    found = model.load(_MODEL_LANGUAGES).probabilities(" ".join(words.split()), among)
    if max(found.values()) - min(found.values()) < _FLAT:
        return Detection(prior or among[0], 0.0)
    found = _together(found, letters.load().scores(words, among))
    if prior in found:
        fading = max(0.0, 1 - len(_WORD.findall(words)) / _PRIOR_FADES_AT_WORDS)
        found[prior] *= 1 + (_PRIOR_WEIGHT - 1) * fading
        total = sum(found.values())
        found = {language: probability / total for language, probability in found.items()}
    ranked = sorted(found.items(), key=lambda pair: -pair[1])
    return Detection(
        ranked[0][0],
        round(ranked[0][1], 3),
        tuple((language, round(probability, 3)) for language, probability in ranked[1:4]),
    )


def _together(web: dict[str, float], own: dict[str, float]) -> dict[str, float]:
    """Return the shares that both models give together."""
    sums = {tag: (own[tag] + _WEB_WEIGHT * math.log(max(web[tag], 1e-9))) / _COOLING for tag in web}
    best = max(sums.values())
    powers = {tag: math.exp(value - best) for tag, value in sums.items()}
    total = sum(powers.values())
    return {tag: power / total for tag, power in powers.items()}


@cache
def _telling_characters() -> tuple[str, str, str]:
    """Return the characters of simplified, of traditional and of Japanese writing alone; strings, to stay small."""
    lines = (Path(__file__).parent / "data" / "han.txt").read_text(encoding="utf-8").splitlines()
    simplified, traditional, japanese = (line for line in lines if not line.startswith("#"))
    return simplified, traditional, japanese
