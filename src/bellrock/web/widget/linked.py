"""The articles that messages point at, in the language of the message, else in the reader's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bellrock import knowledge
from bellrock.core import Transaction, clock
from bellrock.house import House

_KEPT_SECONDS = 60.0
_KEPT = "widget.articles"


async def articles_of(
    tx: Transaction, house: House, drafts: Sequence[dict[str, Any]], *, language: str
) -> dict[str, dict[str, str]]:
    """Return title and address of every article that messages name, by id."""
    wanted = {str(draft["extras"]["article"]) for draft in drafts if "article" in draft["extras"]}
    if not wanted:
        return {}
    cards = await _published(tx, house, language)
    return {id: cards[id] for id in wanted if id in cards}


async def _published(tx: Transaction, house: House, language: str) -> dict[str, dict[str, str]]:
    """Return all published articles for readers of a language, read once a minute."""
    kept_by_language = house.extras.setdefault(_KEPT, {})
    kept: tuple[float, dict[str, dict[str, str]]] | None = kept_by_language.get(language)
    if kept is None or clock.monotonic() - kept[0] > _KEPT_SECONDS:
        cards = await knowledge.cards_of_category(tx, slug=None, language=language)
        shown = {str(card.article_id): {"title": card.title, "url": card.path} for card in cards}
        kept = kept_by_language[language] = (clock.monotonic(), shown)
    return kept[1]
