"""The receipt: whoever has the public key can check it alone, and no change to it passes."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID

import msgspec
import pytest

from bellrock import ledger
from bellrock.core import Actor, new_id
from tests.ledger.conftest import NOW, Installation

AGENT = Actor("agent", UUID(int=7))


async def close(here: Installation, conversation: UUID) -> None:
    """Close a conversation as its room does."""
    async with here.database.transaction() as tx:
        data = {ledger.CLOSING: await ledger.closing(tx, conversation_id=conversation)}
    await here.write(1, kind="conversations.resolved", actor=AGENT, conversation_id=conversation, data=data, words={})


async def converse(here: Installation) -> UUID:
    """Three messages, of which one waits for its number at closing; a note and a hand-over's summary."""
    conversation = new_id()
    talk: dict[str, Any] = {"conversation_id": conversation}
    await here.write(1, **talk, words={"text": "Where is my withdrawal?"})
    await here.write(1, **talk, kind="conversations.noted", audience="internal", words={"text": "A secret note"})
    await here.settle()
    await here.write(
        1,
        **talk,
        kind="conversations.handed_over",
        actor=Actor("first_line"),
        words={"summary": "In colleagues' words"},
    )
    await here.write(1, **talk, kind="conversations.replied", actor=AGENT, words={"text": "It is on its way."})
    await here.write(2, words={"text": "Another conversation"}, conversation_id=new_id())
    await close(here, conversation)
    return conversation


async def receipt_of(here: Installation, conversation: UUID) -> bytes:
    async with here.database.transaction() as tx:
        return await ledger.make_receipt(tx, here.vault, conversation_id=conversation)


async def test_holds_with_nothing_but_the_public_key(here: Installation) -> None:
    conversation = await converse(here)
    await here.checkpoint()
    content = await receipt_of(here, conversation)
    _, public = ledger.parse_verifier_key(msgspec.json.decode(content)["verifier_key"])
    assert public.public_bytes_raw() == here.vault.keyring.public.public_bytes_raw()
    checked = ledger.check_receipt(content, public)
    assert (checked.conversation_id, checked.records, checked.leaves_only) == (conversation, 3, 1)
    assert checked.closed_at == "2026-11-18T14:31:08.000000Z"


async def test_shows_what_the_customer_saw_and_nothing_else(here: Installation) -> None:
    conversation = await converse(here)
    await here.checkpoint()
    text = (await receipt_of(here, conversation)).decode()
    assert "It is on its way." in text
    for hidden in ("A secret note", "In colleagues' words", "Another conversation"):
        assert hidden not in text


async def test_there_is_none_before_closing_and_before_a_checkpoint(here: Installation) -> None:
    conversation = new_id()
    await here.write(1, conversation_id=conversation)
    await here.checkpoint()
    with pytest.raises(ledger.NothingToReceipt):
        await receipt_of(here, conversation)
    await close(here, conversation)
    await here.settle()
    with pytest.raises(ledger.NothingToReceipt):
        await receipt_of(here, conversation)


async def test_reopening_and_closing_makes_another(here: Installation) -> None:
    conversation = await converse(here)
    await here.write(1, conversation_id=conversation, words={"text": "It has not come."})
    await close(here, conversation)
    await here.checkpoint()
    checked = ledger.check_receipt(await receipt_of(here, conversation), here.vault.keyring.public)
    assert checked.records == 5


async def test_still_holds_after_a_message_was_erased(here: Installation) -> None:
    conversation = await converse(here)
    (row,) = await here.rows(
        "SELECT id FROM journal WHERE conversation_id = %s AND kind = 'conversations.received'", (conversation,)
    )
    async with here.database.transaction() as tx:
        await ledger.shred_record(tx, here.vault, record_id=row["id"], by=AGENT, now=NOW, reason="customer_request")
    await here.checkpoint()
    content = await receipt_of(here, conversation)
    assert b"Where is my withdrawal?" not in content
    assert ledger.check_receipt(content, here.vault.keyring.public).leaves_only == 2


async def test_no_change_passes(here: Installation) -> None:
    conversation = await converse(here)
    await here.checkpoint()
    whole = msgspec.json.decode(await receipt_of(here, conversation))
    changes: list[Any] = [
        lambda r: r["records"][0]["record"]["words"].update(text="Where is my coin?"),
        lambda r: r["records"][0]["record"].update(at="2026-11-18T14:31:09.000000Z"),
        lambda r: r["records"][0].update(salt=r["records"][2]["salt"]),
        lambda r: r["records"][0].update(index=1),
        lambda r: r["records"].pop(),
        lambda r: r["records"].pop(0),
        lambda r: r["records"].reverse(),
        lambda r: r["records"].append(copy.deepcopy(r["records"][-1])),
        lambda r: r["records"].append(copy.deepcopy(r["closing"])),
        lambda r: r["records"][0]["proof"].pop(),
        lambda r: r["closing"]["record"]["data"]["closing"].update(count=2),
        lambda r: r.update(closing=r["records"][-1]),
        lambda r: r.update(checkpoint=r["checkpoint"].replace("\n7\n", "\n8\n")),
        lambda r: r.update(format="bellrock-receipt-2"),
        lambda r: r.update(more=1),
        lambda r: r.pop("closing"),
        lambda r: r["records"][0].pop("salt"),
        lambda r: r["records"][0].update(salt="!"),
        lambda r: r["records"][0]["record"].update(price=1.5),
    ]
    for change in changes:
        changed = copy.deepcopy(whole)
        change(changed)
        with pytest.raises((ledger.ProofWrong, ledger.ReceiptUnreadable)):
            ledger.check_receipt(msgspec.json.encode(changed), here.vault.keyring.public)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b"null", b'{"format": 1}'])
def test_says_when_a_file_is_no_receipt(here: Installation, content: bytes) -> None:
    with pytest.raises(ledger.ReceiptUnreadable):
        ledger.check_receipt(content, here.vault.keyring.public)
