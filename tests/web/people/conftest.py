"""Colleagues of these tests, and browsers that come in as one of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from bellrock.house import House
from bellrock.people import Role
from tests.web.staff import PASSWORD, Browser, browser_as, hire

__all__ = ["PASSWORD", "Browser", "Staff"]


@pytest.fixture
def browser_of(client: AsyncTestClient[Litestar], house: House) -> Any:
    """Open a browser signed in as an agent, or as nobody."""

    @asynccontextmanager
    async def open_as(agent_id: UUID | None) -> AsyncIterator[Browser]:
        yield await browser_as(client, house, agent_id)

    return open_as


@dataclass(frozen=True)
class Staff:
    """An administrator, an agent, and an auditor."""

    admin: UUID
    agent: UUID
    auditor: UUID


@pytest.fixture
async def staff(house: House) -> Staff:
    return Staff(
        admin=await hire(house, "Ines", Role.ADMIN),
        agent=await hire(house, "Omar", Role.AGENT),
        auditor=await hire(house, "Ada", Role.AUDITOR),
    )
