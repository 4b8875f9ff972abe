"""The console's addresses, each with its reader: whoever is not signed in gets none of them."""

from __future__ import annotations

from typing import Any

from litestar import Router
from litestar.di import Provide

from bellrock import people
from bellrock.web.agent import (
    actions,
    bulk,
    casework,
    choices,
    composing,
    conversation,
    drafting,
    evidence,
    files,
    filtering,
    finding,
    held,
    inbox,
    macros,
    presence,
    protecting,
    pwa,
    reads,
    replying,
    seeking,
    translating,
)
from bellrock.web.agent.desk_types import AnyRequest, HouseHere
from bellrock.web.people.guards import house_of, require_agent


async def agent_in(request: AnyRequest, house: HouseHere) -> people.Agent:  # noqa: ARG001 - what follows the house
    """Give a handler the signed-in agent, after the house: two that are looked for side by side take a task each."""
    return await require_agent(request)


routes: list[Any] = [
    *pwa.public_routes,
    Router(
        path="/",
        route_handlers=[
            *inbox.routes,
            *conversation.routes,
            *replying.routes,
            *held.routes,
            *composing.routes,
            *drafting.routes,
            *evidence.routes,
            *macros.routes,
            *choices.routes,
            *actions.routes,
            *casework.routes,
            *protecting.routes,
            *translating.routes,
            *presence.routes,
            *reads.routes,
            *pwa.routes,
            *files.routes,
            *finding.routes,
            *filtering.routes,
            *seeking.routes,
            *bulk.routes,
        ],
        dependencies={"agent": Provide(agent_in), "house": Provide(house_of, sync_to_thread=False)},
    ),
]
