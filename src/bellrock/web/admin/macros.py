"""Macros at the desk: listed, put together of steps, taken out of use."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from bellrock import conversations, people, triage, workbench
from bellrock.core import N_, BellrockError
from bellrock.people import Agent
from bellrock.web.admin.canned import manager, team_of
from bellrock.web.admin.desk import AgentHere, AnyRequest, Page, house_of, now, page
from bellrock.web.admin.forms import screened
from bellrock.web.people.guards import language_for
from bellrock.workbench import Step

MACROS = "/desk/macros"
STEP_NAMES = {
    "reply": N_("Reply with a canned text"),
    "note": N_("Note for colleagues"),
    "label": N_("Label"),
    "topic": N_("Topic"),
    "priority": N_("Priority"),
    "team": N_("Move to a team"),
    "assign": N_("Assign"),
    "snooze": N_("Snooze"),
    "resolve": N_("Resolve"),
}
PRIORITIES = {"urgent": N_("Urgent"), "high": N_("High"), "normal": N_("Normal"), "low": N_("Low")}


@get(MACROS, name="macros", dependencies=manager)
async def show_all(request: AnyRequest, agent: AgentHere, done: FromQuery[str] = "") -> Page:
    """List the macros by name."""
    async with house_of(request).database.transaction() as tx:
        found = await workbench.macros(tx)
        teams = {team.id: team.name for team in await people.teams(tx)}
    return page(request, agent, "macros", found=found, teams=teams, step_names=STEP_NAMES, done=done)


@get(MACROS + "/new", name="macros.new", dependencies=manager)
async def show_new(request: AnyRequest, agent: AgentHere) -> Page:
    """Ask for a name and steps."""
    return await _form_page(request, agent, None, {})


@post(MACROS, name="macros.create", dependencies=manager, status_code=200)
async def create(request: AnyRequest, agent: AgentHere) -> Page:
    """Keep a new macro."""
    return await _save(request, agent, None)


@get(MACROS + "/{macro_id:uuid}", name="macros.edit", dependencies=manager)
async def show_one(request: AnyRequest, agent: AgentHere, macro_id: FromPath[UUID]) -> Page:
    """Show one macro with its steps."""
    async with house_of(request).database.transaction() as tx:
        item = await workbench.macro(tx, macro_id=macro_id)
    fields = {"name": item.name, "team": str(item.team_id or "")}
    for step in item.steps:
        if step.do == "team":
            fields["assign"] = f"team:{step.value}"
        elif step.do in ("snooze", "resolve"):
            fields |= {"end": step.do, "words": step.value}
        else:
            fields[step.do] = step.value
    return await _form_page(request, agent, macro_id, fields)


@post(MACROS + "/{macro_id:uuid}", name="macros.save", dependencies=manager, status_code=200)
async def save(request: AnyRequest, agent: AgentHere, macro_id: FromPath[UUID]) -> Page:
    """Keep what changed."""
    return await _save(request, agent, macro_id)


@post(MACROS + "/{macro_id:uuid}/removal", name="macros.remove", dependencies=manager, status_code=200)
async def remove(request: AnyRequest, agent: AgentHere, macro_id: FromPath[UUID]) -> Page:
    """Take a macro out of use."""
    house = house_of(request)
    async with house.database.transaction() as tx:
        await workbench.remove_macro(tx, house.vault, macro_id=macro_id, by=agent, now=now())
    return Redirect(f"{MACROS}?done=removed", status_code=303)


async def _save(request: AnyRequest, agent: Agent, macro_id: UUID | None) -> Page:
    house, form = house_of(request), await request.form()
    fields = {name: str(value).strip().replace("\r\n", "\n") for name, value in form.multi_items()}
    try:
        if fields.get("end") == "snooze":
            _check_words(fields.get("words", ""), language_for(request, agent))
        async with house.database.transaction() as tx:
            await workbench.save_macro(
                tx,
                house.vault,
                macro_id=macro_id,
                name=screened(fields.get("name", "")),
                team_id=team_of(fields.get("team", "")),
                steps=steps_of(fields),
                by=agent,
                now=now(),
            )
    except workbench.MacroUnknown:
        raise
    except BellrockError as error:
        return await _form_page(request, agent, macro_id, fields, wrong=error)
    return Redirect(f"{MACROS}?done=saved", status_code=303)


def _check_words(words: str, language: str) -> None:
    """Raise WordsNotUnderstood for a time that could never be read; one that is over today may do tomorrow."""
    utc = ZoneInfo("UTC")
    with suppress(conversations.SnoozeInPast):
        workbench.read_time(words, now=now(), zone=utc, customer_zone=utc, language=language)


def steps_of(fields: dict[str, str]) -> list[Step]:
    """Return the steps of a form; what is empty is no step. A note is kept without secrets."""
    steps = [Step(cast(Any, do), fields[do]) for do in ("reply", "label", "topic", "priority") if fields.get(do)]
    if note := fields.get("note"):
        steps.append(Step("note", screened(note).text))
    kind, _, team = fields.get("assign", "").partition(":")
    if kind:
        steps.append(Step("team", team) if kind == "team" else Step("assign", kind))
    if fields.get("end") == "snooze":
        steps.append(Step("snooze", screened(fields.get("words", "")).text))
    elif fields.get("end") == "resolve":
        steps.append(Step("resolve"))
    return steps


async def _form_page(
    request: AnyRequest,
    agent: Agent,
    macro_id: UUID | None,
    fields: dict[str, str],
    *,
    wrong: BellrockError | None = None,
) -> Page:
    language = language_for(request, agent)
    async with house_of(request).database.transaction() as tx:
        teams = [(str(team.id), team.name) for team in await people.teams(tx)]
        canned = [(str(item.id), item.variant(language)[1].title) for item in await workbench.all_canned(tx)]
        labels = [(str(label.id), label.name) for label in await conversations.labels(tx)]
    topics = [(name, triage.topic_name(name, language)) for name in triage.topics()]
    return page(
        request,
        agent,
        "macro",
        wrong=wrong,
        macro_id=macro_id,
        fields=fields,
        teams=teams,
        canned=canned,
        labels=labels,
        topics=sorted(topics, key=lambda pair: pair[1]),
        step_names=STEP_NAMES,
        priorities=PRIORITIES,
    )


routes: list[Any] = [show_all, show_new, create, show_one, save, remove]
