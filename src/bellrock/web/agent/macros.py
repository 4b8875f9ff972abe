"""Macros in the console: listed, shown with everything they would do, and then run as shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from bellrock import conversations, core, workbench
from bellrock.core import N_
from bellrock.web.agent.acting import acting
from bellrock.web.agent.composing import Offers, moment_text
from bellrock.web.agent.desk import Desk, open_desk
from bellrock.web.agent.desk_types import AgentHere, AnyRequest, HouseHere
from bellrock.web.agent.names import PRIORITIES, topic_name
from bellrock.web.agent.snoozing import zone_of_customer
from bellrock.web.shared.branding import name_for
from bellrock.workbench import Moment, Plan, Setting, Step

_SAID = {
    "reply": N_("Send the reply below to the customer"),
    "resolve": N_("Resolve the conversation"),
    "note": N_("Leave a note: %(value)s"),
    "label": N_("Put on the label %(value)s"),
    "topic": N_("Set the topic to %(value)s"),
    "priority": N_("Set the priority to %(value)s"),
    "team": N_("Move it to the team %(value)s"),
    "snooze": N_("Snooze until %(value)s"),
}
_ASSIGNED = {"me": N_("Assign it to you"), "queue": N_("Put it back into the queue")}


@get("/desk/conversations/{conversation_id:uuid}/macros", name="desk.macros")
async def macros(house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID]) -> Offers:
    """Return the macros that this agent may run here. Raises ConversationUnknown."""
    async with house.database.transaction() as tx:
        await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
        found = await workbench.macros(tx, viewer=agent)
    return [{"id": str(item.id), "title": item.name} for item in found]


@get("/desk/conversations/{conversation_id:uuid}/macros/{macro_id:uuid}", name="desk.macro")
async def preview(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID], macro_id: FromPath[UUID]
) -> dict[str, Any]:
    """Say what a macro would do here, and do nothing. Raises ConversationUnknown, MacroUnknown, and what a step raises."""
    async with house.database.transaction() as tx:
        desk = await open_desk(tx, request, house, agent, counted=False)
        plan = await workbench.preview(
            tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            macro_id=macro_id,
            setting=await _setting(tx, desk, conversation_id),
            now=desk.reader.now,
        )
        names = {label.id: label.name for label in await conversations.labels(tx, with_retired=True)}
    return {
        "id": str(macro_id),
        "title": plan.macro.name,
        "steps": [_say(desk, step, plan, names) for step in plan.macro.steps],
        "reply": plan.reply,
        "lang": plan.reply_language,
        "missing": [desk.reader.gettext(workbench.VARIABLES[name]) for name in plan.missing],
        "leaves": plan.outcome.status in ("resolved", "snoozed"),
    }


@post("/desk/conversations/{conversation_id:uuid}/macros/{macro_id:uuid}", name="desk.run_macro", status_code=200)
async def run(
    request: AnyRequest, house: HouseHere, agent: AgentHere, conversation_id: FromPath[UUID], macro_id: FromPath[UUID]
) -> dict[str, str]:
    """Do what the preview said, all or nothing. Raises as `preview`, VariablesMissing, AnsweredMeanwhile."""
    async with acting(request, house, agent, conversation_id) as act:
        plan = await workbench.run(
            act.tx,
            house.vault,
            by=agent,
            conversation_id=conversation_id,
            macro_id=macro_id,
            setting=await _setting(act.tx, await act.desk(), conversation_id),
            now=act.now,
            client_key=act.client_key or str(core.new_id()),
            last_seen_message_id=act.id("seen"),
            reply=act.text("reply") if act.field("reply") else None,
        )
    return {"status": plan.outcome.status}


async def _setting(tx: core.Transaction, desk: Desk, conversation_id: UUID) -> Setting:
    case = await conversations.get(tx, viewer=desk.agent, conversation_id=conversation_id)
    return Setting(
        zone=desk.reader.zone,
        language=desk.reader.language,
        customer_zone=await zone_of_customer(tx, desk.reader, conversation_id),
        brand=name_for(desk.house, case.brand_id),
    )


def _say(desk: Desk, step: Step, plan: Plan, labels: dict[UUID, str]) -> str:
    reader = desk.reader
    _ = reader.gettext
    if step.do == "assign":
        return _(_ASSIGNED[step.value])
    value = step.value
    if step.do == "priority":
        value = _(PRIORITIES[step.value])
    elif step.do == "topic":
        value = topic_name(step.value, reader.language)
    elif step.do == "team":
        value = reader.team(step.value)
    elif step.do == "label":
        value = labels.get(UUID(step.value), "")
    elif step.do == "snooze" and plan.until is not None:
        value = moment_text(reader, Moment(plan.until, reader.zone, False))
    return _(_SAID[step.do]) % {"value": value} if "%(value)s" in _SAID[step.do] else _(_SAID[step.do])


routes = [macros, preview, run]
