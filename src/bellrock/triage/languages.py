"""Which language to answer in: the message's own where that is plain, else the one the customer was met in."""

from __future__ import annotations

import re

from bellrock import language

CONFIDENCE_MIN = 0.65
_CODE = re.compile(
    r"```.*?```|\{[^{}]{0,2000}\}|https?://\S+|\S*(?:\w[=_(]|[=;{}]|\w\.\w+\()\S*|(?<!\S)(?:GET|POST|PUT|DELETE)(?!\S)",
    re.S,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_WORDS_MIN = 3
_FEW_LETTERS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0600-\u06ff\u0400-\u04ff]{2}")


def language_of(text: str, *, prior: str) -> str:
    """Return the language of a text; `prior`, that of the page or of earlier messages, where the text says too little.

    A program or an address has no language: where hardly a word stands beside one, the text says too little.
    """
    plain = _CODE.sub(" ", text)
    if plain != text:
        if len(_WORD.findall(plain)) < _WORDS_MIN and not _FEW_LETTERS.search(plain):
            return prior
        text = plain
    found = language.detect(text, prior=prior)
    return found.language if found.confidence >= CONFIDENCE_MIN else prior
