"""Gaps of the week: articles that are missing or fail, matters that nobody has thought of; examples for those who may see them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bellrock import conversations, guard, people, triage
from bellrock.core import SYSTEM, Database, Transaction, new_id
from bellrock.people import Role
from bellrock.triage.gaps import ASKED_MIN, clusters
from bellrock.vault import Vault
from tests.triage.conftest import NOW

WEEK = NOW - timedelta(days=NOW.weekday())
LAST_WEEK = NOW - timedelta(days=7)


class ByFirstWord:
    """An encoder for which texts that begin with the same word mean the same."""

    name, width, compared = "by-first-word/1", 64, slice(0, 64)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.width), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[sum(text.split()[0].encode()) % self.width] = 1.0
        return rows


@pytest.fixture
async def database(furnished: tuple[str, object], clone_database: Callable[..., str]) -> AsyncIterator[Database]:
    async with Database(clone_database(furnished[0].rpartition("/")[2].partition("?")[0])) as opened:
        yield opened


async def opens(
    tx: Transaction, vault: Vault, text: str, *, topic: str | None = None, language: str = "en", at: datetime = LAST_WEEK,
    customer: people.Customer | None = None,
) -> UUID:  # fmt: skip
    if customer is None:
        customer, _ = await people.start_visitor(tx, vault, locale=language, now=at)
    case = await conversations.open_conversation(
        tx, vault, customer=customer, channel="widget", language=language, now=at, topic=topic
    )
    await conversations.receive(
        tx, vault, customer=customer, conversation_id=case.id, text=guard.screen(text), client_key=str(new_id()), now=at
    )
    await tx.execute("UPDATE conversations SET created_at = %s WHERE id = %s", (at, case.id))
    return case.id


async def test_an_article_is_missing_where_often_asked_and_none_answers(database: Database, vault: Vault) -> None:
    async with database.transaction() as tx:
        for _ in range(ASKED_MIN):
            await opens(tx, vault, "Ücret nedir?", topic="trading.trading_fee", language="tr")
            await opens(tx, vault, "What is the fee?", topic="trading.trading_fee")
            await opens(tx, vault, "My partner did not release", topic="funding.p2p_dispute")
        await tx.execute(
            "DELETE FROM article_translations WHERE article_id = (SELECT id FROM articles WHERE topic = 'nft')"
        )
        for _ in range(ASKED_MIN - 1):
            await opens(tx, vault, "Gebühr?", topic="trading.trading_fee", language="de")
        await tx.execute("UPDATE article_translations SET published_number = NULL, published_at = NULL, search = NULL,"
                         " words = NULL, answer_html = NULL, body_html = NULL, draft_number = 1"
                         " WHERE article_id = (SELECT id FROM articles WHERE topic = 'trading_fee')")  # fmt: skip
    assert await triage.suggest(database, vault, None, now=NOW) == 2
    assert await triage.suggest(database, vault, None, now=NOW) == 0
    async with database.transaction() as tx:
        found = await triage.open_gaps(tx)
    assert {(gap.kind, gap.topic, gap.language, gap.asked, len(gap.examples)) for gap in found} == {
        ("article", "trading_fee", "tr", 5, 5),
        ("article", "trading_fee", "en", 5, 5),
    }


async def test_an_article_that_does_not_settle_is_a_gap_too(database: Database, vault: Vault) -> None:
    async with database.transaction() as tx:
        cases = [await opens(tx, vault, "Fee?", topic="trading.trading_fee") for _ in range(6)]
        await tx.execute(
            "INSERT INTO first_answers (conversation_id, topic, language, answered_at, failed_at, failed_because)"
            " SELECT c, 'trading_fee', 'en', %(at)s, CASE WHEN n <= 2 THEN %(at)s END, CASE WHEN n <= 2 THEN 'reopened' END"
            " FROM unnest(%(cases)s::uuid[]) WITH ORDINALITY AS t (c, n) WHERE n <= 4",
            {"at": LAST_WEEK, "cases": cases},
        )
    assert await triage.suggest(database, vault, None, now=NOW) == 1
    async with database.transaction() as tx:
        (gap,) = await triage.open_gaps(tx)
    assert (gap.asked, gap.answered, gap.reopened) == (6, 4, 2)
    assert set(gap.examples[:2]) == set(cases[:2]), "what failed comes first"


async def test_like_messages_without_a_topic_are_a_new_topic_if_several_people_write_them(
    database: Database, vault: Vault
) -> None:
    async with database.transaction() as tx:
        new = [await opens(tx, vault, f"Staking question {number}") for number in range(ASKED_MIN)]
        one, _ = await people.start_visitor(tx, vault, locale="en", now=LAST_WEEK)
        for number in range(ASKED_MIN):
            await opens(tx, vault, f"Zebra {number}", customer=one)
        await opens(tx, vault, "Quokka, once")
        await opens(tx, vault, "Staking, long ago", at=NOW - timedelta(days=90))
        spam = await opens(tx, vault, "Staking spam")
        await tx.execute(
            "UPDATE conversations SET status = 'resolved', resolved_at = now(), spam_at = now() WHERE id = %s", (spam,)
        )
    assert await triage.suggest(database, vault, ByFirstWord(), now=NOW) == 1
    async with database.transaction() as tx:
        (gap,) = await triage.open_gaps(tx)
        dump = await (await tx.execute("SELECT knowledge_gaps::text AS row FROM knowledge_gaps")).fetchall()
    assert (gap.kind, gap.topic, gap.asked, set(gap.examples)) == ("topic", None, ASKED_MIN, set(new))
    assert "staking" not in str(dump).lower(), "ids, never words"


async def test_a_week_without_a_gap_is_searched_once(database: Database, vault: Vault) -> None:
    class Counting(ByFirstWord):
        encoded = 0

        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            self.encoded += len(texts)
            return super().embed(texts)

    encoder, more = Counting(), Counting()
    async with database.transaction() as tx:
        for word in ("Ant", "Bee", "Cat", "Dog", "Elk"):
            await opens(tx, vault, word, at=NOW - timedelta(days=10))
    for hour in range(3):
        assert await triage.suggest(database, vault, encoder, now=NOW + timedelta(hours=hour)) == 0
    assert encoder.encoded == 5
    assert await triage.suggest(database, vault, more, now=NOW + timedelta(days=7)) == 0
    assert more.encoded >= 5, "another week, another search"


async def test_examples_are_veiled_looked_at_on_record_and_only_for_those_who_may_see_the_case(
    database: Database, vault: Vault
) -> None:
    async with database.transaction() as tx:
        case = await opens(tx, vault, "I sent 1,250 USDT to 0x52908400098527886E0F7030069857D2E4169EE7, why?")
        gap_id = new_id()
        await tx.execute(
            "INSERT INTO knowledge_gaps (id, week, kind, asked, answered, reopened, examples)"
            " VALUES (%s, %s, 'topic', 5, 0, 0, %s)",
            (gap_id, WEEK.date(), [case]),
        )
        readers = {}
        for name, role in (("Lead", Role.LEAD), ("Outsider", Role.AGENT)):
            id, _ = await people.invite_agent(
                tx,
                vault,
                name=name,
                email=f"{name}@x.example",
                roles=[role],
                team_ids=[],
                languages=["en"],
                by=SYSTEM,
                now=NOW,
            )
            readers[name] = await people.agent(tx, agent_id=id)
        assert await triage.examples_of(tx, vault, gap_id=gap_id, reader=readers["Outsider"], now=NOW) == []
        (shown,) = await triage.examples_of(tx, vault, gap_id=gap_id, reader=readers["Lead"], now=NOW)
        assert shown.conversation_id == case
        assert shown.text == "I sent ••• ••• to •••, why?"
        looks = await (
            await tx.execute(
                "SELECT actor_id, data FROM journal_inbox WHERE log = 'access' AND conversation_id = %s", (case,)
            )
        ).fetchall()
        assert [(look["actor_id"], look["data"]["reason"]) for look in looks] == [(readers["Lead"].id, "gap")]
        await triage.close_gap(tx, vault, gap_id=gap_id, by=readers["Lead"], now=NOW)
        assert await triage.open_gaps(tx) == []
        with pytest.raises(triage.GapUnknown):
            await triage.examples_of(tx, vault, gap_id=gap_id, reader=readers["Lead"], now=NOW)


@given(st.lists(st.integers(0, 7), max_size=60), st.integers(1, 6))
def test_clusters_are_the_groups_that_are_there(kinds: list[int], size_min: int) -> None:
    vectors = np.eye(8, dtype=np.float32)[kinds] if kinds else np.empty((0, 8), dtype=np.float32)
    found = clusters(vectors, size_min=size_min)
    assert {tuple(group) for group in found} == {
        tuple(at for at, kind in enumerate(kinds) if kind == wanted)
        for wanted in set(kinds)
        if kinds.count(wanted) >= size_min
    }
    assert [len(group) for group in found] == sorted((len(group) for group in found), reverse=True)
