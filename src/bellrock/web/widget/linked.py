"""The articles that messages point at, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bellrock import knowledge
from bellrock.core import Transaction, clock

_KEPT_SECONDS = 60.0
_NOTE_MAX = 90
_cards: dict[str, tuple[float, dict[str, dict[str, str]]]] = {}


async def articles_of(tx: Transaction, drafts: Sequence[dict[str, Any]], *, language: str) -> dict[str, dict[str, str]]:
    """Return title, note and address of every article that messages name, by id."""
    wanted = {str(draft["extras"]["article"]) for draft in drafts if "article" in draft["extras"]}
    if not wanted:
        return {}
    cards = await _published(tx, language)
    return {id: cards[id] for id in wanted if id in cards}


async def _published(tx: Transaction, language: str) -> dict[str, dict[str, str]]:
    """Return all published articles for readers of a language, read once a minute."""
    kept = _cards.get(language)
    if kept is None or clock.monotonic() - kept[0] > _KEPT_SECONDS:
        cards = await knowledge.cards_of_category(tx, slug=None, language=language)
        shown = {
            str(card.article_id): {
                "title": card.title,
                "note": _note(card.answer),
                "url": card.path,
            }
            for card in cards
        }
        kept = _cards[language] = (clock.monotonic(), shown)
    return kept[1]


def _note(answer: str) -> str:
    first = answer.split("\n", 1)[0]
    return first if len(first) <= _NOTE_MAX else first[: _NOTE_MAX - 1].rstrip() + "…"
