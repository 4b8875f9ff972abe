"""The views of the inbox: the plain ones, one for each team, those somebody saved, and any of them with filters."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from bellrock.conversations import Counts, InboxView, Selection, selection_of
from bellrock.core import N_, Invalid, NotFound
from bellrock.web.agent.reader import Reader, isolate
from bellrock.workbench import SavedView

COUNT_SHOWN_MAX = 999
SAVED = "saved:"

# title, icon, and what an empty list teaches
_PLAIN: dict[InboxView, tuple[str, str, str, str]] = {
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
    "waiting": (
        N_("Customer's turn"),
        "pause",
        N_("No customer has the next step"),
        N_("What you have answered waits here, and comes back to you when the customer writes."),
    ),
    "snoozed": (
        N_("All snoozed"),
        "moon",
        N_("Nothing is put aside"),
        N_("S puts a conversation aside; it comes back by itself, or when the customer writes."),
    ),
    "resolved": (
        N_("All resolved"),
        "done",
        N_("Nothing is resolved yet"),
        N_("E resolves the open conversation and opens the next one."),
    ),
    "spam": (
        N_("Spam"),
        "spam",
        N_("No spam"),
        N_("What somebody marks as spam leaves all other lists and waits here. It can be brought back."),
    ),
}
_EMPTY_FILTERED = (
    N_("Nothing fits these filters"),
    N_("Take a filter away above, or look in another view."),
)
_UNCOUNTED = frozenset({"resolved", "spam"})


@dataclass(frozen=True, slots=True)
class View:
    """A list of conversations. `key` is what addresses name it by; `count` is None where none is shown.

    `rail_key` names the entry of the rail that it belongs to: a view with filters stands under the one it filters.
    """

    key: str
    selection: Selection
    title: str
    icon: str
    empty_title: str
    empty_text: str
    count: int | None = None
    saved: SavedView | None = field(default=None)

    @property
    def url(self) -> str:
        return f"/desk?view={self.key}"

    @property
    def rail_key(self) -> str:
        return self.key if self.saved else self.selection.base

    @property
    def is_team(self) -> bool:
        return self.selection.view == "team" and self.saved is None

    @property
    def shown(self) -> str:
        return count_words(self.count or 0)

    def key_with(self, **changed: str) -> str:
        """Return the key of this view with other values; an empty one takes a filter away."""
        base, *parts = self.selection.key.split("~")
        values = dict(part.split(":", 1) for part in parts) | changed
        return "~".join([base, *(f"{name}:{value}" for name, value in values.items() if value)])


def count_words(count: int) -> str:
    """Return a count as the rail shows it; nothing for none."""
    if count <= 0:
        return ""
    return f"{COUNT_SHOWN_MAX}+" if count > COUNT_SHOWN_MAX else str(count)


def all_views(reader: Reader, counts: Counts | None, saved: list[SavedView]) -> list[View]:
    """Return every view this agent has, with its count: plain ones, teams, saved ones."""
    views = [_plain(name, reader, counts) for name in _PLAIN]
    teams = sorted(reader.agent.team_ids, key=lambda team_id: reader.teams.get(team_id, ""))
    views += [_team(team_id, reader, counts) for team_id in teams if team_id in reader.teams]
    return [*views, *(_saved(view, reader) for view in saved)]


def view_of(key: str | None, views: list[View], reader: Reader) -> View:
    """Return the view of an address; the first where none is named. Raises NotFound for one this agent does not have."""
    if not key:
        return views[0]
    for view in views:
        if view.key == key:
            return view
    if key.startswith(SAVED):
        raise NotFound
    try:
        selection = selection_of(key)
    except Invalid as error:
        raise NotFound from error
    base = next((view for view in views if view.key == selection.base), None)
    if base is None:
        raise NotFound
    title, text = (reader.gettext(msgid) for msgid in _EMPTY_FILTERED)
    if not selection.filters.is_set:
        title, text = base.empty_title, base.empty_text
    return View(
        selection.key, selection, base.title, base.icon, title, text, None if selection.filters.is_set else base.count
    )


def _plain(name: InboxView, reader: Reader, counts: Counts | None) -> View:
    title, icon, empty_title, empty_text = _PLAIN[name]
    say = reader.gettext
    count = getattr(counts, name) if counts and name not in _UNCOUNTED else None
    return View(name, Selection(name), say(title), icon, say(empty_title), say(empty_text), count)


def _team(team_id: UUID, reader: Reader, counts: Counts | None) -> View:
    _ = reader.gettext
    selection = Selection("team", team_id)
    name = reader.teams[team_id]
    empty = _("Nobody waits for %(team)s") % {"team": isolate(name)}
    text = _("Conversations that this team holds appear here while they are open.")
    count = counts.teams.get(team_id, 0) if counts else None
    return View(selection.key, selection, name, "people", empty, text, count)


def _saved(saved: SavedView, reader: Reader) -> View:
    title, text = (reader.gettext(msgid) for msgid in _EMPTY_FILTERED)
    return View(f"{SAVED}{saved.id}", selection_of(saved.key), saved.name, "keep", title, text, None, saved)
