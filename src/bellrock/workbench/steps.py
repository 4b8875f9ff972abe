"""The steps of a macro, as data, and what they make of a conversation: a pure function, so that a preview is the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from bellrock.conversations import PRIORITIES, Conversation
from bellrock.core import Conflict
from bellrock.workbench.errors import BadMacro

Does = Literal["reply", "note", "label", "topic", "priority", "team", "assign", "snooze", "resolve"]
DOES: tuple[Does, ...] = get_args(Does)
"""What a step can do, in the order in which steps are carried out: words first, the end of the case last."""
STEPS_MAX = 12
VALUE_MAX = 4_000
_REPEATED: frozenset[str] = frozenset({"note", "label"})
_ASSIGN = ("me", "queue")


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `value` is a canned reply's id, a note's text, a label's id, a topic, a priority, a team's id, `me` or `queue`,
    a time in words, or nothing."""

    do: Does
    value: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a conversation will be after a macro."""

    status: str
    holder: str
    priority: str
    topic: str | None
    team_id: UUID | None
    assignee_id: UUID | None
    snoozed_until: datetime | None
    messages: int
    notes: int
    labels: tuple[str, ...]


def read_steps(given: Sequence[Any]) -> tuple[Step, ...]:
    """Return steps of what a form or the database holds, in the order in which they are carried out. Raises BadMacro."""
    steps = []
    for item in given:
        do, value = str(item.get("do", "")), str(item.get("value", "")).strip()
        if do not in DOES or len(value) > VALUE_MAX or (not value and do != "resolve"):
            raise BadMacro
        steps.append(Step(do, value))
    once = [step.do for step in steps if step.do not in _REPEATED]
    ends = {"snooze", "resolve"} <= set(once)
    moves = {"team", "assign"} <= set(once)
    if not 0 < len(steps) <= STEPS_MAX or len(once) != len(set(once)) or ends or moves:
        raise BadMacro
    for step in steps:
        _check(step)
    return tuple(sorted(steps, key=lambda step: DOES.index(step.do)))


def outcome(
    case: Conversation, steps: Sequence[Step], *, agent_id: UUID, until: datetime | None, default_team_id: UUID
) -> Outcome:
    """Return what these steps make of a conversation. `until` is when a snooze ends. Raises Conflict for a resolved one."""
    if not case.is_open:
        raise Conflict
    result = Outcome(
        status=case.status,
        holder=case.holder,
        priority=case.priority,
        topic=case.topic,
        team_id=case.team_id,
        assignee_id=case.assignee_id,
        snoozed_until=case.snoozed_until,
        messages=0,
        notes=0,
        labels=(),
    )
    for step in steps:
        result = _after(result, step, agent_id, until, default_team_id)
    return result


def _after(before: Outcome, step: Step, agent_id: UUID, until: datetime | None, default_team_id: UUID) -> Outcome:
    if step.do == "reply":
        taken = before if before.assignee_id else _held_by(before, agent_id, default_team_id)
        return replace(taken, status="waiting", snoozed_until=None, messages=before.messages + 1)
    if step.do == "note":
        return replace(before, notes=before.notes + 1)
    if step.do == "label":
        return replace(before, labels=(*before.labels, step.value))
    if step.do == "topic":
        return replace(before, topic=step.value)
    if step.do == "priority":
        return replace(before, priority=step.value)
    if step.do == "team":
        return replace(before, holder="queue", assignee_id=None, team_id=UUID(step.value))
    if step.do == "assign":
        return _held_by(before, agent_id if step.value == "me" else None, default_team_id)
    if step.do == "snooze":
        return replace(before, status="snoozed", snoozed_until=until)
    return replace(before, status="resolved", snoozed_until=None)


def _held_by(before: Outcome, agent_id: UUID | None, default_team_id: UUID) -> Outcome:
    return replace(
        before,
        holder="agent" if agent_id else "queue",
        assignee_id=agent_id,
        team_id=before.team_id or default_team_id,
    )


def _check(step: Step) -> None:
    if step.do == "priority" and step.value not in PRIORITIES:
        raise BadMacro
    if step.do == "assign" and step.value not in _ASSIGN:
        raise BadMacro
    if step.do in ("reply", "team", "label"):
        try:
            UUID(step.value)
        except ValueError as error:
            raise BadMacro from error
