"""Further topics of a message: "I can't log in and also my withdrawal hangs" is about two, and a person may be needed for one."""

from __future__ import annotations

import re
from dataclasses import replace

from bellrock.triage.joints import are_two, best_cut, is_worth_a_look
from bellrock.triage.model import Model, Understanding
from bellrock.triage.port import Embedder

PARTS_MAX = 4
_ID = re.compile(r"(?=\S*\d)\S{30,}")
_WORDS_BESIDE_ID_MAX = 3


def understood(model: Model, embedder: Embedder, text: str, language: str) -> Understanding:
    """Return what the classifier makes of a text, and of its parts where they are surely about different topics.

    It is cut in two where that fits best, and each half again. Halves are understood only where it looks like two matters: they
    cost time.
    """
    whole = model.understand([text], embedder, [language])[0]
    best: dict[str, Understanding] = {}
    for part in _parts(model, embedder, text, whole, language, PARTS_MAX):
        topic, probability = part.guesses[0].topic, part.guesses[0].probability
        if topic not in best or probability > best[topic].guesses[0].probability:
            best[topic] = part
    return replace(whole, parts=tuple(best.values()) if len(best) > 1 else ())


def _parts(
    model: Model, embedder: Embedder, text: str, whole: Understanding, language: str, most: int
) -> list[Understanding]:
    """Return the parts of a text, at most so many, in their order; the whole where it is about one matter."""
    cut = best_cut(model, text, language) if most > 1 else None
    if cut is None or any(map(_is_an_id, (cut.left, cut.right))) or not is_worth_a_look(cut, whole):
        return [whole]
    halves = (cut.left, cut.right)
    left, right = model.understand(halves, embedder, [language] * 2)
    if not are_two(cut, whole, left, right):
        return [whole]
    return [
        part
        for half, known in zip(halves, (left, right), strict=True)
        for part in _parts(model, embedder, half, known, language, most // 2)
    ]


def _is_an_id(half: str) -> bool:
    """Say whether a half is no more than a transaction id, an address or a link, with its name: that is no matter of its own."""
    beside, found = _ID.subn(" ", half)
    return found > 0 and len(beside.split()) <= _WORDS_BESIDE_ID_MAX
