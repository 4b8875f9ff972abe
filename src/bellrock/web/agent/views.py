"""The views of the inbox: mine, unassigned, all open, snoozed, resolved, and one for each team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from bellrock import conversations
from bellrock.conversations import InboxView
from bellrock.core import N_, NotFound
from bellrock.web.agent.reader import Reader, isolate

COUNT_SHOWN_MAX = 999

_PLAIN: dict[str, tuple[str, str, str, str]] = {
    "mine": (
        N_("Mine"),
        "person",
        N_("Nothing waits for you"),
        N_("Take one from Unassigned, or press J there and A to assign it."),
    ),
    "unassigned": (
        N_("Unassigned"),
        "nobody",
        N_("Nobody waits in the queue"),
        N_("New conversations for your teams appear here at once."),
    ),
    "all": (
        N_("All open"),
        "list",
        N_("Nothing is open"),
        N_("Conversations of your teams appear here while they are open."),
    ),
    "snoozed": (
        N_("Snoozed"),
        "moon",
        N_("Nothing is put aside"),
        N_("S puts a conversation aside; it comes back by itself, or when the customer writes."),
    ),
    "resolved": (
        N_("Resolved"),
        "done",
        N_("Nothing is resolved yet"),
        N_("E resolves the open conversation and opens the next one."),
    ),
}


@dataclass(frozen=True, slots=True)
class View:
    """A list of conversations. `key` is what addresses name it by; `count` is None where none is shown."""

    key: str
    name: InboxView
    team_id: UUID | None
    title: str
    icon: str
    empty_title: str
    empty_text: str
    count: int | None

    @property
    def url(self) -> str:
        return f"/desk?view={self.key}"

    @property
    def is_team(self) -> bool:
        return self.team_id is not None

    @property
    def shown(self) -> str:
        if not self.count:
            return ""
        return f"{COUNT_SHOWN_MAX}+" if self.count > COUNT_SHOWN_MAX else str(self.count)


def all_views(reader: Reader, counts: Mapping[str, int]) -> list[View]:
    """Return every view this agent has, with its count."""
    views = [_plain(key, reader, counts) for key in _PLAIN]
    teams = sorted(reader.agent.team_ids, key=lambda team_id: reader.teams.get(team_id, ""))
    return [*views, *(_team(team_id, reader, counts) for team_id in teams if team_id in reader.teams)]


def view_of(key: str | None, views: list[View]) -> View:
    """Return the view of an address; the first where none is named. Raises NotFound for one this agent does not have."""
    if not key:
        return views[0]
    for view in views:
        if view.key == key:
            return view
    raise NotFound


def holds(view: View, conversation: conversations.Conversation, reader: Reader) -> bool:
    """Say whether a conversation belongs to a view."""
    return conversations.is_in_view(conversation, viewer=reader.agent, view=view.name, team_id=view.team_id)


def _plain(key: str, reader: Reader, counts: Mapping[str, int]) -> View:
    title, icon, empty_title, empty_text = _PLAIN[key]
    say = reader.gettext
    return View(key, cast(InboxView, key), None, say(title), icon, say(empty_title), say(empty_text), counts.get(key))


def _team(team_id: UUID, reader: Reader, counts: Mapping[str, int]) -> View:
    _ = reader.gettext
    key = f"team:{team_id}"
    name = reader.teams[team_id]
    empty = _("Nobody waits for %(team)s") % {"team": isolate(name)}
    text = _("Conversations that this team holds appear here while they are open.")
    return View(key, "team", team_id, name, "people", empty, text, counts.get(key))
