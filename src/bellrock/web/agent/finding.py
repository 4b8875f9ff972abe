"""The command bar's search: a registry of sources, each asked with the same words; only what this agent may see or use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from litestar import get
from litestar.params import FromQuery

from bellrock import access, core, knowledge, workbench
from bellrock.people import Permission
from bellrock.web.agent import words
from bellrock.web.agent.desk import Desk, open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.rows import customer_names
from bellrock.web.shared.links import desk_links

_QUERY_MAX = 100
_EACH_MAX = 5

Command = dict[str, Any]
"""What the bar offers: `group`, `text`, `icon`, and either `url` or `do` with a `value`; `more` stands beside it, quietly."""
Source = Callable[[core.Transaction, Desk, str], Awaitable[list[Command]]]


@get("/desk/find", name="desk.find")
async def find(request: AnyRequest, house: HouseHere, agent: AgentHere, q: FromQuery[str] = "") -> list[Command]:
    """Return what the words find in every source, best source first."""
    asked = q.strip()[:_QUERY_MAX]
    if len(asked) < 2:
        return []
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent)
        return [command for source in SOURCES for command in await source(tx, desk, asked)]


@get("/desk/commands", name="desk.commands")
async def commands(request: AnyRequest, house: HouseHere, agent: AgentHere) -> list[Command]:
    """Return what the bar offers before anything is searched: actions with their keys, views, places."""
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, counted=True)
    return words.commands(desk.reader.gettext, desk.views, desk_links(agent))


async def _conversations(tx: core.Transaction, desk: Desk, asked: str) -> list[Command]:
    """By what was typed whole: a reference, a customer's address or number. Words of messages have their own page."""
    found = await access.find_exactly(tx, desk.house.vault, agent=desk.agent, text=asked, now=desk.reader.now)
    names = await customer_names(tx, desk.house, desk.reader, [item.conversation.customer_id for item in found])
    return [
        {
            "group": "conversations",
            "text": item.conversation.reference,
            "more": names[item.conversation.customer_id],
            "icon": "widget",
            "url": f"/desk/conversations/{item.conversation.id}?view={desk.view.key}",
        }
        for item in found[:_EACH_MAX]
    ]


async def _words(_tx: core.Transaction, desk: Desk, asked: str) -> list[Command]:
    return [
        {
            "group": "search",
            "text": desk.reader.gettext("Search all messages for “%(words)s”") % {"words": asked},
            "icon": "search",
            "do": "search-for",
            "value": asked,
            "url": "/desk/search?" + urlencode({"q": asked, "view": desk.view.key}),
        }
    ]


async def _canned(tx: core.Transaction, desk: Desk, asked: str) -> list[Command]:
    if not desk.reader.may(Permission.CONVERSATIONS_REPLY):
        return []
    known = await workbench.all_canned(tx, viewer=desk.agent)
    found = workbench.matching(known, words=asked, language=desk.reader.language, limit=_EACH_MAX)
    return [
        {
            "group": "canned",
            "text": item.variant(desk.reader.language)[1].title,
            "more": f"#{item.shortcut}",
            "icon": "reply",
            "do": "use-canned",
            "value": item.shortcut,
        }
        for item in found
    ]


async def _macros(tx: core.Transaction, desk: Desk, asked: str) -> list[Command]:
    if not desk.reader.may(Permission.CONVERSATIONS_REPLY):
        return []
    wanted = asked.casefold()
    found = [macro for macro in await workbench.macros(tx, viewer=desk.agent) if wanted in macro.name.casefold()]
    return [
        {"group": "macros", "text": macro.name, "icon": "hand", "do": "run-macro", "value": str(macro.id)}
        for macro in found[:_EACH_MAX]
    ]


async def _articles(tx: core.Transaction, desk: Desk, asked: str) -> list[Command]:
    hits = await knowledge.search(
        tx, text=asked, language=desk.reader.language, limit=_EACH_MAX, meaning=desk.house.meaning
    )
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


async def _colleagues(_tx: core.Transaction, desk: Desk, asked: str) -> list[Command]:
    """Colleagues: to give the open conversation to, and what they hold."""
    wanted = asked.casefold()
    found = [(id, name) for id, name in desk.reader.names.items() if wanted in name.casefold()][:_EACH_MAX]
    offered: list[Command] = []
    for id, name in found:
        if Permission.CONVERSATIONS_ASSIGN in desk.agent.permissions and id != desk.agent.id:
            offered.append(
                {"group": "colleagues", "text": name, "icon": "person", "do": "assign-to", "value": f"agent:{id}"}
            )
        offered.append(
            {
                "group": "views",
                "text": desk.reader.gettext("Held by %(who)s") % {"who": name},
                "icon": "person",
                "url": f"/desk?view=all~assignee:{id}",
            }
        )
    return offered


SOURCES: tuple[Source, ...] = (_conversations, _canned, _macros, _colleagues, _articles, _words)
"""Whoever has something to find adds a source here; the bar's own actions, views and places need no question."""

routes = [find, commands]
