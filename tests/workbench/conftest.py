"""The same people as in the conversations' tests, and a case that waits."""

from __future__ import annotations

from uuid import UUID

import pytest

from bellrock import conversations, guard
from bellrock import vault as vaults
from bellrock.core import SYSTEM, Transaction
from bellrock.vault import Vault
from tests.conversations.conftest import NOW, Cast, cast

__all__ = ["NOW", "Cast", "cast"]


@pytest.fixture
async def case(tx: Transaction, vault: Vault, cast: Cast) -> UUID:
    """A conversation in the queue of the payments team, with what the first line collected."""
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT)
    opened = await conversations.open_conversation(
        tx, vault, customer=cast.owner, channel="widget", language="de", now=NOW
    )
    await conversations.receive(
        tx,
        vault,
        customer=cast.owner,
        conversation_id=opened.id,
        text=guard.screen("Wo ist mein Geld?"),
        client_key="key-00000001",
        now=NOW,
    )
    await conversations.hand_over(
        tx,
        vault,
        by=SYSTEM,
        conversation_id=opened.id,
        reason="not_sure",
        summary=guard.screen("-"),
        facts={"txid": guard.screen("0x9c4f02be77d1e21b")},
        team_id=cast.payments,
        priority="normal",
        now=NOW,
    )
    return opened.id
