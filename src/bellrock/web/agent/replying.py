"""What an agent writes: the answer, the note, and what is begun; without a script a form and a redirect."""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Response, post, put
from litestar.params import FromPath, JSONBody

from bellrock import conversations, core, guard
from bellrock.conversations import AnsweredMeanwhile, DraftKind
from bellrock.people import Permission
from bellrock.web.agent.acting import TEXT_MAX, Act, AnyResponse, acting, must
from bellrock.web.agent.desk import full_page
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.files import attach
from bellrock.web.shared.problems import wants_fragment

REPLY_BYTES_MAX = 110_000_000  # five files of the largest size that may be set, with their words


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
    async with acting(request, house, agent, conversation_id) as act:
        desk = await act.desk()
        try:
            await _reply(act)
        except AnsweredMeanwhile as error:
            if wants_fragment(request):
                raise
            sentence = desk.reader.gettext(error.text)
            text = {"reply": act.field("text")}
            return await full_page(act.tx, desk, conversation_id=conversation_id, status=409, guard=sentence, text=text)
        return await act.said()


@post("/desk/conversations/{conversation_id:uuid}/notes", name="desk.note", status_code=201)
async def note(request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]) -> AnyResponse:
    """Keep a note for colleagues."""
    async with acting(request, house, agent, conversation_id) as act:
        await conversations.note(
            act.tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            text=act.text(),
            now=act.now,
            client_key=act.client_key,
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


async def _reply(act: Act) -> None:
    text = act.text()
    conversation = await conversations.get(act.tx, viewer=act.agent, conversation_id=act.conversation_id)
    if conversation.assignee_id is None and conversation.is_open:
        # Whoever answers takes the conversation: nobody else is sent to it, and the customer keeps one face.
        await conversations.assign(
            act.tx,
            act.house.vault,
            by=act.agent,
            conversation_id=act.conversation_id,
            agent_id=act.agent.id,
            now=act.now,
        )
    key = act.client_key or str(core.new_id())
    file_ids = await attach(act.tx, act.house, act.agent, act.conversation_id, form=act.form, client_key=key)
    await conversations.reply(
        act.tx,
        act.house.vault,
        by=act.agent,
        conversation_id=act.conversation_id,
        text=text,
        now=act.now,
        client_key=key,
        last_seen_message_id=act.id("seen"),
        file_ids=file_ids,
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
