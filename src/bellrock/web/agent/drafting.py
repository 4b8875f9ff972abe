"""What a language model writes for an agent to read: a draft of a reply, a summary for colleagues."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from bellrock import access, conversations, core, guard, people, workbench
from bellrock.core import clock, i18n
from bellrock.house import House
from bellrock.people import Permission
from bellrock.web.agent.acting import must
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.people.guards import language_for


@post("/desk/conversations/{conversation_id:uuid}/drafting", name="desk.drafting", status_code=200)
async def drafting(house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]) -> Response[dict[str, Any]]:
    """Return a reply to begin with, and the articles it is from. Raises what `workbench.draft` raises."""
    must(agent, Permission.CONVERSATIONS_REPLY)
    await _look(house, agent, conversation_id, reason="draft")
    made = await workbench.draft(
        house.database,
        house.vault,
        house.llm,
        agent=agent,
        conversation_id=conversation_id,
        meaning=house.meaning,
        now=clock.now(),
    )
    return _answer(made, reader=made.language)


@post("/desk/conversations/{conversation_id:uuid}/summary", name="desk.summary", status_code=200)
async def summary(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]
) -> Response[dict[str, Any]]:
    """Return a summary in the agent's language, to keep as a note. Raises what `workbench.sum_up` raises."""
    must(agent, Permission.CONVERSATIONS_REPLY)
    await _look(house, agent, conversation_id, reason="summary")
    made = await workbench.sum_up(
        house.database,
        house.vault,
        house.llm,
        agent=agent,
        conversation_id=conversation_id,
        target=language_for(request, agent),
        now=clock.now(),
    )
    return _answer(made, reader=made.language)


async def _look(house: House, agent: people.Agent, conversation_id: UUID, *, reason: str) -> None:
    async with house.database.transaction() as tx:
        case = await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
        await access.look(
            tx,
            house.vault,
            agent=agent,
            what=access.Looked.CONVERSATION,
            customer_id=case.customer_id,
            conversation_id=case.id,
            reason=reason,
            now=core.clock.now(),
        )


def _answer(made: workbench.Draft, *, reader: str) -> Response[dict[str, Any]]:
    return Response(
        {
            "text": guard.render(made.text.text, i18n.translator(reader)),
            "language": made.language,
            "model": made.model,
            "sources": [{"title": card.title, "url": card.path} for card in made.articles],
        }
    )


routes = [drafting, summary]
