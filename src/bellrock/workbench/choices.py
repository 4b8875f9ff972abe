"""What each agent chose for their desk: keys, seconds to undo, sounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from bellrock import people
from bellrock.core import Invalid, Transaction
from bellrock.workbench.errors import KeyTaken
from bellrock.workbench.mentions import UNSEEN
from bellrock.workbench.sending import HOLD_CHOICES, HOLD_DEFAULT

KEYS: Mapping[str, str] = {
    "next": "KeyJ",
    "previous": "KeyK",
    "open": "Enter",
    "resolve": "KeyE",
    "reply": "KeyR",
    "note": "KeyN",
    "assign": "KeyA",
    "snooze": "KeyS",
    "priority": "KeyP",
    "label": "KeyL",
    "macro": "KeyM",
    "undo": "KeyZ",
    "original": "KeyO",
    "select": "KeyX",
    "suggest": "KeyI",
    "focus": "KeyF",
    "search": "Slash",
    "filters": "Shift+KeyF",
    "help": "Shift+Slash",
}
"""Single keys by what they do, as places on the keyboard (`KeyboardEvent.code`), so that they work on any layout."""

_CODE = re.compile(r"(?:Shift\+)?(?:Key[A-Z]|Digit[0-9]|Slash|Comma|Period|Semicolon|Quote|Minus|Equal|Backquote"
                   r"|Bracket(?:Left|Right)|Backslash|IntlBackslash|Enter|F[1-9])")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choices:
    """An agent's desk. `keys` holds only what differs from KEYS; an empty code switches that key off."""

    keys: Mapping[str, str] = field(default_factory=dict)
    hold_seconds: int = HOLD_DEFAULT
    sounds: bool = True

    @property
    def key_map(self) -> dict[str, str]:
        """Return the code of every action's key."""
        return {**KEYS, **self.keys}


async def choices(tx: Transaction, *, agent_id: UUID) -> Choices:
    """Return what an agent chose; what they did not is as it comes."""
    cursor = await tx.execute("SELECT choices FROM desk_choices WHERE agent_id = %s", (agent_id,))
    row = await cursor.fetchone()
    return _choices(row["choices"]) if row else Choices()


async def desk_of(tx: Transaction, *, agent: people.Agent) -> tuple[Choices, int]:
    """Return what `choices` and `unseen_mentions` do, in one journey: what every page of an agent's console says."""
    cursor = await tx.execute(
        f"SELECT (SELECT choices FROM desk_choices WHERE agent_id = %(agent)s) AS choices, ({UNSEEN}) AS mentions",
        {"agent": agent.id},
    )
    row = await cursor.fetchone()
    assert row is not None
    return _choices(row["choices"] or {}), int(row["mentions"])


def _choices(kept: Mapping[str, Any]) -> Choices:
    keys = {name: code for name, code in kept.get("keys", {}).items() if name in KEYS}
    return Choices(keys, int(kept.get("hold_seconds", HOLD_DEFAULT)), bool(kept.get("sounds", True)))


async def choose(
    tx: Transaction,
    *,
    agent_id: UUID,
    key: tuple[str, str] | None = None,
    hold_seconds: int | None = None,
    sounds: bool | None = None,
    reset_keys: bool = False,
) -> Choices:
    """Change what an agent chose and return all of it; what is None stays. `key` is (action, code).

    Raises KeyTaken when another action has the key or it cannot be one, Invalid for what is not on offer.
    """
    await tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('choices:' || %s::text, 0))", (agent_id,))
    now = await choices(tx, agent_id=agent_id)
    if reset_keys:
        now = replace(now, keys={})
    if key is not None:
        now = replace(now, keys=_remapped(now, *key))
    if hold_seconds is not None:
        if hold_seconds not in HOLD_CHOICES:
            raise Invalid
        now = replace(now, hold_seconds=hold_seconds)
    if sounds is not None:
        now = replace(now, sounds=sounds)
    await tx.execute(
        "INSERT INTO desk_choices (agent_id, choices) VALUES (%s, %s)"
        " ON CONFLICT (agent_id) DO UPDATE SET choices = EXCLUDED.choices",
        (agent_id, Jsonb(asdict(now))),
    )
    return now


def _remapped(now: Choices, name: str, code: str) -> dict[str, str]:
    if name not in KEYS:
        raise Invalid
    if code and not _CODE.fullmatch(code):
        raise KeyTaken
    if code and any(other != name and taken == code for other, taken in now.key_map.items()):
        raise KeyTaken
    keys = {**now.keys, name: code}
    return {action: chosen for action, chosen in keys.items() if chosen != KEYS[action]}
