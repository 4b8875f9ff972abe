"""What an agent writes: the answer, the note, and what is begun; without a script a form and a redirect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import msgspec
from litestar import Response, post, put
from litestar.params import FromPath, JSONBody

from bellrock import conversations, core, guard, workbench
from bellrock.conversations import Afterwards, AnsweredMeanwhile, DraftKind
from bellrock.core import Invalid
from bellrock.people import Permission
from bellrock.web.agent.acting import TEXT_MAX, Act, AnyResponse, acting, id_of, must
from bellrock.web.agent.desk import full_page
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.files import attach
from bellrock.web.agent.snoozing import until_of
from bellrock.web.shared.problems import wants_fragment

REPLY_BYTES_MAX = 110_000_000  # five files of the largest size that may be set, with their words


class Draft(msgspec.Struct):
    """What an agent has begun to write; empty text removes it."""

    kind: DraftKind
    text: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A reply as its form says it. `afterwards` is what happens to the case once it went out."""

    text: guard.GuardedText
    client_key: str
    seen: UUID | None
    file_ids: tuple[UUID, ...]
    afterwards: Afterwards
    snooze_until: datetime | None


@post(
    "/desk/conversations/{conversation_id:uuid}/replies",
    name="desk.reply",
    status_code=201,
    request_max_body_size=REPLY_BYTES_MAX,
)
async def reply(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Answer the customer. Raises AnsweredMeanwhile when a colleague did since the page was loaded, VariablesMissing."""
    async with acting(request, house, agent, conversation_id) as act:
        desk = await act.desk()
        try:
            await _reply(act)
        except (AnsweredMeanwhile, workbench.VariablesMissing) as error:
            if wants_fragment(request):
                raise
            sentence = desk.reader.gettext(error.text)
            text = {"reply": act.field("text")}
            return await full_page(
                act.tx, desk, conversation_id=conversation_id, status=error.status, guard=sentence, text=text
            )
        return await act.said()


@post("/desk/conversations/{conversation_id:uuid}/notes", name="desk.note", status_code=201)
async def note(request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]) -> AnyResponse:
    """Keep a note for colleagues, and tell those who are called in it. Raises ColleagueCannotSee."""
    async with acting(request, house, agent, conversation_id) as act:
        note_id = await conversations.note(
            act.tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            text=act.text(),
            now=act.now,
            client_key=act.client_key,
        )
        await workbench.mention(
            act.tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            note_id=note_id,
            agent_ids=[id for value in act.form.getall("mentions", []) if (id := id_of(value))],
            now=act.now,
        )
        await _forget_draft(act, "note")
        return await act.said()


@put("/desk/conversations/{conversation_id:uuid}/draft", name="desk.draft", status_code=204)
async def save_draft(
    house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID], data: JSONBody[Draft]
) -> Response[None]:
    """Keep what this agent has begun to write; only they ever see it."""
    must(agent, Permission.CONVERSATIONS_REPLY)
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


async def outgoing_of(act: Act) -> Outgoing:
    """Return the reply of a form, with its files kept. `then` is empty, `resolve`, or `snooze:` with a time's key."""
    text, until = act.text(), None
    then, _, key_of_time = act.field("then").partition(":")
    if then not in ("", "resolve", "snooze"):
        raise Invalid
    if then == "snooze":
        reader = (await act.desk()).reader
        until = (await until_of(act.tx, reader, act.conversation_id, key_of_time, act.field("words"))).at
    key = act.client_key or str(core.new_id())
    file_ids = await attach(act.tx, act.house, act.agent, act.conversation_id, form=act.form, client_key=key)
    return Outgoing(text, key, act.id("seen"), tuple(file_ids), cast(Afterwards, then), until)


async def _reply(act: Act) -> None:
    outgoing = await outgoing_of(act)
    await workbench.send(
        act.tx,
        act.house.vault,
        by=act.agent,
        conversation_id=act.conversation_id,
        text=outgoing.text,
        client_key=outgoing.client_key,
        last_seen_message_id=outgoing.seen,
        now=act.now,
        file_ids=outgoing.file_ids,
        afterwards=outgoing.afterwards,
        snooze_until=outgoing.snooze_until,
    )
    await _forget_draft(act, "reply")


async def _forget_draft(act: Act, kind: DraftKind) -> None:
    await conversations.save_draft(
        act.tx,
        act.house.vault,
        by=act.agent,
        conversation_id=act.conversation_id,
        kind=kind,
        text=None,
        now=act.now,
    )


routes = [reply, note, save_draft]
