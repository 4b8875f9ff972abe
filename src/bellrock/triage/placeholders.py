"""What a taught message is kept as: what it is about stays, what says who wrote it or which case it was does not."""

from __future__ import annotations

import re
from collections.abc import Collection

from bellrock import language
from bellrock.triage.entities import EntityKind, entities

_TOLD = frozenset({EntityKind.COIN, EntityKind.NETWORK, EntityKind.ERROR, EntityKind.DEVICE, EntityKind.COUNTRY})
NAME, ADDRESS, LINK, OTHER = "[name]", "name@example.com", "https://example.com", "[...]"


def without_person(text: str, *, names: Collection[str] = ()) -> str:
    """Return a text with placeholders for the names given, addresses, links, ids and secrets; its figures are noughts.

    Coins, networks and codes of errors say what it is about, and stay. Doing it twice changes nothing. A name that is not
    among `names` is not found: whoever teaches reads the text before it is kept.
    """
    found = entities(text)
    told = {word for each in found if each.kind in _TOLD for word in (each.text, each.text.lstrip("-"))}
    told |= {word for each in found if each.kind is EntityKind.AMOUNT for word in each.text.split() if word.isalpha()}

    def stand_in(part: str) -> str:
        if part in told or part in (ADDRESS, LINK):
            return part
        if "@" in part:
            return ADDRESS
        if part.lower().startswith(("http:", "https:", "www.")):
            return LINK
        if any(sign.isdigit() for sign in part) and not any(sign.isalpha() for sign in part):
            return re.sub(r"\d", "0", part)
        return OTHER

    text = language.replaced(text, stand_in)
    called = {word for name in names for word in (name, *name.split()) if len(word) >= 2}
    for word in sorted(called, key=lambda word: (-len(word), word)):
        before, after = (r"(?<!\w)", r"(?!\w)") if word.isascii() else ("", "")
        text = re.sub(before + re.escape(word) + after, NAME, text, flags=re.IGNORECASE)
    return text
