"""Saved views: a list's filters and order under a name, for oneself, for a team, or for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.core import Refused, Transaction, new_id
from bellrock.guard import GuardedText
from bellrock.people import Permission
from bellrock.workbench.errors import BadViewName, TooManyViews, ViewUnknown

NAME_MAX = 60
OWN_MAX = 30
SHOWN_MAX = 60

# What an agent has: their own, those for everybody, those of their teams. A lead, who looks after all, has all shared ones.
_THEIRS = "(v.owner_id = %(me)s OR (v.is_shared AND (v.team_id IS NULL OR v.team_id = ANY(%(teams)s) OR %(all)s)))"
_COLUMNS = "v.id, v.owner_id, v.name, v.key, v.is_shared, v.team_id, v.saved_at"


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view with a name. It says which conversations to list, never whose one may see: that stays the reader's own."""

    id: UUID
    owner_id: UUID
    name: str
    key: str
    is_shared: bool
    team_id: UUID | None
    saved_at: datetime

    def may_change(self, agent: people.Agent) -> bool:
        """Say whether an agent may replace or remove it: its owner, and of shared ones a lead."""
        return self.owner_id == agent.id or (self.is_shared and Permission.CONVERSATIONS_ASSIGN in agent.permissions)


async def save_view(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    by: people.Agent,
    name: GuardedText,
    key: str,
    now: datetime,
    is_shared: bool = False,
    team_id: UUID | None = None,
) -> SavedView:
    """Keep a view; one of the same owner and name is replaced.

    Anybody may share with a team of theirs; with everybody whoever gives conversations to others. Raises Invalid for a
    strange key, BadViewName, TooManyViews, Refused.
    """
    selection = conversations.selection_of(key)
    text = " ".join(name.text.split())
    if not 1 <= len(text) <= NAME_MAX:
        raise BadViewName
    if is_shared and team_id not in by.team_ids and Permission.CONVERSATIONS_ASSIGN not in by.permissions:
        raise Refused
    cursor = await tx.execute("SELECT id, name FROM saved_views WHERE owner_id = %s FOR UPDATE", (by.id,))
    held = {row["name"]: row["id"] for row in await cursor.fetchall()}
    if text not in held and len(held) >= OWN_MAX:
        raise TooManyViews
    view = SavedView(
        held.get(text, new_id()), by.id, text, selection.key, is_shared, team_id if is_shared else None, now
    )
    await tx.execute(
        "INSERT INTO saved_views (id, owner_id, name, key, is_shared, team_id, saved_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO UPDATE SET key = excluded.key,"
        " is_shared = excluded.is_shared, team_id = excluded.team_id, saved_at = excluded.saved_at",
        (view.id, view.owner_id, view.name, view.key, view.is_shared, view.team_id, view.saved_at),
    )
    words = {"name": view.name, "key": view.key}
    await vaults.record(
        tx, vault, kind="workbench.view_saved", at=now, actor=by.actor, data=_data(view), words=words
    )  # fmt: skip
    return view


async def remove_view(
    tx: Transaction, vault: vaults.Vault, *, by: people.Agent, view_id: UUID, now: datetime
) -> SavedView:
    """Remove a view. Raises ViewUnknown for one that this agent does not have, Refused for one that is not theirs."""
    view = await saved_view(tx, agent=by, view_id=view_id)
    if not view.may_change(by):
        raise Refused
    await tx.execute("DELETE FROM saved_views WHERE id = %s", (view.id,))
    await vaults.record(tx, vault, kind="workbench.view_removed", at=now, actor=by.actor, data=_data(view))
    return view


async def saved_views(tx: Transaction, *, agent: people.Agent) -> list[SavedView]:
    """Return the views an agent has: their own first, then shared ones, each by name."""
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM saved_views v WHERE {_THEIRS}"
        " ORDER BY v.owner_id <> %(me)s, lower(v.name), v.id LIMIT %(most)s",
        {**_reader(agent), "most": SHOWN_MAX},
    )
    return [SavedView(**row) for row in await cursor.fetchall()]


async def saved_view(tx: Transaction, *, agent: people.Agent, view_id: UUID) -> SavedView:
    """Return one of an agent's views. Raises ViewUnknown."""
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM saved_views v WHERE v.id = %(id)s AND {_THEIRS}", {**_reader(agent), "id": view_id}
    )
    row = await cursor.fetchone()
    if row is None:
        raise ViewUnknown
    return SavedView(**row)


def _reader(agent: people.Agent) -> dict[str, Any]:
    sees_all = Permission.CONVERSATIONS_ASSIGN in agent.permissions
    return {"me": agent.id, "teams": list(agent.team_ids), "all": sees_all}


def _data(view: SavedView) -> dict[str, Any]:
    return {"view": str(view.id), "shared": view.is_shared, "team": str(view.team_id) if view.team_id else None}
