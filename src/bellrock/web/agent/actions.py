"""Everything an agent does to a conversation, each as a resource; without a script a form and a redirect."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

import msgspec
from litestar import Response, post, put
from litestar.params import FromPath, JSONBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from bellrock import conversations, core, guard, people
from bellrock.conversations import PRIORITIES, AnsweredMeanwhile, ConversationUnknown, DraftKind, Priority
from bellrock.core import Invalid, NotFound, Refused
from bellrock.house import House
from bellrock.people import Permission
from bellrock.web.agent import case as cases
from bellrock.web.agent.desk import Desk, full_page, open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.files import attach
from bellrock.web.agent.rows import page_of_rows
from bellrock.web.agent.snoozing import time_of
from bellrock.web.shared.problems import wants_fragment

TEXT_MAX = 10_000
REPLY_BYTES_MAX = 110_000_000  # five files of the largest size that may be set, with their words
AnyResponse = Response[Any]


class Draft(msgspec.Struct):
    """What an agent has begun to write; empty text removes it."""

    kind: DraftKind
    text: str


@post(
    "/desk/conversations/{conversation_id:uuid}/replies",
    name="desk.reply",
    status_code=201,
    request_max_body_size=REPLY_BYTES_MAX,
)
async def reply(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Answer the customer. Raises AnsweredMeanwhile when a colleague did since the page was loaded."""
    _must(agent, Permission.CONVERSATIONS_REPLY)
    form = await request.form()
    text = _text(form.get("text"))
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, view=_view(form))
        try:
            await _reply(tx, house, agent, conversation_id, text, form)
        except AnsweredMeanwhile as error:
            if wants_fragment(request):
                raise
            sentence = desk.reader.gettext(error.text)
            return await full_page(
                tx, desk, conversation_id=conversation_id, status=409, guard=sentence, text={"reply": text}
            )
        return await _said(tx, desk, conversation_id, form)


@post("/desk/conversations/{conversation_id:uuid}/notes", name="desk.note", status_code=201)
async def note(request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]) -> AnyResponse:
    """Keep a note for colleagues."""
    _must(agent, Permission.CONVERSATIONS_REPLY)
    form = await request.form()
    text = _text(form.get("text"))
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, view=_view(form))
        now = core.clock.now()
        await conversations.note(
            tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            text=guard.screen(text),
            now=now,
            client_key=_key(form),
        )
        await _forget_draft(tx, house, agent, conversation_id, "note")
        return await _said(tx, desk, conversation_id, form)


