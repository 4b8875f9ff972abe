"""What stands above a list: the filters that are set, each with the way to take it off, the orders, and how to keep it all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bellrock import conversations, core, triage
from bellrock.conversations import NOBODY, RUNNING_VIEWS, Selection
from bellrock.core import N_
from bellrock.people import Permission
from bellrock.web.agent.names import CHANNELS, PRIORITIES, topic_name
from bellrock.web.agent.reader import Reader
from bellrock.web.agent.views import View
from bellrock.web.shared.languages import LANGUAGES

SORTS = {
    "changed": N_("Newest change first"),
    "waiting": N_("Longest wait first"),
    "priority": N_("Priority, then wait"),
}
STATUSES = {
    "open": N_("Our turn"),
    "waiting": N_("Customer's turn"),
    "snoozed": N_("Snoozed"),
    "resolved": N_("Resolved"),
}
AGES = {
    "day": N_("Opened in the last day"),
    "week": N_("Opened in the last week"),
    "month": N_("Opened in the last month"),
    "older_day": N_("Older than a day"),
    "older_week": N_("Older than a week"),
    "older_month": N_("Older than a month"),
}
Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sieve:
    """The bar above a list. `chips` are (words, address without that filter); `shares` whom a view can be kept for."""

    chips: list[tuple[str, str]]
    sorts: list[tuple[str, str, bool]]
    sort_name: str
    may_keep: bool
    may_remove: bool
    shares: Options


async def sieve_of(tx: core.Transaction, reader: Reader, view: View) -> Sieve:
    """Return the bar of a view."""
    _ = reader.gettext
    selection = view.selection
    chips = [
        (words, f"/desk?view={view.key_with(**{name: ''})}")
        for name, words in (await described(tx, reader, selection)).items()
    ]
    is_sortable = selection.view in RUNNING_VIEWS and selection.status not in ("snoozed", "resolved")
    sorts = [
        (_(text), f"/desk?view={view.key_with(sort='' if sort == 'changed' else sort)}", sort == selection.sort)
        for sort, text in SORTS.items()
    ]
    is_new = view.saved is None and (selection.filters.is_set or selection.sort != "changed")
    return Sieve(
        chips=chips,
        sorts=sorts if is_sortable else [],
        sort_name=_(SORTS[selection.sort]),
        may_keep=is_new,
        may_remove=view.saved is not None and view.saved.may_change(reader.agent),
        shares=_shares(reader) if is_new else [],
    )


async def described(tx: core.Transaction, reader: Reader, selection: Selection) -> dict[str, str]:
    """Return each filter that is set, by name, in words."""
    _ = reader.gettext
    filters = selection.filters
    words: dict[str, str] = {}
    if filters.status:
        words["status"] = _(STATUSES[filters.status])
    if filters.priority:
        words["priority"] = ", ".join(_(PRIORITIES[priority]) for priority in filters.priority)
    if filters.topic:
        words["topic"] = topic_name(filters.topic, reader.language)
    if filters.language:
        words["language"] = reader.tongue(filters.language)
    if filters.team:
        words["team"] = reader.team(filters.team) or _("Another team")
    if filters.assignee:
        words["assignee"] = _("Held by nobody") if filters.assignee == NOBODY else _holder(reader, filters.assignee)
    if filters.label:
        names = {label.id: label.name for label in await conversations.labels(tx, with_retired=True)}
        words["label"] = names.get(filters.label, _("Label"))
    if filters.channel:
        words["channel"] = _(CHANNELS[filters.channel])
    if filters.age:
        words["age"] = _(AGES[filters.age])
    if filters.vip:
        words["vip"] = _("VIP")
    return words


async def choices(tx: core.Transaction, reader: Reader, view: View) -> dict[str, Any]:
    """Return what the form of filters offers: options by name, and the priorities."""
    _ = reader.gettext
    has_status = view.selection.view in RUNNING_VIEWS
    people = [(str(reader.agent.id), _("Me")), (str(NOBODY), _("Nobody"))]
    people += sorted(
        ((str(id), name) for id, name in reader.names.items() if id != reader.agent.id), key=lambda item: item[1]
    )
    labels = [(str(label.id), label.name) for label in await conversations.labels(tx)]
    return {
        "fields": [
            ("status", _("State"), _each(_, STATUSES) if has_status else []),
            ("topic", _("Topic"), topics(reader)),
            ("language", _("Language"), [(code, reader.tongue(code)) for code in LANGUAGES]),
            ("team", _("Team"), teams(reader) if view.selection.view != "team" else []),
            ("assignee", _("Held by"), people if view.selection.view in ("all", "team", "waiting", "resolved") else []),
            ("label", _("Label"), labels),
            ("channel", _("Channel"), _each(_, CHANNELS)),
            ("age", _("Age"), _each(_, AGES)),
        ],
        "priorities": _each(_, PRIORITIES),
        "values": {part.split(":", 1)[0]: part.split(":", 1)[1] for part in view.selection.key.split("~")[1:]},
    }


def topics(reader: Reader) -> Options:
    """Return all topics by name in the reader's language."""
    return sorted(
        ((name, triage.topic_name(name, reader.language)) for name in triage.topics()), key=lambda item: item[1]
    )


def teams(reader: Reader) -> Options:
    """Return all teams by name."""
    return sorted(((str(id), name) for id, name in reader.teams.items()), key=lambda item: item[1])


def _shares(reader: Reader) -> Options:
    _ = reader.gettext
    shares = [("", _("Only me"))]
    shares += [(str(id), reader.teams[id]) for id in sorted(reader.agent.team_ids) if id in reader.teams]
    if reader.may(Permission.CONVERSATIONS_ASSIGN):
        shares.append(("all", _("Everybody")))
    return shares


def _holder(reader: Reader, agent_id: UUID) -> str:
    _ = reader.gettext
    return (
        _("Held by you") if agent_id == reader.agent.id else _("Held by %(who)s") % {"who": reader.colleague(agent_id)}
    )


def _each(gettext: Any, table: dict[str, str]) -> Options:
    return [(key, gettext(text)) for key, text in table.items()]
