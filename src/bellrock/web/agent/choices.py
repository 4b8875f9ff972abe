"""What this agent chose for their desk: keys, seconds to undo, sounds."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import put
from litestar.params import JSONBody

from bellrock import core, workbench
from bellrock.web.agent.chosen import shown
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.people.guards import language_for


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be another way; what is left out stays. `key` is (action, place on the keyboard)."""

    key: tuple[str, str] | None = None
    reset_keys: bool = False
    hold_seconds: int | None = None
    sounds: bool | None = None


@put("/desk/choices", name="desk.choices")
async def change(request: AnyRequest, house: HouseHere, agent: AgentHere, data: JSONBody[Change]) -> dict[str, Any]:
    """Change a choice and return all of them. Raises KeyTaken, Invalid."""
    async with house.database.transaction() as tx:
        chosen = await workbench.choose(
            tx,
            agent_id=agent.id,
            key=data.key,
            reset_keys=data.reset_keys,
            hold_seconds=data.hold_seconds,
            sounds=data.sounds,
        )
    return shown(chosen, core.i18n.translator(language_for(request, agent)))


routes = [change]
