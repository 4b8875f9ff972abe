"""Replay: files are where their messages say, and a row that was changed is seen."""

from __future__ import annotations

import pytest

from bellrock import channels
from bellrock.adapters.files.local import LocalFiles
from bellrock.core import Transaction
from bellrock.people import Customer
from bellrock.vault import Vault
from tests.channels.conftest import NOW
from tests.channels.test_attachments import attach, send


async def found(tx: Transaction, vault: Vault) -> list[tuple[str, str]]:
    return [(item.code, item.detail) async for item in channels.compare_rows(tx, vault) if item is not None]


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        (None, []),
        ("DELETE FROM attachments WHERE sent_at IS NOT NULL", [("row_missing", "")]),
        ("UPDATE attachments SET author_id = uuidv7() WHERE sent_at IS NOT NULL", [("row_differs", "author_id")]),
        (
            "UPDATE attachments SET name = (SELECT name FROM attachments WHERE sent_at IS NULL) WHERE sent_at IS NOT NULL",
            [("row_differs", "name")],
        ),
        (
            "UPDATE attachments SET sent_at = created_at, conversation_id ="
            " (SELECT conversation_id FROM attachments WHERE sent_at IS NOT NULL) WHERE sent_at IS NULL",
            [("row_stray", "")],
        ),
    ],
)
async def test_a_changed_row_is_seen(
    tx: Transaction,
    vault: Vault,
    files: LocalFiles,
    visitor: Customer,
    statement: str | None,
    seen: list[tuple[str, str]],
) -> None:
    sent = await attach(tx, vault, files, visitor)
    await attach(tx, vault, files, visitor, client_key="file-00000002", name="unsent.png")
    await send(tx, vault, visitor, sent.id)
    if statement is not None:
        await tx.execute(statement)
    assert await found(tx, vault) == seen


async def test_a_file_of_an_erased_message_may_be_gone(
    tx: Transaction, vault: Vault, files: LocalFiles, visitor: Customer
) -> None:
    sent = await attach(tx, vault, files, visitor)
    accepted = await send(tx, vault, visitor, sent.id)
    assert accepted.message_id is not None
    await vault.shred_record(tx, accepted.message_id, now=NOW)
    assert await found(tx, vault) == []
    await channels.forget_sent_files(tx, vault, files, file_ids=[sent.id], now=NOW)
    assert await found(tx, vault) == []
