"""Customers and visitors: met once, sealed, adopted once, forgotten wholly."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bellrock import people
from bellrock.core import Conflict, NotFound, Transaction, new_id
from bellrock.vault import Vault
from tests.people.conftest import KEYS, signed


async def arrive(tx: Transaction, vault: Vault, now: datetime, **changes: object) -> people.Customer:
    return await people.customer_from_token(tx, vault, token=signed(**changes), keys=KEYS, now=now)


async def facts(tx: Transaction) -> list[str]:
    cursor = await tx.execute("SELECT kind FROM journal_inbox ORDER BY position")
    return [row["kind"] for row in await cursor.fetchall()]


async def test_meets_a_customer_once(tx: Transaction, vault: Vault, now: datetime) -> None:
    first = await arrive(tx, vault, now, name="Aylin Demir", email="aylin@example.org")
    again = await arrive(tx, vault, now, name="Aylin Demir", email="aylin@example.org")
    assert first == again
    assert await facts(tx) == ["people.customer_met", "people.customer_described"]
    other = await arrive(tx, vault, now, sub="cust-9")
    assert other.id != first.id


async def test_notes_what_changed(tx: Transaction, vault: Vault, now: datetime) -> None:
    first = await arrive(tx, vault, now, name="Aylin Demir", locale="en")
    later = await arrive(tx, vault, now, name="Aylin Kaya", locale="tr", tier="vip")
    assert (later.id, later.locale, later.tier) == (first.id, "tr", people.Tier.VIP)
    assert (await people.profile(tx, vault, customer_id=first.id)).name == "Aylin Kaya"


async def test_keeps_the_locale_when_a_token_names_none(tx: Transaction, vault: Vault, now: datetime) -> None:
    await arrive(tx, vault, now, locale="ar")
    assert (await arrive(tx, vault, now)).locale == "ar"


async def test_keeps_nothing_personal_in_clear(tx: Transaction, vault: Vault, now: datetime) -> None:
    await arrive(tx, vault, now, name="Canary Name", email="canary@example.org", sub="canary-id")
    dump = ""
    for table in ("customers", "journal_inbox", "records"):
        cursor = await tx.execute(f"SELECT t::text AS line FROM {table} t")
        dump += "".join(row["line"] for row in await cursor.fetchall())
    for canary in ("Canary Name", "canary@example.org", "canary-id"):
        assert canary not in dump
        assert canary.encode().hex() not in dump


async def test_a_visitor_is_known_by_the_secret_of_their_browser(tx: Transaction, vault: Vault, now: datetime) -> None:
    visitor, secret = await people.start_visitor(tx, vault, locale="zh-Hans", now=now)
    assert await people.visitor_from_secret(tx, secret=secret, now=now) == visitor
    assert await people.visitor_from_secret(tx, secret=secret[:-1] + "x", now=now) is None
    late = now + people.VISITOR_LIFETIME
    assert await people.visitor_from_secret(tx, secret=secret, now=late) is None


async def test_a_visitor_is_adopted_once_and_their_secret_ends(tx: Transaction, vault: Vault, now: datetime) -> None:
    visitor, secret = await people.start_visitor(tx, vault, locale="en", now=now)
    _session, token = await people.start_widget_session(tx, customer=visitor, now=now)
    mine, other = await arrive(tx, vault, now), await arrive(tx, vault, now, sub="cust-9")
    await people.adopt_visitor(tx, vault, visitor_id=visitor.id, customer=mine, now=now)
    assert await people.adopted_visitors(tx, customer_id=mine.id) == [visitor.id]
    assert await people.visitor_from_secret(tx, secret=secret, now=now) is None
    assert await people.widget_session(tx, token=token, now=now) is None
    for customer in (mine, other):
        with pytest.raises(Conflict):
            await people.adopt_visitor(tx, vault, visitor_id=visitor.id, customer=customer, now=now)


async def test_a_customer_is_never_adopted_and_a_visitor_never_adopts(
    tx: Transaction, vault: Vault, now: datetime
) -> None:
    mine, other = await arrive(tx, vault, now), await arrive(tx, vault, now, sub="cust-9")
    visitor, _ = await people.start_visitor(tx, vault, locale="en", now=now)
    for visitor_id, customer in ((other.id, mine), (mine.id, mine), (visitor.id, visitor), (new_id(), mine)):
        with pytest.raises(Conflict):
            await people.adopt_visitor(tx, vault, visitor_id=visitor_id, customer=customer, now=now)


async def test_only_a_visitor_gives_their_own_contact(tx: Transaction, vault: Vault, now: datetime) -> None:
    visitor, _ = await people.start_visitor(tx, vault, locale="en", now=now)
    await people.give_contact(tx, vault, visitor=visitor, name="Jo", email="jo@example.org", now=now)
    assert await people.profile(tx, vault, customer_id=visitor.id) == people.Profile("Jo", "jo@example.org")
    with pytest.raises(Conflict):
        await people.give_contact(
            tx, vault, visitor=await arrive(tx, vault, now), name="Jo", email="jo@example.org", now=now
        )


async def test_a_widget_session_ends(tx: Transaction, vault: Vault, now: datetime) -> None:
    customer = await arrive(tx, vault, now)
    session, token = await people.start_widget_session(tx, customer=customer, now=now)
    found = await people.widget_session(tx, token=token, now=now)
    assert found is not None and found.customer == customer
    assert await people.widget_session(tx, token=token, now=now + people.WIDGET_SESSION_LIFETIME) is None
    assert await people.widget_session(tx, token="", now=now) is None
    assert await people.end_widget_session(tx, session_id=session.id, now=now)
    assert await people.widget_session(tx, token=token, now=now) is None
    assert not await people.end_widget_session(tx, session_id=session.id, now=now)


async def test_the_oldest_widget_sessions_end_beyond_twenty(tx: Transaction, vault: Vault, now: datetime) -> None:
    customer = await arrive(tx, vault, now)
    tokens = []
    for minute in range(21):
        _, token = await people.start_widget_session(tx, customer=customer, now=now + timedelta(minutes=minute))
        tokens.append(token)
    later = now + timedelta(minutes=30)
    assert await people.widget_session(tx, token=tokens[0], now=later) is None
    assert await people.widget_session(tx, token=tokens[1], now=later) is not None


async def test_forgets_a_customer_and_the_visitors_they_were(tx: Transaction, vault: Vault, now: datetime) -> None:
    customer = await arrive(tx, vault, now, name="Aylin Demir", email="aylin@example.org")
    visitor, _ = await people.start_visitor(tx, vault, locale="en", now=now)
    await people.give_contact(tx, vault, visitor=visitor, name="Aylin", email="a@example.org", now=now)
    await people.adopt_visitor(tx, vault, visitor_id=visitor.id, customer=customer, now=now)
    _, token = await people.start_widget_session(tx, customer=customer, now=now)
    assert set(await people.forget_customer(tx, customer_id=customer.id, now=now)) == {customer.id, visitor.id}
    assert await people.profiles(tx, vault, ids=[customer.id, visitor.id]) == {}
    assert await people.widget_session(tx, token=token, now=now) is None
    assert (await arrive(tx, vault, now)).id != customer.id


async def test_an_unknown_customer_is_not_found(tx: Transaction) -> None:
    with pytest.raises(NotFound):
        await people.customer(tx, new_id())


async def test_a_stronger_proof_holds_for_a_quarter_of_an_hour_and_ends_with_its_session(
    tx: Transaction, vault: Vault, now: datetime
) -> None:
    customer = await arrive(tx, vault, now)
    visitor, _ = await people.start_visitor(tx, vault, locale="en", now=now)
    proved_at = now - timedelta(minutes=14)
    session, _ = await people.start_widget_session(tx, customer=customer, now=now, vouched_at=now, proved_at=proved_at)
    for minutes, level in ((0, 2), (2, 1)):
        later = now + timedelta(minutes=minutes)
        seen = await people.customer_at_desk(tx, vault, customer_id=customer.id, now=later)
        assert seen is not None and seen.has_proven is (level == 2)
        assert session.proof(now=later) == await people.proof_of(tx, customer=customer, now=later) == level
    await people.end_widget_session(tx, session_id=session.id, now=now)
    assert await people.proof_of(tx, customer=customer, now=now) == 1
    assert await people.proof_of(tx, customer=visitor, now=now) == 0
