"""Verify and audit: silent while all is well, and no edit behind the product's back stays unfound."""

from __future__ import annotations

import shutil
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bellrock import ledger
from bellrock.core import Actor, new_id
from tests.ledger.conftest import NOW, Installation

BY = Actor("operator", UUID(int=7))
WHERE_3 = "log = 'records' AND number = 3"
ID_3 = f"(SELECT id FROM journal WHERE {WHERE_3})"
ID_4 = "(SELECT id FROM journal WHERE log = 'records' AND number = 4)"

# (what somebody with the database's password does) -> what is found
EDITS = {
    "journal.at": (f"UPDATE journal SET at = at + interval '1 s' WHERE {WHERE_3}", "record_differs"),
    "journal.kind": (f"UPDATE journal SET kind = 'conversations.noted' WHERE {WHERE_3}", "record_differs"),
    "journal.actor": (f"UPDATE journal SET actor_id = uuidv7() WHERE {WHERE_3}", "record_differs"),
    "journal.customer": (f"UPDATE journal SET customer_id = uuidv7() WHERE {WHERE_3}", "record_differs"),
    "journal.conversation": (f"UPDATE journal SET conversation_id = uuidv7() WHERE {WHERE_3}", "record_differs"),
    "journal.data": (f"UPDATE journal SET data = '{{\"masked\": 1}}' WHERE {WHERE_3}", "record_differs"),
    "journal.data.float": (f"UPDATE journal SET data = '{{\"x\": 1.5}}' WHERE {WHERE_3}", "record_differs"),
    "journal.audience": (f"UPDATE journal SET audience = 'internal' WHERE {WHERE_3}", "record_differs"),
    "journal.id": (f"UPDATE journal SET id = uuidv7() WHERE {WHERE_3}", "record_missing"),
    "journal.leaf": (f"UPDATE journal SET leaf = sha256(leaf) WHERE {WHERE_3}", "tile_differs"),
    "journal.deleted": (f"DELETE FROM journal WHERE {WHERE_3}", "journal_gap"),
    "journal.last": ("DELETE FROM journal WHERE number = 9", "journal_short"),
    "journal.swapped": (
        "UPDATE journal SET number = number + 1000 WHERE number IN (3, 4);"
        "UPDATE journal SET number = CASE number WHEN 1003 THEN 4 ELSE 3 END WHERE number > 1000",
        "tile_differs",
    ),
    "sequencer": ("UPDATE sequencer SET next = next + 1 WHERE log = 'records'", "sequencer_differs"),
    "records.sealed": (f"UPDATE records SET sealed = set_byte(sealed, 20, 7) WHERE id = {ID_3}", "record_tampered"),
    "records.salt": (f"UPDATE records SET salt = sha256(salt) WHERE id = {ID_3}", "record_tampered"),
    "records.leaf": (f"UPDATE records SET leaf = sha256(leaf) WHERE id = {ID_3}", "leaf_differs"),
    "records.key": (f"UPDATE records SET wrapped_key = sha256(sealed) WHERE id = {ID_3}", "record_tampered"),
    "records.owner": (f"UPDATE records SET subject_id = uuidv7() WHERE id = {ID_3}", "record_keyless"),
    "records.class": (f"UPDATE records SET retention = 'other' WHERE id = {ID_3}", "record_keyless"),
    "records.deleted": (f"DELETE FROM records WHERE id = {ID_3}", "record_missing"),
    "records.swapped": (
        "CREATE TEMP TABLE two ON COMMIT DROP AS SELECT * FROM records WHERE id IN"
        f" ({ID_3}, {ID_4});"
        " UPDATE records r SET wrapped_key = t.wrapped_key, sealed = t.sealed, salt = t.salt, leaf = t.leaf"
        " FROM two t WHERE t.id <> r.id AND r.id IN (SELECT id FROM two)",
        "record_tampered",
    ),
    "records.shredded": (
        f"UPDATE records SET wrapped_key = NULL, sealed = NULL, salt = NULL, shredded_at = now() WHERE id = {ID_3}",
        "record_shredded",
    ),
    "records.added": (
        "INSERT INTO records SELECT uuidv7(), subject_id, retention, wrapped_key, sealed, salt, leaf, shredded_at"
        f" FROM records WHERE id = {ID_3}",
        "record_stray",
    ),
    "keys.changed": ("UPDATE subject_keys SET wrapped_key = sha256(wrapped_key)", "record_tampered"),
    "keys.renamed": ("UPDATE subject_keys SET wrapped_by = '0000000000000000'", "record_tampered"),
    "keys.deleted": ("DELETE FROM subject_keys", "record_keyless"),
    "keys.shredded": (
        "UPDATE subject_keys SET wrapped_key = NULL, shredded_at = now() WHERE wrapped_key IS NOT NULL",
        "record_keyless",
    ),
    "tile.changed": ("UPDATE ledger_tiles SET hashes = set_byte(hashes, 40, 1)", "tile_differs"),
    "tile.cut": ("UPDATE ledger_tiles SET hashes = substr(hashes, 1, 96)", "tile_differs"),
    "tile.deleted": ("DELETE FROM ledger_tiles", "tile_missing"),
    "tile.added": ("INSERT INTO ledger_tiles VALUES ('records', 1, 0, sha256('x'))", "tile_stray"),
    "log.size": ("UPDATE ledger_logs SET size = size - 1 WHERE log = 'records'", "older_state"),
    "checkpoint.note": ("UPDATE ledger_checkpoints SET note = replace(note, '10', '11')", "checkpoint_wrong"),
    "checkpoint.root": ("UPDATE ledger_checkpoints SET root = sha256(root)", "checkpoint_wrong"),
    "checkpoint.size": ("UPDATE ledger_checkpoints SET size = 6 WHERE size = 5", "checkpoint_missing"),
    "checkpoint.deleted": ("DELETE FROM ledger_checkpoints WHERE size = 5", "checkpoint_missing"),
    "checkpoint.all": ("DELETE FROM ledger_checkpoints", "checkpoint_missing"),
    "checkpoint.moved": (
        "INSERT INTO ledger_checkpoints SELECT log, 7, root, note, signed_at FROM ledger_checkpoints WHERE size = 5",
        "checkpoint_unknown",
    ),
}


