"""Macros: several steps under one name, shown before they are done, done all or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg.errors import ForeignKeyViolation
from psycopg.types.json import Jsonb

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.conversations import Conversation, Priority
from bellrock.core import Invalid, Refused, Transaction, new_id
from bellrock.guard import GuardedText, screen
from bellrock.people import Permission
from bellrock.workbench.canned import canned, filled, may_use, values_of
from bellrock.workbench.errors import BadMacro, MacroUnknown, VariablesMissing
from bellrock.workbench.sending import send
from bellrock.workbench.steps import Outcome, Step, outcome, read_steps
from bellrock.workbench.times import read_time

MACRO_SAVED = "workbench.macro_saved"
MACRO_REMOVED = "workbench.macro_removed"
MACRO_RUN = "workbench.macro_run"
NAME_MAX, MACROS_MAX = 80, 200


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro. `team_id` None: for everybody."""

    id: UUID
    name: str
    team_id: UUID | None
    steps: tuple[Step, ...]
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What a macro will do to a conversation now: its steps, the reply as the customer will read it, and the outcome.

    `missing` names variables of the reply that nobody knows; the agent fills them in before it runs.
    """

    macro: Macro
    reply: str | None
    reply_language: str
    missing: tuple[str, ...]
    until: datetime | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a macro runs: the agent's zone and language, the customer's zone where it is known, the exchange's name."""

    zone: ZoneInfo
    language: str
    customer_zone: ZoneInfo | None
    brand: str


async def save_macro(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    name: GuardedText,
    team_id: UUID | None,
    steps: Sequence[Step],
    by: people.Agent,
    now: datetime,
    macro_id: UUID | None = None,
) -> UUID:
    """Keep a macro, a new one without `macro_id`. Texts in its steps were screened. Raises BadMacro, MacroUnknown."""
    title = name.text.strip()
    if not 0 < len(title) <= NAME_MAX:
        raise BadMacro
    ordered = read_steps([asdict(step) for step in steps])
    id = macro_id or new_id()
    values = {"id": id, "name": title, "team": team_id, "steps": Jsonb([asdict(step) for step in ordered]), "now": now}
    try:
        async with tx.transaction():
            cursor = await tx.execute(_INSERT if macro_id is None else _UPDATE, values)
    except ForeignKeyViolation as error:
        raise Invalid from error
    if cursor.rowcount != 1:
        raise MacroUnknown
    await vaults.record(
        tx,
        vault,
        kind=MACRO_SAVED,
        at=now,
        actor=by.actor,
        data={"macro": str(id), "team": str(team_id) if team_id else None},
        words={"name": title, "steps": [asdict(step) for step in ordered]},
    )
    return id


async def remove_macro(
    tx: Transaction, vault: vaults.Vault, *, macro_id: UUID, by: people.Agent, now: datetime
) -> None:
    """Take a macro out of use. Raises MacroUnknown."""
    cursor = await tx.execute("UPDATE macros SET removed_at = %s WHERE id = %s AND removed_at IS NULL", (now, macro_id))
    if cursor.rowcount != 1:
        raise MacroUnknown
    await vaults.record(tx, vault, kind=MACRO_REMOVED, at=now, actor=by.actor, data={"macro": str(macro_id)})


async def macro(tx: Transaction, *, macro_id: UUID, viewer: people.Agent | None = None) -> Macro:
    """Return one macro that the viewer may run. Raises MacroUnknown."""
    cursor = await tx.execute(f"{_SELECT} AND id = %s", (macro_id,))
    row = await cursor.fetchone()
    found = _from_row(row) if row else None
    if found is None or (viewer is not None and not may_use(viewer, found.team_id)):
        raise MacroUnknown
    return found


async def macros(tx: Transaction, *, viewer: people.Agent | None = None) -> list[Macro]:
    """Return the macros that an agent may run, by name; all of them without a viewer."""
    cursor = await tx.execute(f"{_SELECT} ORDER BY name, id LIMIT %s", (MACROS_MAX,))
    found = [_from_row(row) for row in await cursor.fetchall()]
    return [item for item in found if viewer is None or may_use(viewer, item.team_id)]


async def preview(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: people.Agent,
    conversation_id: UUID,
    macro_id: UUID,
    setting: Setting,
    now: datetime,
) -> Plan:
    """Return what a macro will do, and change nothing. Raises ConversationUnknown, MacroUnknown, and what a step raises."""
    found = await macro(tx, macro_id=macro_id, viewer=by)
    case = await conversations.get(tx, viewer=by, conversation_id=conversation_id)
    return await _plan(tx, vault, by, case, found, setting, now)


