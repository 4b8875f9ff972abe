"""The lists of the inbox: each page walks one index and looks at so many rows at most, however rare the wanted are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.conversations.labels import LABELS_OF, Label, labels_from
from bellrock.conversations.models import COLUMNS, Conversation, from_row, may_see
from bellrock.conversations.selection import NOBODY, Selection, opened_between
from bellrock.core import Actor, Invalid, Transaction

PAGE = 40
WALK = 160
WALK_MAX = 2_000
LABELLED_MAX = 1_000

# A case that is spam, or was merged into another, is in no list but its own.
_COLUMNS = ", ".join(dict.fromkeys([*COLUMNS.split(", "), "c.spam_at", "c.merged_into"]))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RUNNING = "c.status IN ('open', 'waiting')"
_RANK = "array_position(ARRAY['urgent', 'high', 'normal', 'low'], c.priority)"
_WAIT = "coalesce(c.waiting_since, '9999-12-31 00:00:00+00'::timestamptz)"


@dataclass(frozen=True, slots=True)
class Order:
    """An order that an index keeps: what it sorts by before the id, and whether the latest comes first."""

    keys: tuple[str, ...]
    is_latest_first: bool


_CHANGED = Order(("c.listed_at",), True)
_RESOLVED = Order(("c.resolved_at",), True)
_BACK_SOONEST = Order(("c.snoozed_until",), False)
_LONGEST = Order((_WAIT,), False)
_PRESSING = Order((_RANK, _WAIT), False)


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A conversation as a list shows it: with the last words said, None when they were erased or are not for this list.

    `is_unread`: the viewer has not read its newest message.
    """

    conversation: Conversation
    last_text: str | None
    last_author: Actor | None
    is_withheld: bool
    is_unread: bool
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of a list. `mark` says where the next one begins, None at the end.

    `is_cut`: fewer rows than a page, since the wanted are rare; `mark` then goes on behind what was looked through.
    """

    conversations: list[Conversation]
    mark: str | None
    is_cut: bool = False


async def inbox(
    tx: Transaction,
    *,
    viewer: people.Agent,
    selection: Selection,
    now: datetime,
    mark: str | None = None,
    limit: int = PAGE,
) -> InboxPage:
    """Return a page of a list; `mark` is what the page above ended with. Raises Invalid for a strange mark.

    What the walk's index does not say is asked of each row it meets, at most 2,000 a page.
    """
    walk = _Walk(viewer, selection, now, mark)
    limit = min(limit, PAGE)
    found: list[Conversation] = []
    last: dict[str, Any] | None = None
    # Most lists fill a page at once; only where few rows fit is it worth looking through many.
    for length in (WALK, WALK_MAX):
        cursor = await tx.execute(walk.page(limit + 1, length), walk.parameters)
        rows = await cursor.fetchall()
        found = [from_row(row) for row in rows[:limit]]
        if len(rows) > limit:
            return InboxPage(found, _mark_of(rows[limit - 1], walk.order))
        last = await (await tx.execute(walk.end(length), walk.parameters)).fetchone()
        if last is None:
            return InboxPage(found, None)
    assert last is not None
    return InboxPage(found, _mark_of(last, walk.order), is_cut=True)


async def is_in(
    tx: Transaction, *, viewer: people.Agent, selection: Selection, conversation_id: UUID, now: datetime
) -> bool:
    """Say whether a conversation belongs to a list of this viewer's."""
    walk = _Walk(viewer, selection, now, None)
    cursor = await tx.execute(walk.single(), {**walk.parameters, "single": conversation_id})
    return await cursor.fetchone() is not None


def conditions(viewer: people.Agent, selection: Selection | None, now: datetime) -> tuple[str, dict[str, Any]]:
    """Return the SQL condition on `c` for what the viewer may see of a list, or of everything, with its parameters."""
    if selection is None:
        return may_see(viewer)
    walk = _Walk(viewer, selection, now, None)
    return walk.condition(), walk.parameters


