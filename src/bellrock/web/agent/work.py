"""What the console offers on a case beside answering: labels, incident, merging, blocking, what was collected, translation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from bellrock import conversations, core, incidents, people
from bellrock.conversations import Conversation, Entry, Whole, kinds
from bellrock.people import Permission
from bellrock.web.agent.names import field_name, topic_name
from bellrock.web.agent.reader import Reader

_OTHERS_MAX = 8
_INCIDENTS_MAX = 12
# What makes up the card of a transaction, in its order.
_MONEY_FIELDS = (
    "txid",
    "tx_id",
    "transaction",
    "asset",
    "amount",
    "network",
    "address",
    "order",
    "order_id",
    "bank",
    "date",
)
PERIOD_NAMES = {
    "day": core.N_("For a day"),
    "week": core.N_("For a week"),
    "month": core.N_("For a month"),
    "open": core.N_("Until somebody ends it"),
}


async def work_of(tx: core.Transaction, reader: Reader, conversation: Conversation, whole: Whole) -> dict[str, Any]:
    """Return what the menus and the right pane need for work on a case."""
    _ = reader.gettext
    labels, incident, running, parts = await core.together(
        tx,
        conversations.label_choices(tx, conversation_id=conversation.id),
        _incident(tx, conversation.incident_id),
        _open_incidents(tx, reader) if conversation.is_open else core.given([]),
        conversations.parts_of(tx, conversation_id=conversation.id) if whole.parts else core.given([]),
    )
    return {
        "labels": [label for label, is_on in labels if is_on],
        "label_choices": sorted(labels, key=lambda choice: not choice[1]),
        "incident": incident,
        "incident_choices": running,
        "parts": parts,
        "block_reasons": [(key.value, _(text)) for key, text in people.BLOCK_REASONS.items()],
        "block_periods": [
            (key, _(PERIOD_NAMES[key]))
            for key, length in people.PERIODS.items()
            if people.may_block(reader.agent, length)
        ],
        "may_join": reader.may(Permission.CUSTOMER_MERGE),
    }


async def incident_titles(tx: core.Transaction, entries: Sequence[Entry]) -> dict[str, str]:
    """Return the titles of the incidents that entries speak of."""
    named = {
        entry.data["incident"] for entry in entries if entry.kind == kinds.INCIDENT_LINKED and entry.data["incident"]
    }
    found = {}
    for id in sorted(named)[:_INCIDENTS_MAX]:
        found[id] = (await incidents.incident(tx, incident_id=UUID(id))).title
    return found


async def _incident(tx: core.Transaction, incident_id: UUID | None) -> dict[str, Any] | None:
    if incident_id is None:
        return None
    incident = await incidents.incident(tx, incident_id=incident_id)
    return {
        "id": incident.id,
        "title": incident.title,
        "state": incidents.STATE_NAMES[incident.state],
        "is_resolved": incident.resolved_at is not None,
        "at": incident.changed_at,
    }


async def _open_incidents(tx: core.Transaction, reader: Reader) -> list[tuple[UUID, str]]:
    found = await incidents.current(tx, language=reader.language)
    return [(notice.incident_id, notice.title) for notice in found]


def others(reader: Reader, case: Conversation, found: Sequence[Conversation]) -> list[dict[str, Any]]:
    """Return the customer's other conversations that this one could be merged into."""
    return [
        {
            "id": item.id,
            "reference": item.reference,
            "title": topic_name(item.topic, reader.language),
            "at": item.created_at,
        }
        for item in found
        if item.id != case.id and item.spam_at is None and (item.is_open or not case.is_open)
    ][:_OTHERS_MAX]


def card_of(reader: Reader, collected: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Return the card of a transaction, of what was collected: name, value, and whether that is a hash or an address."""
    return [
        (field_name(name, reader.gettext), collected[name], name in ("txid", "tx_id", "transaction", "address"))
        for name in _MONEY_FIELDS
        if collected.get(name)
    ]


def block_words(block: people.Block, reader: Reader) -> dict[str, Any]:
    _ = reader.gettext
    return {
        "reason": _(people.BLOCK_REASONS[block.reason]),
        "by": reader.colleague(block.blocked_by),
        "until": reader.appointment(block.expires_at) if block.expires_at else "",
        "may_end": people.may_block(reader.agent, None if block.expires_at is None else block.expires_at - reader.now),
    }
