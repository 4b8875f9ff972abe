"""Orders, fees, futures and savings looked up: which one is meant, all of it, nothing of another time, and what is missing is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bellrock import triage
from bellrock.exchange import (
    Candle,
    Direction,
    EarnKind,
    EarnProduct,
    EarnState,
    Exchange,
    ExchangeCannot,
    ExchangeNotFound,
    FundingPayment,
    OrderState,
    OrderType,
    Page,
    PriceKind,
    RateTier,
    Redemption,
    RedemptionState,
    Side,
    Subscription,
)
from bellrock.triage.entities import entities
from bellrock.triage.playbooks.asking import Asked, Missing, symbols_in
from bellrock.triage.playbooks.diagnosis import Diagnosis
from bellrock.triage.playbooks.looking import Found, look
from bellrock.triage.playbooks.looking_prices import last_prices
from bellrock.triage.playbooks.telling import from_record, tell, to_record
from tests.triage.playbooks.conftest import OpenCase
from tests.triage.playbooks.exchange import exchange
from tests.triage.playbooks.test_futures import liquidation
from tests.triage.playbooks.things import FEES, NOW, SCHEDULE, SPOT, D, book, order, stop_order, trade

LIVE: dict[str, Any] = {
    "type": OrderType.LIMIT,
    "state": OrderState.OPEN,
    "filled": D(0),
    "average_price": None,
    "ended_at": None,
}


async def found(name: str, asked: Exchange, text: str = "", *, now: datetime = NOW) -> Found:
    return await look(name, Asked(asked, {}, "nw-1", text, entities(text), now, symbols_in(text)))


def flat(low: str, high: str, **moments: tuple[datetime, str]) -> Any:
    """Prices between two numbers, and at moments what a test wants; candles of whatever step is asked for."""

    async def prices(
        symbol: str, *, kind: PriceKind, since: datetime, until: datetime, step_seconds: int
    ) -> Page[Candle]:
        assert (until - since).total_seconds() / step_seconds <= 200, "more than the contract allows"
        step, rows, at = timedelta(seconds=step_seconds), [], since
        while at < until:
            extra = [D(price) for moment, price in moments.values() if at <= moment < at + step]
            rows.append(Candle(at, D(low), max(D(high), *extra, D(0)), min(D(low), *extra, D(9**9)), D(high)))
            at += step
        return Page(tuple(rows), NOW)

    return prices


def trading(one: Any, trades: Any = (), **market: Any) -> Exchange:
    return exchange(
        trading={"orders": (replace(one, steps=()),), "order": one, "trades": trades, "fees": FEES},
        market={"markets": (SPOT,), "fee_schedule": SCHEDULE, **market},
    )


async def test_all_trades_of_an_order_are_read_before_its_price_is_judged() -> None:
    """The newest 200 of a long fill are its worst: judged alone, they would be wrong."""
    asks = [(str(100 + place), "1") for place in range(150)]
    rows = [trade(price, "1", id=f"t{price}") for price, _ in asks]
    one = order(quantity=D(150), filled=D(150), average_price=D("174.5"))

    async def pages(*_: Any, cursor: str | None = None, **__: Any) -> Page[Any]:
        return Page(tuple(rows[75:]), NOW, "next") if cursor is None else Page(tuple(rows[:75]), NOW)

    told = await found("price", trading(one, pages, book=book(asks)))
    assert isinstance(told, Diagnosis)
    assert (told.code, told.settles) == ("price_followed", True)


async def test_prices_after_an_order_ended_say_nothing_of_it() -> None:
    """A day's order is asked for in coarse steps: what the last one holds beyond the end does not count."""
    begun, ended = NOW - timedelta(days=2, seconds=7), NOW - timedelta(days=1)
    one = stop_order(
        created_at=begun, ended_at=ended, state=OrderState.CANCELLED, reason=None, type=OrderType.STOP_MARKET
    )
    for after, code in ((timedelta(seconds=1), "order_unclear"), (timedelta(seconds=-2), "stop_wrong")):
        told = await found(
            "price", trading(one, prices=flat("95", "99", dip=(ended + after, "80")), book=ExchangeCannot())
        )
        assert isinstance(told, Diagnosis)
        assert told.code == code


@pytest.mark.parametrize(("late", "code"), [(5, "stop_followed"), (600, "stop_wrong")])
async def test_a_stop_of_weeks_is_judged_to_the_second(late: int, code: str) -> None:
    begun, reached = NOW - timedelta(days=20), NOW - timedelta(days=3, hours=5, seconds=11)
    triggered = reached + timedelta(seconds=late)
    one = stop_order(
        created_at=begun,
        triggered_at=triggered,
        ended_at=triggered,
        state=OrderState.FILLED,
        filled=D(1),
        quantity=D(1),
    )
    sold = trade("89", "1", side=Side.SELL, at=triggered)
    there = replace(book([("99", "1")], [("89", "5")]), at=triggered)
    told = await found("price", trading(one, (sold,), prices=flat("95", "99", dip=(reached, "89.5")), book=there))
    assert isinstance(told, Diagnosis)
    assert told.code == code


