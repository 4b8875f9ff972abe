"""The contract: every question of the port has its request, the document is the one that is shipped, values come back as they were."""

from __future__ import annotations

import inspect
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import exchange
from bellrock.exchange import Ability, port


def test_every_question_of_the_port_has_its_request() -> None:
    asked = {(one.part.value, one.name) for one in exchange.OPERATIONS}
    parts = {part: getattr(port, f"{part.value.title()}Part") for part in Ability}
    assert asked == {
        (part.value, name)
        for part, protocol in parts.items()
        for name, value in vars(protocol).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }
    assert len({(one.path, one.is_read) for one in exchange.OPERATIONS}) == len(exchange.OPERATIONS)


def test_the_shipped_document_is_that_of_the_code() -> None:
    """It is written by `bellrock exchange contract`."""
    assert json.loads(exchange.FILE.read_text(encoding="utf-8")) == exchange.document()


def test_only_measures_are_no_reads() -> None:
    writes = [(path, verb) for path, verbs in exchange.document()["paths"].items() for verb in verbs if verb != "get"]
    assert writes == [("/support/v1/accounts/{account}/measures", "post")]


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3, minutes=-30))])))
def test_instants_come_back(at: datetime) -> None:
    assert exchange.from_text(exchange.to_text(at), datetime) == at


@pytest.mark.parametrize(
    ("value", "kind"),
    [(True, bool), (False, bool), (60, int), (exchange.PriceKind.MARK, exchange.PriceKind), ("a b", str)],
)
def test_values_come_back(value: Any, kind: type) -> None:
    assert exchange.from_text(exchange.to_text(value), kind) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2026-01-01T00:00:00", datetime),
        ("yesterday", datetime),
        ("1.5", int),
        ("maybe", bool),
        ("middle", exchange.PriceKind),
        ("", str),
        ("a\nb", str),
        ("x" * 513, str),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, kind: type) -> None:
    with pytest.raises(exchange.ExchangeInvalid):
        exchange.from_text(text, kind)


def test_an_instant_without_offset_is_never_sent() -> None:
    with pytest.raises(exchange.ExchangeInvalid):
        exchange.to_text(datetime(2026, 1, 1))
