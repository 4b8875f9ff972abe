"""Widgets of several people, on the whole application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bellrock import people
from bellrock.core import clock, new_id
from bellrock.house import House
from bellrock.web.widget.demo import CUSTOMERS, demo_token


@dataclass
class Widget:
    """A widget with its session, as its script would use it."""

    client: Any
    session: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str) -> Any:
        return await self.client.get(f"/widget{path}", headers=self.headers)

    async def post(self, path: str, body: Any = None) -> Any:
        return await self.client.post(f"/widget{path}", json=body or {}, headers=self.headers)

    async def say(self, text: str, **more: Any) -> Any:
        return await self.post("/messages", {"client_key": str(new_id()), "text": text, **more})

    async def upload(self, name: str, data: bytes, **more: str) -> Any:
        form = {"client_key": str(new_id()), **more}
        return await self.client.post("/widget/files", data=form, files={"file": (name, data)}, headers=self.headers)


NewWidget = Callable[..., Awaitable[Widget]]


@pytest.fixture
async def staffed(house: House) -> None:
    """The teams that every installation starts with."""
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=clock.now())


@pytest.fixture
def new_widget(client: Any, house: House) -> NewWidget:
    """Open a widget: of a visitor, or of a demo customer by id."""

    async def open_widget(customer: str | None = None, *, visitor: str | None = None) -> Widget:
        token = demo_token(house, CUSTOMERS[customer], now=clock.now()) if customer else None
        answer = await client.post("/widget/session", json={"token": token, "visitor": visitor, "locale": "en"})
        assert answer.status_code == 201, answer.text
        session = answer.json()
        return Widget(client, session, {"authorization": f"Bearer {session['session']}"})

    return open_widget