async def test_without_a_book_of_that_time_the_price_is_left_to_a_person_who_reads_what_is_missing() -> None:
    told = await found("price", trading(order(), (trade("100", "2"),), book=ExchangeNotFound()))
    assert isinstance(told, Diagnosis)
    assert (told.code, told.settles, told.missing) == ("price_unclear", False, ("book",))
    kept = from_record(to_record(told))
    assert kept is not None
    assert tell(kept, "de").missing == ("Orderbuch",)


async def test_a_limit_that_was_touched_is_told_from_the_prices_since_it_stood_there() -> None:
    one = order(**LIVE, price=D(100), created_at=NOW - timedelta(hours=5))
    touched = NOW - timedelta(hours=2)
    there = {"prices": flat("101", "104", dip=(touched, "100")), "book": book([("101", "1")], [("99", "1")])}
    told = await found("order", trading(one, **there), "le prix a touché ma valeur, erreur ?")
    assert isinstance(told, Diagnosis)
    assert [step.code for step in told.steps] == ["limit_touched"]
    earlier = {**there, "prices": flat("101", "104", dip=(one.created_at - timedelta(seconds=2), "90"))}
    told = await found("order", trading(one, **earlier))
    assert isinstance(told, Diagnosis)
    assert [step.code for step in told.steps] == ["limit_far"]


async def test_an_order_of_somebody_else_is_not_shown_and_asked_for_again() -> None:
    """The exchange knows no order of this number for this account: that is all that is said, whoever it belongs to."""
    asked = exchange(
        trading={"orders": (order(**LIVE),), "order": ExchangeNotFound(), "trades": (trade("1", "1"),)}, market={}
    )
    for name in ("order", "price", "fees"):
        assert await found(name, asked, "order number 880077 please") == Missing("order_unknown")


async def test_a_part_of_a_longer_number_is_not_the_order() -> None:
    one = order(**LIVE, id="ord-1234")

    async def known(_: str, *, order_id: str) -> Any:
        if order_id != one.id:
            raise ExchangeNotFound
        return one

    asked = exchange(
        trading={"orders": (one, replace(one, id="ord-9999")), "order": known, "trades": ()},
        market={"markets": (SPOT,)},
    )
    assert await found("order", asked, "my ord-12345 is not filled") == Missing("order_unknown")
    assert await found("order", asked, "my iphone-12345 shows it is not filled") == Missing("order")
    assert isinstance(await found("order", asked, "订单ord-1234没有成交"), Diagnosis | None)
    assert ("order", ("nw-1",), {"order_id": "ord-1234"}) in asked.trading.asked  # type: ignore[attr-defined]


async def test_fees_of_an_order_are_found_by_the_customers_own_name_for_it() -> None:
    one = order(id="9001", client_id="my-bot-7")
    asked = trading(one, (trade("100", "2"),))
    told = await found("fees", asked, "fee of my-bot-7 too high")
    assert isinstance(told, Diagnosis)
    assert told.code == "fee_right"
    asks = [kwargs for name, _, kwargs in asked.trading.asked if name == "trades"]  # type: ignore[attr-defined]
    assert asks[0]["order_id"] == "9001"


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("BTCUSDT 永续 btc/usdt", ("BTCUSDT",)),
        ("erreur de valeur, prix supérieur; my teeth", ()),
        ("ETHBTC and btceur and BTC-EUR", ("ETHBTC", "BTCEUR")),
        ("BTC-USDT-PERP", ("BTCUSDTPERP",)),
    ],
)
def test_words_that_end_like_a_currency_are_no_markets(text: str, symbols: tuple[str, ...]) -> None:
    assert symbols_in(text) == symbols


@pytest.mark.parametrize(
    "text", ["为什么我的比特币被强平了", "비트코인 청산", "لماذا تمت تصفية بيتكوين", "BTCUSDT", "Bitcoin-Position"]
)
def test_a_coin_is_known_by_its_name_in_every_script(text: str) -> None:
    asked = Asked(exchange(), {}, "nw-1", text, entities(text), NOW, symbols_in(text))
    assert asked.is_about("BTC-USDT-PERP")
    assert not asked.is_about("ETH-USDT-PERP")


