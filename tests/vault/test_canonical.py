"""Canonical JSON: the published vectors, the published hash of a hundred thousand numbers, and the rules of a record."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import vault

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "jcs"
NAMES = ("arrays", "french", "structures", "unicode", "values", "weird")

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def _ascii_keys(value: object) -> bool:
    if isinstance(value, dict):
        return all(key.isascii() and _ascii_keys(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_ascii_keys, value))
    return True


@pytest.mark.parametrize("name", NAMES)
def test_writes_what_the_published_vectors_say(name: str) -> None:
    if not VECTORS.exists():
        pytest.skip("the public JCS vectors are not here")
    given_value = json.loads((VECTORS / "input" / f"{name}.json").read_text(encoding="utf-8"))
    assert vault.canonical_json(given_value) == (VECTORS / "output" / f"{name}.json").read_bytes().rstrip(b"\n")


def test_writes_numbers_as_ecmascript_does() -> None:
    if not VECTORS.exists():
        pytest.skip("the public JCS vectors are not here")
    published = "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892"
    digest = hashlib.sha256()
    for bits in _es6_doubles(10_000):
        number = struct.unpack(">d", struct.pack(">Q", bits))[0]
        digest.update(b"%x,%s\n" % (bits, vault.canonical_json(number)))
    assert digest.hexdigest() == published


@given(values)
def test_reads_back_as_what_it_was(value: object) -> None:
    assert json.loads(vault.canonical_json(value)) == value


@given(values.filter(_ascii_keys))
def test_is_the_same_for_a_record_as_for_any_json(value: object) -> None:
    assert vault.canonical({"value": value}) == vault.canonical_json({"value": value})


def test_does_not_depend_on_the_order_of_members() -> None:
    assert vault.canonical({"b": 1, "a": [True, None]}) == vault.canonical({"a": (True, None), "b": 1})


@pytest.mark.parametrize(
    "record",
    [
        {"price": 1.5},
        {"large": 2**53},
        {"small": -(2**53)},
        {"clé": 1},
        {1: 2},
        {"text": "\ud800"},
        {"bytes": b"x"},
        {"set": {1}},
    ],
)
def test_refuses_in_a_record_what_others_might_write_differently(record: dict[str, object]) -> None:
    with pytest.raises(vault.NotCanonical):
        vault.canonical(record)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_refuses_numbers_that_are_not_finite(number: float) -> None:
    with pytest.raises(vault.NotCanonical):
        vault.canonical_json(number)


def test_refuses_a_value_nested_without_end() -> None:
    value: list[object] = []
    value.append(value)
    with pytest.raises(vault.NotCanonical):
        vault.canonical({"value": value})


def _es6_doubles(count: int) -> Iterator[int]:
    """Yield the sequence of doubles that the vectors' README defines."""
    readme = (VECTORS / "README.md").read_text(encoding="utf-8").split("staticF64s")[0]
    fixed = [int(digits, 16) for digits in re.findall(r"0x([0-9a-f]{16})n", readme)]
    fixed += [0x0010000000000000 + step for step in range(2000)]
    yield from fixed[:count]
    block, numbers = bytes(32), [0.0][:0]
    for _ in range(count - len(fixed)):
        number = 0.0
        while number == 0 or number != number or abs(number) == float("inf"):
            if not numbers:
                block = hashlib.sha256(block).digest()
                numbers = list(struct.unpack("<4d", block))
            number = numbers.pop(0)
        yield struct.unpack(">Q", struct.pack(">d", number))[0]