async def fill(here: Installation) -> None:
    await here.write(5)
    await here.checkpoint()
    await here.write(5)
    await here.checkpoint(later=5)


async def test_nothing_is_found_while_all_is_well(here: Installation) -> None:
    assert await here.audit() == set()
    await fill(here)
    assert await here.audit() == set()
    await here.write(3)
    await here.settle()
    await here.write(2)
    assert await here.audit() == set()


@pytest.mark.parametrize("name", EDITS)
async def test_finds_an_edit(filled: Installation, name: str) -> None:
    statement, found = EDITS[name]
    assert found in await filled.audit_edited(*statement.split(";"))


async def test_finds_a_restored_older_state(here: Installation) -> None:
    """Everything of the newest five facts is gone, and what is left fits together: only the outside knows."""
    await fill(here)
    await here.edit(
        "DELETE FROM records WHERE id IN (SELECT id FROM journal WHERE number >= 5)",
        "DELETE FROM journal WHERE number >= 5",
        "UPDATE sequencer SET next = 5 WHERE log = 'records'",
        "UPDATE ledger_logs SET size = 5 WHERE log = 'records'",
        "UPDATE ledger_tiles SET hashes = substr(hashes, 1, 160)",
        "DELETE FROM ledger_checkpoints WHERE size > 5",
    )
    assert await here.audit() == {"older_state", "checkpoint_missing"}


async def test_finds_another_history_of_the_same_length(here: Installation) -> None:
    """The tree was built anew over other facts by somebody who has the database but not the signing key."""
    await fill(here)
    await here.edit(
        "DELETE FROM journal",
        "DELETE FROM records",
        "DELETE FROM ledger_tiles",
        "DELETE FROM ledger_checkpoints",
        "UPDATE ledger_logs SET size = 0",
        "UPDATE sequencer SET next = 0",
    )
    await here.write(12)
    await here.settle()
    assert await here.verify() == {"root_differs", "checkpoint_missing"}


