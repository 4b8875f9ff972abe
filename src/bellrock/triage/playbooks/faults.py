"""What a customer says that their call was refused for, in words: which of several refused calls is meant."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from bellrock.exchange import ApiFault
from bellrock.triage.rules import read
from bellrock.triage.topics import read_toml

_ACCENTS = re.compile("[\u0300-\u036f]")


def faults_in(text: str) -> frozenset[ApiFault]:
    """Return the faults that the last line of a text names that names any; none where no line does."""
    for line in reversed(text.splitlines()):
        plain = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", read(line))))
        if found := frozenset(fault for fault, words in _words().items() if words.search(plain)):
            return found
    return frozenset()


@cache
def _words() -> dict[ApiFault, re.Pattern[str]]:
    return {ApiFault(name): re.compile(str(words).strip()) for name, words in read_toml("faults.toml").items()}
