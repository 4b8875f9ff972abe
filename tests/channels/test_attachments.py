"""Files that come with messages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from bellrock import channels
from bellrock.adapters.files.local import LocalFiles
from bellrock.channels import BUILTIN, Envelope
from bellrock.core import BellrockError, NotFound, Transaction, new_id
from bellrock.people import Customer
from bellrock.vault import Vault
from tests.channels.conftest import NOW

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


async def attach(
    tx: Transaction, vault: Vault, files: LocalFiles, customer: Customer, **given: object
) -> channels.Attachment:
    values: dict[str, object] = {"client_key": "file-00000001", "name": "proof.png", "data": PNG, **given}
    return await channels.attach_file(
        tx,
        vault,
        files,
        by=customer,
        customer_id=customer.id,
        now=NOW,
        **values,  # type: ignore[arg-type]
    )


async def send(tx: Transaction, vault: Vault, customer: Customer, *ids: UUID) -> channels.Accepted:
    body = msgspec.json.encode({"client_key": "key-00000001", "text": "see", "files": ids})
    return await channels.accept(
        tx,
        vault,
        channel=BUILTIN["widget"],
        envelope=Envelope(body=body, customer=customer),
        language="en",
        now=NOW,
    )


async def test_a_file_comes_back_as_it_was_sent(
    tx: Transaction, vault: Vault, files: LocalFiles, visitor: Customer
) -> None:
    attachment = await attach(tx, vault, files, visitor)
    await send(tx, vault, visitor, attachment.id)
    found, content = await channels.open_attachment(tx, vault, files, viewer=visitor, file_id=attachment.id)
    assert content == PNG
    assert (found.name, found.media_type, found.bytes) == ("proof.png", "image/png", len(PNG))


async def test_a_file_is_sent_where_statements_travel_together(
    tx: Transaction, vault: Vault, files: LocalFiles, visitor: Customer
) -> None:
    attachment = await attach(tx, vault, files, visitor)
    async with tx.pipeline():
        accepted = await send(tx, vault, visitor, attachment.id)
    assert accepted.file_ids == (attachment.id,)


async def test_nothing_of_it_lies_in_clear(
    tx: Transaction, vault: Vault, files: LocalFiles, visitor: Customer, tmp_path: Path
) -> None:
    await attach(tx, vault, files, visitor, name="passport-of-elif.png")
    stored = [path.read_bytes() for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert len(stored) == 1
    assert b"PNG" not in stored[0]
    row = await (await tx.execute("SELECT name FROM attachments")).fetchone()
    assert row is not None
    assert b"passport" not in bytes(row["name"])


async def test_the_same_upload_is_one_file(tx: Transaction, vault: Vault, files: LocalFiles, visitor: Customer) -> None:
    first = await attach(tx, vault, files, visitor)
    again = await attach(tx, vault, files, visitor)
    assert again.id == first.id


async def test_a_stranger_neither_reads_nor_sends_it(
    tx: Transaction, vault: Vault, files: LocalFiles, visitor: Customer, stranger: Customer
) -> None:
    attachment = await attach(tx, vault, files, visitor)
    with pytest.raises(NotFound):
        await channels.open_attachment(tx, vault, files, viewer=stranger, file_id=attachment.id)
    with pytest.raises(channels.FilesUnknown):
        async with tx.transaction():
            await send(tx, vault, stranger, attachment.id)
    await send(tx, vault, visitor, attachment.id)
    with pytest.raises(NotFound):
        await channels.open_attachment(tx, vault, files, viewer=stranger, file_id=attachment.id)


async def test_a_file_that_does_not_exist_cannot_be_sent_or_read(
    tx: Transaction, vault: Vault, files: LocalFiles, visitor: Customer
) -> None:
    with pytest.raises(NotFound):
        await channels.open_attachment(tx, vault, files, viewer=visitor, file_id=new_id())
    with pytest.raises(channels.FilesUnknown):
        await send(tx, vault, visitor, new_id())


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.png", b""),
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("picture.png", b"<svg onload=alert(1)>"),
        ("two-faced.png", PNG + b"PK\x03\x04" + b"\0" * 26 + b"PK\x05\x06" + b"\0" * 18),
        ("program.pdf", b"MZ\x90\0"),
        ("archive.zip", b"PK\x03\x04" + b"\0" * 100),
    ],
)
async def test_refuses_what_is_not_what_it_says(
    tx: Transaction, vault: Vault, files: LocalFiles, visitor: Customer, name: str, data: bytes
) -> None:
    with pytest.raises(BellrockError) as refusal:
        await attach(tx, vault, files, visitor, name=name, data=data)
    assert refusal.value.status in (413, 422)
    row = await (await tx.execute("SELECT count(*) AS kept FROM attachments")).fetchone()
    assert row is not None and row["kept"] == 0


async def test_an_erased_customer_takes_the_files_along(
    tx: Transaction, vault: Vault, files: LocalFiles, visitor: Customer, tmp_path: Path
) -> None:
    attachment = await attach(tx, vault, files, visitor)
    await send(tx, vault, visitor, attachment.id)
    assert await channels.forget_files(tx, files, customer_id=visitor.id) == 1
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
    with pytest.raises(NotFound):
        await channels.open_attachment(tx, vault, files, viewer=visitor, file_id=attachment.id)


async def test_a_shredded_file_is_not_found(
    tx: Transaction, vault: Vault, files: LocalFiles, visitor: Customer
) -> None:
    attachment = await attach(tx, vault, files, visitor)
    await vault.shred_file(tx, attachment.id, now=NOW)
    with pytest.raises(NotFound):
        await channels.open_attachment(tx, vault, files, viewer=visitor, file_id=attachment.id)


async def test_what_was_never_sent_goes_after_a_day(
    tx: Transaction, vault: Vault, files: LocalFiles, visitor: Customer
) -> None:
    await attach(tx, vault, files, visitor)
    assert await channels.drop_unsent(tx, vault, files, now=NOW + timedelta(hours=23)) == 0
    assert await channels.drop_unsent(tx, vault, files, now=NOW + timedelta(hours=25)) == 1


async def test_nobody_hoards_files(tx: Transaction, vault: Vault, files: LocalFiles, visitor: Customer) -> None:
    for number in range(20):
        await attach(tx, vault, files, visitor, client_key=f"file-{number:08}")
    with pytest.raises(channels.FilesUnknown):
        await attach(tx, vault, files, visitor, client_key="file-99999999")