def test_a_day_is_the_customers_own_wherever_they_live() -> None:
    text = "on 2026-11-20"
    asked = Asked(exchange(), {}, "nw-1", text, entities(text), NOW)
    day = datetime(2026, 11, 20, tzinfo=NOW.tzinfo)
    assert asked.is_on_day(day - timedelta(hours=13)), "in Auckland it is the next day already"
    assert asked.is_on_day(day + timedelta(hours=33)), "in Honolulu it is still the same"
    assert not asked.is_on_day(day - timedelta(hours=15))
    assert not asked.is_on_day(day + timedelta(hours=37))


async def test_a_liquidation_is_explained_without_the_brackets_and_the_path_that_are_not_to_be_had() -> None:
    asked = exchange(
        derivatives={"liquidations": (liquidation(),), "path": TimeoutError()},
        contracts={"brackets": ExchangeNotFound()},
    )
    asked.derivatives.answers["path"] = ExchangeCannot()  # type: ignore[attr-defined]
    told = await found("liquidation", asked)
    assert isinstance(told, Diagnosis)
    assert (told.code, told.missing) == ("liquidation_unchecked", ("brackets", "path"))


async def test_funding_booked_twice_is_for_a_person_although_an_article_explains_funding(open_case: OpenCase) -> None:
    one = FundingPayment("f", "BTC-USDT-PERP", Direction.LONG, D(1), D(100), D("0.0001"), D("-0.01"), "USDT", NOW)
    chat = await open_case("trading.funding_rate", exchange(derivatives={"funding": (one, replace(one, id="g"))}))
    decision = await chat.say("funding was taken twice")
    assert isinstance(decision, triage.HandOver)
    (handed,) = await chat.entries("conversations.handed_over")
    assert handed.words is not None
    assert handed.words["diagnosis"]["code"] == "funding_twice"
    assert [row["id"] for row in handed.words["diagnosis"]["evidence"]["facts"]["payments"]] == ["f", "g"]
    told = (await chat.last_reply()).words
    assert told is not None
    assert "(bookings: 2)" in told["text"]
    assert told["diagnosis"]["evidence"] is None  # it lies with the hand-over: once is enough


STAKING = EarnProduct(
    "eth-staking",
    "ETH staking",
    "ETH",
    EarnKind.STAKING,
    (RateTier(D(0), D("0.0365")),),
    None,
    7,
    48,
    D("0.01"),
    False,
    True,
)
FLEXIBLE = replace(STAKING, id="usdt", name="USDT flexible", asset="USDT", kind=EarnKind.FLEXIBLE, redemption_days=0)
STAKED = Subscription(
    "s1",
    "eth-staking",
    "ETH",
    D(10),
    EarnState.STARTING,
    NOW - timedelta(days=1),
    NOW + timedelta(days=1),
    None,
    False,
    D(0),
)
SAVED = replace(STAKED, id="s2", product_id="usdt", asset="USDT", amount=D(500))


def savings(*subscriptions: Subscription, redemptions: tuple[Redemption, ...] = ()) -> Exchange:
    return exchange(
        earn={
            "subscriptions": subscriptions,
            "products": (STAKING, FLEXIBLE),
            "rewards": (),
            "redemptions": redemptions,
        }
    )


async def test_a_reward_that_is_not_due_yet_is_told_with_its_day_and_its_rate() -> None:
    told = await found("yield", savings(STAKED), "where is my staking reward")
    assert isinstance(told, Diagnosis)
    assert (told.code, told.settles, told.values["since"]) == ("yield_begins", True, STAKED.accrues_from)
    assert told.values["day"].amount == D("0.001")  # type: ignore[union-attr]


async def test_of_two_products_the_one_that_is_named_is_meant_else_it_is_asked_for() -> None:
    both = savings(STAKED, SAVED)
    assert await found("yield", both, "where is my reward") == Missing("product")
    assert await found("redemption", both, "when do I get it back") == Missing("product")
    for words, product in (
        ("my Staking reward", "ETH staking"),
        ("USDT flexible?", "USDT flexible"),
        ("ETH", "ETH staking"),
    ):
        told = await found("yield", both, words)
        assert isinstance(told, Diagnosis)
        assert told.values["product"] == product


async def test_when_coins_would_be_back_that_nobody_asked_for() -> None:
    told = await found("redemption", savings(STAKED), "when do I get my redemption")
    assert isinstance(told, Diagnosis)
    assert (told.code, told.values["due"]) == ("redemption_ahead", NOW + timedelta(days=7))


@pytest.mark.parametrize(("days", "settles"), [(7, True), (12, False)])
async def test_a_redemption_is_held_to_the_days_of_its_product_and_the_one_under_way_is_meant(
    days: int, settles: bool
) -> None:
    paid = Redemption("r2", "s1", "ETH", D(1), False, D(0), RedemptionState.PAID, NOW, NOW, NOW)
    due = NOW - timedelta(days=1) + timedelta(days=days)
    waits = replace(
        paid, id="r1", state=RedemptionState.WAITING, asked_at=NOW - timedelta(days=1), due_at=due, paid_at=None
    )
    told = await found("redemption", savings(STAKED, redemptions=(paid, waits)), "ETH")
    assert isinstance(told, Diagnosis)
    assert (told.code, told.settles, told.values["due"]) == ("redemption_due", settles, due)


