"""A past that was written in bulk is as true as one that happened: rows, records, counts and the tree agree."""

from __future__ import annotations

from datetime import timedelta

from bellrock import conversations, demo_year, ledger, people
from bellrock.core import clock
from bellrock.house import House


async def test_what_was_made_is_what_its_facts_make(house: House) -> None:
    now = clock.now()
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=now)
    plan = demo_year.Plan(total=90, end=now, days=20, languages=("en", "zh-Hans", "ar"), batch=200)
    await demo_year.add_incidents(house, plan)
    facts = await demo_year.fill(house, plan)
    await demo_year.grow(house)
    async with house.database.transaction() as tx:
        assert [found async for found in conversations.compare_rows(tx, house.vault) if found is not None] == []
        assert await ledger.size_of(tx, "records") == facts
        row = await (
            await tx.execute(
                "SELECT count(*) AS made, count(*) FILTER (WHERE status <> 'resolved') AS running,"
                " (SELECT sum(held) FROM (SELECT held FROM inbox_counts UNION ALL SELECT held FROM inbox_moves) h) AS held,"
                " min(created_at) AS first FROM conversations"
            )
        ).fetchone()
        assert row is not None
        assert row["made"] == 90
        assert row["running"] == (row["held"] or 0)
        assert row["first"] > now - timedelta(days=22)
        behind = await (
            await tx.execute("SELECT name FROM cursors WHERE log = 'records' AND number < %s", (facts - 1,))
        ).fetchall()
        assert behind == []
