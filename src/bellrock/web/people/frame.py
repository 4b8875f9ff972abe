"""What the pages of people have in common: who may open them, how they are drawn, what their forms send."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.di import Provide

from bellrock import guard, people
from bellrock.core import BellrockError, Invalid, NotFound, Transaction, i18n
from bellrock.house import House
from bellrock.people import Agent, AgentRow, Level, Permission
from bellrock.web.people.guards import language_for, now, require_permission
from bellrock.web.shared import render
from bellrock.web.shared.languages import LANGUAGES

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]
manager = {"agent": Provide(require_permission(Permission.PEOPLE_MANAGE))}
administrator = {"agent": Provide(require_permission(Permission.ADMINISTER))}
captain = {"agent": Provide(require_permission(Permission.TEAMS_MANAGE))}


def page(
    request: AnyRequest,
    agent: Agent,
    template: str,
    *,
    wrong: BellrockError | None = None,
    role_names: Any = people.ROLE_NAMES,
    **values: Any,
) -> Page:
    """Render a page of this area; `wrong` is what was refused, shown above the form."""
    language = language_for(request, agent)
    return render(
        request,
        template,
        status=wrong.status if wrong else 200,
        lang=language,
        agent=agent,
        role_names=role_names,
        tongues=LANGUAGES,
        wrong=i18n.translate(language, wrong.text, **wrong.values) if wrong else "",
        **values,
    )


async def row_of(tx: Transaction, house: House, agent: Agent, agent_id: UUID) -> AgentRow:
    """Return a colleague whom this one may look after. Raises NotFound for anybody else."""
    rows = await people.directory(tx, house.vault, now=now(), agent_id=agent_id)
    if not rows or not is_near(agent, rows[0].agent):
        raise NotFound
    return rows[0]


def is_near(agent: Agent, other: Agent) -> bool:
    """Return whether somebody is within the reach of a manager, whose people may be those of their teams alone."""
    if agent.grants.get(Permission.PEOPLE_MANAGE) is people.Scope.ALL:
        return True
    return agent.id == other.id or bool(agent.team_ids & other.team_ids)


def ids(form: Any, name: str) -> list[UUID]:
    """Return the ids that a form sends under a name. Raises Invalid."""
    try:
        return [UUID(str(value)) for value in form.getall(name, [])]
    except ValueError as error:
        raise Invalid from error


def words(form: Any, name: str) -> list[str]:
    """Return the plain values that a form sends under a name."""
    return [str(value)[:80] for value in form.getall(name, [])]


def text(form: Any, name: str, most: int = 400) -> guard.GuardedText:
    """Return what was typed into a field, without secrets."""
    return guard.screen(str(form.get(name, ""))[:most])


def languages(form: Any) -> dict[str, Level]:
    """Return the languages with their levels: `language-de` is the level, empty for one that is not spoken.

    Raises Invalid.
    """
    try:
        spoken = {code: Level(str(form[f"language-{code}"])) for code in LANGUAGES if form.get(f"language-{code}")}
    except ValueError as error:
        raise Invalid from error
    return spoken or dict.fromkeys(words(form, "languages"), Level.FLUENT)


def skills(form: Any) -> dict[str, int]:
    """Return the skills: `skill` names a topic or a queue, the `level` at the same place how well. Raises Invalid."""
    names, levels = words(form, "skill"), words(form, "level")
    if len(names) != len(levels):
        raise Invalid
    return {name: number(level) for name, level in zip(names, levels, strict=True) if name and level}


def number(value: Any) -> int:
    """Return a small whole number. Raises Invalid."""
    text = str(value or "")
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise Invalid
    return int(text)
