"""Pages for programs walk an index, however many conversations there are and however rare what is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bellrock.conversations import paging
from bellrock.conversations.paging import Wanted, page_of_conversations
from bellrock.core import SYSTEM, Transaction, new_id
from tests.conversations.conftest import NOW, Cast

MANY = 12_000


class Watched:
    """A transaction that explains each statement before it runs it."""

    def __init__(self, tx: Transaction) -> None:
        self._tx, self.plans = tx, list[dict[str, Any]]()

    async def execute(self, statement: str, parameters: dict[str, Any]) -> Any:
        cursor = await self._tx.execute("EXPLAIN (FORMAT JSON) " + statement, parameters)
        row = await cursor.fetchone()
        assert row is not None
        self.plans.append(row["QUERY PLAN"][0]["Plan"])
        return await self._tx.execute(statement, parameters)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from _nodes(inner)


async def _fill(tx: Transaction, cast: Cast) -> UUID:
    await tx.execute(
        "INSERT INTO conversations (id, reference, customer_id, channel, status, holder, team_id, language, created_at,"
        " changed_at, resolved_at, changes) SELECT uuidv7(make_interval(secs => n - 40000)), 'BR-' || n, %(customer)s,"
        " 'web', CASE WHEN n %% 10 = 0 THEN 'open' ELSE 'resolved' END, 'queue', %(team)s, 'en', %(now)s,"
        " %(now)s + make_interval(secs => n), CASE WHEN n %% 10 = 0 THEN NULL ELSE %(now)s END, 1"
        " FROM generate_series(1, %(many)s) AS n",
        {"customer": cast.stranger.id, "team": cast.payments, "now": NOW, "many": MANY},
    )
    await tx.execute("ANALYZE conversations")
    return cast.payments


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(statuses=("open",)),
        Wanted(statuses=("open", "waiting"), priority="urgent"),
        Wanted(statuses=("resolved",), topic="nothing_at_all"),
        Wanted(statuses=("open",), assignee_id=new_id()),
    ],
)
async def test_no_page_scans(tx: Transaction, cast: Cast, wanted: Wanted) -> None:
    team = await _fill(tx, cast)
    for ask in (wanted, Wanted(statuses=wanted.statuses, team_id=team)):
        for after in (None, (NOW + timedelta(seconds=MANY // 2), new_id())):
            watched = Watched(tx)
            await page_of_conversations(watched, viewer=SYSTEM, wanted=ask, after=after, limit=50)  # type: ignore[arg-type]
            for plan in watched.plans:
                kinds = {node["Node Type"] for node in _nodes(plan)}
                assert "Seq Scan" not in kinds, plan
                assert "Sort" not in kinds or ask.assignee_id, plan


async def test_a_walk_for_what_is_not_there_comes_to_its_end(
    tx: Transaction, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _fill(tx, cast)
    monkeypatch.setattr(paging, "WALK_MAX", 4_000)
    after, pages = None, 0
    while True:
        found, after = await page_of_conversations(
            tx, viewer=SYSTEM, wanted=Wanted(topic="nothing_at_all"), after=after, limit=50
        )
        assert found == []
        pages += 1
        if after is None:
            break
    assert pages == 4