async def test_finds_that_nothing_is_kept_outside(here: Installation) -> None:
    await fill(here)
    shutil.rmtree(here.folder)
    assert await here.verify() == {"outside_missing"}


async def test_finds_a_forged_checkpoint_outside(here: Installation) -> None:
    await fill(here)
    path = here.folder / "records-2026-11.jsonl"
    path.write_bytes(path.read_bytes().replace(b"\\n10\\n", b"\\n11\\n"))
    assert "outside_wrong" in await here.verify()


@settings(max_examples=40)
@given(number=st.integers(0, 9), column=st.sampled_from(["sealed", "wrapped_key", "salt", "leaf"]), data=st.data())
async def test_finds_any_changed_bit_of_a_record(
    filled: Installation, number: int, column: str, data: st.DataObject
) -> None:
    (row,) = await filled.rows(
        f"SELECT r.id, octet_length(r.{column}) AS n FROM records r JOIN journal j USING (id) WHERE number = %s",
        (number,),
    )
    bit = data.draw(st.integers(0, row["n"] * 8 - 1))
    flip = f"{column} = set_bit({column}, {bit}, 1 - get_bit({column}, {bit}))"
    assert await filled.audit_edited(f"UPDATE records SET {flip} WHERE id = '{row['id']}'")
    assert await filled.audit() == set()


async def test_an_erased_record_is_no_finding(here: Installation) -> None:
    ids = await here.write(4)
    async with here.database.transaction() as tx:
        assert await ledger.shred_record(tx, here.vault, record_id=ids[1], by=BY, now=NOW, reason="customer_request")
        assert not await ledger.shred_record(
            tx, here.vault, record_id=ids[1], by=BY, now=NOW, reason="customer_request"
        )
    await here.checkpoint()
    assert await here.audit() == set()


async def test_an_erased_customer_is_no_finding_and_nobody_hides_behind_it(here: Installation) -> None:
    other = new_id()
    async with here.database.transaction() as tx:
        await here.vault.create_subject(tx, other)
    (kept,) = await here.write(1, subject_id=other, customer_id=other)
    await here.write(3)
    async with here.database.transaction() as tx:
        gone = await ledger.shred_subject(
            tx, here.vault, subject_id=here.subject, by=BY, now=NOW, reason="customer_request"
        )
    assert gone == 3
    await here.checkpoint()
    assert await here.audit() == set()
    await here.edit(
        "UPDATE records SET wrapped_key = NULL, sealed = NULL, salt = NULL,"
        f" shredded_at = '{NOW.isoformat()}', subject_id = '{here.subject}' WHERE id = '{kept}'"
    )
    assert "record_shredded" in await here.audit()


async def test_an_erasure_that_is_run_again_is_no_finding(here: Installation) -> None:
    await here.write(3)
    for _ in range(2):
        async with here.database.transaction() as tx:
            await ledger.shred_subject(
                tx, here.vault, subject_id=here.subject, by=BY, now=NOW, reason="customer_request"
            )
    await here.checkpoint()
    assert await here.audit() == set()


async def test_finds_an_erased_record_that_came_back(here: Installation) -> None:
    (id,) = await here.write(1)
    (row,) = await here.rows("SELECT * FROM records WHERE id = %s", (id,))
    async with here.database.transaction() as tx:
        await ledger.shred_record(tx, here.vault, record_id=id, by=BY, now=NOW, reason="customer_request")
    await here.checkpoint()
    async with here.database.transaction() as tx:
        await tx.execute(
            "UPDATE records SET wrapped_key = %(wrapped_key)s, sealed = %(sealed)s, salt = %(salt)s, shredded_at = NULL"
            " WHERE id = %(id)s",
            row,
        )
    assert await here.audit() == {"record_returned"}
