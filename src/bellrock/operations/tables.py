"""Which tables an export holds, which it leaves out and why, and how what is sealed in them is opened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from bellrock import channels, people
from bellrock import vault as vaults
from bellrock.core import Transaction, clock

Row = dict[str, Any]

# Everything else is exported. A test asks for a new table's place here or there.
LEFT_OUT: Mapping[str, str] = {
    **dict.fromkeys(
        ("journal", "journal_inbox", "records"), "exported as facts.jsonl, each fact with its words opened"
    ),
    **dict.fromkeys(
        ("subject_keys", "sealed_files", "keyring_marks"), "keys, which open nothing outside this house"
    ),
    **dict.fromkeys(
        (
            "agent_sessions",
            "widget_sessions",
            "visitor_secrets",
            "agent_links",
            "recovery_codes",
            "sign_in_failures",
            "case_links",
            "sent_forms",
            "api_tokens",
            "api_results",
            "push_subscriptions",
            "webhook_endpoints",
            "webhook_deliveries",
        ),
        "secrets, or hashes of them, that would let somebody in",
    ),
    **dict.fromkeys(
        ("ledger_logs", "ledger_tiles", "ledger_checkpoints", "sequencer", "cursors", "parked"),
        "the machinery of the record; checkpoints and receipts are taken by `bellrock ledger`",
    ),
    **dict.fromkeys(
        ("drafts", "held_replies", "reply_originals"), "what colleagues have not sent"
    ),
    **dict.fromkeys(
        (
            "agent_presence",
            "article_vectors",
            "recent_looks",
            "rate_levels",
            "rate_refusals",
            "inbox_counts",
            "inbox_moves",
            "case_reads",
            "alembic_version",
            "procrastinate_jobs",
            "procrastinate_events",
            "procrastinate_workers",
            "procrastinate_periodic_defers",
        ),
        "of the moment, made anew by itself",
    ),
}  # fmt: skip
_HIDDEN = frozenset({"password_hash", "authenticator", "authenticator_step", "tokens", "wrapped_key"})

Opener = Callable[[Transaction, vaults.Vault, Sequence[Row]], Awaitable[None]]


async def exported_tables(tx: Transaction) -> dict[str, list[str]]:
    """Return every table that an export holds with the columns of its key, in order of name."""
    cursor = await tx.execute(
        "SELECT c.relname AS name, array_agg(a.attname ORDER BY k.place) FILTER (WHERE a.attname IS NOT NULL) AS key"
        " FROM pg_class c LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
        " LEFT JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place) ON true"
        " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " GROUP BY c.relname ORDER BY c.relname"
    )
    return {row["name"]: row["key"] or [] for row in await cursor.fetchall() if row["name"] not in LEFT_OUT}


async def read_rows(
    tx: Transaction, vault: vaults.Vault, table: str, key: Sequence[str], *, after: Sequence[Any] | None, limit: int
) -> list[Row]:
    """Return rows of a table behind a key, in order of the key, with what is sealed opened and hashes left out."""
    columns = ", ".join(f'"{name}"' for name in key)
    places = ", ".join(f"%({name})s" for name in key)
    where = f"WHERE ({columns}) > ({places})" if after is not None else ""
    cursor = await tx.execute(
        f'SELECT * FROM "{table}" {where} ORDER BY {columns} LIMIT %(__limit)s',
        {**dict(zip(key, after or (), strict=False)), "__limit": limit},
    )
    rows = await cursor.fetchall()
    if table in _OPENERS and rows:
        await _OPENERS[table](tx, vault, rows)
    return rows


def plain_row(row: Row) -> Row:
    """Return a row as JSON has it. Bytes (hashes, fingerprints, sealed words nobody opened) are left out."""
    return {name: plain(value) for name, value in row.items() if not isinstance(value, bytes) and name not in _HIDDEN}


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, datetime):
        return clock.rfc3339(value)
    if isinstance(value, UUID | date | time | timedelta | Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


async def _open_customers(tx: Transaction, vault: vaults.Vault, rows: Sequence[Row]) -> None:
    profiles = await people.profiles(tx, vault, ids=[row["id"] for row in rows if row["profile"] is not None])
    for row in rows:
        profile = profiles.get(row["id"])
        row["profile"] = asdict(profile) if profile is not None else None


async def _open_agents(tx: Transaction, vault: vaults.Vault, rows: Sequence[Row]) -> None:
    for row in rows:
        try:
            sealed = bytes(row["email"])
            content = await vault.open_bytes(
                tx, object_id=row["id"], subject_id=row["id"], purpose="email", sealed=sealed
            )
            row["email"] = content.decode()
        except (vaults.SubjectShredded, vaults.SubjectMissing, vaults.Tampered):
            row["email"] = None


async def _open_attachments(tx: Transaction, vault: vaults.Vault, rows: Sequence[Row]) -> None:
    for row in rows:
        try:
            row["name"] = await channels.open_name(tx, vault, row)
        except (vaults.SubjectShredded, vaults.Shredded):
            row["name"] = None


_OPENERS: Mapping[str, Opener] = {
    "customers": _open_customers,
    "agents": _open_agents,
    "attachments": _open_attachments,
}
