"""Identifiers: ordered, unique, readable."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bellrock.core import new_id, new_reference, reference_of


def test_ids_are_version_7_and_grow() -> None:
    ids = [new_id() for _ in range(20_000)]
    assert all(item.version == 7 and item.variant == "specified in RFC 4122" for item in ids)
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)


def test_references_can_be_read_out() -> None:
    for _ in range(1_000):
        assert re.fullmatch(r"BR-[0-9A-HJKMNP-TV-Z]{8}", new_reference())


@given(st.integers(0, 2**41), st.integers(1, 2**40 - 1))
def test_numbers_less_than_a_round_apart_have_different_references(number: int, apart: int) -> None:
    assert reference_of(number) != reference_of(number + apart)
    assert reference_of(number) == reference_of(number + 2**40)
