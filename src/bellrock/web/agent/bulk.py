"""Bulk actions: what can be done to the chosen conversations, what it would change, doing it, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from bellrock import conversations, core, people, triage, workbench
from bellrock.conversations import PRIORITIES as PRIORITY_KEYS
from bellrock.conversations import Priority
from bellrock.core import N_, Invalid, NotFound
from bellrock.people import Permission
from bellrock.web.agent.acting import must
from bellrock.web.agent.desk import Desk, open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.names import PRIORITIES, topic_name
from bellrock.web.agent.rows import customer_names, holder_of
from bellrock.web.agent.sieve import STATUSES, Options, teams, topics
from bellrock.web.agent.snoozing import presets, time_of
from bellrock.workbench import ACTIONS, BULK_MAX, Action, Change, Line

TITLES: dict[Action, str] = {
    "assign": N_("Assign"),
    "team": N_("Give to a team"),
    "priority": N_("Set the priority"),
    "topic": N_("Set the topic"),
    "label": N_("Add a label"),
    "unlabel": N_("Take a label off"),
    "snooze": N_("Snooze"),
    "resolve": N_("Resolve"),
    "spam": N_("Mark as spam"),
}
_WHY = {
    "unknown": N_("You may not see it"),
    "refused": N_("Not yours to change"),
    "resolved": N_("Is resolved"),
    "same": N_("Already so"),
    "changed": N_("Changed since"),
    "failed": N_("Could not be changed"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the preview, in words. `now` and `then` say what changes, `why` why nothing does."""

    name: str
    reference: str
    now: str
    then: str
    why: str


@get("/desk/bulk/{action:str}", name="desk.bulk.choices")
async def offer(request: AnyRequest, house: HouseHere, agent: AgentHere, action: FromPath[str]) -> Response[str]:
    """Offer the values of an action. Raises NotFound."""
    must(agent, Permission.CONVERSATIONS_REPLY)
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, counted=False)
        options = await _options(tx, desk, _action(action))
    title = desk.reader.gettext(TITLES[_action(action)])
    return desk.render("agent/bulk_choices.html", action=action, title=title, options=options)


@post("/desk/bulk/preview", name="desk.bulk.preview", status_code=200)
async def preview(request: AnyRequest, house: HouseHere, agent: AgentHere) -> Response[str]:
    """Show what an action would change, and what it would leave and why. Nothing is changed."""
    must(agent, Permission.CONVERSATIONS_REPLY)
    form = await request.form()
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, view=_view(form), counted=False)
        ids, change = _ids(form), await _change(tx, desk, form)
        lines = await workbench.preview_bulk(tx, by=agent, ids=ids, change=change, now=desk.reader.now)
        told = await _tell(tx, desk, lines, change)
    return desk.render(
        "agent/bulk_preview.html",
        title=desk.reader.gettext(TITLES[change.action]),
        action=change.action,
        value=str(form.get("value", "")),
        ids=[str(line.conversation_id) for line in lines if line.why is None],
        changing=[line for line in told if not line.why],
        staying=[line for line in told if line.why],
        minutes=int(workbench.UNDO_TIME.total_seconds() // 60),
    )


@post("/desk/bulk", name="desk.bulk", status_code=200)
async def change(request: AnyRequest, house: HouseHere, agent: AgentHere) -> dict[str, Any]:
    """Change the chosen conversations; say how many were, and by which id that can be taken back."""
    must(agent, Permission.CONVERSATIONS_REPLY)
    form = await request.form()
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, view=_view(form), counted=False)
        outcome = await workbench.change_all(
            tx, house.vault, by=agent, ids=_ids(form), change=await _change(tx, desk, form), now=desk.reader.now
        )
    return {"bulk": str(outcome.bulk_id) if outcome.bulk_id else None, "text": _said(desk, outcome.lines)}


@post("/desk/bulk/{bulk_id:uuid}/undoing", name="desk.bulk.undo", status_code=200)
async def undo(request: AnyRequest, house: HouseHere, agent: AgentHere, bulk_id: FromPath[UUID]) -> dict[str, Any]:
    """Take one's own bulk action back. Raises BulkUnknown."""
    must(agent, Permission.CONVERSATIONS_REPLY)
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, counted=False)
        lines = await workbench.undo_bulk(tx, house.vault, by=agent, bulk_id=bulk_id, now=desk.reader.now)
    return {"text": _said(desk, lines)}


async def _options(tx: core.Transaction, desk: Desk, action: Action) -> Options:
    reader = desk.reader
    _ = reader.gettext
    match action:
        case "assign":
            options = [("me", _("Me")), ("queue", _("Back into the queue"))]
            if reader.may(Permission.CONVERSATIONS_ASSIGN):
                others = await _who_answer(tx, desk) - {desk.agent.id}
                options += sorted(((str(id), reader.names[id]) for id in others), key=lambda item: item[1])
            return options
        case "team":
            return teams(reader)
        case "priority":
            return [(key, _(text)) for key, text in PRIORITIES.items()]
        case "topic":
            return topics(reader)
        case "label" | "unlabel":
            return [(str(label.id), label.name) for label in await conversations.labels(tx)]
        case "snooze":
            return [
                (item.key, f"{_(item.text)} · {reader.appointment(item.at)}")
                for item in presets(reader.now, reader.zone)
            ]
    return []


