"""The port to the exchange: small parts, nothing that moves money, and no exchange that says so."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import exchange
from bellrock.exchange import port

PARTS = [value for name, value in vars(port).items() if name.endswith("Part")]
WRITES = {"take"}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_a_part_has_at_most_five_methods(part: type) -> None:
    assert 1 <= len(_methods(part)) <= 5


def test_the_only_method_that_changes_anything_takes_a_measure() -> None:
    """A reader's parameters are filters; money, destinations and quantities are nowhere among them."""
    for part in PARTS:
        for name, method in _methods(part).items():
            if name not in WRITES:
                assert not {"amount", "quantity", "destination", "to", "key"} & set(
                    inspect.signature(method).parameters
                )
    assert {"key", "reason", "approver"} <= set(inspect.signature(port.ProtectionPart.take).parameters)


def test_every_ability_is_a_part_of_the_exchange() -> None:
    named = {ability.value for ability in exchange.Ability}
    assert named == set(exchange.Exchange.__annotations__) - {"name", "can"}


async def test_without_an_exchange_every_question_is_refused() -> None:
    nothing = exchange.no_exchange()
    assert not nothing.can
    assert not nothing.protection.measures
    for ability in exchange.Ability:
        part = getattr(nothing, ability)
        for name in _methods(next(one for one in PARTS if one.__name__ == f"{ability.value.title()}Part")):
            if name != "measures":
                with pytest.raises(exchange.ExchangeCannot):
                    await getattr(part, name)("account", since=datetime(2026, 1, 1, tzinfo=UTC))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=18, min_value=-(10**18), max_value=10**18))
def test_money_goes_over_the_wire_digit_by_digit(amount: Decimal) -> None:
    level = exchange.BookLevel(amount, Decimal("0.00000001"))
    raw = exchange.encode(level)
    assert b"E" not in raw.upper().replace(b"PRICE", b"").replace(b"QUANTITY", b"")
    assert exchange.decode(raw, exchange.BookLevel) == level


@pytest.mark.parametrize(
    "raw",
    [
        b'{"price": 0.1, "quantity": "1"}',
        b'{"price": 1, "quantity": "1"}',
        b'{"price": "0,1", "quantity": "1"}',
        b'{"price": "NaN", "quantity": "1"}',
        b'{"price": NaN, "quantity": "1"}',
        b'{"price": "1E+999999", "quantity": "1"}',
        b'{"price": "1"}',
        b'["1", "1"]',
        b"<html>",
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_what_does_not_have_the_shape_of_the_contract_is_not_used(raw: bytes) -> None:
    with pytest.raises(exchange.ExchangeMixedUp):
        exchange.decode(raw, exchange.BookLevel)


def _methods(part: type) -> dict[str, object]:
    return {name: value for name, value in vars(part).items() if inspect.isfunction(value) and not name.startswith("_")}