async def rows_of(
    tx: Transaction, vault: vaults.Vault, *, viewer: people.Agent, conversations: Sequence[Conversation]
) -> list[InboxRow]:
    """Return rows with the last words of those conversations that this viewer has a part in now.

    Need to know: a conversation of their own, or a running one of their teams. Of any other a list shows no words, though
    the viewer may open it; opening is a look of its own.
    """
    if not conversations:
        return []
    # Each is looked up by itself: no plan may take the tables that all conversations share from their start.
    cursor = await tx.execute(
        "SELECT (SELECT m.shown_id FROM messages m WHERE m.id = w.last_id) AS shown_id,"
        " (SELECT r.message_id FROM case_reads r WHERE r.agent_id = %s AND r.conversation_id = w.id) AS read_id,"
        f" {LABELS_OF} AS labels"
        " FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY AS w (id, last_id, place) ORDER BY w.place",
        (viewer.id, [item.id for item in conversations], [item.last_message_id for item in conversations]),
    )
    marks = list(zip(conversations, await cursor.fetchall(), strict=True))
    records = await vault.open_records(
        tx,
        [
            mark["shown_id"] or item.last_message_id
            for item, mark in marks
            if item.last_message_id and _has_part(viewer, item)
        ],
    )
    rows = []
    for item, mark in marks:
        shown: Any = mark["shown_id"] or item.last_message_id
        record = records.get(shown)
        rows.append(
            InboxRow(
                item,
                last_text=record["words"]["text"] if record else None,
                last_author=Actor(record["actor"]["kind"]) if record else None,
                is_withheld=not _has_part(viewer, item),
                is_unread=mark["read_id"] != item.last_message_id,
                labels=labels_from(mark["labels"]),
            )
        )
    return rows


def _has_part(viewer: people.Agent, conversation: Conversation) -> bool:
    if conversation.assignee_id == viewer.id:
        return True
    return conversation.is_open and conversation.team_id in viewer.team_ids


