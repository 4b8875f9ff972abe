"""Canned replies: a short name, a text in each language, for one team or all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.errors import ForeignKeyViolation, UniqueViolation

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.core import Invalid, Transaction, new_id
from bellrock.guard import GuardedText
from bellrock.people import Permission
from bellrock.workbench.errors import BadCanned, CannedUnknown, ShortcutTaken
from bellrock.workbench.variables import SOURCES, Filled, fill

CANNED_SAVED = "workbench.canned_saved"
CANNED_REMOVED = "workbench.canned_removed"
TITLE_MAX, BODY_MAX, CANNED_MAX = 120, 10_000, 500
_SHORTCUT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class CannedText:
    """Title and text in one language."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Canned:
    """A canned reply. `team_id` None: for everybody."""

    id: UUID
    shortcut: str
    team_id: UUID | None
    texts: Mapping[str, CannedText]
    changed_at: datetime

    def variant(self, language: str) -> tuple[str, CannedText]:
        """Return (language, text) for a reader: theirs, else one of the same tongue, else English, else any."""
        tongue = language.split("-")[0]
        for code in (language, *sorted(code for code in self.texts if code.split("-")[0] == tongue), "en"):
            if code in self.texts:
                return code, self.texts[code]
        code = min(self.texts)
        return code, self.texts[code]


async def save_canned(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    shortcut: str,
    team_id: UUID | None,
    texts: Mapping[str, tuple[GuardedText, GuardedText]],
    by: people.Agent,
    now: datetime,
    canned_id: UUID | None = None,
) -> UUID:
    """Keep a canned reply, a new one without `canned_id`; `texts` holds (title, body) by language.

    Raises BadCanned, ShortcutTaken, CannedUnknown.
    """
    name = shortcut.strip().lstrip("#").lower()
    fits = all(
        0 < len(title.text.strip()) <= TITLE_MAX and 0 < len(body.text.strip()) <= BODY_MAX
        for title, body in texts.values()
    )
    if not texts or not fits or not _SHORTCUT.fullmatch(name):
        raise BadCanned
    id = canned_id or new_id()
    try:
        async with tx.transaction():
            if canned_id is None:
                await tx.execute(
                    "INSERT INTO canned_replies (id, shortcut, team_id, changed_at) VALUES (%s, %s, %s, %s)",
                    (id, name, team_id, now),
                )
            else:
                await _change(tx, id, name, team_id, now)
    except UniqueViolation as error:
        raise ShortcutTaken from error
    except ForeignKeyViolation as error:
        raise Invalid from error
    await tx.execute("DELETE FROM canned_texts WHERE canned_id = %s", (id,))
    for language, (title, body) in texts.items():
        await tx.execute(
            "INSERT INTO canned_texts (canned_id, language, title, body) VALUES (%s, %s, %s, %s)",
            (id, language, title.text.strip(), body.text.strip()),
        )
    await vaults.record(
        tx,
        vault,
        kind=CANNED_SAVED,
        at=now,
        actor=by.actor,
        data={"canned": str(id), "shortcut": name, "team": str(team_id) if team_id else None},
        words={
            "texts": {
                language: {"title": title.text.strip(), "body": body.text.strip()}
                for language, (title, body) in texts.items()
            }
        },
    )
    return id


async def remove_canned(
    tx: Transaction, vault: vaults.Vault, *, canned_id: UUID, by: people.Agent, now: datetime
) -> None:
    """Take a canned reply out of use. Raises CannedUnknown."""
    cursor = await tx.execute(
        "UPDATE canned_replies SET removed_at = %s WHERE id = %s AND removed_at IS NULL", (now, canned_id)
    )
    if cursor.rowcount != 1:
        raise CannedUnknown
    await vaults.record(tx, vault, kind=CANNED_REMOVED, at=now, actor=by.actor, data={"canned": str(canned_id)})


async def canned(tx: Transaction, *, canned_id: UUID, viewer: people.Agent | None = None) -> Canned:
    """Return one canned reply, that the viewer may use. Raises CannedUnknown."""
    for found in await _read(tx, "r.id = %(id)s", {"id": canned_id}):
        if viewer is None or may_use(viewer, found.team_id):
            return found
    raise CannedUnknown


async def all_canned(tx: Transaction, *, viewer: people.Agent | None = None) -> list[Canned]:
    """Return the canned replies that an agent may use, by short name; all of them without a viewer."""
    return [item for item in await _read(tx, "TRUE", {}) if viewer is None or may_use(viewer, item.team_id)]


def matching(found: Sequence[Canned], *, words: str, language: str, limit: int) -> list[Canned]:
    """Return those whose short name or title holds every word, short names that begin so first."""
    parts = words.casefold().split()

    def rank(item: Canned) -> int | None:
        title = item.variant(language)[1].title.casefold()
        if not all(part in item.shortcut or part in title for part in parts):
            return None
        return 0 if parts and item.shortcut.startswith(parts[0]) else 1

    ranked = [(rank(item), item.shortcut, item) for item in found]
    fitting = sorted((place, name, item) for place, name, item in ranked if place is not None)
    return [item for _, _, item in fitting[:limit]]


async def values_of(
    tx: Transaction, vault: vaults.Vault, *, agent: people.Agent, conversation_id: UUID, brand: str
) -> dict[str, str]:
    """Return what the variables stand for in a conversation; those that are not known are absent.

    Raises ConversationUnknown.
    """
    case = await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
    profile = await people.profile(tx, vault, customer_id=case.customer_id)
    known = await conversations.collected(tx, vault, viewer=agent, conversation_id=conversation_id)
    values = {"reference": case.reference, "agent_name": agent.name, "brand": brand}
    if profile.name:
        values["customer_name"] = profile.name
    for variable, names in SOURCES.items():
        found = next((known[name] for name in names if known.get(name)), None)
        if found:
            values[variable] = found
    return values


def filled(item: Canned, *, language: str, values: Mapping[str, str]) -> tuple[str, Filled]:
    """Return (language, text) of a canned reply for a customer, with its variables filled in."""
    code, text = item.variant(language)
    return code, fill(text.body, values)


def may_use(agent: people.Agent, team_id: UUID | None) -> bool:
    """Say whether what belongs to a team is for this agent."""
    return team_id is None or team_id in agent.team_ids or agent.may(Permission.CONVERSATIONS_VIEW_ALL)


async def _change(tx: Transaction, id: UUID, name: str, team_id: UUID | None, now: datetime) -> None:
    cursor = await tx.execute(
        "UPDATE canned_replies SET shortcut = %s, team_id = %s, changed_at = %s WHERE id = %s AND removed_at IS NULL",
        (name, team_id, now, id),
    )
    if cursor.rowcount != 1:
        raise CannedUnknown


async def _read(tx: Transaction, condition: str, parameters: dict[str, Any]) -> list[Canned]:
    cursor = await tx.execute(
        "SELECT r.id, r.shortcut, r.team_id, r.changed_at, jsonb_object_agg(t.language,"
        " jsonb_build_object('title', t.title, 'body', t.body)) AS texts"
        " FROM (SELECT * FROM canned_replies r WHERE r.removed_at IS NULL AND "
        f"{condition} ORDER BY r.shortcut LIMIT %(most)s) r"
        " JOIN canned_texts t ON t.canned_id = r.id GROUP BY r.id, r.shortcut, r.team_id, r.changed_at ORDER BY r.shortcut",
        {"most": CANNED_MAX, **parameters},
    )
    return [
        Canned(**{**row, "texts": {code: CannedText(**text) for code, text in row["texts"].items()}})
        for row in await cursor.fetchall()
    ]