@post("/desk/conversations/{conversation_id:uuid}/assignment", name="desk.assign", status_code=201)
async def assign(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Give the conversation to `me`, the `queue`, `agent:<id>` or `team:<id>`."""
    _must(agent, Permission.CONVERSATIONS_REPLY)
    form = await request.form()
    async with house.database.transaction() as tx:
        to_agent, to_team = await _assignee(tx, agent, str(form.get("to", "")))
        await conversations.assign(
            tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            agent_id=to_agent,
            team_id=to_team,
            now=core.clock.now(),
        )
        return await _done(tx, request, house, agent, conversation_id, form)


@post("/desk/conversations/{conversation_id:uuid}/priority", name="desk.priority", status_code=201)
async def prioritise(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Set how urgent the conversation is."""
    _must(agent, Permission.CONVERSATIONS_REPLY)
    form = await request.form()
    priority = form.get("priority")
    if priority not in PRIORITIES:
        raise Invalid
    async with house.database.transaction() as tx:
        await conversations.set_priority(
            tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            priority=cast(Priority, priority),
            now=core.clock.now(),
        )
        return await _done(tx, request, house, agent, conversation_id, form)


@post("/desk/conversations/{conversation_id:uuid}/snooze", name="desk.snooze", status_code=201)
async def snooze(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Put the conversation aside until a preset time, or bring it back `now`."""
    _must(agent, Permission.CONVERSATIONS_REPLY)
    form = await request.form()
    key = str(form.get("until", ""))
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, view=_view(form))
        now = desk.reader.now
        if key == "now":
            await conversations.wake(tx, house.vault, by=agent, conversation_id=conversation_id, now=now)
        else:
            until = time_of(key, now, desk.reader.zone)
            await conversations.snooze(tx, house.vault, by=agent, conversation_id=conversation_id, until=until, now=now)
        return await _done(tx, request, house, agent, conversation_id, form)


@post("/desk/conversations/{conversation_id:uuid}/resolution", name="desk.resolve", status_code=201)
async def resolve(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Close the conversation and go to the next one of the view."""
    _must(agent, Permission.CONVERSATIONS_REPLY)
    form = await request.form()
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, view=_view(form))
        await conversations.resolve(tx, house.vault, by=agent, conversation_id=conversation_id, now=core.clock.now())
        if wants_fragment(request):
            return Response(None, status_code=204)
        rows, _ = await page_of_rows(tx, house, desk.reader, desk.view, None)
    following = next((row.url for row in rows if row.id != conversation_id), desk.view.url)
    return Redirect(following, status_code=HTTP_303_SEE_OTHER)


@post("/desk/conversations/{conversation_id:uuid}/reopening", name="desk.reopen", status_code=201)
async def reopen(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Open a resolved conversation again."""
    _must(agent, Permission.CONVERSATIONS_REPLY)
    form = await request.form()
    async with house.database.transaction() as tx:
        await conversations.reopen(tx, house.vault, by=agent, conversation_id=conversation_id, now=core.clock.now())
        return await _done(tx, request, house, agent, conversation_id, form)


@put("/desk/conversations/{conversation_id:uuid}/draft", name="desk.draft", status_code=204)
async def save_draft(
    house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID], data: JSONBody[Draft]
) -> Response[None]:
    """Keep what this agent has begun to write; only they ever see it."""
    _must(agent, Permission.CONVERSATIONS_REPLY)
    text = data.text[:TEXT_MAX]
    async with house.database.transaction() as tx:
        await conversations.save_draft(
            tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            kind=data.kind,
            text=guard.screen(text) if text.strip() else None,
            now=core.clock.now(),
        )
    return Response(None, status_code=204)


async def _reply(
    tx: core.Transaction, house: House, agent: people.Agent, conversation_id: UUID, text: str, form: Any
) -> None:
    conversation = await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
    now = core.clock.now()
    if conversation.assignee_id is None and conversation.is_open:
        # Whoever answers takes the conversation: nobody else is sent to it, and the customer keeps one face.
        await conversations.assign(
            tx, house.vault, by=agent, conversation_id=conversation_id, agent_id=agent.id, now=now
        )
    key = _key(form) or str(core.new_id())
    file_ids = await attach(tx, house, agent, conversation_id, form=form, client_key=key)
    await conversations.reply(
        tx,
        house.vault,
        by=agent,
        conversation_id=conversation_id,
        text=guard.screen(text),
        now=now,
        client_key=key,
        last_seen_message_id=_uuid(form.get("seen")),
        file_ids=file_ids,
    )
    await _forget_draft(tx, house, agent, conversation_id, "reply")


async def _forget_draft(
    tx: core.Transaction, house: House, agent: people.Agent, conversation_id: UUID, kind: DraftKind
) -> None:
    await conversations.save_draft(
        tx,
        house.vault,
        by=agent,
        conversation_id=conversation_id,
        kind=kind,
        text=None,
        now=core.clock.now(),
    )


async def _said(tx: core.Transaction, desk: Desk, conversation_id: UUID, form: Any) -> AnyResponse:
    """Answer with what is new in the timeline, or lead back to the page."""
    if not wants_fragment(desk.request):
        return _back(desk, conversation_id)
    after = form.get("after", "-1")
    number = int(after) if str(after).isdigit() else -1
    case, lines, _ = await cases.open_case(tx, desk.house, desk.reader, desk.view, conversation_id, after=number)
    return desk.render("agent/timeline_fragment.html", status=201, case=case, entries=lines)


async def _done(
    tx: core.Transaction, request: AnyRequest, house: House, agent: people.Agent, conversation_id: UUID, form: Any
) -> AnyResponse:
    """Answer a change that says nothing: 204 to a script, else back to the page, or the list once it is out of sight."""
    if wants_fragment(request):
        return Response(None, status_code=204)
    desk = await open_desk(tx, request, house, agent, view=_view(form))
    try:
        await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
    except ConversationUnknown:
        return Redirect(desk.view.url, status_code=HTTP_303_SEE_OTHER)
    return _back(desk, conversation_id)


def _back(desk: Desk, conversation_id: UUID) -> AnyResponse:
    return Redirect(f"/desk/conversations/{conversation_id}?view={desk.view.key}", status_code=HTTP_303_SEE_OTHER)


async def _assignee(tx: core.Transaction, agent: people.Agent, to: str) -> tuple[UUID | None, UUID | None]:
    """Return agent and team of an assignment. Raises NotFound for a strange one, Refused for one this agent may not make."""
    if to == "me":
        return agent.id, None
    if to == "queue":
        return None, None
    kind, _, key = to.partition(":")
    id = _uuid(key)
    if id is None:
        raise Invalid
    if kind == "team":
        if id not in {team.id for team in await people.teams(tx)}:
            raise NotFound
        return None, id
    if kind != "agent":
        raise Invalid
    _must(agent, Permission.CONVERSATIONS_ASSIGN)
    for seat in await people.roster(tx, now=core.clock.now()):
        if seat.agent.id == id and Permission.CONVERSATIONS_REPLY in seat.agent.permissions:
            return id, None
    raise NotFound


def _must(agent: people.Agent, permission: Permission) -> None:
    if permission not in agent.permissions:
        raise Refused


def _text(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        raise conversations.MessageMissing
    if len(text) > TEXT_MAX:
        raise core.TooLarge
    return text


def _key(form: Any) -> str | None:
    key = form.get("client_key")
    return key if isinstance(key, str) and 8 <= len(key) <= 64 else None


def _view(form: Any) -> str | None:
    view = form.get("view")
    return view if isinstance(view, str) else None


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None


routes = [reply, note, assign, prioritise, snooze, resolve, reopen, save_draft]
