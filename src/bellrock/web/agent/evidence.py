"""The evidence behind a conclusion of the first line, as a file that a colleague can keep or pass on."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from bellrock import access, conversations, core
from bellrock.core import NotFound, Transaction, clock
from bellrock.house import House
from bellrock.people import Agent, Permission
from bellrock.web.agent.desk_types import AgentHere, HouseHere

_PAGES_MAX = 4


@get("/desk/conversations/{conversation_id:uuid}/evidence/{entry_id:uuid}", name="desk.evidence")
async def read_evidence(
    house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID], entry_id: FromPath[UUID]
) -> Response[str]:
    """Return what was concluded in an entry of a case that this agent may see, with the rows that it rests on, as JSON.

    Raises NotFound for an entry without any, or whose words were erased.
    """
    if Permission.CONVERSATIONS_VIEW not in agent.permissions:
        raise core.Refused
    async with house.database.transaction() as tx:
        case = await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
        entry = await _entry(tx, house, agent, case.id, entry_id)
        concluded = (entry.words or {}).get("diagnosis") or {}
        if not concluded.get("evidence"):
            raise NotFound
        await access.look(
            tx,
            house.vault,
            agent=agent,
            what=access.Looked.CONVERSATION,
            customer_id=case.customer_id,
            conversation_id=case.id,
            reason="evidence",
            now=clock.now(),
        )
    document = {"case": case.reference, "concluded_at": clock.rfc3339(entry.at), **concluded}
    return Response(
        json.dumps(document, ensure_ascii=False, indent=1),
        media_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="evidence-{case.reference}.json"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        },
    )


async def _entry(tx: Transaction, house: House, agent: Agent, case_id: UUID, entry_id: UUID) -> conversations.Entry:
    before: int | None = None
    for _ in range(_PAGES_MAX):
        page = await conversations.timeline(tx, house.vault, viewer=agent, conversation_id=case_id, before=before)
        for entry in page:
            if entry.id == entry_id:
                return entry
        before = next((entry.number for entry in page if entry.number is not None), None)
        if before is None:
            break
    raise NotFound


routes: list[Any] = [read_evidence]
