"""The contract of exchanges, over both: the reference exchange in this process, and over HTTP as a process of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bellrock import exchange, reference_exchange
from bellrock.adapters.exchange.http import ExchangeClient, parts
from bellrock.core import clock
from bellrock.exchange import Exchange, ExchangeCannot, Result, Sample

pytest_plugins = ["tests.fixtures.exchange"]
# Accounts that have something of each kind, by part.
ACCOUNTS = {
    "account": ("NW-100533", "NW-100748"),
    "api": ("NW-100618",),
    "funds": ("NW-100748", "NW-100671"),
    "derivatives": ("NW-100689", "NW-100417", "NW-100803"),
    "earn": ("NW-100766", "NW-100748"),
    "identity": ("NW-100719",),
}
OTHERS = ("NW-100689", "NW-100417", "NW-100655", "NW-100748")
FOR_MEASURES = "NW-100797"


@dataclass(frozen=True)
class Subject:
    """What is checked."""

    exchange: Exchange
    stranger: Exchange | None


_MEMORY: list[Exchange] = []


def memory() -> Exchange:
    if not _MEMORY:
        venue = reference_exchange.Venue(started_at=clock.now(), clock=clock.now)
        _MEMORY.append(reference_exchange.as_exchange(venue))
    return _MEMORY[0]


def accounts_of(part: str) -> tuple[str, ...]:
    return ACCOUNTS.get(part, OTHERS)


@pytest.fixture(scope="module", params=["memory", "http"])
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    if request.param == "memory":
        yield Subject(memory(), None)
        return
    url, token = request.getfixturevalue("exchange_process")
    clients = [ExchangeClient(url, token=one) for one in (token, "another")]
    can, measures = frozenset(exchange.Ability), frozenset(exchange.Measure)
    yield Subject(*[parts(client, name="by HTTP", can=can, measures=measures) for client in clients])
    for client in clients:
        await client.close()


@pytest.mark.parametrize("check", exchange.CHECKS, ids=lambda check: f"{check.part} {check.name}")
async def test_it_holds(subject: Subject, check: exchange.Check) -> None:
    """`False` means that there was nothing to check; among these accounts there is something of everything."""
    sample = Sample(accounts_of(check.part), clock.now(), for_measures=FOR_MEASURES, stranger=subject.stranger)
    if check.name.startswith("taken: shape"):
        sample = replace(sample, accounts=(FOR_MEASURES,))
        approver = exchange.Approver(exchange.ApproverKind.STAFF, "agent-1")
        await subject.exchange.protection.take(
            FOR_MEASURES, exchange.Measure.RESET_PASSWORD, key="before", reason="a test", approver=approver
        )
    if check.name == "a token is needed" and subject.stranger is None:
        pytest.skip("in the same process nobody asks for a token")
    assert await check.run(subject.exchange, sample)


async def test_what_is_not_offered_is_refused_and_reported() -> None:
    can = frozenset(exchange.Ability) - {exchange.Ability.EARN}
    venue = reference_exchange.Venue(started_at=clock.now(), clock=clock.now)
    partly = reference_exchange.as_exchange(venue, can=can)
    with pytest.raises(ExchangeCannot):
        await partly.earn.products()
    found = await exchange.conform(partly, Sample(OTHERS, clock.now()), only=[exchange.Ability.EARN])
    assert {finding.result for finding in found} == {Result.ABSENT}


def _row(page: exchange.Page[Any], **values: Any) -> exchange.Page[Any]:
    return replace(page, rows=(replace(page.rows[0], **values), *page.rows[1:])) if page.rows else page


# Part, question, how its answer is spoilt, and the check that has to see it.
SPOILT: list[tuple[str, str, Callable[[Any], Any], str]] = [
    ("api", "keys", lambda page: _row(page, public_key="-----BEGIN PUBLIC KEY-----\nMCowBQYDK2Vw\n-----END PUBLIC KEY-----"),
        "public keys verify"),
    ("trading", "orders", lambda page: _row(page, filled=Decimal("0.00001")), "orders and trades add up"),
    ("trading", "trades", lambda page: _row(page, quote=Decimal(1)), "orders and trades add up"),
    ("trading", "trades", lambda page: _row(page, fee_rate=Decimal("0.004")), "fee levels are published"),
    ("trading", "order", lambda order: replace(order, steps=()), "an order tells its steps"),
    ("market", "book", lambda book: replace(book, bids=book.asks), "books are in order"),
    ("contracts", "brackets", lambda found: replace(
        found, brackets=tuple(replace(row, cumulative=Decimal(1)) for row in found.brackets)), "brackets are continuous"),
    ("derivatives", "liquidations", lambda page: _row(page, mark_price=Decimal(99_000)), "liquidations follow"),
    ("derivatives", "funding", lambda page: _row(page, amount=Decimal(5)), "funding follows"),
    ("funds", "deposits", lambda page: _row(page, credited_at=None), "deposits: states"),
    ("funds", "withdrawals", lambda page: _row(page, amount=Decimal(0)), "withdrawals: states"),
    ("earn", "rewards", lambda page: _row(page, reward=Decimal("0.5")), "rewards follow"),
    ("identity", "identity", lambda found: replace(found, reasons=()), "rejections say why"),
    ("account", "profile", lambda found: replace(found, as_of=clock.now() - timedelta(hours=2)), "profile: shape"),
    ("account", "profile", lambda found: replace(found, as_of=clock.now() + timedelta(minutes=5)), "profile: shape"),
    ("account", "logins", lambda page: replace(page, rows=page.rows[::-1]), "logins: shape"),
    ("funds", "payments", lambda page: replace(page, rows=page.rows[::-1]), "payments: shape"),
    ("account", "logins", lambda page: replace(page, next="b1"), "logins: shape"),
    ("networks", "whose", lambda found: replace(found, belonging=exchange.Belonging.NOT_OURS), "addresses belong"),
    ("networks", "sighted", lambda found: replace(found, sighting=exchange.Sighting.CREDITED), "transactions were seen"),
    ("networks", "rules", lambda page: replace(page, next="b1"), "rules: shape"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "name", "spoil", "check"), SPOILT, ids=[f"{row[1]}: {row[3]}" for row in SPOILT])
async def test_the_kit_sees_what_is_wrong(part: str, name: str, spoil: Callable[[Any], Any], check: str) -> None:
    whole = memory()
    asked = getattr(getattr(whole, part), name)

    class Spoilt:
        def __getattr__(self, other: str) -> Any:
            return getattr(getattr(whole, part), other)

    async def answered(*args: Any, **values: Any) -> Any:
        return spoil(await asked(*args, **values))

    spoilt = Spoilt()
    setattr(spoilt, name, answered)
    broken = replace(whole, **{part: spoilt})
    sample = Sample(accounts_of(part), clock.now())
    found = await exchange.conform(broken, sample, only=[exchange.Ability(part)])
    assert any(row.result is Result.BROKEN for row in found if row.name.startswith(check))


@pytest.mark.parametrize(
    ("part", "name", "left_out"),
    [
        ("account", "logins", "since"),
        ("api", "calls", "faults_only"),
        ("api", "calls", "since"),
        ("derivatives", "funding", "since"),
        ("funds", "addresses", "asset"),
        ("funds", "deposits", "txid"),
        ("funds", "deposits", "asset"),
        ("funds", "withdrawals", "since"),
        ("funds", "payments", "since"),
        ("trading", "orders", "state"),
        ("trading", "orders", "symbol"),
        ("trading", "trades", "order_id"),
    ],
)
async def test_the_kit_sees_a_filter_that_is_left_aside(part: str, name: str, left_out: str) -> None:
    whole = memory()

    class Deaf:
        def __getattr__(self, other: str) -> Any:
            asked = getattr(getattr(whole, part), other)

            async def heard(*args: Any, **values: Any) -> Any:
                return await asked(*args, **{key: value for key, value in values.items() if key != left_out})

            return heard if other == name else asked

    sample = Sample((*accounts_of(part), "NW-100281"), clock.now())
    found = await exchange.conform(replace(whole, **{part: Deaf()}), sample, only=[exchange.Ability(part)])
    broken = [row.name for row in found if row.result is Result.BROKEN]
    assert f"{name}: what is asked for is what comes" in broken


@pytest.mark.parametrize(
    ("part", "name", "named"),
    [
        ("derivatives", "path", "position_id"),
        ("earn", "rewards", "subscription_id"),
        ("trading", "order", "order_id"),
        ("trading", "trades", "order_id"),
        ("funds", "withdrawals", "txid"),
    ],
)
async def test_the_kit_sees_what_is_told_to_another_account(part: str, name: str, named: str) -> None:
    whole, accounts = memory(), accounts_of(part)

    class Telling:
        def __getattr__(self, other: str) -> Any:
            asked = getattr(getattr(whole, part), other)

            async def told(account: str, **values: Any) -> Any:
                if values.get(named) is None:
                    return await asked(account, **values)
                for owner in (*accounts, account):
                    try:
                        found = await asked(owner, **values)
                    except exchange.ExchangeNotFound:
                        continue
                    if not isinstance(found, exchange.Page) or found.rows:
                        return found
                return await asked(account, **values)

            return told if other == name else asked

    found = await exchange.conform(
        replace(whole, **{part: Telling()}), Sample(accounts, clock.now()), only=[exchange.Ability(part)]
    )
    broken = [row.name for row in found if row.result is Result.BROKEN]
    assert f"{name}: shown to its own account alone" in broken


async def test_an_exchange_that_answers_for_everybody_is_broken() -> None:
    whole = memory()

    class Open:
        async def profile(self, _account: str) -> Any:
            return await whole.account.profile(OTHERS[0])

        def __getattr__(self, other: str) -> Any:
            return getattr(whole.account, other)

    found = await exchange.conform(
        replace(whole, account=Open()), Sample(OTHERS, clock.now()), only=[exchange.Ability.ACCOUNT]
    )
    assert [row.name for row in found if row.result is Result.BROKEN] == ["profile: unknown accounts are not found"]


async def test_the_kit_loses_no_digit_of_what_was_traded() -> None:
    """A coin of eighteen places of which people hold milliards."""
    whole, account = memory(), "NW-100281"
    rows = (await whole.trading.orders(account)).rows
    order = next(row for row in rows if row.state is exchange.OrderState.FILLED and row.price is None)
    some = (await whole.trading.trades(account, order_id=order.id)).rows[0]
    many = Decimal("1234567890123456.000000000000000001")
    quantities = (many, Decimal("0.000000000000000002"))
    one = Decimal(1)

    class Much:
        def __getattr__(self, other: str) -> Any:
            return getattr(whole.trading, other)

        async def orders(self, _account: str, /, **_: Any) -> Any:
            total = Decimal("1234567890123456.000000000000000003")
            row = replace(order, quantity=total, filled=total, average_price=one)
            return exchange.Page((row,), clock.now())

        async def trades(self, _account: str, /, **_: Any) -> Any:
            rows = tuple(replace(some, quantity=each, price=one, quote=each) for each in quantities)
            return exchange.Page(rows, clock.now())

    found = await exchange.conform(
        replace(whole, trading=Much()), Sample((account,), clock.now()), only=[exchange.Ability.TRADING]
    )
    (added,) = [row for row in found if row.name == "orders and trades add up"]
    assert added.result is Result.HOLDS, added.why


@pytest.mark.parametrize("fault", ["twice", "no reason", "no key", "another approver"])
async def test_the_kit_sees_measures_that_are_not_taken_as_they_must(fault: str) -> None:
    venue = reference_exchange.Venue(started_at=clock.now(), clock=clock.now)
    whole = reference_exchange.as_exchange(venue)

    class Careless:
        def __getattr__(self, other: str) -> Any:
            return getattr(whole.protection, other)

        async def take(self, account: str, measure: exchange.Measure, **given: Any) -> Any:
            if fault == "no reason":
                given["reason"] = given["reason"] or "none"
            if fault == "no key":
                given["key"] = given["key"] or "none"
            taken = await whole.protection.take(account, measure, **given)
            if fault == "another approver":
                return replace(taken, approver=replace(taken.approver, reference="somebody"))
            return replace(taken, is_new=True) if fault == "twice" else taken

    broken = replace(whole, protection=Careless())
    sample = Sample((FOR_MEASURES,), clock.now(), for_measures=FOR_MEASURES)
    found = await exchange.conform(broken, sample, only=[exchange.Ability.PROTECTION])
    assert [row.name for row in found if row.result is Result.BROKEN] == [
        "measures: keys, targets, what is taken is seen"
    ]


async def test_the_kit_comes_to_its_end_with_an_exchange_that_has_nothing() -> None:
    venue = reference_exchange.Venue(started_at=clock.now(), clock=clock.now)
    whole = reference_exchange.as_exchange(venue)

    class Empty:
        def __init__(self, part: Any) -> None:
            self._part = part

        def __getattr__(self, name: str) -> Any:
            async def asked(*args: Any, **values: Any) -> Any:
                found = await getattr(self._part, name)(*args, **values)
                return replace(found, rows=(), next=None) if isinstance(found, exchange.Page) else found

            return asked

    hollow = replace(whole, **{part.value: Empty(getattr(whole, part.value)) for part in exchange.Ability})
    found = await exchange.conform(hollow, Sample(OTHERS, clock.now()))
    assert len(found) == len(exchange.CHECKS)
    assert not [row for row in found if "Error" in row.why]


async def test_the_kit_says_what_is_wrong_with_an_answer_and_where() -> None:
    whole = memory()

    class Numbers:
        def __getattr__(self, other: str) -> Any:
            return getattr(whole.funds, other)

        async def balances(self, _account: str, /, **_: Any) -> Any:
            row = b'{"wallet": "spot", "asset": 7, "free": "5", "locked": "0"}'
            return exchange.decode(
                b'{"rows": [%s], "as_of": "2026-11-22T10:00:00Z"}' % row, exchange.Page[exchange.Balance]
            )

    found = await exchange.conform(
        replace(whole, funds=Numbers()), Sample(OTHERS, clock.now()), only=[exchange.Ability.FUNDS]
    )
    (why, *_) = [row.why for row in found if row.name.startswith("balances: shape")]
    assert "exchange_mixed_up: Expected" in why and "$.rows[0].asset" in why
