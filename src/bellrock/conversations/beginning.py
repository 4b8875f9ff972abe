"""A thread begins with a message: both in one statement, for the first words of somebody who has never written."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from bellrock import language as languages
from bellrock import people
from bellrock import vault as vaults
from bellrock.conversations.models import (
    OPENED,
    RECEIVED,
    Channel,
)
from bellrock.conversations.opening import opened_data
from bellrock.conversations.receiving import Received
from bellrock.conversations.writing import INTO_MESSAGES, OF_MESSAGE, TOKENS_MAX, array, findings
from bellrock.core import Fact, Transaction, journal, new_id, new_reference
from bellrock.guard import GuardedText

_OPENED = "opened_"


def _of_opened(part: str) -> str:
    return re.sub(r"%\((\w+)\)", rf"%({_OPENED}\1)", part)


# A thread and its first message, whole in one statement. Everything is written from the conversation's row, so that all of
# it happens or nothing; the two facts get their places in this order.
_OPEN_WITH_MESSAGE = f"""
WITH opened AS (
  INSERT INTO conversations (id, reference, customer_id, channel, status, holder, priority, language, created_at, changed_at,
    changes, brand_id, waiting_since, last_message_id, last_customer_message_id)
  SELECT %(conversation)s::uuid, %(reference)s::text, %(customer)s::uuid, %(channel)s::text, 'open', 'first_line',
    'normal', %(language)s::text, %(at)s::timestamptz, %(at)s::timestamptz,
    2, %(brand)s::uuid, %(at)s::timestamptz, %(fact)s::uuid, %(fact)s::uuid
  WHERE {{condition}} AND EXISTS ({vaults.LIVE_KEY})
    AND NOT EXISTS (SELECT FROM conversations n WHERE n.customer_id = %(customer)s AND n.channel = %(channel)s)
    AND NOT EXISTS (SELECT FROM conversations n WHERE n.reference = %(reference)s)
  RETURNING id
), kept AS (
  {vaults.INTO_RECORDS} SELECT {_of_opened(vaults.OF_RECORD)} FROM opened UNION ALL SELECT {vaults.OF_RECORD} FROM opened
), noted AS (
  {journal.INTO_INBOX} SELECT {_of_opened(journal.OF_FACT)} FROM opened UNION ALL SELECT {journal.OF_FACT} FROM opened
)
{INTO_MESSAGES} SELECT {OF_MESSAGE} FROM opened RETURNING id
"""


async def open_with_message(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    customer: people.Customer,
    channel: Channel,
    language: str,
    brand_id: UUID | None,
    proof: tuple[str, dict[str, Any]],
    text: GuardedText,
    client_key: str,
    now: datetime,
) -> Received | None:
    """Open a customer's first thread of a channel with its first message, in one statement; the facts are those of both.

    `proof` is the SQL condition, with its parameters, under which the sender is this customer. Returns None, with nothing
    written, for whatever else there is: a thread, even a closed one; a sender who is not proved; a key that is not cached or
    is gone; a reference that is taken. In a pipeline; the caller holds back other first messages of this customer.
    """
    conversation_id, reference = new_id(), new_reference()
    opened, received = (
        Fact(
            id=new_id(),
            kind=kind,
            at=now,
            actor=customer.actor,
            leaf=b"",
            customer_id=customer.id,
            conversation_id=conversation_id,
            data=data,
            audience="public",
        )
        for kind, data in (
            (OPENED, opened_data(reference=reference, channel=channel, language=language, brand_id=brand_id)),
            (RECEIVED, {**findings(text), "files": []}),
        )
    )
    sealed = vaults.prepare(vault, opened, words={"fields": {}}, subject_id=customer.id)
    prepared = vaults.prepare(vault, received, words={"text": text.text}, subject_id=customer.id)
    if sealed is None or prepared is None:
        return None
    cursor = await tx.execute(
        _open_with_message(proof[0]),
        {
            **proof[1],
            **prepared,
            **{f"{_OPENED}{name}": value for name, value in sealed.items()},
            "reference": reference,
            "channel": channel,
            "language": language,
            "brand": brand_id,
            "message_kind": "message",
            "client_key": client_key,
            "tokens": array(vault.token_hashes(languages.tokens(text.text)[:TOKENS_MAX])),
        },
    )
    return Received(conversation_id, received.id, is_duplicate=False) if await cursor.fetchone() else None


@lru_cache(maxsize=16)
def _open_with_message(condition: str) -> bytes:
    return _OPEN_WITH_MESSAGE.format(condition=condition).encode()
