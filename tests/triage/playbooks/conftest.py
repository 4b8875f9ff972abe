"""A case of a customer of the exchange, as a playbook works on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bellrock import conversations, people, triage
from bellrock.core import Transaction
from bellrock.exchange import Exchange
from bellrock.people.customers import customer_described
from bellrock.people.tokens import Claims
from bellrock.triage.diagnosing import Diagnosing
from bellrock.triage.port import Embedder
from bellrock.vault import Vault
from tests.triage.conftest import Chat
from tests.triage.playbooks.things import NOW

OpenCase = Callable[..., Awaitable[Chat]]


@pytest.fixture
def open_case(tx: Transaction, vault: Vault, embedder: Embedder) -> OpenCase:
    """Open a case of a signed-in customer on a topic, with a first line that can ask this exchange."""

    async def opened(topic: str, asked: Exchange, *, language: str = "en", is_visitor: bool = False) -> Chat:
        diagnosing = Diagnosing(vault, asked)
        if is_visitor:
            customer, _ = await people.start_visitor(tx, vault, locale=language, now=NOW)
        else:
            claims = Claims("nw-1", "Grace", None, language, people.Tier.STANDARD)
            customer = await customer_described(tx, vault, claims=claims, now=NOW)
        conversation = await conversations.open_conversation(
            tx, vault, customer=customer, channel="widget", language=language, now=NOW, topic=topic
        )
        first_line = triage.FirstLine(vault, embedder, diagnosing)
        return Chat(tx, vault, first_line, customer, conversation.id)

    return opened
