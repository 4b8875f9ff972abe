"""Records: sealed each under its own key, opened only whole and in their place, gone once shredded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import vault as vaults
from bellrock.core import SYSTEM, Database, Transaction, journal, new_id
from bellrock.vault import CASE, Keyring, Vault

NOW = datetime(2026, 11, 18, 14, 31, 8, tzinfo=UTC)
WORDS = {"text": "我的提现还没到账", "parts": [1, None, True]}


@pytest.fixture
async def subject(tx: Transaction, vault: Vault) -> UUID:
    subject_id = new_id()
    await vault.create_subject(tx, subject_id)
    return subject_id


async def seal(tx: Transaction, vault: Vault, subject: UUID, record: dict[str, object] | None = None) -> UUID:
    record_id = new_id()
    await vault.seal_record(tx, record_id=record_id, subject_id=subject, record=record or WORDS)
    return record_id


async def test_opens_what_was_sealed(tx: Transaction, vault: Vault, subject: UUID) -> None:
    record_id = await seal(tx, vault, subject)
    assert await vault.open_records(tx, [record_id, new_id()]) == {record_id: WORDS}


async def test_opens_in_another_process(tx: Transaction, vault: Vault, subject: UUID) -> None:
    record_id = await seal(tx, vault, subject)
    other = Vault(Keyring.load(vault.keyring.folder))
    assert await other.open_records(tx, [record_id]) == {record_id: WORDS}


async def test_the_leaf_is_the_hmac_of_the_canonical_record(tx: Transaction, vault: Vault, subject: UUID) -> None:
    record_id = new_id()
    leaf = await vault.seal_record(tx, record_id=record_id, subject_id=subject, record=WORDS)
    (opened,) = await vault.open_proved(tx, [record_id])
    assert opened.canonical == vaults.canonical(WORDS)
    assert vaults.leaf(opened.salt, opened.canonical) == leaf == opened.leaf


async def test_the_same_words_give_other_leaves(tx: Transaction, vault: Vault, subject: UUID) -> None:
    first = await vault.seal_record(tx, record_id=new_id(), subject_id=subject, record=WORDS)
    assert first != await vault.seal_record(tx, record_id=new_id(), subject_id=subject, record=WORDS)


async def test_stores_nothing_in_clear(tx: Transaction, vault: Vault, subject: UUID) -> None:
    record_id = await seal(tx, vault, subject, {"text": "canary-4711"})
    row = await (await tx.execute("SELECT records::text AS all FROM records WHERE id = %s", (record_id,))).fetchone()
    assert row is not None
    assert b"canary-4711".hex() not in row["all"]
    assert "canary-4711" not in row["all"]


async def test_the_stored_salt_alone_does_not_let_guesses_be_tried(
    tx: Transaction, vault: Vault, subject: UUID
) -> None:
    record_id = await seal(tx, vault, subject)
    row = await (await tx.execute("SELECT salt, leaf FROM records WHERE id = %s", (record_id,))).fetchone()
    assert row is not None
    assert vaults.leaf(bytes(row["salt"]), vaults.canonical(WORDS)) != bytes(row["leaf"])


async def test_seals_in_one_statement_while_the_key_is_cached(
    tx: Transaction, vault: Vault, subject: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[object] = []
    execute = tx.execute

    async def counted(statement: object, *parameters: object, **options: object) -> object:
        statements.append(statement)
        return await execute(statement, *parameters, **options)  # type: ignore[call-overload]

    tx.execute = counted  # type: ignore[method-assign,assignment]
    await seal(tx, vault, subject)
    assert len(statements) == 1
    assert str(statements[0]).startswith("INSERT INTO records")


@pytest.mark.parametrize("column", ["sealed", "wrapped_key", "salt", "leaf"])
@given(place=st.integers(0, 31), bit=st.integers(0, 7))
async def test_a_changed_bit_does_not_open(tx: Transaction, vault: Vault, column: str, place: int, bit: int) -> None:
    subject = new_id()
    await vault.create_subject(tx, subject)
    record_id = await seal(tx, vault, subject)
    await tx.execute(
        f"UPDATE records SET {column} = set_bit({column}, %s, 1 - get_bit({column}, %s)) WHERE id = %s",
        (place * 8 + bit, place * 8 + bit, record_id),
    )
    with pytest.raises(vaults.Tampered):
        await vault.open_records(tx, [record_id])


async def test_sealed_bytes_do_not_open_in_the_place_of_others(tx: Transaction, vault: Vault, subject: UUID) -> None:
    first, second = await seal(tx, vault, subject, {"n": 1}), await seal(tx, vault, subject, {"n": 2})
    await tx.execute(
        "UPDATE records r SET wrapped_key = o.wrapped_key, sealed = o.sealed, salt = o.salt, leaf = o.leaf"
        " FROM records o WHERE r.id = %s AND o.id = %s",
        (first, second),
    )
    with pytest.raises(vaults.Tampered):
        await vault.open_records(tx, [first])


async def test_a_record_does_not_open_for_another_subject(tx: Transaction, vault: Vault, subject: UUID) -> None:
    other = new_id()
    await vault.create_subject(tx, other)
    record_id = await seal(tx, vault, subject)
    await tx.execute("UPDATE records SET subject_id = %s WHERE id = %s", (other, record_id))
    with pytest.raises(vaults.Tampered):
        await vault.open_records(tx, [record_id])


async def test_a_shredded_record_keeps_its_leaf_and_nothing_else(tx: Transaction, vault: Vault, subject: UUID) -> None:
    kept, gone = await seal(tx, vault, subject), await seal(tx, vault, subject)
    assert await vault.shred_record(tx, gone, now=NOW)
    assert not await vault.shred_record(tx, gone, now=NOW)
    assert list(await vault.open_records(tx, [kept, gone])) == [kept]
    row = await (await tx.execute("SELECT * FROM records WHERE id = %s", (gone,))).fetchone()
    assert row is not None
    assert (row["wrapped_key"], row["sealed"], row["salt"], row["shredded_at"]) == (None, None, None, NOW)
    assert len(row["leaf"]) == 32


async def test_a_shredded_subject_neither_opens_nor_seals(tx: Transaction, vault: Vault, subject: UUID) -> None:
    record_id = await seal(tx, vault, subject)
    await vault.seal_file(tx, file_id=(file_id := new_id()), subject_id=subject, data=b"passport")
    assert [id for id, _ in await vault.shred_subject(tx, subject, now=NOW)] == [record_id]
    assert await vault.open_records(tx, [record_id]) == {}
    with pytest.raises(vaults.Shredded):
        await vault.open_file(tx, file_id=file_id, sealed=b"")
    with pytest.raises(vaults.SubjectShredded):
        await seal(tx, vault, subject)
    with pytest.raises(vaults.SubjectShredded):
        await vault.create_subject(tx, subject)


async def test_a_process_that_cached_the_key_does_not_seal_for_a_shredded_subject(
    tx: Transaction, vault: Vault, subject: UUID
) -> None:
    other = Vault(vault.keyring)
    await seal(tx, other, subject)
    await vault.shred_subject(tx, subject, now=NOW)
    with pytest.raises(vaults.SubjectShredded):
        await seal(tx, other, subject)


async def test_in_a_pipeline_a_shredded_key_fails_the_transaction(database: Database, vault: Vault) -> None:
    subject = new_id()
    async with database.transaction() as tx:
        await vault.create_subject(tx, subject)
    async with database.transaction() as tx:
        await Vault(vault.keyring).shred_subject(tx, subject, now=NOW)
    with pytest.raises(psycopg.errors.NotNullViolation):
        async with database.transaction() as tx, tx.pipeline():
            await seal(tx, vault, subject)


async def test_one_retention_class_is_shredded_alone(tx: Transaction, vault: Vault, subject: UUID) -> None:
    await vault.create_subject(tx, subject, "payload")
    case = await seal(tx, vault, subject)
    payload = new_id()
    await vault.seal_record(tx, record_id=payload, subject_id=subject, retention="payload", record=WORDS)
    await vault.shred_subject(tx, subject, now=NOW, retention="payload")
    assert list(await vault.open_records(tx, [case, payload])) == [case]


async def test_a_key_of_a_transaction_that_was_rolled_back_seals_nothing(database: Database, vault: Vault) -> None:
    subject = new_id()
    with pytest.raises(RuntimeError):
        async with database.transaction() as tx:
            await vault.create_subject(tx, subject)
            raise RuntimeError
    with pytest.raises(vaults.SubjectMissing):
        async with database.transaction() as tx:
            await seal(tx, vault, subject)
    async with database.transaction() as tx:
        await Vault(vault.keyring).create_subject(tx, subject)
        record_id = await seal(tx, vault, subject)
    async with database.transaction() as tx:
        assert record_id in await Vault(vault.keyring).open_records(tx, [record_id])


async def test_a_subject_without_a_key_is_refused(tx: Transaction, vault: Vault) -> None:
    with pytest.raises(vaults.SubjectMissing):
        await seal(tx, vault, new_id())


async def test_creating_a_subject_twice_keeps_its_key(tx: Transaction, vault: Vault, subject: UUID) -> None:
    record_id = await seal(tx, vault, subject)
    await vault.create_subject(tx, subject)
    assert record_id in await Vault(vault.keyring).open_records(tx, [record_id])


async def test_another_keyring_says_that_it_is_the_wrong_one(
    tx: Transaction, vault: Vault, subject: UUID, tmp_path: Path
) -> None:
    record_id = await seal(tx, vault, subject)
    with pytest.raises(vaults.WrongKeyring):
        await Vault(Keyring.load(tmp_path / "others")).open_records(tx, [record_id])


async def test_after_a_rotation_subjects_are_wrapped_anew(tx: Transaction, vault: Vault, subject: UUID) -> None:
    await tx.execute("DELETE FROM subject_keys WHERE subject_id <> %s", (subject,))
    record_id = await seal(tx, vault, subject)
    rotated = Vault(vault.keyring.rotate())
    assert await rotated.rewrap_subjects(tx) == 1
    assert await rotated.rewrap_subjects(tx) == 0
    assert record_id in await Vault(rotated.keyring).open_records(tx, [record_id])


async def test_cached_keys_leave_memory_after_their_time(tx: Transaction, vault: Vault, subject: UUID) -> None:
    clock = [0.0]
    keys = vaults.SubjectKeys(vault.keyring, seconds=60, most=2, monotonic=lambda: clock[0])
    owner = (subject, CASE)
    await keys.get(tx, owner)
    assert keys.cached(owner) is not None
    clock[0] = 60.0
    assert keys.cached(owner) is None


async def test_a_key_stays_while_the_database_confirms_it(tx: Transaction, vault: Vault, subject: UUID) -> None:
    clock = [0.0]
    keys = vaults.SubjectKeys(vault.keyring, seconds=60, most=2, monotonic=lambda: clock[0])
    owner = (subject, CASE)
    key = await keys.get(tx, owner)
    clock[0] = 50.0
    keys.confirm(owner, key.id)
    keys.confirm((new_id(), CASE), key.id)
    clock[0] = 100.0
    assert keys.cached(owner) == key
    keys.confirm(owner, new_id())  # a key made anew is another one
    clock[0] = 110.0
    assert keys.cached(owner) is None


async def test_the_cache_keeps_the_keys_used_last(tx: Transaction, vault: Vault) -> None:
    keys = vaults.SubjectKeys(vault.keyring, most=2)
    owners = [(new_id(), CASE) for _ in range(3)]
    for owner in owners:
        await keys.create(tx, owner)
    assert [keys.cached(owner) is not None for owner in owners] == [False, True, True]


@given(data=st.binary(max_size=5_000))
async def test_bytes_open_only_for_their_purpose_and_object(tx: Transaction, vault: Vault, data: bytes) -> None:
    subject, object_id = new_id(), new_id()
    await vault.create_subject(tx, subject)
    place = {"object_id": object_id, "subject_id": subject, "purpose": "profile"}
    sealed = await vault.seal_bytes(tx, **place, data=data)
    assert await vault.open_bytes(tx, **place, sealed=sealed) == data
    for other in ({"purpose": "draft"}, {"object_id": new_id()}):
        with pytest.raises(vaults.Tampered):
            await vault.open_bytes(tx, **{**place, **other}, sealed=sealed)
    with pytest.raises(vaults.Tampered):
        await vault.open_bytes(tx, **place, sealed=sealed[:-1])


async def test_a_file_is_shredded_alone(tx: Transaction, vault: Vault, subject: UUID) -> None:
    kept, gone = new_id(), new_id()
    sealed = {id: await vault.seal_file(tx, file_id=id, subject_id=subject, data=b"scan") for id in (kept, gone)}
    assert await vault.shred_file(tx, gone, now=NOW)
    assert await vault.open_file(tx, file_id=kept, sealed=sealed[kept]) == b"scan"
    with pytest.raises(vaults.Shredded):
        await vault.open_file(tx, file_id=gone, sealed=sealed[gone])
    with pytest.raises(vaults.Tampered):
        await vault.open_file(tx, file_id=kept, sealed=sealed[gone])


async def test_a_fact_and_its_record_say_the_same(tx: Transaction, vault: Vault) -> None:
    id = await vaults.record(tx, vault, kind="people.team_created", at=NOW, actor=SYSTEM, data={"team": "x"})
    row = await (await tx.execute("SELECT *, 0 AS number FROM journal_inbox WHERE id = %s", (id,))).fetchone()
    assert row is not None
    record = (await vault.open_records(tx, [id]))[id]
    assert record == vaults.record_of(journal.from_row(row), {})
    assert record["at"] == "2026-11-18T14:31:08.000000Z"