async def _who_answer(tx: core.Transaction, desk: Desk) -> set[UUID]:
    """Return the colleagues who may hold conversations."""
    seats = await people.roster(tx, now=desk.reader.now)
    return {seat.agent.id for seat in seats if Permission.CONVERSATIONS_REPLY in seat.agent.permissions}


async def _change(tx: core.Transaction, desk: Desk, form: Any) -> Change:
    """Read the action and its value. Raises Invalid, NotFound."""
    action, value = _action(str(form.get("action", ""))), str(form.get("value", ""))
    match action:
        case "assign" if value == "me":
            return Change(action, agent_id=desk.agent.id)
        case "assign" if value == "queue":
            return Change(action)
        case "assign":
            return Change(action, agent_id=_one_of(_id(value), await _who_answer(tx, desk)))
        case "team":
            return Change(action, team_id=_one_of(_id(value), desk.reader.teams))
        case "priority":
            return Change(action, priority=cast(Priority, _one_of(value, PRIORITY_KEYS)))
        case "topic":
            return Change(action, topic=_one_of(value, triage.topics()))
        case "label" | "unlabel":
            known = {label.id for label in await conversations.labels(tx, with_retired=action == "unlabel")}
            return Change(action, label_id=_one_of(_id(value), known))
        case "snooze":
            return Change(action, until=time_of(value, desk.reader.now, desk.reader.zone))
    return Change(action)


async def _tell(tx: core.Transaction, desk: Desk, lines: list[Line], change: Change) -> list[Told]:
    _ = desk.reader.gettext
    customers = [line.conversation.customer_id for line in lines if line.conversation]
    names = await customer_names(tx, desk.house, desk.reader, customers)
    then = await _then(tx, desk, change)
    told = []
    for line in lines:
        case, why = line.conversation, _(_WHY[line.why]) if line.why else ""
        if case is None:
            told.append(Told(_("A conversation"), "", "", "", why))
        else:
            told.append(Told(names[case.customer_id], case.reference, _now(desk, case, change), then, why))
    return told


def _now(desk: Desk, case: conversations.Conversation, change: Change) -> str:
    """How a conversation stands, as far as the change touches it."""
    _ = desk.reader.gettext
    if change.action == "assign":
        return holder_of(case, desk.reader)
    if change.action == "team":
        return desk.reader.team(case.team_id) or holder_of(case, desk.reader)
    if change.action == "priority":
        return _(PRIORITIES[case.priority])
    if change.action == "topic":
        return topic_name(case.topic, desk.reader.language) or _("No topic")
    if change.action in ("label", "unlabel"):
        return ""
    return _(STATUSES[case.status])


async def _then(tx: core.Transaction, desk: Desk, change: Change) -> str:
    """What a change makes of each."""
    reader = desk.reader
    _ = reader.gettext
    match change.action:
        case "assign":
            if change.agent_id is None:
                return _("Queue")
            return _("Me") if change.agent_id == desk.agent.id else reader.colleague(change.agent_id)
        case "team":
            return reader.team(change.team_id)
        case "priority" if change.priority:
            return _(PRIORITIES[change.priority])
        case "topic":
            return topic_name(change.topic, reader.language)
        case "label" | "unlabel":
            names = {label.id: label.name for label in await conversations.labels(tx, with_retired=True)}
            sign = "+" if change.action == "label" else "−"
            return f"{sign} {names.get(change.label_id, '') if change.label_id else ''}"
        case "snooze" if change.until:
            return _("Until %(time)s") % {"time": reader.appointment(change.until)}
        case "spam":
            return _("Spam")
    return _("Resolved")


def _said(desk: Desk, lines: list[Line]) -> str:
    done, left = sum(line.why is None for line in lines), sum(line.why is not None for line in lines)
    say = core.i18n.translations(desk.reader.language).ngettext
    if not left:
        return say("%(count)s conversation changed", "%(count)s conversations changed", done) % {"count": done}
    return say(
        "%(count)s conversation changed, %(left)s left as it was",
        "%(count)s conversations changed, %(left)s left",
        done,
    ) % {"count": done, "left": left}


def _action(name: str) -> Action:
    if name not in ACTIONS:
        raise NotFound
    return name


def _ids(form: Any) -> list[UUID]:
    """Read the chosen conversations. Raises Invalid, TooManyAtOnce."""
    texts = [text for text in str(form.get("ids", "")).split(",") if text]
    if len(texts) > BULK_MAX:
        raise workbench.TooManyAtOnce(count=BULK_MAX)
    return [_id(text) for text in texts]


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid from error


def _one_of(value: Any, known: Any) -> Any:
    if value not in known:
        raise NotFound
    return value


def _view(form: Any) -> str | None:
    view = form.get("view")
    return view if isinstance(view, str) else None


routes = [offer, preview, change, undo]