async def run(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: people.Agent,
    conversation_id: UUID,
    macro_id: UUID,
    setting: Setting,
    now: datetime,
    client_key: str,
    last_seen_message_id: UUID | None = None,
    reply: GuardedText | None = None,
) -> Plan:
    """Carry out a macro in the caller's transaction, all of it or nothing; return the plan that was carried out.

    `reply` is its reply as the agent has put it in the preview. Raises Refused, VariablesMissing, AnsweredMeanwhile,
    and what a step raises.
    """
    if not by.may(Permission.CONVERSATIONS_REPLY):
        raise Refused
    found = await macro(tx, macro_id=macro_id, viewer=by)
    case = await conversations.lock(tx, viewer=by, conversation_id=conversation_id)
    plan = await _plan(tx, vault, by, case, found, setting, now)
    text = reply or (screen(plan.reply) if plan.reply is not None else None)
    if text is not None and reply is None and plan.missing:
        raise VariablesMissing
    await vaults.record(
        tx,
        vault,
        kind=MACRO_RUN,
        at=now,
        actor=by.actor,
        data={"macro": str(found.id)},
        subject_id=case.customer_id,
        customer_id=case.customer_id,
        conversation_id=case.id,
    )
    for step in found.steps:
        if step.do == "reply":
            assert text is not None
            await send(
                tx, vault, by=by, conversation_id=case.id, text=text, client_key=client_key,
                last_seen_message_id=last_seen_message_id, now=now,
            )  # fmt: skip
        else:
            await _carry_out(tx, vault, by, case, step, plan, now)
    return plan


async def _plan(
    tx: Transaction,
    vault: vaults.Vault,
    by: people.Agent,
    case: Conversation,
    found: Macro,
    setting: Setting,
    now: datetime,
) -> Plan:
    values = {step.do: step.value for step in found.steps}
    until = None
    if "snooze" in values:
        until = read_time(
            values["snooze"], now=now, zone=setting.zone, customer_zone=setting.customer_zone, language=setting.language
        ).at
    text, language, missing = None, "", tuple[str, ...]()
    if "reply" in values:
        item = await canned(tx, canned_id=UUID(values["reply"]), viewer=by)
        known = await values_of(tx, vault, agent=by, conversation_id=case.id, brand=setting.brand)
        language, said = filled(item, language=case.language, values=known)
        text, missing = said.text, said.missing
    team_id = case.team_id or await people.default_team_id(tx)
    result = outcome(case, found.steps, agent_id=by.id, until=until, default_team_id=team_id)
    return Plan(found, text, language, missing, until, result)


async def _carry_out(
    tx: Transaction, vault: vaults.Vault, by: people.Agent, case: Conversation, step: Step, plan: Plan, now: datetime
) -> None:
    who: dict[str, Any] = {"by": by, "conversation_id": case.id, "now": now}
    if step.do == "note":
        await conversations.note(tx, vault, text=screen(step.value), **who)
    elif step.do == "topic":
        await conversations.set_topic(tx, vault, topic=step.value, language=case.language, **who)
    elif step.do == "priority":
        await conversations.set_priority(tx, vault, priority=cast(Priority, step.value), **who)
    elif step.do == "label":
        await conversations.add_label(tx, vault, label_id=UUID(step.value), **who)
    elif step.do == "team":
        await conversations.assign(tx, vault, agent_id=None, team_id=UUID(step.value), **who)
    elif step.do == "assign":
        await conversations.assign(tx, vault, agent_id=by.id if step.value == "me" else None, **who)
    elif step.do == "snooze":
        assert plan.until is not None
        await conversations.snooze(tx, vault, until=plan.until, **who)
    else:
        await conversations.resolve(tx, vault, **who)


def _from_row(row: dict[str, Any]) -> Macro:
    return Macro(**{**row, "steps": read_steps(row["steps"])})


_SELECT = "SELECT id, name, team_id, steps, changed_at FROM macros WHERE removed_at IS NULL"
_INSERT = (
    "INSERT INTO macros (id, name, team_id, steps, changed_at) VALUES (%(id)s, %(name)s, %(team)s, %(steps)s, %(now)s)"
)
_UPDATE = (
    "UPDATE macros SET name = %(name)s, team_id = %(team)s, steps = %(steps)s, changed_at = %(now)s"
    " WHERE id = %(id)s AND removed_at IS NULL"
)
