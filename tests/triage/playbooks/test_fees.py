"""Fees beside the rates of the level, the discount, the steps of coins, and the price of the coin in which they were paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock.exchange import FeeStep
from bellrock.triage.playbooks.fees import charges, explain_fees
from bellrock.triage.playbooks.telling import answer
from tests.triage.playbooks.things import FEES, NOW, PERPETUAL, SCHEDULE, SPOT, D, candles, trade


@given(
    price=st.decimals("0.01", "100000", places=2),
    quantity=st.decimals("0.001", "1000", places=3),
    is_maker=st.booleans(),
    is_contract=st.booleans(),
    in_discount=st.booleans(),
)
def test_a_fee_by_the_rates_is_right_and_a_cent_more_is_not(
    price: Decimal, quantity: Decimal, is_maker: bool, is_contract: bool, in_discount: bool
) -> None:
    market = PERPETUAL if is_contract else SPOT
    level = FEES.level
    rates = (level.futures_maker, level.futures_taker) if is_contract else (level.spot_maker, level.spot_taker)
    rate = rates[0 if is_maker else 1]
    asset = "BRK" if in_discount else "USDT"
    if in_discount and not is_contract:
        rate *= 1 - SCHEDULE.discount
    fair = trade(
        str(price), str(quantity), is_maker=is_maker, fee_rate=rate, fee=price * quantity * rate, fee_asset=asset
    )
    (charge,) = charges([fair], market=market, fees=FEES, schedule=SCHEDULE)
    assert charge.is_right
    dear = replace(fair, fee_rate=rate * 2) if in_discount else replace(fair, fee=fair.fee + D("0.01"))
    (charge,) = charges([dear], market=market, fees=FEES, schedule=SCHEDULE)
    assert not charge.is_right


def test_fees_above_the_rates_go_to_a_person() -> None:
    def told(fee: str) -> tuple[str, bool]:
        found = explain_fees(
            [trade("100", "1"), trade("100", "2", fee=D(fee))],
            market=SPOT,
            fees=FEES,
            schedule=SCHEDULE,
            trades_as_of=NOW,
            about="7001",
        )
        assert found is not None
        return found.code, found.settles

    assert told("0.24") == ("fee_right", True)
    assert told("0.25") == ("fee_wrong", False)


@given(
    value=st.decimals("0.01", "100000", places=4),
    step=st.sampled_from([D("0.01"), D("1"), D("0.0001")]),
    rounding=st.sampled_from(["ROUND_UP", "ROUND_DOWN", "ROUND_HALF_EVEN"]),
)
def test_a_fee_may_be_rounded_to_a_step_of_its_coin_and_not_by_one_more(
    value: Decimal, step: Decimal, rounding: str
) -> None:
    schedule = replace(SCHEDULE, steps=(FeeStep("USDT", step),))
    exact = value * D("0.0012")
    fair = trade(str(value), "1", fee=(exact / step).quantize(D(1), rounding=rounding) * step)
    (charge,) = charges([fair], market=SPOT, fees=FEES, schedule=schedule)
    assert charge.is_right
    (charge,) = charges([replace(fair, fee=exact + step)], market=SPOT, fees=FEES, schedule=schedule)
    assert not charge.is_right


def test_a_rate_of_before_the_level_is_no_more_than_any_level_has() -> None:
    before = FEES.since - timedelta(days=1)
    for rate, right in (("0.0012", True), ("0.0009", True), ("0.0013", False)):
        old = trade("100", "1", at=before, fee_rate=D(rate), fee=100 * D(rate))
        (charge,) = charges([old], market=SPOT, fees=FEES, schedule=SCHEDULE)
        assert charge.is_right is right, rate


@pytest.mark.parametrize(("fee", "code"), [("0.045", "fee_right"), ("0.0449", "fee_right"), ("0.0501", "fee_wrong")])
def test_a_fee_in_another_coin_is_converted_at_the_price_of_that_time(fee: str, code: str) -> None:
    """100 USDT at 0.12 % less a quarter is 0.09 USDT: at 1.80 to 2.25 that is 0.04 to 0.05 of the coin."""
    one = trade("100", "1", fee_asset="BRK", fee_rate=D("0.0009"), fee=D(fee))
    found = explain_fees(
        [one],
        market=SPOT,
        fees=FEES,
        schedule=SCHEDULE,
        trades_as_of=NOW,
        about="7001",
        prices={"BRK": candles(("1.80", "2.25"))},
    )
    assert found is not None
    assert found.code == code
    assert [step.code for step in found.steps] == ["discount", "fee_between"]
    assert not found.missing


def test_a_fee_whose_worth_nobody_knows_is_not_said_to_be_what_the_rule_gives() -> None:
    one = trade("100", "1", fee_asset="BRK", fee_rate=D("0.0009"), fee=D(7))
    found = explain_fees([one], market=SPOT, fees=FEES, schedule=SCHEDULE, trades_as_of=NOW, about="7001")
    assert found is not None
    assert [step.code for step in found.steps] == ["discount", "fee_rate"]
    assert found.missing == ("prices:BRK",)
    assert "by the rule" not in answer(found, "en")
