"""A fact and its sealed record, made in one step: the only way a change reaches the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bellrock.core import Actor, Fact, Transaction, clock, journal, new_id
from bellrock.core.journal import Audience, Log
from bellrock.vault.errors import SubjectMissing

if TYPE_CHECKING:
    from bellrock.vault.vault import Vault

# Facts about the house itself (agents, teams, articles) are sealed under this subject, which is never erased.
HOUSE_SUBJECT = UUID(int=0)
RECORD_VERSION = 1


def record_of(fact: Fact, words: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record that a fact's leaf commits to: everything in its journal row, and the words."""
    return {
        "v": RECORD_VERSION,
        "id": str(fact.id),
        "log": fact.log,
        "kind": fact.kind,
        "at": clock.rfc3339(fact.at),
        "actor": {"kind": fact.actor.kind, "id": str(fact.actor.id) if fact.actor.id else None},
        "customer": str(fact.customer_id) if fact.customer_id else None,
        "conversation": str(fact.conversation_id) if fact.conversation_id else None,
        "audience": fact.audience,
        "data": fact.data,
        "words": dict(words),
    }


async def record(
    tx: Transaction,
    vault: Vault,
    *,
    kind: str,
    at: datetime,
    actor: Actor,
    data: Mapping[str, Any] | None = None,
    words: Mapping[str, Any] | None = None,
    subject_id: UUID = HOUSE_SUBJECT,
    retention: str = "case",
    customer_id: UUID | None = None,
    conversation_id: UUID | None = None,
    audience: Audience = "internal",
    log: Log = "records",
    id: UUID | None = None,
) -> UUID:
    """Seal the record of a change, write its fact to the journal, and return the id that both share.

    `data` holds ids as strings, enums and integers below 2^53 and stays readable; `words` holds what people wrote or what
    says something about them, and exists only sealed under the key of `subject_id` and `retention`.
    """
    fact = Fact(
        id=id or new_id(),
        kind=kind,
        at=at,
        actor=actor,
        leaf=b"",
        customer_id=customer_id,
        conversation_id=conversation_id,
        data=dict(data or {}),
        log=log,
        audience=audience,
    )
    content = record_of(fact, words or {})
    try:
        await vault.seal_record(
            tx, record_id=fact.id, subject_id=subject_id, retention=retention, record=content, fact=fact
        )
    except SubjectMissing:
        if subject_id != HOUSE_SUBJECT:
            raise
        await vault.create_subject(tx, HOUSE_SUBJECT, retention)
        await vault.seal_record(
            tx, record_id=fact.id, subject_id=subject_id, retention=retention, record=content, fact=fact
        )
    return fact.id


def prepare(
    vault: Vault, fact: Fact, *, words: Mapping[str, Any], subject_id: UUID, retention: str = "case"
) -> dict[str, Any] | None:
    """Seal the record of a fact for a statement of the caller's own, which writes both with what they change.

    Returns the parameters of `vault.OF_RECORD`, `vault.LIVE_KEY` and `journal.OF_FACT`, or None when the subject's key is
    not cached.
    """
    sealed = vault.seal_cached(
        record_id=fact.id, subject_id=subject_id, retention=retention, record=record_of(fact, words)
    )
    return None if sealed is None else {**journal.parameters(fact), **sealed.parameters}
