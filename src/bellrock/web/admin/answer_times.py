"""Answer times: within how many minutes of business time customers are answered, by priority, for all teams or for one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from bellrock import people, sla
from bellrock.core import Invalid, NotFound
from bellrock.people import Agent
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, house_of, manager, now, page
from bellrock.web.admin.forms import number
from bellrock.web.admin.macros import PRIORITIES

ANSWER_TIMES = "/desk/hours/answers"
_DIGITS_MAX = 6
Minutes = dict[str, tuple[Any, Any]]
"""By priority: minutes until the first answer, and until every later one."""


@get(ANSWER_TIMES, name="answer_times", dependencies=manager)
async def show(
    request: AnyRequest, agent: AgentHere, team: FromQuery[UUID | None] = None, done: FromQuery[str] = ""
) -> Page:
    """Show the answer times of a team, or of all teams, as a form."""
    async with house_of(request).database.transaction() as tx:
        times = await sla.answer_times(tx)
    minutes: Minutes = {
        time.priority: (time.first_reply_minutes, time.next_reply_minutes) for time in times if time.team_id == team
    }
    return await _page(request, agent, team, minutes, done=done)


@post(ANSWER_TIMES, name="answer_times.save", dependencies=manager, status_code=200)
async def save(request: AnyRequest, agent: AgentHere, team: FromQuery[UUID | None] = None) -> Page:
    """Keep the answer times of a team, or of all teams; a priority whose fields are empty has none."""
    house, form = house_of(request), await request.form()
    minutes: Minutes = {
        priority: (_typed(form, f"first-{priority}"), _typed(form, f"next-{priority}")) for priority in PRIORITIES
    }
    try:
        times = [
            sla.AnswerTime(team, priority, number(first), number(later))
            for priority, (first, later) in minutes.items()
            if first or later
        ]
        async with house.database.transaction() as tx:
            await sla.keep_answer_times(tx, house.vault, team_id=team, times=times, by=agent.actor, now=now())
    except Invalid as error:
        return await _page(request, agent, team, minutes, wrong=error)
    sla.forget_promises(house)
    return Redirect(f"{ANSWER_TIMES}?done=1{f'&team={team}' if team else ''}", status_code=303)


def _typed(form: Any, name: str) -> str:
    return str(form.get(name, "")).strip()[:_DIGITS_MAX]


async def _page(
    request: AnyRequest,
    agent: Agent,
    team: UUID | None,
    minutes: Minutes,
    *,
    done: str = "",
    wrong: Invalid | None = None,
) -> Page:
    async with house_of(request).database.transaction() as tx:
        teams = {found.id: found.name for found in await people.teams(tx)}
    if team is not None and team not in teams:
        raise NotFound
    return page(
        request,
        agent,
        "answer_times",
        wrong=wrong,
        done=done,
        team=team,
        teams=teams,
        priorities=PRIORITIES,
        minutes=minutes,
        most=sla.ANSWER_MINUTES_MAX,
    )


routes: list[Any] = [show, save]
