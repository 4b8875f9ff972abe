"""A message understood together with the one before: "refused again" says little by itself, and much behind a question."""

from __future__ import annotations

import re
from dataclasses import replace

from bellrock.triage.cases import Case
from bellrock.triage.decisions import PLEASANTRIES
from bellrock.triage.greetings import on_offer
from bellrock.triage.model import Model, Understanding
from bellrock.triage.port import Embedder
from bellrock.triage.several import understood
from bellrock.triage.topics import NEAR_MISS, Gate, topics

WORDS_MAX, SIGNS_MAX = 4, 9
"""A message of so many words, or of so many signs where words have no blanks between, may be a mere fragment."""
_LIKELY = 0.5
_OWN_MIN = 0.6
"""So likely, a topic is one of a message's own, though too little to answer it: the customer is asked."""
_PROTECT_MAX = 0.08
"""With so little of danger in it alone, a message may be read with the words before it: they would hide what there is."""
# Read together, a topic of its own would still be seen; so little is left of one that only seemed to be there.
_LEFT_MAX = 0.08
# "How long?", "not there yet", "refused again": words that many matters share, and that alone look like these.
SHARED = frozenset(
    {
        "case_status",
        "kyc_pending",
        "kyc_rejected",
        "withdrawal_pending",
        "fiat_withdrawal",
        "earn_redeem",
        "platform_problem",
    }
)
# "My withdrawal is stuck" names what it is about, and so surely it is no fragment.
_NAMED = frozenset({"withdrawal_pending", "fiat_withdrawal", "earn_redeem"})
_PLAIN_MIN = 0.97
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def understood_after(
    model: Model, embedder: Embedder, text: str, *, before: str, case: Case, language: str
) -> Understanding:
    """Return what the classifier makes of a message: by itself, or together with the words `before` that it goes on with.

    Together where the customer was asked which topic it is, and where the words mean little alone: because the classifier is
    not sure of them, or because they are few and of the kind that many matters share. Whatever sounds grave stays by itself.
    """
    alone = understood(model, embedder, text, language)
    own = alone.guesses[0]
    offered = on_offer(case)
    if not before or not (offered or case.answered) or own.topic in (*offered, *PLEASANTRIES) or _is_grave(alone):
        return alone
    (found,) = model.understand([f"{before}\n{text}"], embedder, [language])
    together = replace(found, meaning=alone.meaning)  # how it is said, the newest words say
    best = together.guesses[0]
    if best.topic == NEAR_MISS or best.probability < _LIKELY:
        return alone
    if offered:
        return together if best.topic in offered else alone
    left = sum(guess.probability for guess in together.guesses if guess.topic == own.topic != NEAR_MISS)
    enough = min(model.thresholds.probability(own.topic, language), 1.0 if own.topic in SHARED else _OWN_MIN)
    is_sure = own.topic != NEAR_MISS and own.probability >= enough
    is_other = own.topic != best.topic and left >= _LEFT_MAX
    says_what = own.topic in _NAMED and own.probability >= _PLAIN_MIN
    is_fragmentary = own.topic in SHARED and is_fragment(text) and best.topic in case.answered and not says_what
    return alone if is_other or (is_sure and not is_fragmentary) else together


def is_fragment(text: str, *, words_max: int = WORDS_MAX, signs_max: int = SIGNS_MAX) -> bool:
    """Say whether a message is too short to be sure that it begins a matter of its own."""
    length = len(re.sub(r"\W", "", text)) if _UNSPACED.search(text) else 0
    return length <= signs_max if length else len(text.split()) <= words_max


def _is_grave(alone: Understanding) -> bool:
    best = alone.guesses[0]
    is_for_people = best.topic != NEAR_MISS and topics()[best.topic].gate is Gate.HUMAN
    return alone.protect > _PROTECT_MAX or (is_for_people and best.probability >= _LIKELY) or bool(alone.parts)
