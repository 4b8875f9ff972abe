"""Files with messages: looked at, sealed under a key of their own, stored by the files port, shown to who may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bellrock import conversations, guard
from bellrock import vault as vaults
from bellrock.channels.errors import FilesUnknown
from bellrock.conversations import ConversationUnknown, Viewer, actor_of
from bellrock.core import NotFound, Transaction, new_id
from bellrock.core.files import Files
from bellrock.people import Customer

FILES_PER_MESSAGE_MAX = 5
UNSENT_PER_CUSTOMER_MAX = 20
UNSENT_KEPT = timedelta(hours=24)
_NAME = "file-name"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as its reader sees it. `conversation_id` is None until it was sent, `version` until a part was painted over."""

    id: UUID
    customer_id: UUID
    conversation_id: UUID | None
    name: str
    media_type: str
    bytes: int
    created_at: datetime
    version: UUID | None = None

    @property
    def is_redacted(self) -> bool:
        return self.version is not None


async def attach_file(
    tx: Transaction,
    vault: vaults.Vault,
    files: Files,
    *,
    by: Viewer,
    customer_id: UUID,
    client_key: str,
    name: str,
    data: bytes,
    now: datetime,
) -> Attachment:
    """Keep a file that somebody adds to a message they write, once per `client_key`.

    `customer_id` owns the conversation it is for: the file is sealed under that customer. Raises what `guard.inspect_file`
    raises, and FilesUnknown when too many wait to be sent.
    """
    actor = actor_of(by)
    known = await _by_key(tx, vault, customer_id=customer_id, author_kind=actor.kind, client_key=client_key)
    if known is not None:
        return known
    await _refuse_hoard(tx, customer_id)
    inspected = guard.inspect_file(name, data, len(data), tail=data[-guard.TAIL_BYTES :])
    file_id = new_id()
    sealed = await vault.seal_file(tx, file_id=file_id, subject_id=customer_id, data=data)
    sealed_name = await vault.seal_bytes(
        tx, object_id=file_id, subject_id=customer_id, purpose=_NAME, data=inspected.name.encode()
    )
    cursor = await tx.execute(
        "INSERT INTO attachments (id, customer_id, author_kind, author_id, client_key, name, media_type, bytes, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (customer_id, author_kind, client_key) DO NOTHING",
        (
            file_id,
            customer_id,
            actor.kind,
            actor.id,
            client_key,
            sealed_name,
            inspected.media_type,
            len(data),
            now,
        ),
    )
    if cursor.rowcount == 0:  # the same upload arrived twice at once
        known = await _by_key(tx, vault, customer_id=customer_id, author_kind=actor.kind, client_key=client_key)
        assert known is not None
        return known
    await files.put(storage_key(customer_id, file_id), sealed)
    return Attachment(file_id, customer_id, None, inspected.name, inspected.media_type, len(data), now)


async def send_files(
    tx: Transaction,
    *,
    by: Viewer,
    conversation_id: UUID,
    file_ids: Sequence[UUID],
    now: datetime,
    said_by: Customer | None = None,
) -> None:
    """Tie files to the conversation they were sent in. Raises FilesUnknown unless all are the author's own and unsent.

    `said_by`: a program brought them for this customer, whose they are from now on.
    """
    if not file_ids:
        return
    if len(file_ids) > FILES_PER_MESSAGE_MAX:
        raise FilesUnknown
    conversation = await conversations.get(tx, viewer=by, conversation_id=conversation_id)
    actor = actor_of(by)
    author = said_by.actor if said_by is not None else actor
    cursor = await tx.execute(
        "UPDATE attachments SET conversation_id = %s, sent_at = %s, author_kind = %s, author_id = %s"
        " WHERE id = ANY(%s) AND customer_id = %s"
        " AND author_kind = %s AND author_id IS NOT DISTINCT FROM %s AND sent_at IS NULL RETURNING id",
        (
            conversation.id,
            now,
            author.kind,
            author.id,
            list(file_ids),
            conversation.customer_id,
            actor.kind,
            actor.id,
        ),
    )
    # Rows are fetched, not counted: in a pipeline the count is not known yet.
    if len(await cursor.fetchall()) != len(file_ids):
        raise FilesUnknown


