"""Periods and legal holds at the desk: for those who may erase, and for nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from bellrock import access, conversations, operations, people
from bellrock.core import clock
from bellrock.house import House
from bellrock.people import Role
from bellrock.people.sessions import Device, open_session
from tests.operations.conftest import agent_of
from tests.web.admin.conftest import Desk

PAGE = "/desk/retention"


async def _desk(house: House, client: AsyncTestClient[Litestar], name: str, role: Role) -> Desk:
    agent = await agent_of(house, name, role)
    async with house.database.transaction() as tx:
        _, token = await open_session(tx, agent_id=agent.id, stage="open", device=Device("", ""), now=clock.now())
    client.cookies.set("bellrock_agent", token)
    return Desk(client)


@pytest.fixture
async def desk(house: House, client: AsyncTestClient[Litestar]) -> AsyncIterator[Desk]:
    yield await _desk(house, client, "ines", Role.ADMIN)


@pytest.fixture
async def case(house: House) -> tuple[UUID, str]:
    now = clock.now()
    async with house.database.transaction() as tx:
        visitor, _ = await people.start_visitor(tx, house.vault, locale="en", now=now)
        opened = await conversations.open_conversation(
            tx, house.vault, customer=visitor, channel="widget", language="en", now=now
        )
    return visitor.id, opened.reference


async def _days(house: House) -> dict[str, Any]:
    async with house.database.transaction() as tx:
        return {policy.name: policy.days for policy in await operations.policies(tx)}


async def test_periods_are_set_and_shown(house: House, desk: Desk) -> None:
    answer = await desk.post(PAGE, {"days-conversations": "730", "days-sessions": "30"}, page=PAGE)
    assert answer.status_code == 303
    assert {name: days for name, days in (await _days(house)).items() if days} == {"conversations": 730, "sessions": 30}
    shown = (await desk.get(PAGE + "?done=saved")).text
    assert 'value="730"' in shown
    assert "Nothing was deleted yet" in shown


async def test_a_period_that_is_none_changes_nothing(house: House, desk: Desk) -> None:
    for wrong in ("0", "-3", "ten", "99999999"):
        answer = await desk.post(PAGE, {"days-conversations": "90", "days-files": wrong}, page=PAGE)
        assert answer.status_code == 422
        assert f'value="{wrong}"' in answer.text
    assert not any((await _days(house)).values())


async def test_a_hold_is_placed_by_reference_and_released(house: House, desk: Desk, case: tuple[UUID, str]) -> None:
    answer = await desk.post(PAGE + "/holds", {"whom": case[1].lower(), "reason": "Order 17 <b>"}, page=PAGE)
    assert answer.status_code == 303
    async with house.database.transaction() as tx:
        (hold,) = await access.holds(tx, house.vault)
    assert hold.customer_id == case[0]
    assert "Order 17 &lt;b&gt;" in (await desk.get(PAGE)).text
    assert (await desk.post(f"{PAGE}/holds/{hold.id}/release", {}, page=PAGE)).status_code == 303
    assert (await desk.post(f"{PAGE}/holds/{hold.id}/release", {}, page=PAGE)).status_code == 404
    for data in ({"whom": "BR-NOBODY", "reason": "x"}, {"whom": case[1], "reason": " "}):
        assert (await desk.post(PAGE + "/holds", data, page=PAGE)).status_code in (404, 422)


async def test_outsiders_neither_see_nor_change_it(
    house: House, client: AsyncTestClient[Litestar], case: tuple[UUID, str]
) -> None:
    assert (await client.get(PAGE, headers={"accept": "text/html"}, follow_redirects=False)).status_code == 303
    for role in (Role.AGENT, Role.LEAD, Role.AUDITOR):
        desk = await _desk(house, client, f"outsider-{role.value}", role)
        assert (await desk.get(PAGE)).status_code == 403
        assert (await desk.post(PAGE, {"days-conversations": "1"}, page="/desk/account")).status_code == 403
        data = {"whom": case[1], "reason": "x"}
        assert (await desk.post(PAGE + "/holds", data, page="/desk/account")).status_code == 403
    assert not any((await _days(house)).values())
