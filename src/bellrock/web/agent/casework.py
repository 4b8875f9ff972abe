"""Work on a case beside answering: labels, spam, merging, splitting, the incident it is about."""

from __future__ import annotations

from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from bellrock import conversations
from bellrock.core import Invalid
from bellrock.web.agent.acting import AnyResponse, acting, id_of, to
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.shared.problems import wants_fragment


@post("/desk/conversations/{conversation_id:uuid}/labels", name="desk.label", status_code=201)
async def label(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Put a label on or take it off: `add:<id>`, `remove:<id>`. Raises LabelUnknown, LabelsTooMany."""
    async with acting(request, house, agent, conversation_id) as act:
        do, _, key = act.field("label").partition(":")
        label_id = id_of(key)
        if label_id is None or do not in ("add", "remove"):
            raise Invalid
        change = conversations.add_label if do == "add" else conversations.remove_label
        await change(act.tx, house.vault, by=agent, conversation_id=conversation_id, label_id=label_id, now=act.now)
        return await act.done()


@post("/desk/conversations/{conversation_id:uuid}/spam", name="desk.spam", status_code=201)
async def spam(request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]) -> AnyResponse:
    """Say whether the conversation is spam: `yes` or `no`."""
    async with acting(request, house, agent, conversation_id) as act:
        answer = act.field("spam")
        if answer not in ("yes", "no"):
            raise Invalid
        change = conversations.mark_spam if answer == "yes" else conversations.clear_spam
        await change(act.tx, house.vault, by=agent, conversation_id=conversation_id, now=act.now)
        return await act.done()


@post("/desk/conversations/{conversation_id:uuid}/merge", name="desk.merge", status_code=201)
async def merge(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Merge the conversation into another one of the customer. Raises MergeRefused."""
    async with acting(request, house, agent, conversation_id) as act:
        await conversations.merge(
            act.tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            into_id=act.wanted_id("into"),
            now=act.now,
        )
        return await act.done()


@post("/desk/conversations/{conversation_id:uuid}/merge/undo", name="desk.unmerge", status_code=201)
async def unmerge(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Take what was merged (`part`) out again. Raises MergeRefused."""
    async with acting(request, house, agent, conversation_id) as act:
        await conversations.unmerge(act.tx, house.vault, by=agent, conversation_id=act.wanted_id("part"), now=act.now)
        return await act.done()


@post("/desk/conversations/{conversation_id:uuid}/split", name="desk.split", status_code=201)
async def split(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Move the chosen messages into a new conversation and go there. Raises SplitRefused."""
    async with acting(request, house, agent, conversation_id) as act:
        chosen = [id for value in act.form.getall("message", []) if (id := id_of(value))]
        new_id = await conversations.split(
            act.tx, house.vault, by=agent, conversation_id=conversation_id, message_ids=chosen, now=act.now
        )
        desk = await act.desk()
    address = f"/desk/conversations/{new_id}?view={desk.view.key}"
    return Response({"url": address}, status_code=201) if wants_fragment(request) else to(address)


@post("/desk/conversations/{conversation_id:uuid}/incident", name="desk.incident", status_code=201)
async def link_incident(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> AnyResponse:
    """Say which incident the conversation is about; an empty one takes the link off."""
    async with acting(request, house, agent, conversation_id) as act:
        await conversations.link_incident(
            act.tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            incident_id=act.wanted_id("incident") if act.field("incident") else None,
            now=act.now,
        )
        return await act.done()


routes = [label, spam, merge, unmerge, split, link_incident]
