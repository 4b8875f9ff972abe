"""audit.found: 200 random edits behind the product's back, by direct SQL; how many of them the audit finds."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bellrock import ledger
from bellrock.bench.furnished import Furnished, furnished
from bellrock.bench.report import Figure
from bellrock.core import Transaction
from bellrock.wiring import projections

EDITS = 200
_CONVERSATIONS = 25
_SETS = {
    "everything": (
        "journal",
        "sequencer",
        "records",
        "subject_keys",
        "messages",
        "conversations",
        "ledger_logs",
        "ledger_tiles",
        "ledger_checkpoints",
    ),
    "record": ("records", "subject_keys"),
    "keys": ("subject_keys",),
    "journal": ("journal", "sequencer"),
    "tree": ("ledger_logs", "ledger_tiles", "ledger_checkpoints"),
    "checkpoints": ("ledger_checkpoints",),
    "screens": ("messages", "conversations"),
    "messages": ("messages",),
    "conversations": ("conversations",),
}
_BYTES = "set_bit({0}, {1} % (octet_length({0}) * 8), 1 - get_bit({0}, {1} % (octet_length({0}) * 8)))"


@dataclass(frozen=True)
class Edit:
    """What is done to the database, in SQL, and the kind it counts under."""

    kind: str
    statements: tuple[str, ...]


def measure(folder: Path, *, edits: int = EDITS, seed: int | None = None) -> list[Figure]:
    """Return the figure audit.found. Each edit is made, audited and taken back; the kinds come in equal numbers."""
    return asyncio.run(_measure(folder, edits, seed))


async def _measure(folder: Path, edits: int, seed: int | None) -> list[Figure]:
    async with furnished(folder, seed=seed) as here:
        await here.converse(_CONVERSATIONS)
        await _keep_older(here)
        for _ in range(3):
            await here.converse(_CONVERSATIONS // 3)
        if await _findings(here, ()):
            raise RuntimeError("the audit finds something before anything was edited")
        missed: Counter[str] = Counter()
        for number in range(edits):
            edit = KINDS[number % len(KINDS)](here.chance)
            if not await _findings(here, edit.statements):
                missed[edit.kind] += 1
                sys.stderr.write(f"not found: {edit.kind}: {'; '.join(edit.statements)}\n")
    note = f"{len(KINDS)} kinds" + (f", missed: {dict(missed)}" if missed else "")
    return [Figure("audit.found", edits - sum(missed.values()), "", edits, sense="least", note=note)]


async def _findings(here: Furnished, statements: tuple[str, ...]) -> list[ledger.Finding]:
    """Audit the database as it is after these statements, and take them back."""
    outside = await ledger.read_outside(here.house.settings.checkpoints_folder)
    connection = await here.house.database.connect()
    try:
        # As its owner could: without triggers and foreign keys.
        await connection.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            await _execute(connection, statement)
        report = await ledger.audit_in(connection, here.house.vault, outside, projections())
        return report.findings
    finally:
        await connection.rollback()
        await connection.close()
        here.house.vault.subjects.forget_all()


async def _execute(connection: Transaction, statement: str) -> None:
    cursor = await connection.execute(statement)
    if statement.startswith(("UPDATE", "DELETE", "INSERT")) and cursor.rowcount == 0:
        raise RuntimeError(f"an edit that changes nothing: {statement}")


async def _keep_older(here: Furnished) -> None:
    async with here.house.database.transaction() as tx:
        await tx.execute("CREATE SCHEMA older")
        for table in dict.fromkeys(table for tables in _SETS.values() for table in tables):
            await tx.execute(f"CREATE TABLE older.{table} AS SELECT * FROM {table}")


def _row(chance: Random, table: str, where: str = "TRUE") -> str:
    """Return the condition that names one row by chance."""
    skip = chance.randrange(10_000)
    return (
        f"ctid = (SELECT ctid FROM {table} WHERE {where} ORDER BY 1 OFFSET {skip} %"
        f" (SELECT count(*) FROM {table} WHERE {where}) LIMIT 1)"
    )


def _flip(chance: Random, column: str) -> str:
    return f"{column} = " + _BYTES.format(column, chance.randrange(1 << 30))


def _record(chance: Random) -> Edit:
    column = chance.choice(("sealed", "wrapped_key"))
    return Edit("record", (f"UPDATE records SET {_flip(chance, column)} WHERE {_row(chance, 'records')}",))


def _salt(chance: Random) -> Edit:
    return Edit("salt", (f"UPDATE records SET {_flip(chance, 'salt')} WHERE {_row(chance, 'records')}",))


def _leaf(chance: Random) -> Edit:
    """One bit of a leaf: in the record, in the journal, or the same in both."""
    flip = _flip(chance, "leaf")
    row = f"id = (SELECT id FROM records WHERE {_row(chance, 'records')})"
    tables = chance.choice((("records",), ("journal",), ("records", "journal")))
    return Edit("leaf", tuple(f"UPDATE {table} SET {flip} WHERE {row}" for table in tables))


def _tile(chance: Random) -> Edit:
    row = _row(chance, "ledger_tiles")
    return Edit(
        "tile",
        chance.choice(
            (
                (f"UPDATE ledger_tiles SET {_flip(chance, 'hashes')} WHERE {row}",),
                (f"UPDATE ledger_tiles SET hashes = overlay(hashes placing sha256(hashes) from 1) WHERE {row}",),
                (f"DELETE FROM ledger_tiles WHERE {row}",),
            )
        ),
    )


def _checkpoint(chance: Random) -> Edit:
    row = _row(chance, "ledger_checkpoints")
    return Edit(
        "checkpoint",
        chance.choice(
            (
                (f"UPDATE ledger_checkpoints SET {_flip(chance, 'root')} WHERE {row}",),
                (f"UPDATE ledger_checkpoints SET size = size - 1 WHERE {row}",),
                (
                    f"UPDATE ledger_checkpoints SET note = overlay(note placing '~' from {chance.randint(1, 90)})"
                    f" WHERE {row}",
                ),
                (f"DELETE FROM ledger_checkpoints WHERE {row}",),
            )
        ),
    )


def _deleted(chance: Random) -> Edit:
    table = chance.choice(("records", "journal", "messages", "conversations", "subject_keys"))
    where = "key_id IN (SELECT key_id FROM subject_keys k JOIN records USING (subject_id, retention))"
    return Edit(
        "deleted",
        (f"DELETE FROM {table} WHERE {_row(chance, table, where if table == 'subject_keys' else 'TRUE')}",),
    )


def _deleted_everywhere(chance: Random) -> Edit:
    """A message is taken out of every table, and the journal closed up behind it."""
    pick = _row(chance, "messages")
    return Edit(
        "deleted everywhere",
        (
            f"CREATE TEMP TABLE gone ON COMMIT DROP AS SELECT id, number FROM journal"
            f" WHERE id = (SELECT id FROM messages WHERE {pick})",
            "DELETE FROM messages WHERE id IN (SELECT id FROM gone)",
            "DELETE FROM records WHERE id IN (SELECT id FROM gone)",
            "DELETE FROM journal WHERE id IN (SELECT id FROM gone)",
            "CREATE TEMP TABLE closed ON COMMIT DROP AS SELECT * FROM journal"
            " WHERE log = 'records' AND number > (SELECT number FROM gone)",
            "DELETE FROM journal WHERE id IN (SELECT id FROM closed)",
            "UPDATE sequencer SET next = next - 1 WHERE log = 'records'",
            _reinsert("closed", "number - 1"),
        ),
    )


def _reinsert(table: str, number: str) -> str:
    columns = "id, log, kind, at, actor_kind, actor_id, customer_id, conversation_id, data, audience, leaf"
    return (
        f"WITH back AS (INSERT INTO journal (number, {columns}) SELECT {number}, {columns} FROM {table} RETURNING 1)"
        " SELECT count(*) FROM back"
    )


def _swapped(chance: Random) -> Edit:
    table, key, columns = chance.choice(
        (
            ("records", "id", ("wrapped_key", "sealed", "salt", "leaf")),
            ("records", "id", ("wrapped_key", "sealed", "salt", "leaf", "subject_id", "retention")),
            ("journal", "id", ("at", "kind", "actor_kind", "actor_id", "data", "audience", "leaf")),
            ("messages", "id", ("conversation_id", "author_kind", "author_id", "created_at", "kind", "tokens")),
            ("conversations", "id", ("customer_id", "created_at", "changed_at", "topic", "priority", "language")),
        )
    )
    assignments = ", ".join(f"{column} = other.{column}" for column in columns)
    skip = chance.randrange(10_000)
    return Edit(
        f"swapped {table}",
        (
            f"CREATE TEMP TABLE pair ON COMMIT DROP AS SELECT * FROM {table} ORDER BY {key}"
            f" OFFSET {skip} % (SELECT count(*) - 1 FROM {table}) LIMIT 2",
            f"UPDATE {table} SET {assignments} FROM pair other WHERE {table}.{key} IN (SELECT {key} FROM pair)"
            f" AND other.{key} <> {table}.{key}",
        ),
    )


def _swapped_numbers(chance: Random) -> Edit:
    """Two facts change places, and all that belongs to them with them."""
    skip = chance.randrange(10_000)
    return Edit(
        "swapped facts",
        (
            "CREATE TEMP TABLE pair ON COMMIT DROP AS SELECT * FROM journal WHERE log = 'records' ORDER BY number"
            f" OFFSET {skip} % (SELECT count(*) - 1 FROM journal WHERE log = 'records') LIMIT 2",
            "DELETE FROM journal WHERE id IN (SELECT id FROM pair)",
            _reinsert("pair", "(SELECT sum(number) FROM pair) - number"),
        ),
    )


def _older(chance: Random) -> Edit:
    name = chance.choice(sorted(_SETS))
    statements = []
    for table in _SETS[name]:
        statements += [
            f"DELETE FROM {table}",
            f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM older.{table}",
        ]
    return Edit(f"older {name}", tuple(statements))


def _journal(chance: Random) -> Edit:
    change = chance.choice(
        (
            "at = at - interval '1 minute'",
            "kind = kind || '_again'",
            "actor_kind = CASE actor_kind WHEN 'agent' THEN 'customer' ELSE 'agent' END",
            "actor_id = uuidv7()",
            "customer_id = uuidv7()",
            "conversation_id = uuidv7()",
            "data = data || '{\"more\": 1}'",
            "audience = CASE audience WHEN 'public' THEN 'internal' ELSE 'public' END",
            "id = uuidv7()",
        )
    )
    return Edit("journal", (f"UPDATE journal SET {change} WHERE {_row(chance, 'journal')}",))


def _shown_message(chance: Random) -> Edit:
    other = "(SELECT id FROM conversations c WHERE c.id <> messages.conversation_id ORDER BY id LIMIT 1)"
    change = chance.choice(
        (
            "created_at = created_at + interval '1 hour'",
            "author_kind = CASE author_kind WHEN 'agent' THEN 'first_line' ELSE 'agent' END",
            "author_id = uuidv7()",
            "kind = CASE kind WHEN 'note' THEN 'message' ELSE 'note' END",
            f"conversation_id = {other}",
            "tokens = tokens || 7::bigint",
        )
    )
    return Edit("shown message", (f"UPDATE messages SET {change} WHERE {_row(chance, 'messages')}",))


def _shown_conversation(chance: Random) -> Edit:
    change = chance.choice(
        (
            "reference = 'BR-' || upper(substr(md5(reference), 1, 8))",
            "customer_id = (SELECT id FROM customers c WHERE c.id <> conversations.customer_id ORDER BY id LIMIT 1)",
            "channel = CASE channel WHEN 'web' THEN 'widget' ELSE 'web' END",
            "priority = CASE priority WHEN 'urgent' THEN 'low' ELSE 'urgent' END",
            "language = CASE language WHEN 'en' THEN 'ar' ELSE 'en' END",
            "topic = coalesce(topic, '') || 'other'",
            "created_at = created_at - interval '1 day'",
            "changed_at = changed_at + interval '1 s'",
            "status = 'resolved', resolved_at = coalesce(resolved_at, changed_at) + interval '1 s', snoozed_until = NULL",
            "waiting_since = coalesce(waiting_since, created_at) - interval '1 hour'",
            "team_id = (SELECT id FROM teams t WHERE t.id IS DISTINCT FROM conversations.team_id ORDER BY id LIMIT 1)",
            "last_message_id = uuidv7()",
            "person_replied_at = coalesce(person_replied_at, created_at) + interval '1 s'",
        )
    )
    return Edit("shown conversation", (f"UPDATE conversations SET {change} WHERE {_row(chance, 'conversations')}",))


def _shown_article(chance: Random) -> Edit:
    table, change = chance.choice(
        (
            ("article_translations", "body_html = body_html || '<p>Send your coins here.</p>'"),
            ("article_translations", "answer_html = 'Call this number'"),
            ("article_translations", "slug = slug || '-again'"),
            ("article_versions", "title = title || '!'"),
            ("article_versions", "body = 'Other words'"),
        )
    )
    return Edit("shown article", (f"UPDATE {table} SET {change} WHERE {_row(chance, table)}",))


def _forged(chance: Random) -> Edit:
    """A row that nobody wrote: a message in a conversation, a record, a fact."""
    row = _row(chance, "messages")
    return Edit(
        "forged",
        chance.choice(
            (
                (
                    "INSERT INTO messages (id, conversation_id, kind, author_kind, author_id, created_at)"
                    f" SELECT uuidv7(), conversation_id, kind, author_kind, author_id, created_at FROM messages WHERE {row}",
                ),
                (
                    "INSERT INTO records SELECT uuidv7(), subject_id, retention, wrapped_key, sealed, salt, leaf, NULL"
                    f" FROM records WHERE {_row(chance, 'records')}",
                ),
                (
                    "INSERT INTO journal SELECT s.next, uuidv7(), j.log, j.kind, j.at, j.actor_kind, j.actor_id,"
                    " j.customer_id, j.conversation_id, j.data, j.audience, j.leaf FROM journal j JOIN sequencer s"
                    f" USING (log) WHERE j.{_row(chance, 'journal')}",
                    "UPDATE sequencer SET next = next + 1 WHERE log = (SELECT log FROM journal ORDER BY id DESC LIMIT 1)",
                ),
            )
        ),
    )


def _hidden(chance: Random) -> Edit:
    """A record is made to look erased."""
    return Edit(
        "hidden",
        (
            "UPDATE records SET wrapped_key = NULL, sealed = NULL, salt = NULL, shredded_at = now()"
            f" WHERE {_row(chance, 'records')}",
        ),
    )


KINDS: tuple[Callable[[Random], Edit], ...] = (
    _record,
    _salt,
    _leaf,
    _tile,
    _checkpoint,
    _deleted,
    _deleted_everywhere,
    _swapped,
    _swapped_numbers,
    _older,
    _journal,
    _shown_message,
    _shown_conversation,
    _shown_article,
    _forged,
    _hidden,
)
