"""Checkpoints: signed when there is news, kept inside and outside, never ahead of what is durable."""

from __future__ import annotations

from bellrock import ledger
from bellrock.ledger import checkpoints
from tests.ledger.conftest import NOW, Installation


async def test_signs_only_what_has_grown(here: Installation) -> None:
    await here.checkpoint()
    assert await here.rows("SELECT FROM ledger_checkpoints") == []
    await here.write(3)
    await here.checkpoint()
    await here.checkpoint()
    rows = await here.rows("SELECT log, size, note FROM ledger_checkpoints")
    assert [(row["log"], row["size"]) for row in rows] == [("records", 3)]
    stated = ledger.open_note(rows[0]["note"], here.vault.keyring.public)
    assert (stated.origin, stated.size) == ("bellrock.example/records", 3)


async def test_writes_each_outside_once_and_in_order(here: Installation) -> None:
    for step in range(3):
        await here.write(1)
        await here.checkpoint(later=5 * step)
    assert [item.size for item in checkpoints.outside(here.folder, "records")] == [1, 2, 3]
    assert [path.name for path in here.folder.iterdir()] == ["records-2026-11.jsonl"]


async def test_makes_up_for_what_could_not_be_written(here: Installation) -> None:
    await here.write(1)
    await here.settle()
    async with here.database.transaction() as tx:
        await checkpoints.sign(tx, here.vault.keyring, origin="bellrock.example/records", log="records", now=NOW)
    await here.checkpoint()
    assert [item.size for item in checkpoints.outside(here.folder, "records")] == [1]


async def test_passes_over_a_line_that_a_crash_cut_off(here: Installation) -> None:
    await here.write(1)
    await here.checkpoint()
    path = here.folder / "records-2026-11.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    await here.write(1)
    await here.checkpoint()
    assert [item.size for item in checkpoints.outside(here.folder, "records")] == [1, 2]
    assert await here.verify() == set()


async def test_a_new_month_begins_a_new_file(here: Installation) -> None:
    await here.write(1)
    await here.checkpoint()
    await here.write(1)
    await here.checkpoint(later=14 * 86_400)
    assert sorted(path.name for path in here.folder.iterdir()) == ["records-2026-11.jsonl", "records-2026-12.jsonl"]
    newest = checkpoints.newest_outside(here.folder, "records")
    assert newest is not None
    assert newest.size == 2


def test_each_log_has_its_origin(here: Installation) -> None:
    assert ledger.origin_of(here.settings, "records") == "bellrock.example/records"
    assert ledger.origin_of(here.settings, "access") == "bellrock.example/access"
