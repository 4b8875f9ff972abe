"""When a snoozed conversation comes back: a few times to pick, or any in words, in the agent's zone or the customer's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bellrock import conversations, core, people, workbench
from bellrock.core import N_, Invalid
from bellrock.web.agent.reader import Reader
from bellrock.workbench import Moment

_MORNING = time(9, 0)
_HOURS = {"hour": (1, N_("In an hour")), "four_hours": (4, N_("In four hours"))}
_DAYS = (("tomorrow", N_("Tomorrow morning")), ("monday", N_("Monday morning")), ("week", N_("In a week")))
_THEIRS = ("their_morning", N_("Tomorrow morning, customer's time"))


@dataclass(frozen=True, slots=True)
class Preset:
    """A time to come back, by key, in words, and as an instant in UTC."""

    key: str
    text: str
    at: datetime


def presets(now: datetime, zone: ZoneInfo, customer_zone: ZoneInfo | None = None) -> list[Preset]:
    """Return the times on offer now, in order of the menu; the customer's morning where their zone is another."""
    offered = [Preset(key, text, now + timedelta(hours=hours)) for key, (hours, text) in _HOURS.items()]
    days = [
        Preset(key, text, _morning(now, zone, days)) for (key, text), days in zip(_DAYS, _days(now, zone), strict=True)
    ]
    if customer_zone is not None and _morning(now, customer_zone, 1) != days[0].at:
        days.insert(1, Preset(*_THEIRS, _morning(now, customer_zone, 1)))
    return offered + days


def time_of(key: str, now: datetime, zone: ZoneInfo, customer_zone: ZoneInfo | None = None) -> datetime:
    """Return the instant of a preset. Raises Invalid for a key that is not on offer."""
    for preset in presets(now, zone, customer_zone):
        if preset.key == key:
            return preset.at
    raise Invalid


async def until_of(tx: core.Transaction, reader: Reader, conversation_id: UUID, key: str, words: str) -> Moment:
    """Return when a conversation is to come back, by the key of a preset or in words.

    Raises Invalid, WordsNotUnderstood, ZoneUnknown, SnoozeInPast, ConversationUnknown.
    """
    theirs = await zone_of_customer(tx, reader, conversation_id)
    if words.strip():
        return workbench.read_time(
            words, now=reader.now, zone=reader.zone, customer_zone=theirs, language=reader.language
        )
    is_theirs = key == _THEIRS[0] and theirs is not None
    at = time_of(key, reader.now, reader.zone, theirs)
    return Moment(at, theirs if is_theirs and theirs else reader.zone, is_theirs)


async def zone_of_customer(tx: core.Transaction, reader: Reader, conversation_id: UUID) -> ZoneInfo | None:
    """Return the time zone of a conversation's customer. Raises ConversationUnknown."""
    case = await conversations.get(tx, viewer=reader.agent, conversation_id=conversation_id)
    return await people.zone_of(tx, customer_id=case.customer_id)


def _days(now: datetime, zone: ZoneInfo) -> tuple[int, int, int]:
    weekday = now.astimezone(zone).weekday()
    return 1, 7 - weekday, 7


def _morning(now: datetime, zone: ZoneInfo, days: int) -> datetime:
    local = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(local, _MORNING, tzinfo=zone).astimezone(UTC)
