"""The receipt of a closed conversation: a file that proves, without Bellrock, what the customer could see and in which order."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bellrock import vault as vaults
from bellrock.core import Numbered, Transaction, journal
from bellrock.ledger import checkpoints, merkle, notes
from bellrock.ledger import log as logs
from bellrock.ledger.errors import NothingToReceipt, ProofWrong, ReceiptUnreadable

FORMAT = "bellrock-receipt-1"
ENTRIES_MAX = 10_000
BYTES_MAX = 64 * 1024 * 1024
CLOSING = "closing"

# Words that the customer sees. A hand-over is public, its summary for colleagues is not: of such a record stands the leaf.
_SHOWN_WORDS = frozenset({"text", "fields"})


class Entry(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """One leaf: its index, its proof, and the record with its salt; or the leaf alone, with the reason it is `without`."""

    index: int
    proof: list[str]
    record: dict[str, Any] | None = None
    salt: str | None = None
    leaf: str | None = None
    without: Literal["erased", "internal"] | None = None


class Receipt(msgspec.Struct, forbid_unknown_fields=True):
    """The file. `records` are what the customer may see, in order; `closing` commits to them; bytes are base64."""

    format: str
    verifier_key: str
    checkpoint: str
    records: list[Entry]
    closing: Entry


@dataclass(frozen=True, slots=True)
class Checked:
    """What a receipt that holds says."""

    origin: str
    tree_size: int
    conversation_id: UUID
    records: int
    leaves_only: int
    closed_at: str


async def closing(tx: Transaction, *, conversation_id: UUID) -> dict[str, Any]:
    """Return what a closing record's data must hold under `closing`: how many facts the customer may see, and which.

    The caller has locked the conversation. `digest` is the SHA-256 over their leaves in order. Facts that wait for their
    number count: they were committed before, and the lock orders them.
    """
    cursor = await tx.execute(
        "SELECT leaf FROM (SELECT 0 AS waits, number AS place, leaf FROM journal"
        "  WHERE conversation_id = %(id)s AND log = 'records' AND audience = 'public'"
        " UNION ALL SELECT 1, position, leaf FROM journal_inbox"
        "  WHERE conversation_id = %(id)s AND log = 'records' AND audience = 'public') AS seen"
        " ORDER BY waits, place",
        {"id": conversation_id},
    )
    leaves = [bytes(row["leaf"]) for row in await cursor.fetchall()]
    return closing_of(leaves)


def closing_of(leaves: Sequence[bytes]) -> dict[str, Any]:
    """Return what `closing` returns, for somebody who has the leaves of all public facts at hand, in order."""
    return {"count": len(leaves), "digest": _digest(leaves)}


async def make_receipt(tx: Transaction, vault: vaults.Vault, *, conversation_id: UUID) -> bytes:
    """Return the receipt of a conversation's last closing, as JSON. Raises NothingToReceipt.

    The caller has made sure that whoever asks may see the conversation.
    """
    facts = await _public_facts(tx, conversation_id)
    closed = [at for at, fact in enumerate(facts) if CLOSING in fact.data]
    kept = await checkpoints.newest(tx, "records")
    if not closed or kept is None or kept.size <= facts[closed[-1]].number:
        raise NothingToReceipt
    facts = facts[: closed[-1] + 1]
    opened = {item.id: item for item in await vault.open_proved(tx, [fact.id for fact in facts])}
    entries = [await _entry(tx, fact, opened.get(fact.id), size=kept.size) for fact in facts]
    stated = notes.parse(kept.note)
    receipt = Receipt(
        format=FORMAT,
        verifier_key=notes.verifier_key(stated.origin, vault.keyring.public),
        checkpoint=kept.note,
        records=entries[:-1],
        closing=entries[-1],
    )
    return msgspec.json.format(msgspec.json.encode(receipt), indent=1)


def check_receipt(content: bytes, public: Ed25519PublicKey) -> Checked:
    """Check a receipt with nothing but the public key. Raises ReceiptUnreadable or ProofWrong, which says what fails.

    Holds when the key signed the checkpoint, every leaf stands in its tree, every record makes its leaf, and the closing
    record commits to exactly these records in this order.
    """
    receipt = _read(content)
    checkpoint = notes.open_note(receipt.checkpoint, public)
    leaves = [_check_entry(entry, checkpoint) for entry in receipt.records]
    _check_entry(receipt.closing, checkpoint)
    last = receipt.closing.record
    if last is None:
        raise ProofWrong(why="the closing record is not in the file")
    indexes = [entry.index for entry in (*receipt.records, receipt.closing)]
    if indexes != sorted(set(indexes)):
        raise ProofWrong(why="the records are not in the order of the log")
    for entry in receipt.records:
        if entry.record is not None and not _belongs(entry.record, last):
            raise ProofWrong(why="a record is not part of what the customer may see of this conversation")
    data = last.get("data")
    if not isinstance(data, dict) or data.get(CLOSING) != {"count": len(leaves), "digest": _digest(leaves)}:
        raise ProofWrong(why="the closing record commits to other records than these")
    return Checked(
        origin=checkpoint.origin,
        tree_size=checkpoint.size,
        conversation_id=UUID(str(last["conversation"])),
        records=len(leaves),
        leaves_only=sum(entry.record is None for entry in receipt.records),
        closed_at=str(last["at"]),
    )


async def _public_facts(tx: Transaction, conversation_id: UUID) -> list[Numbered]:
    cursor = await tx.execute(
        "SELECT * FROM journal WHERE conversation_id = %s AND log = 'records' AND audience = 'public'"
        " ORDER BY number LIMIT %s",
        (conversation_id, ENTRIES_MAX),
    )
    return [journal.from_row(row) for row in await cursor.fetchall()]


async def _entry(tx: Transaction, fact: Numbered, opened: vaults.Opened | None, *, size: int) -> Entry:
    proof = await logs.prove_inclusion(tx, "records", index=fact.number, size=size)
    encoded = [_encode(item) for item in proof]
    if opened is None:
        return Entry(fact.number, encoded, leaf=_encode(fact.leaf), without="erased")
    if not opened.record["words"].keys() <= _SHOWN_WORDS:
        return Entry(fact.number, encoded, leaf=_encode(fact.leaf), without="internal")
    return Entry(fact.number, encoded, record=opened.record, salt=_encode(opened.salt))


def _check_entry(entry: Entry, checkpoint: notes.Checkpoint) -> bytes:
    """Return the entry's leaf once it is proved to stand in the tree."""
    if entry.record is not None and entry.salt is not None:
        leaf = vaults.leaf(_decode(entry.salt), _canonical(entry.record))
    elif entry.leaf is not None and entry.record is None:
        leaf = _decode(entry.leaf)
    else:
        raise ReceiptUnreadable(why="an entry has neither a record with its salt nor a leaf")
    merkle.verify_inclusion(
        leaf=vaults.leaf_hash(leaf),
        index=entry.index,
        size=checkpoint.size,
        root=checkpoint.root,
        proof=[_decode(item) for item in entry.proof],
    )
    return leaf


def _canonical(record: dict[str, Any]) -> bytes:
    try:
        return vaults.canonical(record)
    except vaults.NotCanonical as error:
        raise ProofWrong(why="a record holds a value that no record can hold") from error


def _belongs(record: dict[str, Any], last: dict[str, Any]) -> bool:
    return record.get("conversation") == last.get("conversation") and record.get("audience") == "public"


def _read(content: bytes) -> Receipt:
    if len(content) > BYTES_MAX:
        raise ReceiptUnreadable(why="it is too large")
    try:
        receipt = msgspec.json.decode(content, type=Receipt)
    except msgspec.DecodeError as error:
        raise ReceiptUnreadable(why=str(error)) from error
    if receipt.format != FORMAT:
        raise ReceiptUnreadable(why="its format is not known")
    return receipt


def _digest(leaves: Sequence[bytes]) -> str:
    return sha256(b"".join(leaves)).hexdigest()


def _encode(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ReceiptUnreadable(why="a value is not base64") from error
