"""A file with parts painted over: sealed anew and shown in place of the one that was sent, whose key is shredded.

The original is not kept behind a reveal: what is painted over is what nobody should have, and a copy that can be opened is
a copy that can leak. That a part was painted over, by whom and when, is in the record.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bellrock import conversations, people
from bellrock import vault as vaults
from bellrock.channels.attachments import open_attachment, storage_key
from bellrock.conversations import ConversationUnknown, kinds
from bellrock.core import NotFound, Refused, Transaction, new_id
from bellrock.core.files import Files


async def replace_picture(
    tx: Transaction,
    vault: vaults.Vault,
    files: Files,
    *,
    by: people.Agent,
    file_id: UUID,
    painted: bytes,
    now: datetime,
) -> str:
    """Show a painted picture (PNG) in place of a file that was sent; return the key of the bytes to delete once committed.

    Raises NotFound, ConversationUnknown, Refused for who neither holds the case nor leads.
    """
    attachment, _content = await open_attachment(tx, vault, files, viewer=by, file_id=file_id)
    if attachment.conversation_id is None:
        raise NotFound
    conversation = await conversations.lock(tx, viewer=by, conversation_id=attachment.conversation_id)
    if not conversations.may_redact(by, conversation):
        raise Refused
    cursor = await tx.execute("SELECT customer_id, shown_id FROM attachments WHERE id = %s FOR UPDATE", (file_id,))
    row = await cursor.fetchone()
    if row is None:
        raise ConversationUnknown
    old_id = row["shown_id"] or file_id
    shown_id = new_id()
    sealed = await vault.seal_file(tx, file_id=shown_id, subject_id=row["customer_id"], data=painted)
    await tx.execute(
        "UPDATE attachments SET shown_id = %s, media_type = 'image/png', bytes = %s WHERE id = %s",
        (shown_id, len(painted), file_id),
    )
    await vault.shred_file(tx, old_id, now=now)
    await vaults.record(
        tx,
        vault,
        kind=kinds.FILE_REDACTED,
        at=now,
        actor=by.actor,
        data={"file": str(file_id), "shown": str(shown_id)},
        subject_id=conversation.customer_id,
        customer_id=conversation.customer_id,
        conversation_id=conversation.id,
        audience="public",
    )
    await files.put(storage_key(row["customer_id"], shown_id), sealed)
    return storage_key(row["customer_id"], old_id)
