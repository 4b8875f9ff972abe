"""Colleagues who may edit, one who may not, and a help centre to edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from bellrock import guard, knowledge
from bellrock.core import SYSTEM
from bellrock.house import House
from bellrock.people import Role
from tests.web.staff import Browser as Desk
from tests.web.staff import browser_as, hire

NOW = datetime(2026, 11, 9, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Staff:
    """A lead who edits, an agent who does not."""

    lead: UUID
    agent: UUID


@pytest.fixture
async def staff(house: House) -> Staff:
    return Staff(lead=await hire(house, "Mara", Role.LEAD), agent=await hire(house, "Omar", Role.AGENT))


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
    return await browser_as(client, house, agent_id)


@pytest.fixture
async def lead(client: AsyncTestClient[Litestar], house: House, staff: Staff) -> Desk:
    """The browser of somebody who may edit."""
    return await browser_as(client, house, staff.lead)
