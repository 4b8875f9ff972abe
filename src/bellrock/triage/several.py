"""Further topics of a message: "I can't log in and also my withdrawal hangs" is about two, and a person may be needed for one."""

from __future__ import annotations

from dataclasses import replace

from bellrock.triage.halves import Heard, are_two, hear, is_worth_a_look
from bellrock.triage.model import Model, Understanding
from bellrock.triage.port import Embedder
from bellrock.triage.rules import calm, read

PARTS_MAX = 4
CALM_MIN = 0.7
"""A half that says there is no hurry has to be that likely about something, to be about anything."""


def understood(model: Model, embedder: Embedder, text: str, language: str) -> Understanding:
    """Return what the classifier makes of a text, and of its parts where they are surely about different topics.

    It is cut in two where that fits best, and each half again. Halves are understood only where it sounds like two matters:
    they cost time.
    """
    heard = hear(model, embedder, text, language)
    best: dict[str, Understanding] = {}
    for part in _parts(model, embedder, heard, language, PARTS_MAX):
        topic, probability = part.guesses[0].topic, part.guesses[0].probability
        if topic not in best or probability > best[topic].guesses[0].probability:
            best[topic] = part
    return replace(heard.known, parts=tuple(best.values()) if len(best) > 1 else ())


def _parts(model: Model, embedder: Embedder, heard: Heard, language: str, most: int) -> list[Understanding]:
    """Return the parts of a text, at most so many, in their order; the whole where it is about one matter."""
    cut = heard.cut
    if cut is None or most < 2 or not is_worth_a_look(model, heard):
        return [heard.known]
    is_cut_again = most > 3
    left, right = (hear(model, embedder, half, language, in_halves=is_cut_again) for half in (cut.left, cut.right))
    if not are_two(heard, left.known, right.known) or any(_only_calms(half, language) for half in (left, right)):
        return [heard.known]
    return [part for half in (left, right) for part in _parts(model, embedder, half, language, most // 2)]


def _only_calms(half: Heard, language: str) -> bool:
    """Say whether a half says little more than that there is no hurry ("not urgent at all, just curious")."""
    rule = calm(language)
    return rule is not None and half.known.guesses[0].probability < CALM_MIN and bool(rule.search(read(half.text)))
