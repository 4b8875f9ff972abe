import random

import pytest
from hypothesis import given

from bellrock import guard
from tests.guard.samples import around, cards, with_luhn


@given(cards(), around, around)
def test_no_card_survives(card: str, before: str, behind: str) -> None:
    guarded = guard.screen(f"{before} {card} {behind}")
    assert card not in guarded.text
    assert guard.Kind.CARD in guarded.kinds


@given(cards())
def test_an_order_of_the_customer_is_never_a_card(card: str) -> None:
    digits = "".join(sign for sign in card if sign.isdigit())
    text = f"look at {card} please"
    assert guard.screen(text, known_order_ids=frozenset({digits})).text == text


@pytest.mark.parametrize(
    "text",
    [
        "order 4111111111111111 is stuck",
        "订单号：6222021234567890128",
        "4111111111111112",  # the check digit is wrong
        "tx 0x4111111111111111411111111111111141111111111111114111111111111111",
        "IBAN DE89 3704 0044 0532 0130 00",
        "call +49 1511 1111 1111 111",
        "price 0.4111111111111111 BTC",
        "2026-11-22 04:53:52.411111",
        "1700000000000 and 1700000000123456789",
        "TXid4111111111111111",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert guard.screen(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "卡号 ６２２２０２１２３４５６７８９０１２８",
        "بطاقتي ٤١١١ ١١١١ ١١١١ ١١١١",
        "card:4111\u00a01111\u20111111\u20111111",
    ],
)
def test_digits_of_any_script_and_width_are_read(text: str) -> None:
    assert guard.screen(text).kinds == (guard.Kind.CARD,)


def test_the_check_value_goes_with_it() -> None:
    assert guard.screen("4111 1111 1111 1111 12/29 cvv 123").text == "⟦card⟧ 12/29 ⟦card⟧"


def test_few_random_numbers_are_mistaken() -> None:
    randomness = random.Random(1)
    numbers = [str(randomness.randrange(10**15, 10**19)) for _ in range(20_000)]
    hit = sum(bool(guard.screen(number).findings) for number in numbers)
    announced = sum(bool(guard.screen(f"order {number}").findings) for number in numbers)
    print(f"random numbers of 16-19 digits taken for cards: {hit} of 20000 alone, {announced} as orders")
    assert hit < 600
    assert announced == 0


def test_the_check_digit_is_the_published_one() -> None:
    assert with_luhn("7992739871") == "79927398713"