async def attachments(tx: Transaction, vault: vaults.Vault, *, ids: Sequence[UUID]) -> dict[UUID, Attachment]:
    """Return files by id, for a reader who may see the messages they came with; erased ones are absent."""
    if not ids:
        return {}
    cursor = await tx.execute(_SELECT + " WHERE id = ANY(%s)", (list(ids),))
    found = {}
    for row in await cursor.fetchall():
        try:
            found[row["id"]] = await _attachment(tx, vault, row)
        except (vaults.Shredded, vaults.SubjectShredded):
            continue
    return found


async def attachment(tx: Transaction, vault: vaults.Vault, *, viewer: Viewer, file_id: UUID) -> Attachment:
    """Return what a file is to who may see its conversation, or to its author before it is sent. Raises NotFound."""
    row = await (await tx.execute(_SELECT + " WHERE id = %s", (file_id,))).fetchone()
    if row is None:
        raise NotFound
    await _refuse_stranger(tx, viewer, row)
    try:
        return await _attachment(tx, vault, row)
    except (vaults.Shredded, vaults.SubjectShredded) as error:
        raise NotFound from error


async def open_attachment(
    tx: Transaction, vault: vaults.Vault, files: Files, *, viewer: Viewer, file_id: UUID
) -> tuple[Attachment, bytes]:
    """Return a file in clear to who may see its conversation, or to its author before it is sent. Raises NotFound."""
    row = await (await tx.execute(_SELECT + " WHERE id = %s", (file_id,))).fetchone()
    if row is None:
        raise NotFound
    await _refuse_stranger(tx, viewer, row)
    try:
        attachment = await _attachment(tx, vault, row)
        content_id = row["shown_id"] or file_id
        sealed = await files.get(storage_key(row["customer_id"], content_id))
        return attachment, await vault.open_file(tx, file_id=content_id, sealed=sealed)
    except (vaults.Shredded, vaults.SubjectShredded) as error:
        raise NotFound from error


async def forget_files(tx: Transaction, files: Files, *, customer_id: UUID) -> int:
    """Delete every file of a customer, rows and bytes; return how many there were."""
    cursor = await tx.execute(
        "DELETE FROM attachments WHERE customer_id = %s RETURNING coalesce(shown_id, id) AS id", (customer_id,)
    )
    ids = [row["id"] for row in await cursor.fetchall()]
    for file_id in ids:
        await files.delete(storage_key(customer_id, file_id))
    return len(ids)


async def files_of(tx: Transaction, *, conversation_id: UUID) -> list[UUID]:
    """Return the files that were sent in a conversation."""
    cursor = await tx.execute(
        "SELECT id FROM attachments WHERE conversation_id = %s ORDER BY created_at", (conversation_id,)
    )
    return [row["id"] for row in await cursor.fetchall()]


async def drop_contents(
    tx: Transaction, vault: vaults.Vault, files: Files, *, file_ids: Sequence[UUID], now: datetime
) -> int:
    """Delete keys and bytes of files and keep their rows, which their messages still name; return how many went."""
    cursor = await tx.execute(
        "SELECT coalesce(shown_id, id) AS id, customer_id FROM attachments WHERE id = ANY(%s)", (list(file_ids),)
    )
    gone = [row for row in await cursor.fetchall() if await vault.shred_file(tx, row["id"], now=now)]
    for row in gone:
        await files.delete(storage_key(row["customer_id"], row["id"]))
    return len(gone)


