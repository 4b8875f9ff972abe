"""Exports: everything, opened, once allowed and written down; taken up again where they stopped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bellrock import access, operations
from bellrock.core import clock, journal
from bellrock.house import House
from bellrock.operations import reading, tables
from bellrock.people import Role
from tests.operations.conftest import CANARY, PNG, Life, agent_of, audit, settle


def lines(folder: Path, name: str) -> list[Any]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


async def _export(house: House, life: Life, folder: Path, **options: Any) -> operations.Exported:
    auditor = await agent_of(house, f"auditor-{folder.name}", Role.AUDITOR)
    return await operations.export_customer(
        house, folder, customer_id=life.customer.id, by=auditor, reason="Request 17", now=clock.now(), **options
    )


async def test_every_table_has_its_place(house: House) -> None:
    """A new table is exported, or stands in LEFT_OUT with the reason why not."""
    async with house.database.transaction() as tx:
        found = await tables.exported_tables(tx)
        cursor = await tx.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        existing = {row["tablename"] for row in await cursor.fetchall()}
    assert {table for table, key in found.items() if not key} == set()
    assert set(tables.LEFT_OUT) - existing == set()
    assert {"customers", "conversations", "messages", "agents", "articles", "labels"} <= set(found)


async def test_all_of_the_house_in_clear(house: House, life: Life, tmp_path: Path) -> None:
    auditor = await agent_of(house, "auditor", Role.AUDITOR)
    folder = tmp_path / "out"
    done = await operations.export_house(house, folder, by=auditor, reason="Change of provider", now=clock.now())
    assert done.files == 1
    assert (folder / "files" / str(life.file_id)).read_bytes() == PNG
    assert {row["profile"]["name"] for row in lines(folder, "customers")} == {"Canary one", "Canary two"}
    assert [row["name"] for row in lines(folder, "attachments")] == ["screen.png"]
    facts = lines(folder, "facts")
    assert [fact["number"] for fact in facts] == list(range(len(facts)))
    assert sum(CANARY in json.dumps(fact["words"]) for fact in facts) >= 2
    everything = b"".join(path.read_bytes() for path in folder.glob("*.jsonl"))
    for secret in (b"password_hash", b"wrapped_key", b"authenticator"):
        assert secret not in everything
    assert not (folder / "progress.json").exists()
    assert (folder.stat().st_mode | (folder / "facts.jsonl").stat().st_mode) & 0o077 == 0
    await settle(house)
    async with house.database.transaction() as tx:
        looks = await access.latest_looks(tx, limit=5)
        opened = await house.vault.open_records(tx, [(await journal.read(tx, log="access"))[-1].id])
    assert (looks[0].kind, looks[0].agent_id) == (operations.EXPORTED, auditor.id)
    assert [record["words"] for record in opened.values()] == [{"reason": "Change of provider"}]
    assert (await audit(house)).findings == []


async def test_all_about_one_customer_and_nothing_about_another(house: House, life: Life, tmp_path: Path) -> None:
    folder = tmp_path / "one"
    done = await _export(house, life, folder)
    assert done.files == 1
    everything = "".join(path.read_text() for path in folder.glob("*.jsonl"))
    assert CANARY in everything
    assert "They seem to be right" in everything
    assert "Canary one" in everything
    for foreign in ("Canary two", str(life.other.id), str(life.other_case)):
        assert foreign not in everything
    assert [look["what"] for look in lines(folder, "looks")] == ["conversation"]
    await settle(house)
    async with house.database.transaction() as tx:
        (newest, *_) = await access.looks_at(tx, customer_id=life.customer.id)
    assert newest.kind == operations.EXPORTED


async def test_what_the_customer_could_see_and_no_more(house: House, life: Life, tmp_path: Path) -> None:
    folder = tmp_path / "public"
    await _export(house, life, folder, with_internal=False)
    everything = "".join(path.read_text() for path in folder.glob("*.jsonl"))
    assert CANARY in everything
    assert "They seem to be right" not in everything
    assert not (folder / "looks.jsonl").exists()


async def test_only_who_may_export_does(house: House, life: Life, tmp_path: Path) -> None:
    with pytest.raises(operations.ExportNotAllowed):
        await operations.export_house(house, tmp_path / "no", by=life.agent, reason="x", now=clock.now())
    async with house.database.transaction() as tx:
        for email in ("lead@desk.example", "nobody@desk.example"):
            with pytest.raises(operations.ExportNotAllowed):
                await operations.exporter(tx, house.vault, email=email)
    assert not (tmp_path / "no").exists()


async def test_goes_on_where_it_stopped(
    house: House, life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = await agent_of(house, "auditor", Role.AUDITOR)
    monkeypatch.setattr(reading, "BATCH", 3)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    await operations.export_house(house, whole, by=auditor, reason="x", now=clock.now())
    opened = house.vault.open_records
    calls = 0

    async def fails(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise OSError("the power failed")
        return await opened(*arguments)

    monkeypatch.setattr(house.vault, "open_records", fails)
    with pytest.raises(OSError, match="power"):
        await operations.export_house(house, broken, by=auditor, reason="x", now=clock.now())
    assert not (broken / "manifest.json").exists()
    with (broken / "facts.jsonl").open("ab") as file:
        file.write(b'{"number": 7, "half a li')
    await operations.export_house(house, broken, by=auditor, reason="x", now=clock.now())
    assert (broken / "facts.jsonl").read_bytes() == (whole / "facts.jsonl").read_bytes()
    assert json.loads((broken / "manifest.json").read_text())["parts"]["facts.jsonl"]["rows"] == len(
        lines(whole, "facts")
    )


async def test_never_mixes_two_exports(house: House, life: Life, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "holiday.png").write_bytes(PNG)
    with pytest.raises(operations.ExportElsewhere):
        await _export(house, life, tmp_path / "full")


async def test_a_customer_is_found_by_every_name(house: House, life: Life) -> None:
    async with house.database.transaction() as tx:
        reference = await (
            await tx.execute("SELECT reference FROM conversations WHERE id = %s", (life.case,))
        ).fetchone()
        assert reference is not None
        for named in (reference["reference"].lower(), "one", "one@customers.example", str(life.customer.id)):
            assert await operations.customer_named(tx, house.vault, named=named) == life.customer.id, named
        for unknown in ("BR-NOBODY", "three", "x@y.example", str(life.case)):
            with pytest.raises(operations.CustomerUnknown):
                await operations.customer_named(tx, house.vault, named=unknown)
