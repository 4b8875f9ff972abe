"""Which language to answer in: the message's own where that is plain, else the one the customer was met in."""

from __future__ import annotations

import re

from bellrock import language
from bellrock.triage.greetings import greeting_language

CONFIDENCE_MIN = 0.65
_TINY_CHARS, _TINY_MIN = 4, 0.9  # "hmm"
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
    if greeted := greeting_language(text, prior=prior):
        return greeted  # a word or two, which look like words of any language
    found = language.detect(text, prior=prior)
    enough = _TINY_MIN if len(text.strip()) <= _TINY_CHARS and text.isascii() else CONFIDENCE_MIN
    return found.language if found.confidence >= enough else prior
