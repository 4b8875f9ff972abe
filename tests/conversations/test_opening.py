"""A conversation begins under a reference of its own."""

from __future__ import annotations

import itertools

import pytest

from bellrock import conversations
from bellrock.conversations import opening
from bellrock.core import Transaction, reference_of
from bellrock.vault import Vault

from .conftest import NOW, Cast


async def test_a_reference_that_is_taken_is_drawn_again(
    tx: Transaction, vault: Vault, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = (reference_of(number) for number in itertools.chain((1, 1, 1, 2), itertools.count(3)))
    monkeypatch.setattr(opening, "new_reference", lambda: next(drawn))
    first, second, third = [
        await conversations.open_conversation(tx, vault, customer=cast.owner, channel="web", language="en", now=NOW)
        for _ in range(3)
    ]
    assert [first.reference, second.reference, third.reference] == [reference_of(1), reference_of(2), reference_of(3)]
    again = await conversations.find_by_reference(tx, viewer=cast.owner, reference=second.reference)
    assert again.id == second.id
