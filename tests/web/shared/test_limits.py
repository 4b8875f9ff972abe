"""What somebody who is too fast reads, and that a neighbour behind the same address does not pay for it."""

from __future__ import annotations

from typing import Any

import pytest

from bellrock.core.rates import BUDGETS, COSTS, TooFast
from bellrock.house import House
from bellrock.people import Role
from bellrock.people.sessions import Device, open_session
from tests.operations.conftest import agent_of


async def _session(client: Any) -> Any:
    return await client.post("/widget/session", json={"locale": "en"})


async def test_a_script_is_told_when_to_come_back_and_its_neighbour_is_served(house: House, client: Any) -> None:
    one, other = [{"authorization": f"Bearer {(await _session(client)).json()['session']}"} for _ in range(2)]
    house.rates.spend("visitor", "nobody", 1)
    statuses = []
    burst = int(BUDGETS["customer"].burst / COSTS["whisper"])
    for _ in range(10 * burst):  # points come back meanwhile, the more the slower this machine is
        answer = await client.post("/widget/typing", headers=one)
        statuses.append(answer.status_code)
        if answer.status_code == 429:
            break
    assert statuses[-1] == 429 and len(statuses) > burst
    assert len(statuses) > 100
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"] == "too_many"
    assert (await client.post("/widget/typing", headers=other)).status_code == 204


async def test_people_behind_one_address_come_in_by_hundreds_and_a_flood_does_not(house: House, client: Any) -> None:
    visitors = int(BUDGETS["address"].burst / COSTS["visitor"])
    assert visitors >= 200
    for _ in range(visitors - 1):
        house.rates.take_address("testclient", "visitor")
    assert (await _session(client)).status_code == 201
    with pytest.raises(TooFast):  # points come back meanwhile, the more the slower this machine is
        for _ in range(visitors):
            house.rates.take_address("testclient", "visitor")
    answer = await _session(client)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


async def test_an_agent_s_page_says_it_in_words(house: House, client: Any) -> None:
    agent = await agent_of(house, "quick", Role.LEAD)
    async with house.database.transaction() as tx:
        _, token = await open_session(tx, agent_id=agent.id, stage="open", device=Device("", ""), now=_now())
    client.cookies.set("bellrock_agent", token)
    # So much more than there is that a slow machine does not earn it back before it asks.
    house.rates.spend("agent", str(agent.id), BUDGETS["agent"].burst + 100)
    answer = await client.get("/desk", headers={"accept": "text/html"}, follow_redirects=False)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 11
    assert "too fast" in answer.text


def _now() -> Any:
    from bellrock.core import clock

    return clock.now()
