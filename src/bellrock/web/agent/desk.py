"""What every page of the console loads: the reader, the views with their counts, and the frame's own words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response

from bellrock import conversations, core, people, workbench
from bellrock.core.journal import last_number
from bellrock.house import House
from bellrock.people import Permission
from bellrock.web.agent import case as cases
from bellrock.web.agent import words
from bellrock.web.agent.chosen import shown
from bellrock.web.agent.desk_types import AnyRequest
from bellrock.web.agent.names import PRESENCES
from bellrock.web.agent.reader import Reader, open_reader
from bellrock.web.agent.rows import page_of_rows
from bellrock.web.agent.sieve import sieve_of
from bellrock.web.agent.views import SAVED, View, all_views, view_of
from bellrock.web.shared import render
from bellrock.web.shared.problems import wants_fragment


@dataclass(frozen=True, slots=True)
class Desk:
    """One request of the console: who asks, through which view.

    `mentions`, of how many the agent has not looked at, is None where nothing was counted.
    """

    request: AnyRequest
    house: House
    reader: Reader
    view: View
    views: list[View]
    mentions: int | None = None
    chosen: workbench.Choices | None = None

    @property
    def agent(self) -> people.Agent:
        return self.reader.agent

    def render(self, name: str, *, status: int = 200, **values: Any) -> Response[str]:
        """Render a page or a fragment of the console."""
        return render(
            self.request,
            name,
            status=status,
            lang=self.reader.language,
            agent=self.agent,
            now=self.reader.now,
            view=self.view,
            views=self.views,
            mentions=self.mentions or 0,
            new_key=lambda: str(core.new_id()),
            **values,
        )


async def open_desk(
    tx: core.Transaction,
    request: AnyRequest,
    house: House,
    agent: people.Agent,
    *,
    view: str | None = None,
    counted: bool | None = None,
) -> Desk:
    """Return the desk of a request; its views are counted where the rail is drawn.

    Raises Refused for who may read no conversation, NotFound for a strange view.
    """
    if Permission.CONVERSATIONS_VIEW not in agent.permissions:
        raise core.Refused
    is_counted = counted if counted is not None else not wants_fragment(request)
    key = view or request.query_params.get("view") or ""
    reader, counts, saved, (chosen, mentions) = await core.together(
        tx,
        open_reader(tx, request, agent),
        conversations.counts(tx, viewer=agent) if is_counted else core.given(None),
        workbench.saved_views(tx, agent=agent) if is_counted or key.startswith(SAVED) else core.given([]),
        workbench.desk_of(tx, agent=agent) if is_counted else core.given((None, None)),
    )
    views = all_views(reader, counts, saved)
    return Desk(request, house, reader, view_of(key, views, reader), views, mentions, chosen)


async def full_page(
    tx: core.Transaction,
    desk: Desk,
    *,
    conversation_id: UUID | None = None,
    before: str | None = None,
    found: Any = None,
    status: int = 200,
    guard: str = "",
    text: dict[str, str] | None = None,
    earlier: int | None = None,
) -> Response[str]:
    """Render the whole console, with a conversation open or none, and a list, or what a search found, beside it.

    `guard` is a sentence above the composer, `text` what its author had written, by kind.
    """
    chosen = desk.chosen or await workbench.choices(tx, agent_id=desk.agent.id)
    number, sieve, listed, case = await core.together(
        tx,
        last_number(tx),
        sieve_of(tx, desk.reader, desk.view),
        page_of_rows(tx, desk.house, desk.reader, desk.view, before) if found is None else core.given(None),
        _opened(tx, desk, conversation_id, guard=guard, earlier=earlier) if conversation_id else core.given(None),
    )
    values: dict[str, Any] = {"case": None} | ({"listed": listed} if found is None else {"found": found})
    if conversation_id is not None and case is not None:
        # After the list was read, which shows what had been read until now.
        await conversations.mark_read(tx, agent=desk.agent, conversation_id=conversation_id, now=desk.reader.now)
        is_called, shown_case = case
        desk = replace(desk, mentions=max(0, (desk.mentions or 0) - is_called))
        values |= shown_case
        values["drafts"] = {**values["drafts"], **(text or {})}
    return desk.render(
        "agent/desk.html",
        status=status,
        sieve=sieve,
        last_number=number,
        presences=PRESENCES,
        holds=tuple(
            (seconds, desk.reader.format["span"](timedelta(seconds=seconds)) if seconds else "")
            for seconds in workbench.HOLD_CHOICES
        ),
        choices=shown(chosen, desk.reader.gettext),
        words=words.for_scripts(desk.reader.language),
        key_table=words.key_table(desk.reader.language),
        **values,
    )


async def _opened(
    tx: core.Transaction, desk: Desk, conversation_id: UUID, *, guard: str, earlier: int | None
) -> tuple[bool, dict[str, Any]]:
    """Return whether the agent had been called to a conversation and had not looked, and the values of its panes."""
    is_called, values = await core.together(
        tx,
        core.given(False)
        if desk.mentions == 0
        else workbench.see_mentions(tx, agent=desk.agent, conversation_id=conversation_id, now=desk.reader.now),
        case_values(tx, desk, conversation_id, guard=guard, earlier=earlier),
    )
    return is_called, values


async def case_values(
    tx: core.Transaction, desk: Desk, conversation_id: UUID, *, guard: str = "", earlier: int | None = None
) -> dict[str, Any]:
    """Return what the middle and right panes show of a conversation, its lines before `earlier`. Raises ConversationUnknown."""
    mode = "note" if desk.request.query_params.get("write") == "note" else "reply"
    values = await cases.case_page(tx, desk.house, desk.reader, desk.view, conversation_id, before=earlier)
    return {"mode": mode, "guard": guard, **values}
