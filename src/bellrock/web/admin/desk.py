"""What the pages of this area have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency, Provide

from bellrock.core import BellrockError, clock, i18n
from bellrock.house import House
from bellrock.people import Agent, Permission
from bellrock.web.people.guards import language_for, require_permission
from bellrock.web.shared import render
from bellrock.web.shared.languages import LANGUAGES

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]
AgentHere = NamedDependency[Agent]
editor = {"agent": Provide(require_permission(Permission.ARTICLES_EDIT))}
manager = {"agent": Provide(require_permission(Permission.DESK_MANAGE))}
reporter = {"agent": Provide(require_permission(Permission.INCIDENTS_EDIT))}


def house_of(request: AnyRequest) -> House:
    """Return the house that a handler stands on."""
    house: House = request.app.state.house
    return house


def now() -> datetime:
    """Return the moment of this request."""
    return clock.now()


def page(request: AnyRequest, agent: Agent, name: str, *, wrong: BellrockError | None = None, **values: Any) -> Page:
    """Render a page of this area; `wrong` is what was refused, shown above the form."""
    language = language_for(request, agent)
    return render(
        request,
        f"admin/{name}.html",
        status=wrong.status if wrong else 200,
        lang=language,
        agent=agent,
        tongues=LANGUAGES,
        wrong=i18n.translate(language, wrong.text, **wrong.values) if wrong else "",
        **values,
    )
