"""What every channel keeps to."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import pytest

from bellrock.channels import BUILTIN, TEXT_MAX, Ability, Envelope, MessageUnreadable, NotOurs, Outgoing, TextTooLong
from bellrock.channels.port import Channel
from bellrock.core import new_id
from bellrock.people import Customer, CustomerKind

ELIF = Customer(id=new_id(), kind=CustomerKind.CUSTOMER, locale="en")


@dataclass(frozen=True)
class Case:
    """A channel, and how something arrives in it."""

    channel: Channel
    arrive: Callable[[str], Envelope]


def _json(text: str) -> Envelope:
    return Envelope(body=msgspec.json.encode({"client_key": "key-00000001", "text": text}), customer=ELIF)


CASES = {"widget": Case(BUILTIN["widget"], _json), "web": Case(BUILTIN["web"], _json)}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


def test_every_channel_of_the_product_is_tried_here() -> None:
    assert set(CASES) == set(BUILTIN)


def test_its_name_is_a_word_and_its_abilities_are_known(case: Case) -> None:
    assert re.fullmatch(r"[a-z]{2,20}", case.channel.name)
    assert case.channel.can <= set(Ability)


def test_refuses_what_proves_no_sender(case: Case) -> None:
    with pytest.raises(NotOurs):
        case.channel.verify(Envelope(body=case.arrive("hello").body))
    case.channel.verify(case.arrive("hello"))


def test_the_same_envelope_is_the_same_message(case: Case) -> None:
    first, again = (case.channel.parse(case.arrive("你好 مرحبا hello")) for _ in range(2))
    assert first == again
    assert first.text == "你好 مرحبا hello"
    assert re.fullmatch(r".{8,64}", first.client_key)


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"null", b"{}", b"[" * 50_000])
def test_says_what_it_cannot_read(case: Case, body: bytes) -> None:
    with pytest.raises(MessageUnreadable):
        case.channel.parse(Envelope(body=body, customer=ELIF))


def test_limits_the_length_of_a_message(case: Case) -> None:
    assert len(case.channel.parse(case.arrive("x" * TEXT_MAX)).text) == TEXT_MAX
    with pytest.raises(TextTooLong):
        case.channel.parse(case.arrive("x" * (TEXT_MAX + 1)))


async def test_says_what_became_of_an_answer(case: Case) -> None:
    outgoing = Outgoing(message_id=new_id(), conversation_id=new_id(), text="It is safe.")
    assert await case.channel.deliver(outgoing) in ("waiting", "delivered", "failed")
