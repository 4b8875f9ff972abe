"""The logs in the database: tiles that grow with the journal and give every proof."""

from __future__ import annotations

import pytest

from bellrock import ledger, vault
from bellrock.core import journal
from bellrock.ledger import log as logs
from bellrock.ledger import merkle
from tests.ledger.conftest import Installation

SIZE = 300


async def test_grows_with_the_journal(here: Installation) -> None:
    for count in (1, 254, 1, 1, SIZE - 257):
        await here.write(count)
        await here.settle()
    rows = await here.rows("SELECT level, index, octet_length(hashes) / 32 AS n FROM ledger_tiles ORDER BY 1, 2")
    assert [tuple(row.values()) for row in rows] == [(0, 0, 256), (0, 1, SIZE - 256), (1, 0, 1)]
    async with here.database.transaction() as tx:
        facts = await journal.read(tx)
        frontier = merkle.Frontier()
        for fact in facts:
            frontier.append(vault.leaf_hash(fact.leaf))
            if fact.number % 37 == 0 or fact.number > SIZE - 3:
                assert await ledger.root_of(tx, "records", fact.number + 1) == frontier.root()


async def test_proves_every_leaf_and_every_growth(here: Installation) -> None:
    await here.write(SIZE)
    await here.settle()
    async with here.database.transaction() as tx:
        facts = await journal.read(tx)
        root = await ledger.root_of(tx, "records", SIZE)
        for index in (0, 1, 100, 255, 256, 257, SIZE - 1):
            ledger.verify_inclusion(
                leaf=vault.leaf_hash(facts[index].leaf),
                index=index,
                size=SIZE,
                root=root,
                proof=await ledger.prove_inclusion(tx, "records", index=index, size=SIZE),
            )
            ledger.verify_consistency(
                old=index + 1,
                new=SIZE,
                old_root=await ledger.root_of(tx, "records", index + 1),
                new_root=root,
                proof=await ledger.prove_consistency(tx, "records", old=index + 1, new=SIZE),
            )


async def test_a_batch_that_comes_twice_changes_nothing(here: Installation) -> None:
    await here.write(5)
    await here.settle()
    async with here.database.transaction() as tx:
        await ledger.extend(tx, await journal.read(tx))
        assert await ledger.size_of(tx, "records") == 5
    assert await here.verify() == set()


async def test_a_batch_that_was_left_out_is_read_from_the_journal(here: Installation) -> None:
    await here.write(5)
    await here.settle()
    await here.write(6)
    async with await here.database.connect(autocommit=True) as connection:
        from bellrock.core import sequencer

        await sequencer.number_all(connection)
    async with here.database.transaction() as tx:
        await ledger.extend(tx, await journal.read(tx, after=8))
        assert await ledger.size_of(tx, "records") == 11
    assert await here.verify() == set()


async def test_a_tree_that_was_cut_is_not_grown(here: Installation) -> None:
    await here.write(3)
    await here.settle()
    await here.edit("UPDATE ledger_tiles SET hashes = substr(hashes, 1, 64)")
    await here.write(1)
    with pytest.raises(ledger.LedgerDamaged):
        await here.settle()


async def test_keeps_the_two_logs_apart(here: Installation) -> None:
    await here.write(2)
    await here.write(3, log="access", kind="access.revealed", audience="internal")
    await here.settle()
    async with here.database.transaction() as tx:
        assert await ledger.size_of(tx, "records") == 2
        assert await ledger.size_of(tx, "access") == 3
    assert await here.audit() == set()


def test_every_node_lies_within_one_tile() -> None:
    for level in range(17):
        for index in (0, 1, 2, 255, 256):
            first = logs._tile_of((level, index))
            assert first[0] == level // 8
            assert first[1] == (index << level % 8) // 256