class _Walk:
    """The statement of one page. Names and operators come from this file alone; values travel as parameters."""

    def __init__(self, viewer: people.Agent, selection: Selection, now: datetime, mark: str | None) -> None:
        self.viewer, self.selection = viewer, selection
        self.order = _order_of(selection)
        allowed, self.parameters = may_see(viewer)
        self.parameters |= {"me": viewer.id}
        self._after = self._go_on(mark) if mark else ""
        self._anchors = self._anchored()
        self._asked = [*self._sifted(now), "c.spam_at IS NOT NULL" if selection.view == "spam" else "c.spam_at IS NULL"]
        self._asked += ["c.merged_into IS NULL", allowed]

    def page(self, limit: int, length: int) -> str:
        asked = " AND ".join(self._asked)
        return f"SELECT * FROM ({self._walked(length)}) c WHERE {asked} {self._in_order} LIMIT {limit}"

    def end(self, length: int) -> str:
        """The last row of a walk that went as far as it may; none where the list ended before."""
        return f"SELECT {self._names} FROM ({self._walked(length)}) c {self._in_order} OFFSET {length - 1} LIMIT 1"

    def single(self) -> str:
        return f"SELECT FROM conversations c WHERE c.id = %(single)s AND {self.condition()}"

    def condition(self) -> str:
        """What holds for every conversation of the list."""
        anchored = " OR ".join(f"({anchor})" for anchor in self._anchors)
        return " AND ".join([self._kept(), f"({anchored})", *self._asked])

    def _walked(self, length: int) -> str:
        way = " DESC" if self.order.is_latest_first else ""
        by = ", ".join(f"{key}{way}" for key in (*self.order.keys, "c.id"))
        keys = ", ".join(f"{key} AS key_{place}" for place, key in enumerate(self.order.keys))
        branches = [
            f"SELECT {_COLUMNS}, {keys} FROM conversations c WHERE {anchor} AND {self._kept()}{self._after}"
            f" ORDER BY {by} LIMIT {length}"
            for anchor in self._anchors
        ]
        if len(branches) == 1:
            return branches[0]
        # A conversation of one's own team may be one's own as well: both walks meet it, side by side.
        union = " UNION ALL ".join(f"({branch})" for branch in branches)
        return f"SELECT DISTINCT ON ({self._names}) c.* FROM ({union}) c {self._in_order} LIMIT {length}"

    @property
    def _names(self) -> str:
        return ", ".join([*(f"c.key_{place}" for place in range(len(self.order.keys))), "c.id"])

    @property
    def _in_order(self) -> str:
        way = " DESC" if self.order.is_latest_first else ""
        return "ORDER BY " + ", ".join(f"{name}{way}" for name in self._names.split(", "))

    def _kept(self) -> str:
        """The condition under which the order's index keeps a row; word for word, so that the index is taken."""
        if self.order is _RESOLVED:
            return "c.status = 'resolved'" + (" AND c.spam_at IS NOT NULL" if self.selection.view == "spam" else "")
        if self.order is _BACK_SOONEST:
            return "c.status = 'snoozed'"
        if self._is_of_queue:
            return f"c.holder = 'queue' AND {_RUNNING}"
        return _RUNNING if self.order in (_LONGEST, _PRESSING) else "c.status <> 'resolved'"

    @property
    def _is_of_queue(self) -> bool:
        return self.selection.view == "unassigned" and self.order is _CHANGED

    def _anchored(self) -> list[str]:
        selection, filters = self.selection, self.selection.filters
        if filters.label:
            self.parameters |= {"label": filters.label}
            return [
                "c.id IN (SELECT conversation_id FROM conversation_labels WHERE label_id = %(label)s"
                f" ORDER BY added_at DESC LIMIT {LABELLED_MAX})"
            ]
        if selection.view == "mine":
            return ["c.assignee_id = %(me)s"]
        if filters.assignee and filters.assignee != NOBODY:
            self.parameters |= {"assignee": filters.assignee}
            return ["c.assignee_id = %(assignee)s"]
        team = selection.team_id or filters.team
        if team:
            self.parameters |= {"team": team}
            return ["c.team_id = %(team)s"]
        if selection.view == "spam" or people.Permission.CONVERSATIONS_VIEW_ALL in self.viewer.permissions:
            return ["TRUE"]
        teams = sorted(self.viewer.team_ids)
        self.parameters |= {f"team_{place}": team_id for place, team_id in enumerate(teams)}
        anchors = [f"c.team_id = %(team_{place})s" for place in range(len(teams))]
        return anchors if selection.view == "unassigned" and anchors else [*anchors, "c.assignee_id = %(me)s"]

    def _sifted(self, now: datetime) -> list[str]:
        """The conditions that no index of the walk says."""
        selection, filters = self.selection, self.selection.filters
        asked = []
        if self.order is _CHANGED and not self._is_of_queue:
            asked.append(_RUNNING)
        if selection.status in ("open", "waiting"):
            asked.append("c.status = %(status)s")
            self.parameters |= {"status": selection.status}
        if selection.view == "unassigned" and not self._is_of_queue:
            asked.append("c.holder = 'queue'")
        if selection.view == "mine":
            asked.append("c.assignee_id = %(me)s")
        if filters.priority:
            asked.append("c.priority = ANY(%(priority)s)")
            self.parameters |= {"priority": list(filters.priority)}
        if filters.topic:
            # A topic is kept as it was decided: by its own name, or with its category before it.
            asked.append("(c.topic = %(topic)s OR split_part(c.topic, '.', 2) = %(topic)s)")
            self.parameters |= {"topic": filters.topic}
        for name, column in (("language", "language"), ("channel", "channel")):
            if getattr(filters, name):
                asked.append(f"c.{column} = %({name})s")
                self.parameters |= {name: getattr(filters, name)}
        if filters.assignee == NOBODY:
            asked.append("c.assignee_id IS NULL")
        elif filters.assignee:
            asked.append("c.assignee_id = %(assignee)s")
            self.parameters |= {"assignee": filters.assignee}
        for name, team in (("team", selection.team_id), ("team_only", filters.team)):
            if team:
                asked.append(f"c.team_id = %({name})s")
                self.parameters |= {name: team}
        if filters.age:
            asked += self._aged(now)
        if filters.vip:
            asked.append("EXISTS (SELECT FROM customers v WHERE v.id = c.customer_id AND v.tier <> 'standard')")
        return asked

    def _aged(self, now: datetime) -> list[str]:
        assert self.selection.filters.age is not None
        after, before = opened_between(self.selection.filters.age, now)
        self.parameters |= {"opened": after or before}
        return ["c.created_at >= %(opened)s" if after else "c.created_at < %(opened)s"]

    def _go_on(self, mark: str) -> str:
        """Begin behind a mark: the microseconds of the order's time, before it the rank if there is one, then the id."""
        *numbers, id = mark.split("_")
        try:
            values: list[Any] = [int(number) for number in numbers]
            values[-1] = _EPOCH + timedelta(microseconds=values[-1])
            values.append(UUID(id))
        except (ValueError, IndexError, OverflowError) as error:
            raise Invalid from error
        if len(values) != len(self.order.keys) + 1:
            raise Invalid
        self.parameters |= {f"mark_{place}": value for place, value in enumerate(values)}
        places = ", ".join(f"%(mark_{place})s" for place in range(len(values)))
        than = "<" if self.order.is_latest_first else ">"
        return f" AND ({', '.join((*self.order.keys, 'c.id'))}) {than} ({places})"


def _order_of(selection: Selection) -> Order:
    if selection.status == "resolved":
        return _RESOLVED
    if selection.status == "snoozed":
        return _BACK_SOONEST
    return {"changed": _CHANGED, "waiting": _LONGEST, "priority": _PRESSING}[selection.sort]


def _mark_of(row: dict[str, Any], order: Order) -> str:
    values: list[Any] = [row[f"key_{place}"] for place in range(len(order.keys))]
    at = (values[-1] - _EPOCH) // timedelta(microseconds=1)
    return "_".join([*(str(value) for value in values[:-1]), str(at), str(row["id"])])