async def test_the_evidence_can_be_computed_again_and_says_what_was_left_out() -> None:
    asks = [(str(100 + place), "1") for place in range(150)]
    one = order(filled=D(2), average_price=D(104))
    told = await found("price", trading(one, (trade("104", "2"),), book=book(asks)))
    assert isinstance(told, Diagnosis)
    assert told.code == "price_wrong"
    kept = to_record(told)["evidence"]
    assert kept["facts"]["trades"][0]["price"] == "104"
    assert kept["facts"]["order"]["id"] == "7001"
    assert len(kept["facts"]["book"]["asks"]) == 100
    assert kept["left_out"] == {"book.asks": 50}
    assert kept["missing"] == []


async def test_our_clock_may_be_ahead_of_the_exchanges() -> None:
    """Its book of now is that of its own now: of the future it tells nothing."""
    one = order(**LIVE, price=D(100))
    asked = trading(one, prices=flat("101", "104"), book=book([("101", "1")], [("99", "1")]))
    assert isinstance(await found("order", asked, now=NOW + timedelta(minutes=1)), Diagnosis)
    for name, _, kwargs in asked.market.asked:  # type: ignore[attr-defined]
        if name in ("book", "prices"):
            assert max(kwargs.get("at", NOW), kwargs.get("until", NOW)) <= one.as_of


async def test_a_mistyped_number_is_asked_for_once_and_the_right_one_is_answered(open_case: OpenCase) -> None:
    one = order(**LIVE, price=D(100))

    async def known(_: str, *, order_id: str) -> Any:
        if order_id != one.id:
            raise ExchangeNotFound
        return one

    asked = trading(one, prices=flat("101", "104"), book=book([("101", "1")], [("99", "1")]))
    asked.trading.answers["order"] = known  # type: ignore[attr-defined]
    chat = await open_case("trading.order_not_filled", asked)
    question = await chat.say("my order number 880077 is not filled")
    assert isinstance(question, triage.Ask)
    assert question.fact == "order_unknown"
    assert "I do not find this order number" in (await chat.last_reply()).words["text"]  # type: ignore[index]
    assert isinstance(await chat.say("7001"), triage.Answer)


async def test_an_id_with_letters_that_is_older_than_the_newest_orders_is_asked_for_at_the_exchange() -> None:
    old = order(id="5f1c2d3e-88aa-4b1f", **LIVE)

    async def known(_: str, *, order_id: str) -> Any:
        if order_id != old.id:
            raise ExchangeNotFound
        return old

    asked = exchange(trading={"orders": (), "order": known, "trades": ()}, market={"markets": (SPOT,)})
    await found("order", asked, "为什么5f1c2d3e-88aa-4b1f没成交, since 2026-01-05 in BTC-USDT-PERP?")
    asks = [kwargs["order_id"] for name, _, kwargs in asked.trading.asked if name == "order"]  # type: ignore[attr-defined]
    assert asks == [old.id]
    txid = "0x" + "5c" * 32
    assert await found("order", asked, f"nothing known of {txid} or iphone14pro") is None
    asks = [kwargs["order_id"] for name, _, kwargs in asked.trading.asked if name == "order"]  # type: ignore[attr-defined]
    assert txid not in asks


@settings(max_examples=25)
@given(length=st.integers(1, 60 * 86_400), part=st.integers(0, 999_999))
async def test_prices_cover_a_time_without_a_gap_and_nothing_outside_it(length: int, part: int) -> None:
    begun = NOW - timedelta(seconds=length, microseconds=part)
    asked = Asked(trading(order(), prices=flat("95", "99")), {}, "nw-1", "", (), NOW)
    one = order(**LIVE, price=D(90), created_at=begun, as_of=NOW)
    there = await last_prices(asked, one, since=begun)
    assert there.candles[0].at == NOW - timedelta(seconds=length)
    assert there.candles[0].at >= begun
    gaps = {(after.at - before.at).total_seconds() for before, after in pairwise(there.candles)}
    assert gaps <= {1, 5, 15, 60, 300, 900, 3600, 14400, 86400}
    in_order = [(after.at - before.at).total_seconds() for before, after in pairwise(there.candles)]
    assert in_order == sorted(in_order, reverse=True), "coarse first, then finer"
    assert there.candles[-1].at < NOW
    questions = [kwargs for name, _, kwargs in asked.exchange.market.asked if name == "prices"]  # type: ignore[attr-defined]
    assert len(questions) <= 4
    assert questions[-1]["until"] == NOW
