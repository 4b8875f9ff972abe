"""The command bar's search: a conversation by reference, an article by words, a colleague by name."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from litestar import get
from litestar.params import FromQuery

from bellrock import conversations, core, knowledge
from bellrock.conversations import ConversationUnknown
from bellrock.people import Permission
from bellrock.web.agent.desk import Desk, open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.rows import customer_names

_QUERY_MAX = 100
_EACH_MAX = 5


@get("/desk/find", name="desk.find")
async def find(request: AnyRequest, house: HouseHere, agent: AgentHere, q: FromQuery[str] = "") -> list[dict[str, Any]]:
    """Return what the words find, best group first; only what this agent may see."""
    words = q.strip()[:_QUERY_MAX]
    if len(words) < 2:
        return []
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent)
        return [
            *await _by_reference(tx, desk, words),
            *await _articles(tx, desk, words),
            *_colleagues(desk, words),
        ]


async def _by_reference(tx: core.Transaction, desk: Desk, words: str) -> list[dict[str, Any]]:
    reference = words.upper()
    if not reference.startswith("BR-"):
        reference = f"BR-{reference}"
    with suppress(ConversationUnknown):
        found = await conversations.find_by_reference(tx, viewer=desk.agent, reference=reference)
        names = await customer_names(tx, desk.house, desk.reader, [found.customer_id])
        return [
            {
                "group": "conversations",
                "text": found.reference,
                "more": names[found.customer_id],
                "icon": "widget",
                "url": f"/desk/conversations/{found.id}?view={desk.view.key}",
            }
        ]
    return []


async def _articles(tx: core.Transaction, desk: Desk, words: str) -> list[dict[str, Any]]:
    hits = await knowledge.search(tx, text=words, language=desk.reader.language, limit=_EACH_MAX)
    return [
        {
            "group": "articles",
            "text": hit.card.title,
            "more": desk.reader.tongue(hit.card.language),
            "icon": "book",
            "url": f"/help/{hit.card.language}/a/{hit.card.slug}",
            "new_tab": True,
        }
        for hit in hits[:_EACH_MAX]
    ]


def _colleagues(desk: Desk, words: str) -> list[dict[str, Any]]:
    if Permission.CONVERSATIONS_ASSIGN not in desk.agent.permissions:
        return []
    wanted = words.casefold()
    found = [(id, name) for id, name in desk.reader.names.items() if wanted in name.casefold() and id != desk.agent.id]
    return [
        {"group": "colleagues", "text": name, "icon": "person", "do": "assign-to", "value": f"agent:{id}"}
        for id, name in found[:_EACH_MAX]
    ]


routes = [find]
