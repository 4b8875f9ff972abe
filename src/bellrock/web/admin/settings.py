"""The way into the settings: every page that this colleague may open, with a line on what it is for."""

from __future__ import annotations

from typing import Any

from litestar import get
from litestar.di import Provide

from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, page
from bellrock.web.people.guards import require_agent


@get("/desk/settings", name="settings", dependencies={"agent": Provide(require_agent)})
async def show_settings(request: AnyRequest, agent: AgentHere) -> Page:
    """List the settings in their groups."""
    return page(request, agent, "settings")


routes: list[Any] = [show_settings]
