"""The reference exchange: the same for the same seed, prices that agree with each other, orders and positions that follow them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bellrock import chains, exchange, reference_exchange
from bellrock.exchange import (
    Ability,
    Approver,
    ApproverKind,
    Exchange,
    ExchangeConflict,
    ExchangeInvalid,
    ExchangeNotFound,
    Measure,
    PriceKind,
)
from bellrock.reference_exchange import venue as venues

START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CRASH = START - timedelta(hours=26)
D = Decimal
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")
STAFF = Approver(ApproverKind.STAFF, "agent-7")


def venue(seed: str = "northwick", *, later: timedelta = timedelta()) -> Exchange:
    made = reference_exchange.Venue(seed=seed, started_at=START, clock=lambda: START + later)
    return reference_exchange.as_exchange(made)


ONE = venue()


async def test_the_same_seed_and_start_make_the_same_exchange() -> None:
    first, second = venue(), venue()
    for account in ("NW-100281", "NW-ANY1", "nw-77001"):
        for name in ("deposits", "withdrawals", "addresses", "balances"):
            same = [await getattr(one.funds, name)(account) for one in (first, second)]
            assert exchange.encode(same[0]) == exchange.encode(same[1])
        assert await first.trading.orders(account) == await second.trading.orders(account)
    assert (await venue("other").funds.addresses("NW-ANY1")).rows != (await ONE.funds.addresses("NW-ANY1")).rows


@pytest.mark.parametrize("account", reference_exchange.STORIES)
async def test_every_story_can_be_told(account: str) -> None:
    """Each account is asked everything that takes no more than its name; nothing is stale, nothing is shared."""
    for operation in exchange.OPERATIONS:
        if operation.is_read and [one.name for one in operation.parameters if one.is_required] == ["account"]:
            answer = await getattr(getattr(ONE, operation.part.value), operation.name)(account)
            assert answer.as_of == START
            assert exchange.decode(exchange.encode(answer), operation.answer) == answer


async def test_there_is_a_story_for_each_of_the_languages() -> None:
    languages = {(await ONE.account.profile(account)).language for account in reference_exchange.STORIES}
    assert len(languages) == 18


@pytest.mark.parametrize("account", ["", "NW-", "xx-1", "NW-1041\n", "nw-١٢٣", "NW-" + "1" * 40])
async def test_other_names_have_no_account(account: str) -> None:
    with pytest.raises(ExchangeNotFound):
        await ONE.account.profile(account)


@settings(deadline=None, max_examples=40)
@given(minutes=st.integers(0, 40_000), step=st.sampled_from([1, 60, 300, 3600]), kind=st.sampled_from(PriceKind))
async def test_a_candle_holds_its_own_ends(minutes: int, step: int, kind: PriceKind) -> None:
    since = START - timedelta(minutes=minutes + 200 * step // 60 + 1)
    page = await ONE.market.prices(
        "BTC-USDT", kind=kind, since=since, until=since + timedelta(seconds=3 * step), step_seconds=step
    )
    assert [row.at for row in page.rows] == [since + number * timedelta(seconds=step) for number in range(3)]
    for row, after in zip(page.rows, page.rows[1:], strict=False):
        assert row.low <= row.open <= row.high
        assert row.close == after.open


async def test_the_wick_is_in_the_last_price_and_not_in_the_mark_price() -> None:
    at = CRASH + timedelta(seconds=2_280)
    lows = {}
    for kind in PriceKind:
        page = await ONE.market.prices(
            "BTC-USDT", kind=kind, since=at, until=at + timedelta(seconds=90), step_seconds=90
        )
        lows[kind] = page.rows[0].low
    assert lows[PriceKind.LAST] < lows[PriceKind.MARK] * D("0.97")


async def test_a_stop_by_last_price_was_triggered_by_the_wick_and_one_by_mark_price_was_not() -> None:
    by_last = await ONE.trading.order("NW-100733", order_id="ord-stop-last")
    by_mark = await ONE.trading.order("NW-100733", order_id="ord-stop-mark")
    assert by_last.state is exchange.OrderState.FILLED
    assert by_last.triggered_at is not None
    assert 0 <= (by_last.triggered_at - CRASH).total_seconds() - 2_280 < 90
    assert (by_mark.state, by_mark.triggered_at) == (exchange.OrderState.WAITING, None)
    candles = await ONE.market.prices(
        "BTC-USDT", kind=PriceKind.MARK, since=by_mark.created_at, until=START, step_seconds=600
    )
    assert by_mark.stop_price is not None
    assert min(row.low for row in candles.rows) > by_mark.stop_price


async def test_a_market_order_fills_against_the_book_as_it_stood() -> None:
    order = await ONE.trading.order("NW-100733", order_id="ord-thin-book")
    trades = (await ONE.trading.trades("NW-100733", order_id=order.id)).rows[::-1]
    book = await ONE.market.book("ETH-USDT", at=order.created_at)
    assert len(trades) > 1
    for trade, level in zip(trades, book.asks, strict=False):
        assert trade.price == level.price
        assert trade.quantity <= level.quantity


async def test_fees_in_the_own_coin_are_a_quarter_less() -> None:
    accounts = [f"NW-FEE{number}" for number in range(30)]
    rates = set()
    for account in accounts:
        pays = (await ONE.trading.fees(account)).pays_in_discount_asset
        for trade in (await ONE.trading.trades(account)).rows:
            assert trade.fee_asset == ("NWT" if pays else "USDT")
            rates.add((pays, trade.fee_rate))
    assert rates == {(False, D("0.001")), (True, D("0.00075"))}


async def test_the_crash_liquidates_in_cross_margin_until_the_rest_is_covered() -> None:
    rows = (await ONE.derivatives.liquidations("NW-100417")).rows
    assert rows
    for row in rows:
        assert CRASH < row.at < CRASH + timedelta(hours=1)
        assert row.account.maintenance >= row.account.wallet + row.account.unrealised
    before = await ONE.derivatives.margin("NW-100417", at=rows[-1].at - timedelta(seconds=10))
    assert before.ratio is not None
    assert before.ratio < 1
    left = await ONE.derivatives.margin("NW-100417")
    assert {row.id for row in left.positions} | {row.position.id for row in rows} == {"pos-btc", "pos-eth"}


@pytest.mark.parametrize("hours", range(7, 26_000, 1_301))
async def test_the_crash_liquidates_the_same_positions_whenever_the_exchange_was_started(hours: int) -> None:
    at = START + timedelta(hours=hours)
    one = reference_exchange.as_exchange(reference_exchange.Venue(started_at=at, clock=lambda: at))
    for account, ids in (("NW-100417", ["pos-btc", "pos-eth"]), ("NW-100689", ["pos-eth"])):
        rows = (await one.derivatives.liquidations(account)).rows
        assert sorted(row.position.id for row in rows) == ids
        assert all(at - timedelta(hours=26) < row.at < at - timedelta(hours=25) for row in rows)


async def test_isolated_margin_loses_what_was_set_aside_and_no_more() -> None:
    row = (await ONE.derivatives.liquidations("NW-100689")).rows[0]
    assert row.position.isolated_wallet is not None
    lost = -(row.realised - row.fee + row.from_insurance)
    assert 0 < lost <= row.position.isolated_wallet
    points = (await ONE.derivatives.path("NW-100689", position_id=row.position.id)).rows
    assert points[0].event is exchange.PathEvent.OPENED
    assert points[-1].event is exchange.PathEvent.LIQUIDATED


async def test_a_page_goes_on_where_it_stopped_while_more_comes_in() -> None:
    made = reference_exchange.Venue(started_at=START, clock=lambda: START)
    one = reference_exchange.as_exchange(made)
    account = next(f"NW-PAGE{number}" for number in range(99) if len(made.account(f"NW-PAGE{number}").logins) > 60)
    first = await one.account.logins(account)
    made.account(account).logins.insert(0, first.rows[0])
    rest = await one.account.logins(account, cursor=first.next)
    assert [*first.rows, *rest.rows] == made.account(account).logins[1:]


@pytest.mark.parametrize("cursor", ["", "b", "b-1", "x3", "b١", "b" + "9" * 40])
async def test_a_cursor_that_was_not_given_is_refused(cursor: str) -> None:
    with pytest.raises(ExchangeInvalid):
        await ONE.account.logins("NW-100281", cursor=cursor)


async def test_addresses_and_transactions_have_the_form_of_their_networks() -> None:
    for row in (await ONE.funds.addresses("NW-100281")).rows:
        assert row.network in chains.identify(row.address).networks
    for deposit in (await ONE.funds.deposits("NW-100671")).rows:
        assert deposit.txid is not None
        assert deposit.network in chains.identify(deposit.txid).networks


async def test_whose_an_address_is_tells_no_more_than_it_must() -> None:
    belonging = exchange.Belonging
    xrp = next(row for row in (await ONE.funds.addresses("NW-100752")).rows if row.memo)
    evm = next(row for row in (await ONE.funds.addresses("NW-100752")).rows if row.network == "eip155:1")

    async def whose(account: str, network: str, address: str, memo: str | None = None) -> exchange.Belonging:
        return (await ONE.networks.whose(account, network=network, address=address, memo=memo)).belonging

    assert await whose("NW-100752", xrp.network, xrp.address) is belonging.SHARED
    assert await whose("NW-100752", xrp.network, xrp.address, xrp.memo) is belonging.THIS_ACCOUNT
    assert await whose("NW-100281", xrp.network, xrp.address, xrp.memo) is belonging.ANOTHER_ACCOUNT
    assert await whose("NW-100752", "eip155:10", evm.address) is belonging.THIS_ACCOUNT_ELSEWHERE
    assert await whose("NW-100752", "eip155:1", "0x" + "12" * 20) is belonging.NOT_OURS


async def test_measures_take_possibilities_away() -> None:
    one = venue()
    account = "NW-100797"
    for measure in (Measure.FREEZE_WITHDRAWALS, Measure.END_SESSIONS, Measure.DISABLE_API_KEYS, Measure.LOCK_LOGIN):
        await one.protection.take(account, measure, key=measure.value, reason="a stranger", approver=STAFF)
    assert {hold.kind.value for hold in (await one.account.holds(account)).rows} == {"withdrawals", "login"}
    assert (await one.account.sessions(account)).rows == ()
    assert {key.status.value for key in (await one.api.keys(account)).rows} == {"disabled"}
    assert "reviewing" not in {row.state.value for row in (await one.funds.withdrawals(account)).rows}
    assert len((await one.protection.taken(account)).rows) == 4


async def test_one_session_or_key_can_be_meant() -> None:
    one = venue()
    for measure, target in ((Measure.END_SESSIONS, "session-strange"), (Measure.DISABLE_API_KEYS, "key-strange")):
        await one.protection.take("NW-100797", measure, key=target, reason="a stranger", approver=STAFF, target=target)
    assert [row.id for row in (await one.account.sessions("NW-100797")).rows] == ["session-1"]
    assert {row.id: row.status.value for row in (await one.api.keys("NW-100797")).rows} == {
        "key-strange": "disabled",
        "key-1": "active",
    }


async def test_a_key_belongs_to_one_measure() -> None:
    one = venue()
    take: Any = one.protection.take
    await take("NW-100797", Measure.LOCK_LOGIN, key="k", reason="r", approver=STAFF)
    assert (await take("NW-100797", Measure.LOCK_LOGIN, key="k", reason="r", approver=STAFF)).is_new is False
    with pytest.raises(ExchangeConflict):
        await take("NW-100797", Measure.FREEZE_TRADING, key="k", reason="r", approver=STAFF)
    with pytest.raises(ExchangeNotFound):
        await take("NW-100797", Measure.END_SESSIONS, key="l", reason="r", approver=STAFF, target="nowhere")
    assert len((await one.protection.taken("NW-100797")).rows) == 1


async def test_a_part_that_is_left_out_cannot_be_asked() -> None:
    made = reference_exchange.Venue(started_at=START, clock=lambda: START)
    only = reference_exchange.as_exchange(made, can=frozenset({Ability.MARKET}))
    assert (await only.market.markets()).rows
    with pytest.raises(exchange.ExchangeCannot):
        await only.account.profile("NW-100281")


async def test_more_accounts_than_are_kept_are_built_anew_and_measures_are_not_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(venues, "ACCOUNTS_MAX", 4)
    one = venue()
    await one.protection.take("NW-KEPT", Measure.LOCK_LOGIN, key="k", reason="r", approver=STAFF)
    first = await one.funds.deposits("NW-FIRST")
    for number in range(6):
        await one.account.profile(f"NW-MORE{number}")
    assert (await one.protection.taken("NW-KEPT")).rows
    assert await one.funds.deposits("NW-FIRST") == first


async def test_the_transactions_that_the_page_of_the_exchange_names_are_those_of_the_stories() -> None:
    for account, network, sighting in (
        ("NW-100602", "eip155:56", exchange.Sighting.IGNORED),
        ("NW-100752", "xrpl:0", exchange.Sighting.UNASSIGNED),
    ):
        (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {account}")]
        txid = row.split("`")[1]
        assert (await ONE.networks.sighted(account, network=network, txid=txid)).sighting is sighting
