"""Liquidations step by step, margin, funding, settlement; the published example comes out to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from bellrock.exchange import (
    Bracket,
    Brackets,
    Direction,
    Fill,
    FundingPayment,
    Liquidation,
    MarginMode,
    PathEvent,
    PathPoint,
    Settlement,
)
from bellrock.triage.playbooks.futures import (
    explain_funding,
    explain_liquidation,
    explain_margin,
    explain_settlement,
    thinned,
)
from bellrock.triage.playbooks.liquidation import explain, funding, margin_ratio
from bellrock.triage.playbooks.telling import answer
from tests.triage.playbooks.things import NOW, D, account, position

# The example of the page that publishes the formula.
ETH = position(
    id="eth",
    symbol="ETH-USDT-PERP",
    quantity=D("3683.979"),
    entry_price=D("1456.84"),
    mark_price=D("1335.18"),
    rate=D("0.10"),
    cumulative=D(135365),
)
BTC = position(
    id="btc",
    quantity=D("109.488"),
    entry_price=D("32481.98"),
    mark_price=D("31967.27"),
    rate=D("0.025"),
    cumulative=D(16300),
)
EXAMPLE = account("1535443.01", ETH, BTC)


def liquidation(**changes: object) -> Liquidation:
    """The ETH of the example, liquidated at its price."""
    held = replace(ETH, liquidation_price=D("1153.26"))
    made = Liquidation(
        id="l1",
        position=held,
        account=replace(EXAMPLE, positions=(held, BTC)),
        at=NOW,
        mark_price=D("1153.25"),
        bankruptcy_price=None,
        fills=(),
        realised=D(0),
        fee=D(0),
        from_insurance=D(0),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


BRACKETS = Brackets(
    ETH.symbol,
    (Bracket(D(0), D(4_000_000), 20, D("0.05"), D(0)), Bracket(D(4_000_000), None, 5, D("0.10"), D(135365))),
    NOW,
    NOW,
)


def test_comes_to_the_published_example() -> None:
    found = {one.symbol: explain(one, EXAMPLE).price for one in (ETH, BTC)}
    assert round(found["ETH-USDT-PERP"] or D(0), 2) == D("1153.26")
    assert round(found["BTC-USDT-PERP"] or D(0), 2) == D("26316.89")


@given(
    direction=st.sampled_from(Direction),
    quantity=st.decimals("0.001", "1000", places=3),
    entry=st.decimals("1", "100000", places=2),
    other_mark=st.decimals("1", "100000", places=2),
    wallet=st.decimals("1", "10000000", places=2),
    mode=st.sampled_from(MarginMode),
)
def test_at_its_liquidation_price_nothing_is_left_but_maintenance_margin(
    direction: Direction, quantity: Decimal, entry: Decimal, other_mark: Decimal, wallet: Decimal, mode: MarginMode
) -> None:
    one = position(direction=direction, quantity=quantity, entry_price=entry, mode=mode, isolated_wallet=wallet)
    other = position(id="p2", symbol="ETH-USDT-PERP", mark_price=other_mark)
    price = explain(one, account(str(wallet), one, other)).price
    assume(price is not None)
    assert price is not None
    moved = replace(one, mark_price=price)
    there = explain(moved, account(str(wallet), moved, other))
    assert abs(there.balance - there.needed) <= D("1e-20") * max(wallet, quantity * entry)
    assert there.others == (1 if mode is MarginMode.CROSS else 0)


def test_a_liquidation_is_explained_step_by_step_with_its_path() -> None:
    path = [
        PathPoint(NOW - timedelta(minutes=60 - place), D(1456 - place * 5), D(1), D(1456), D(1), D(1), D("1153.26"))
        for place in range(60)
    ]
    path[-1] = replace(path[-1], event=PathEvent.LIQUIDATED)
    found = explain_liquidation(liquidation(), brackets=BRACKETS, path=path, path_as_of=NOW)
    assert (found.code, found.settles) == ("liquidation_cross", True)
    assert [step.code for step in found.steps] == ["wallet", "others", "position", "maintenance", "reached"]
    assert found.chart is not None
    assert found.chart.at == path[-1].at
    text = answer(found, "en")
    assert "1,153.26" in text
    assert "1,535,443.01" in text
    assert "10% − 135,365 = " in text


def test_a_liquidation_that_does_not_follow_the_rule_goes_to_a_person() -> None:
    early = explain_liquidation(liquidation(mark_price=D(1200)), brackets=BRACKETS)
    stated = replace(liquidation().position, liquidation_price=D(1190))
    other_price = explain_liquidation(liquidation(position=stated), brackets=BRACKETS)
    low = replace(BRACKETS, brackets=(Bracket(D(0), None, 20, D("0.05"), D(0)),))
    other_bracket = explain_liquidation(liquidation(), brackets=low)
    for found, wrong in (
        (early, "is_reached"),
        (other_price, "is_price_right"),
        (other_bracket, "is_bracket_right"),
    ):
        assert (found.code, found.settles) == ("liquidation_differs", False)
        assert found.evidence["findings"][wrong] is False


def test_isolated_margin_counts_its_own_money_alone() -> None:
    own = position(
        mode=MarginMode.ISOLATED, isolated_wallet=D(10), mark_price=D("90.9"), liquidation_price=D("90.90909091")
    )
    rule = Brackets(own.symbol, (Bracket(D(0), None, 20, D("0.01"), D(0)),), NOW, NOW)
    found = explain_liquidation(
        liquidation(position=own, account=account("5000", own), mark_price=D("90.9")), brackets=rule
    )
    assert (found.code, found.settles) == ("liquidation_isolated", True)
    assert "others" not in {step.code for step in found.steps}


def test_margin_ratio_is_of_the_cross_positions() -> None:
    found = explain_margin(account("100", position(), position(id="p2", mode=MarginMode.ISOLATED)))
    assert found is not None
    assert found.values["ratio"].part == D("0.01")  # type: ignore[union-attr]
    assert explain_margin(account("100", position(mode=MarginMode.ISOLATED))) is None


def payment(rate: Decimal, direction: Direction, quantity: Decimal, *, error: Decimal = Decimal()) -> FundingPayment:
    sign = 1 if direction is Direction.LONG else -1
    amount = -sign * quantity * D(100) * rate + error
    return FundingPayment("f", "BTC-USDT-PERP", direction, quantity, D(100), rate, amount, "USDT", NOW)


@given(
    rows=st.lists(
        st.tuples(
            st.decimals("-0.01", "0.01", places=6),
            st.sampled_from(Direction),
            st.decimals("0.001", "100", places=3),
        ),
        max_size=20,
    )
)
def test_funding_sums_to_what_was_booked(rows: list[tuple[Decimal, Direction, Decimal]]) -> None:
    payments = [payment(*row) for row in rows]
    found = funding(payments)
    assert found.net == sum((one.amount for one in payments), D(0))
    assert found.wrong == ()


def test_a_wrong_funding_payment_goes_to_a_person() -> None:
    good = payment(D("0.0001"), Direction.LONG, D(1))
    wrong = payment(D("0.0001"), Direction.LONG, D(1), error=D("-0.5"))
    assert explain_funding([good], as_of=NOW).settles  # type: ignore[union-attr]
    assert not explain_funding([good, wrong], as_of=NOW).settles  # type: ignore[union-attr]
    assert explain_funding([], as_of=NOW) is None


def test_a_settlement_is_computed_and_compared() -> None:
    booked = Settlement("s", "BTC-USDT-261225", Direction.SHORT, D(2), D(100), D(90), D(20), D(1), "USDT", NOW)
    assert explain_settlement(booked, as_of=NOW).settles
    assert explain_settlement(replace(booked, realised=D(19)), as_of=NOW).settles
    assert not explain_settlement(replace(booked, realised=D(10)), as_of=NOW).settles


@given(count=st.integers(2, 2000), most=st.integers(10, 120))
def test_a_long_path_is_thinned_without_losing_its_ends_or_extremes(count: int, most: int) -> None:
    path = [
        PathPoint(NOW + timedelta(seconds=place), D((place * 7919) % 1009), D(1), D(1), D(1), D(1), None)
        for place in range(count)
    ]
    kept = thinned(path, most)
    assert len(kept) <= most
    assert {kept[0], kept[-1]} == {path[0], path[-1]}
    prices = [one.mark_price for one in path]
    assert {min(prices), max(prices)} <= {one.mark_price for one in kept}


@given(
    quantity=st.decimals("0.001", "1000", places=3),
    hedged=st.decimals("0.001", "1000", places=3),
    entry=st.decimals("1", "100000", places=2),
    other_entry=st.decimals("1", "100000", places=2),
    mark=st.decimals("1", "100000", places=2),
    wallet=st.decimals("1", "10000000", places=2),
)
def test_in_hedge_mode_both_sides_move_with_the_mark_price_and_at_the_price_found_the_ratio_is_one(
    quantity: Decimal, hedged: Decimal, entry: Decimal, other_entry: Decimal, mark: Decimal, wallet: Decimal
) -> None:
    long = position(id="long", quantity=quantity, entry_price=entry, mark_price=mark)
    short = position(id="short", direction=Direction.SHORT, quantity=hedged, entry_price=other_entry, mark_price=mark)
    eth = position(id="eth", symbol="ETH-USDT-PERP", entry_price=D(50), mark_price=D(60))
    held = account(str(wallet), long, short, eth)
    price = explain(long, held).price
    other_price = explain(short, held).price
    assert (price is None) is (other_price is None)
    assume(price is not None)
    assert price is not None
    assert other_price is not None
    assert abs(price - other_price) <= price * D("1e-20"), "both sides are liquidated at the same mark price"
    there = account(str(wallet), replace(long, mark_price=price), replace(short, mark_price=price), eth)
    found = explain(there.positions[0], there)
    assert abs(found.balance - found.needed) <= D("1e-20") * max(
        wallet, (quantity + hedged) * max(entry, other_entry, price)
    )
    assert found.others == 1
    ratio = margin_ratio(there)
    assert ratio is None or abs(ratio - 1) < D("1e-6") or found.balance < D("0.0001")


def test_a_hedged_liquidation_names_the_other_side() -> None:
    """Long 3 and short 1 at 100 with 50 in the wallet: at 76.53 what is left, 50 - 2 × 23.47, is 1 % of four."""
    short = position(id="p2", direction=Direction.SHORT, mark_price=D("76.5"))
    long = position(quantity=D(3), mark_price=D("76.5"), liquidation_price=D("76.53061224"))
    rule = Brackets(long.symbol, (Bracket(D(0), None, 20, D("0.01"), D(0)),), NOW, NOW)
    found = explain_liquidation(
        liquidation(position=long, account=account("50", long, short), mark_price=D("76.5")), brackets=rule
    )
    assert (found.code, found.settles) == ("liquidation_cross", True)
    assert "hedge" in [step.code for step in found.steps]
    assert "others" not in [step.code for step in found.steps]


def test_a_short_is_liquidated_above_its_entry() -> None:
    short = position(direction=Direction.SHORT)
    price = explain(short, account("10", short)).price
    assert price is not None
    assert round(price, 6) == round(D(110) / D("1.01"), 6)


def test_without_brackets_nothing_is_said_of_the_rule() -> None:
    found = explain_liquidation(liquidation(), brackets=replace(BRACKETS, brackets=()))
    assert (found.code, found.settles, found.next_step) == ("liquidation_unchecked", False, "look")
    assert "brackets" in found.missing


def test_a_result_that_is_not_that_of_the_fills_goes_to_a_person() -> None:
    fills = (Fill(NOW, D("1153.20"), D("3683.979")),)
    lost = D("3683.979") * (D("1153.20") - D("1456.84"))
    right = explain_liquidation(liquidation(fills=fills, realised=lost, fee=D(100)), brackets=BRACKETS)
    assert right.settles
    assert right.steps[-1].code == "closed"
    assert explain_liquidation(liquidation(fills=fills, realised=lost - 100, fee=D(100)), brackets=BRACKETS).settles
    wrong = explain_liquidation(liquidation(fills=fills, realised=lost - 500, fee=D(100)), brackets=BRACKETS)
    assert (wrong.code, wrong.evidence["findings"]["is_result_right"]) == ("liquidation_differs", False)


def test_an_isolated_margin_ratio_is_of_the_position_that_is_nearest() -> None:
    near = position(mode=MarginMode.ISOLATED, isolated_wallet=D(2), symbol="SOL-USDT-PERP")
    far = position(id="p2", mode=MarginMode.ISOLATED, isolated_wallet=D(50))
    found = explain_margin(account("100", far, near))
    assert found is not None
    assert (found.code, found.values["symbol"]) == ("margin_isolated", "SOL-USDT-PERP")
    assert found.values["ratio"].part == D("0.5")  # type: ignore[union-attr]


def test_funding_that_was_booked_twice_is_found_and_both_sides_of_a_hedge_are_not() -> None:
    long, short = (payment(D("0.0001"), direction, D(1)) for direction in Direction)
    earlier = replace(long, id="g", at=NOW - timedelta(hours=8))
    right = explain_funding([long, short, earlier], as_of=NOW)
    assert right is not None
    assert (right.code, right.settles, len(right.steps)) == ("funding_sum", True, 3)
    twice = explain_funding([long, replace(long, id="h", at=NOW + timedelta(seconds=2)), earlier], as_of=NOW)
    assert twice is not None
    assert (twice.code, twice.settles, twice.values["count"]) == ("funding_twice", False, 2)


def test_the_lines_of_funding_add_up_for_a_long_that_pays() -> None:
    found = explain_funding([payment(D("0.0001"), Direction.LONG, D(3))], as_of=NOW)
    assert found is not None
    assert "300 × 0.01%, booked as -0.03 USDT" in answer(found, "en").replace("\u2068", "").replace(
        "\u2069", ""
    ).replace("\u00a0", " ")
