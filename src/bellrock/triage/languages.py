"""Which language to answer in: the message's own where that is plain, else the one the customer was met in."""

from __future__ import annotations

from bellrock import language

CONFIDENCE_MIN = 0.65


def language_of(text: str, *, prior: str) -> str:
    """Return the language of a text; `prior`, that of the page or of earlier messages, where the text says too little."""
    found = language.detect(text, prior=prior)
    return found.language if found.confidence >= CONFIDENCE_MIN else prior
