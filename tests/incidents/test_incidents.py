"""Incidents: shown while open, in the reader's language, answering the topics that they name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from bellrock import guard, incidents
from bellrock.core import SYSTEM, Transaction, new_id
from bellrock.incidents import State
from bellrock.vault import HOUSE_SUBJECT, Vault

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
async def house_key(tx: Transaction, vault: Vault) -> None:
    await vault.create_subject(tx, HOUSE_SUBJECT)


@pytest.fixture
async def incident_id(tx: Transaction, vault: Vault, house_key: None) -> UUID:
    return await _open(tx, vault, topics=["deposit_not_credited", "network_fee"])


async def test_answers_its_topics_in_the_readers_language(tx: Transaction, incident_id: UUID) -> None:
    notice = await incidents.answer_for(tx, topic="network_fee", language="zh-Hant")
    assert notice is not None
    assert (notice.incident_id, notice.language, notice.title) == (incident_id, "zh-Hans", "充值延迟")
    fallback = await incidents.answer_for(tx, topic="network_fee", language="ko")
    assert fallback is not None and fallback.language == "en"
    assert await incidents.answer_for(tx, topic="trading_fee", language="en") is None


async def test_newest_incident_answers(tx: Transaction, vault: Vault, incident_id: UUID) -> None:
    newer = await _open(tx, vault, topics=["network_fee"], now=NOW + timedelta(hours=1))
    notice = await incidents.answer_for(tx, topic="network_fee", language="en")
    assert notice is not None and notice.incident_id == newer
    assert [each.incident_id for each in await incidents.current(tx, language="en")] == [newer, incident_id]


async def test_resolved_ones_answer_nobody_and_may_come_back(tx: Transaction, vault: Vault, incident_id: UUID) -> None:
    moments = [NOW + timedelta(minutes=minute) for minute in range(1, 5)]
    for state, at in zip((State.IDENTIFIED, State.MONITORING, State.RESOLVED), moments, strict=False):
        await incidents.change_state(tx, vault, incident_id=incident_id, state=state, by=SYSTEM, now=at)
    assert await incidents.current(tx, language="en") == []
    assert await incidents.answer_for(tx, topic="network_fee", language="en") is None
    found = await incidents.incident(tx, incident_id=incident_id)
    assert found.resolved_at == moments[2]
    assert [state for _, state in found.states] == ["investigating", "identified", "monitoring", "resolved"]
    await incidents.change_state(
        tx, vault, incident_id=incident_id, state=State.INVESTIGATING, by=SYSTEM, now=moments[3]
    )
    assert len(await incidents.current(tx, language="en")) == 1


async def test_the_same_state_again_changes_nothing(tx: Transaction, vault: Vault, incident_id: UUID) -> None:
    before = await _facts(tx)
    await incidents.change_state(
        tx, vault, incident_id=incident_id, state=State.INVESTIGATING, by=SYSTEM, now=NOW + timedelta(minutes=1)
    )
    assert await _facts(tx) == before


async def test_new_words_replace_the_old_and_are_news(tx: Transaction, vault: Vault, incident_id: UUID) -> None:
    later = NOW + timedelta(minutes=9)
    await incidents.describe(
        tx,
        vault,
        incident_id=incident_id,
        language="en",
        text=_text("Deposits arrive again", "Wait."),
        by=SYSTEM,
        now=later,
    )
    notice = (await incidents.current(tx, language="en"))[0]
    assert (notice.title, notice.changed_at) == ("Deposits arrive again", later)


async def test_topics_are_replaced(tx: Transaction, vault: Vault, incident_id: UUID) -> None:
    await incidents.set_topics(tx, vault, incident_id=incident_id, topics=["fiat_deposit"], by=SYSTEM, now=NOW)
    assert await incidents.answer_for(tx, topic="network_fee", language="en") is None
    assert await incidents.answer_for(tx, topic="fiat_deposit", language="en") is not None
    with pytest.raises(incidents.BadIncident):
        await incidents.set_topics(tx, vault, incident_id=incident_id, topics=["No topic!"], by=SYSTEM, now=NOW)


async def test_every_change_is_a_fact(tx: Transaction, incident_id: UUID) -> None:
    assert await _facts(tx) == [
        "incidents.opened",
        "incidents.described",
        "incidents.described",
        "incidents.topics_set",
    ]


async def test_wants_english_words(tx: Transaction, vault: Vault, house_key: None) -> None:
    with pytest.raises(incidents.BadIncident):
        await incidents.open_incident(tx, vault, texts={"ar": _text("عطل", "عطل")}, topics=[], by=SYSTEM, now=NOW)


async def test_knows_only_its_own(tx: Transaction, vault: Vault) -> None:
    with pytest.raises(incidents.IncidentNotFound):
        await incidents.incident(tx, incident_id=new_id())
    with pytest.raises(incidents.IncidentNotFound):
        await incidents.change_state(tx, vault, incident_id=new_id(), state=State.RESOLVED, by=SYSTEM, now=NOW)


@pytest.mark.parametrize(("title", "text"), [("x" * 201, "a"), ("a", "x" * 2001)])
def test_refuses_long_texts(title: str, text: str) -> None:
    with pytest.raises(incidents.BadIncident):
        _text(title, text)


async def _open(tx: Transaction, vault: Vault, *, topics: list[str], now: datetime = NOW) -> UUID:
    return await incidents.open_incident(
        tx,
        vault,
        texts={"en": _text("Deposits are late", "They are safe."), "zh-Hans": _text("充值延迟", "资产安全。")},
        topics=topics,
        by=SYSTEM,
        now=now,
    )


async def _facts(tx: Transaction) -> list[str]:
    cursor = await tx.execute("SELECT kind FROM journal_inbox WHERE kind LIKE 'incidents.%%' ORDER BY position")
    return [row["kind"] for row in await cursor.fetchall()]


def _text(title: str, text: str) -> incidents.Text:
    return incidents.Text(guard.screen(title), guard.screen(text))
