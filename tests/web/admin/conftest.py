"""Colleagues who may edit, one who may not, and a help centre to edit."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from bellrock import guard, knowledge, people
from bellrock.core import SYSTEM, clock
from bellrock.house import House
from bellrock.people import Role

NOW = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)
_CSRF = re.compile(r'name="_csrf_token" value="([0-9a-f]+)"')


@dataclass
class Desk:
    """A browser at the desk: posts forms with the token of the page it loaded."""

    client: AsyncTestClient[Litestar]
    headers: dict[str, str] = field(default_factory=lambda: {"accept": "text/html"})

    async def get(self, path: str) -> Any:
        return await self.client.get(path, headers=self.headers, follow_redirects=False)

    async def post(self, path: str, data: dict[str, Any], *, page: str) -> Any:
        found = _CSRF.search((await self.get(page)).text)
        token = found[1] if found else self.client.cookies.get("bellrock_csrf", "")
        return await self.client.post(
            path, data={**data, "_csrf_token": token}, headers=self.headers, follow_redirects=False
        )


@dataclass(frozen=True)
class Staff:
    """A lead who edits, an agent who does not."""

    lead: UUID
    agent: UUID


@pytest.fixture
async def staff(house: House) -> Staff:
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=clock.now())
        ids = []
        for name, role in (("Mara", Role.LEAD), ("Omar", Role.AGENT)):
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
            hashed = await people.hash_password("lantern over quiet water")
            await people.set_password(tx, house.vault, secret=link, password_hash=hashed, now=clock.now())
            ids.append(agent_id)
    return Staff(*ids)


@pytest.fixture
async def article_id(house: House, staff: Staff) -> UUID:
    """A published English article without translations."""
    async with house.database.transaction() as tx:
        await tx.execute("INSERT INTO categories (id, slug, position) VALUES (gen_random_uuid(), 'general', 1)")
        text = knowledge.Text(
            guard.screen("Zymurgy"), guard.screen("It ferments."), guard.screen("## Steps\n\n1. Wait.")
        )
        made = await knowledge.start_article(
            tx, house.vault, category_slug="general", topic=None, slug="zymurgy", text=text, by=SYSTEM, now=NOW
        )
        await knowledge.publish(tx, house.vault, article_id=made, language="en", number=1, by=SYSTEM, now=NOW)
    return made


async def sign_in(client: AsyncTestClient[Litestar], house: House, agent_id: UUID | None) -> Desk:
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
    return Desk(client)


@pytest.fixture
async def lead(client: AsyncTestClient[Litestar], house: House, staff: Staff) -> AsyncIterator[Desk]:
    """The browser of somebody who may edit."""
    yield await sign_in(client, house, staff.lead)