async def forget_sent_files(
    tx: Transaction, vault: vaults.Vault, files: Files, *, file_ids: Sequence[UUID], now: datetime
) -> int:
    """Delete these files, rows, keys and bytes; return how many there were."""
    cursor = await tx.execute(
        "DELETE FROM attachments WHERE id = ANY(%s) RETURNING coalesce(shown_id, id) AS id, customer_id",
        (list(file_ids),),
    )
    rows = await cursor.fetchall()
    for row in rows:
        await vault.shred_file(tx, row["id"], now=now)
        await files.delete(storage_key(row["customer_id"], row["id"]))
    return len(rows)


async def drop_unsent(tx: Transaction, vault: vaults.Vault, files: Files, *, now: datetime, limit: int = 200) -> int:
    """Delete files that were added a day ago and never sent; return how many."""
    cursor = await tx.execute(
        "DELETE FROM attachments WHERE id IN (SELECT id FROM attachments WHERE sent_at IS NULL AND created_at < %s"
        " LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id, customer_id",
        (now - UNSENT_KEPT, limit),
    )
    rows = await cursor.fetchall()
    for row in rows:
        await vault.shred_file(tx, row["id"], now=now)
        await files.delete(storage_key(row["customer_id"], row["id"]))
    return len(rows)


_SELECT = (
    "SELECT id, customer_id, author_kind, author_id, conversation_id, name, media_type, bytes, created_at, shown_id"
    " FROM attachments"
)


async def _refuse_stranger(tx: Transaction, viewer: Viewer, row: dict[str, Any]) -> None:
    conversation_id = row["conversation_id"]
    if isinstance(conversation_id, UUID):
        try:
            await conversations.get(tx, viewer=viewer, conversation_id=conversation_id)
        except ConversationUnknown:
            moved = await conversations.moved_to(tx, file_id=row["id"], from_id=conversation_id)
            if moved is None:
                raise
            await conversations.get(tx, viewer=viewer, conversation_id=moved)
        return
    actor = actor_of(viewer)
    owns = row["customer_id"] == viewer.id if isinstance(viewer, Customer) else True
    if not owns or (row["author_kind"], row["author_id"]) != (actor.kind, actor.id):
        raise NotFound


async def _refuse_hoard(tx: Transaction, customer_id: UUID) -> None:
    cursor = await tx.execute(
        "SELECT count(*) AS waiting FROM attachments WHERE customer_id = %s AND sent_at IS NULL", (customer_id,)
    )
    row = await cursor.fetchone()
    if row and row["waiting"] >= UNSENT_PER_CUSTOMER_MAX:
        raise FilesUnknown


async def _by_key(
    tx: Transaction, vault: vaults.Vault, *, customer_id: UUID, author_kind: str, client_key: str
) -> Attachment | None:
    cursor = await tx.execute(
        _SELECT + " WHERE customer_id = %s AND author_kind = %s AND client_key = %s",
        (customer_id, author_kind, client_key),
    )
    row = await cursor.fetchone()
    return await _attachment(tx, vault, row) if row else None


async def open_name(tx: Transaction, vault: vaults.Vault, row: dict[str, Any]) -> str:
    """Return the name of a file in clear. Raises Tampered, SubjectShredded."""
    name = await vault.open_bytes(
        tx, object_id=row["id"], subject_id=row["customer_id"], purpose=_NAME, sealed=bytes(row["name"])
    )
    return name.decode()


async def _attachment(tx: Transaction, vault: vaults.Vault, row: dict[str, Any]) -> Attachment:
    return Attachment(
        id=row["id"],
        customer_id=row["customer_id"],
        conversation_id=row["conversation_id"],
        name=await open_name(tx, vault, row),
        media_type=row["media_type"],
        bytes=row["bytes"],
        created_at=row["created_at"],
        version=row["shown_id"],
    )


def storage_key(customer_id: UUID, file_id: UUID) -> str:
    """Return where the sealed bytes of a file are stored."""
    return f"files/{customer_id.hex[-2:]}/{customer_id}/{file_id}"
