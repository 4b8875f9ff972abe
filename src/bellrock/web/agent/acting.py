"""What every change that an agent makes by a form has in common: who may, its transaction, and its answer.

A script gets nothing (204), or the lines that are new; without one the form leads back to the page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from bellrock import conversations, core, guard, people
from bellrock.conversations import ConversationUnknown
from bellrock.core import Invalid, Refused
from bellrock.guard import GuardedText
from bellrock.house import House
from bellrock.people import Permission
from bellrock.web.agent.desk import Desk, open_desk
from bellrock.web.agent.desk_types import AnyRequest
from bellrock.web.agent.opened import open_case
from bellrock.web.shared.problems import wants_fragment

TEXT_MAX = 10_000
AnyResponse = Response[Any]


@dataclass(slots=True)
class Act:
    """One change of one conversation by one agent: its form, and the transaction that it happens in."""

    tx: core.Transaction
    request: AnyRequest
    house: House
    agent: people.Agent
    conversation_id: UUID
    form: Any
    now: datetime
    _desk: Desk | None = field(default=None, init=False)

    async def desk(self) -> Desk:
        """Return the desk of this request, with the view that the form came from."""
        if self._desk is None:
            view = self.form.get("view")
            self._desk = await open_desk(
                self.tx, self.request, self.house, self.agent, view=view if isinstance(view, str) else None
            )
        return self._desk

    def field(self, name: str) -> str:
        """Return a field of the form without space around it; empty where there is none."""
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else ""

    def text(self, name: str = "text") -> GuardedText:
        """Return what was written, guarded. Raises MessageMissing for nothing, TooLarge for too much."""
        text = self.field(name)
        if not text:
            raise conversations.MessageMissing
        if len(text) > TEXT_MAX:
            raise core.TooLarge
        return guard.screen(text)

    def id(self, name: str) -> UUID | None:
        """Return a field as an id; None where it is none."""
        return id_of(self.field(name))

    def wanted_id(self, name: str) -> UUID:
        """Return a field as an id. Raises Invalid where it is none."""
        id = self.id(name)
        if id is None:
            raise Invalid
        return id

    @property
    def client_key(self) -> str | None:
        """Return the key under which this is done once only, None where the sender made none."""
        key = self.form.get("client_key")
        return key if isinstance(key, str) and 8 <= len(key) <= 64 else None

    async def done(self) -> AnyResponse:
        """Answer a change that says nothing: 204 to a script, else the page, or the list once the case is out of sight."""
        if wants_fragment(self.request):
            return Response(None, status_code=204)
        desk = await self.desk()
        try:
            await conversations.get(self.tx, viewer=self.agent, conversation_id=self.conversation_id)
        except ConversationUnknown:
            return to(desk.view.url)
        return to(self.page(desk))

    async def said(self) -> AnyResponse:
        """Answer with what is new in the timeline after the number in the form, or lead back to the page."""
        desk = await self.desk()
        if not wants_fragment(self.request):
            return to(self.page(desk))
        after = self.field("after")
        number = int(after) if after.isdigit() else -1
        case, lines, _ = await open_case(
            self.tx, self.house, desk.reader, desk.view, self.conversation_id, after=number
        )
        return desk.render("agent/timeline_fragment.html", status=201, case=case, entries=lines)

    def page(self, desk: Desk) -> str:
        """Return the address of the conversation in its view."""
        return f"/desk/conversations/{self.conversation_id}?view={desk.view.key}"


@asynccontextmanager
async def acting(
    request: AnyRequest,
    house: House,
    agent: people.Agent,
    conversation_id: UUID,
    *,
    permission: Permission = Permission.CONVERSATIONS_REPLY,
) -> AsyncIterator[Act]:
    """Read the form and open the transaction of a change. Raises Refused for who lacks the permission."""
    must(agent, permission)
    form = await request.form()
    async with house.database.transaction() as tx:
        yield Act(tx, request, house, agent, conversation_id, form, core.clock.now())


def must(agent: people.Agent, permission: Permission) -> None:
    """Raise Refused for who lacks a permission."""
    if permission not in agent.permissions:
        raise Refused


def to(address: str) -> AnyResponse:
    """Lead the browser to an address of ours after a form."""
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


def id_of(value: Any) -> UUID | None:
    """Return a value as an id; None where it is none."""
    try:
        return UUID(str(value)) if value else None
    except ValueError:
        return None
