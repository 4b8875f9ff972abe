"""Colleagues of these tests, and browsers that come in as one of them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from bellrock import people
from bellrock.core import SYSTEM, clock
from bellrock.house import House
from bellrock.people import Role

PASSWORD = "lantern over quiet water"
_CSRF = re.compile(r'name="_csrf_token" value="([0-9a-f]+)"')


@dataclass
class Browser:
    """A client that posts forms as a page would: with the token of the page it loaded."""

    client: AsyncTestClient[Litestar]
    headers: dict[str, str] = field(default_factory=lambda: {"accept": "text/html"})

    async def get(self, path: str, **headers: str) -> Any:
        return await self.client.get(path, headers={**self.headers, **headers}, follow_redirects=False)

    async def post(self, path: str, data: dict[str, Any], *, page: str = "/desk/sign-in") -> Any:
        found = _CSRF.search((await self.get(page)).text)
        token = found.group(1) if found else self.client.cookies.get("bellrock_csrf", "")
        return await self.client.post(
            path, data={**data, "_csrf_token": token}, headers=self.headers, follow_redirects=False
        )


@pytest.fixture
def browser_of(client: AsyncTestClient[Litestar], house: House) -> Any:
    """Open a browser signed in as an agent, or as nobody. Each has its own cookies, one at a time."""

    @asynccontextmanager
    async def open_as(agent_id: UUID | None) -> AsyncIterator[Browser]:
        client.cookies.clear()
        if agent_id is not None:
            async with house.database.transaction() as tx:
                signed_in = await people.open_for(
                    tx,
                    house.vault,
                    agent_id=agent_id,
                    device=people.device_of("Firefox Linux", "203.0.113.9"),
                    now=clock.now(),
                )
            client.cookies.set("bellrock_agent", signed_in.token, domain="testserver.local")
        yield Browser(client)

    return open_as


@dataclass(frozen=True)
class Staff:
    """An administrator, an agent, and an auditor."""

    admin: UUID
    agent: UUID
    auditor: UUID


@pytest.fixture
async def staff(house: House) -> Staff:
    hashed = await people.hash_password(PASSWORD)
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=clock.now())
        ids = []
        for name, role in (("Ines", Role.ADMIN), ("Omar", Role.AGENT), ("Ada", Role.AUDITOR)):
            agent_id, link = await people.invite_agent(
                tx,
                house.vault,
                name=name,
                email=f"{name.lower()}@northwick.example",
                roles=[role],
                team_ids=[],
                languages=["en"],
                by=SYSTEM,
                now=clock.now(),
            )
            await people.set_password(tx, house.vault, secret=link, password_hash=hashed, now=clock.now())
            ids.append(agent_id)
    return Staff(*ids)
