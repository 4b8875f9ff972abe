"""Protection: words and parts of pictures taken out, a customer who may not write, two customers who are one."""

from __future__ import annotations

import asyncio
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from bellrock import access, channels, conversations, core, guard, people
from bellrock.conversations import ConversationUnknown
from bellrock.core import BellrockError, Invalid, TooLarge
from bellrock.people import Permission
from bellrock.web.agent.acting import Act, AnyResponse, acting, must, to
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.reader import open_reader
from bellrock.web.agent.rows import customer_names
from bellrock.web.shared import render
from bellrock.web.shared.problems import wants_fragment

BOXES_TEXT_MAX = 2_000
REASON_MAX = 500


@post(
    "/desk/conversations/{conversation_id:uuid}/messages/{message_id:uuid}/redaction",
    name="desk.redact",
    status_code=201,
)
async def redact(
    request: AnyRequest,
    house: HouseHere,
    agent: AgentHere,
    conversation_id: FromPath[UUID],
    message_id: FromPath[UUID],
) -> AnyResponse:
    """Take the chosen words out of a message, for good. Raises RedactionRefused."""
    async with acting(request, house, agent, conversation_id) as act:
        await conversations.redact(
            act.tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            message_id=message_id,
            span=act.field("span"),
            now=act.now,
        )
        return await act.done()


@post("/desk/files/{file_id:uuid}/redaction", name="desk.file.redact", status_code=201)
async def paint(request: AnyRequest, house: HouseHere, agent: AgentHere, file_id: FromPath[UUID]) -> AnyResponse:
    """Paint over parts of a picture, for good: `boxes` as `left,top,right,bottom;…` in ten-thousandths."""
    must(agent, Permission.CONVERSATIONS_REPLY)
    boxes = _boxes(str((await request.form()).get("boxes", "")))
    async with house.database.transaction() as tx:
        attachment, content = await channels.open_attachment(
            tx, house.vault, house.files, viewer=agent, file_id=file_id
        )
    painted = await asyncio.to_thread(guard.paint_over, content, boxes)
    async with house.database.transaction() as tx:
        gone = await channels.replace_picture(
            tx, house.vault, house.files, by=agent, file_id=file_id, painted=painted, now=core.clock.now()
        )
    await house.files.delete(gone)
    if wants_fragment(request):
        return Response(None, status_code=204)
    return to(f"/desk/conversations/{attachment.conversation_id}")


@post("/desk/conversations/{conversation_id:uuid}/block", name="desk.block", status_code=201)
async def block(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Let the customer write no more for a while."""
    async with acting(request, house, agent, conversation_id, permission=Permission.CUSTOMER_BLOCK) as act:
        conversation = await conversations.get(act.tx, viewer=agent, conversation_id=conversation_id)
        await people.block_customer(
            act.tx,
            house.vault,
            by=agent,
            customer_id=conversation.customer_id,
            reason=act.field("reason"),
            period=act.field("period"),
            conversation_id=conversation.id,
            now=act.now,
        )
        return await act.done()


@post("/desk/conversations/{conversation_id:uuid}/unblock", name="desk.unblock", status_code=201)
async def unblock(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Let the customer write again."""
    async with acting(request, house, agent, conversation_id, permission=Permission.CUSTOMER_BLOCK) as act:
        conversation = await conversations.get(act.tx, viewer=agent, conversation_id=conversation_id)
        await people.unblock_customer(
            act.tx,
            house.vault,
            by=agent,
            customer_id=conversation.customer_id,
            conversation_id=conversation.id,
            now=act.now,
        )
        return await act.done()


@get("/desk/conversations/{conversation_id:uuid}/joining", name="desk.joining")
async def show_joining(
    request: AnyRequest,
    house: HouseHere,
    agent: AgentHere,
    conversation_id: FromPath[UUID],
    reference: FromQuery[str] = "",
) -> AnyResponse:
    """Ask for a case of the other customer; with it, show what joining the two would do."""
    must(agent, Permission.CUSTOMER_MERGE)
    async with house.database.transaction() as tx:
        act = Act(tx, request, house, agent, conversation_id, {}, core.clock.now())
        return await _joining_page(act, reference)


@post("/desk/conversations/{conversation_id:uuid}/joining", name="desk.join", status_code=201)
async def join(request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]) -> AnyResponse:
    """Join the customer of this conversation with that of another one, for good and with a reason."""
    async with acting(request, house, agent, conversation_id, permission=Permission.CUSTOMER_MERGE) as act:
        reason, reference = act.field("reason")[:REASON_MAX], act.field("reference")
        if not reason:
            return await _joining_page(act, reference, wrong=Invalid(core.N_("Say why these two are one person.")))
        mine = await conversations.get(act.tx, viewer=agent, conversation_id=conversation_id)
        other = await conversations.find_by_reference(act.tx, viewer=agent, reference=reference)
        await people.join_customers(
            act.tx,
            house.vault,
            by=agent,
            one_id=mine.customer_id,
            other_id=other.customer_id,
            reason=guard.screen(reason),
            now=act.now,
        )
        return to(f"/desk/conversations/{conversation_id}")


async def _joining_page(act: Act, reference: str, *, wrong: BellrockError | None = None) -> AnyResponse:
    reader = await open_reader(act.tx, act.request, act.agent)
    mine = await conversations.get(act.tx, viewer=act.agent, conversation_id=act.conversation_id)
    joining, sides = None, []
    if reference.strip():
        try:
            other = await conversations.find_by_reference(act.tx, viewer=act.agent, reference=reference)
            joining = await people.joining_of(act.tx, by=act.agent, one_id=mine.customer_id, other_id=other.customer_id)
        except (ConversationUnknown, people.CustomersApart) as error:
            wrong = error
    if joining is not None:
        names = await customer_names(act.tx, act.house, reader, [joining.goes.id, joining.stays.id])
        for customer in (joining.goes, joining.stays):
            await access.look(
                act.tx,
                act.house.vault,
                agent=act.agent,
                what=access.Looked.SEARCH,
                customer_id=customer.id,
                conversation_id=None,
                reason="joining",
                now=act.now,
            )
            held = await conversations.conversations_of(act.tx, viewer=act.agent, customer_id=customer.id)
            sides.append(
                {
                    "name": names[customer.id],
                    "is_signed_in": customer.kind is people.CustomerKind.CUSTOMER,
                    "cases": held,
                }
            )
    return render(
        act.request,
        "agent/joining.html",
        status=wrong.status if wrong else 200,
        lang=reader.language,
        agent=act.agent,
        now=reader.now,
        conversation=mine,
        reference=reference.strip().upper(),
        joining=joining,
        sides=sides,
        wrong=reader.gettext(wrong.text) if wrong else "",
    )


def _boxes(text: str) -> list[guard.Box]:
    if len(text) > BOXES_TEXT_MAX:
        raise TooLarge
    try:
        return [guard.Box(*(int(part) for part in box.split(","))) for box in text.split(";") if box]
    except (ValueError, TypeError) as error:
        raise Invalid from error


routes = [redact, paint, block, unblock, show_joining, join]
