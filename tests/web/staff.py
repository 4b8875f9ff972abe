"""Colleagues for tests of pages, and browsers that come in as one of them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import Litestar
from litestar.testing import AsyncTestClient

from bellrock import people
from bellrock.core import SYSTEM, clock
from bellrock.house import House
from bellrock.people import Role

PASSWORD = "lantern over quiet water"
DEVICE = people.device_of("Firefox Linux", "203.0.113.9")
_CSRF = re.compile(r'name="_csrf_token" value="([0-9a-f]+)"')
_hashes: dict[str, str] = {}


@dataclass
class Browser:
    """A client that posts forms as a page would: with the token of the page it loaded."""

    client: AsyncTestClient[Litestar]
    headers: dict[str, str] = field(default_factory=lambda: {"accept": "text/html"})

    async def get(self, path: str, **headers: str) -> Any:
        return await self.client.get(path, headers={**self.headers, **headers}, follow_redirects=False)

    async def post(self, path: str, data: dict[str, Any], *, page: str = "/desk/sign-in", **more: Any) -> Any:
        found = _CSRF.search((await self.get(page)).text)
        token = found.group(1) if found else self.client.cookies.get("bellrock_csrf", "")
        given = {**data, "_csrf_token": token}
        return await self.client.post(path, data=given, headers=self.headers, follow_redirects=False, **more)


async def hire(house: House, name: str, *roles: Role, team_ids: Collection[UUID] = ()) -> UUID:
    """Make a colleague who has joined, with PASSWORD and an address made of the name; teams are there already."""
    if PASSWORD not in _hashes:
        _hashes[PASSWORD] = await people.hash_password(PASSWORD)
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=clock.now())
        agent_id, link = await people.invite_agent(
            tx,
            house.vault,
            name=name,
            email=f"{name.lower()}@northwick.example",
            roles=roles,
            team_ids=team_ids,
            languages=["en"],
            by=SYSTEM,
            now=clock.now(),
        )
        await people.set_password(tx, house.vault, secret=link, password_hash=_hashes[PASSWORD], now=clock.now())
    return agent_id


async def browser_as(client: AsyncTestClient[Litestar], house: House, agent_id: UUID | None) -> Browser:
    """Return a browser signed in as an agent, or as nobody. Each has its own cookies, one at a time."""
    client.cookies.clear()
    if agent_id is not None:
        async with house.database.transaction() as tx:
            opened = await people.open_for(tx, house.vault, agent_id=agent_id, device=DEVICE, now=clock.now())
        client.cookies.set("bellrock_agent", opened.token, domain="testserver.local")
    return Browser(client)
