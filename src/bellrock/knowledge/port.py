"""The port to something that knows what texts mean, in any language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Nearest:
    """The articles nearest in meaning to a text, best first, and the language that the text is in, where that is plain.

    `scores` has for each the natural logarithm of how likely it is what the text asks for, give or take what all have in
    common (without scores, all are); an article that is not named is less likely than one in ten thousand.
    """

    articles: tuple[UUID, ...] = ()
    language: str | None = None
    scores: tuple[float, ...] = ()


NOTHING = Nearest()


class Meaning(Protocol):
    """Knows which articles are about what somebody asks. Where there is none, search goes by words alone."""

    async def nearest(self, text: str, *, language: str, limit: int) -> Nearest:
        """Return the articles nearest to a text of somebody who reads `language`; nothing where it cannot say at once."""
