"""Tokens and webhooks at the desk: made by an administrator, shown once, closed to everybody else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from bellrock import integrations, people
from bellrock.core import SYSTEM, Actor, clock
from bellrock.house import House
from bellrock.people import Role
from tests.web.admin.conftest import Desk, Staff, sign_in
from tests.web.staff import hire

PAGES = ("/desk/tokens", "/desk/webhooks")


@pytest.fixture
async def admin(client: AsyncTestClient[Litestar], house: House, staff: Staff) -> Desk:
    """The browser of an administrator."""
    async with house.database.transaction() as tx:
        await people.set_roles(tx, house.vault, agent_id=staff.lead, roles=[Role.ADMIN], by=SYSTEM, now=clock.now())
    return await sign_in(client, house, staff.lead)


async def test_a_token_is_made_shown_once_and_ended(admin: Desk) -> None:
    form: dict[str, Any] = {"name": "Ledger import", "days": "30", "scopes": ["teams:read", "labels:read"]}
    made = await admin.post("/desk/tokens", form, page="/desk/tokens")
    found = re.search(r"brk_[A-Za-z0-9_-]{43}", made.text)
    assert found, made.text
    secret = found[0]
    listed = await admin.get("/desk/tokens")
    assert secret not in listed.text
    assert "Ledger import" in listed.text
    asked = {"authorization": f"Bearer {secret}"}
    assert (await admin.client.get("/api/v1/teams", headers=asked)).status_code == 200
    token_id = re.search(r"/desk/tokens/([0-9a-f-]{36})/end", listed.text)
    assert token_id
    ended = await admin.post(f"/desk/tokens/{token_id[1]}/end", {}, page="/desk/tokens")
    assert ended.status_code == 303
    assert (await admin.client.get("/api/v1/teams", headers=asked)).status_code == 401


async def test_what_somebody_made_who_left_rests_until_it_is_taken_over(
    admin: Desk, house: House, staff: Staff
) -> None:
    bo = await hire(house, "Bo", Role.ADMIN, Role.LEAD)
    event: dict[str, Any] = {"events": ["conversation.opened"], "team_ids": None, "may_be_plain": False}
    async with house.database.transaction() as tx:
        made = await integrations.make_token(
            tx,
            house.vault,
            name="CRM",
            scopes=["conversations:read"],
            team_ids=None,
            expires_at=clock.now() + timedelta(days=9),
            by=Actor("agent", bo),
            now=clock.now(),
        )
        hook, _ = await integrations.make_endpoint(
            tx, house.vault, url="https://hooks.example/in", by=Actor("agent", bo), now=clock.now(), **event
        )
        await people.close_agent(tx, house.vault, agent_id=bo, by=SYSTEM, now=clock.now())
    asked = {"authorization": f"Bearer {made.secret}"}
    assert (await admin.client.get("/api/v1/conversations", headers=asked)).status_code == 401
    pages = {f"/desk/tokens/{made.token.id}/keeping": "/desk/tokens"}
    pages[f"/desk/webhooks/{hook.id}/keeping"] = f"/desk/webhooks/{hook.id}"
    for action, page in pages.items():
        assert "Rests" in (await admin.get(page)).text
        refused = await admin.post(action, {}, page=page)
        assert refused.status_code == 403
        assert "conversations:read" in refused.text, "this administrator reads none either"
    refused = await admin.post(
        "/desk/tokens", {"name": "x", "days": "30", "scopes": ["notes:read"]}, page="/desk/tokens"
    )
    assert refused.status_code == 403
    async with house.database.transaction() as tx:
        roles = [Role.ADMIN, Role.LEAD]
        await people.set_roles(tx, house.vault, agent_id=staff.lead, roles=roles, by=SYSTEM, now=clock.now())
    for action, page in pages.items():
        assert (await admin.post(action, {}, page=page)).status_code == 303
        assert "Rests" not in (await admin.get(page)).text
    assert (await admin.client.get("/api/v1/conversations", headers=asked)).status_code == 200


async def test_a_token_without_a_scope_is_refused_on_the_page(admin: Desk) -> None:
    for form in ({"name": "x", "days": "30"}, {"name": "x", "days": "99999", "scopes": ["teams:read"]}):
        assert (await admin.post("/desk/tokens", form, page="/desk/tokens")).status_code == 422


async def test_a_webhook_is_made_watched_and_removed(admin: Desk, house: House) -> None:
    form = {"url": "https://hooks.example/in?key=1", "events": ["team.created", "article.published"]}
    made = await admin.post("/desk/webhooks", form, page="/desk/webhooks")
    assert "whsec_" in made.text, made.text
    async with house.database.transaction() as tx:
        [endpoint] = await integrations.endpoints(tx, house.vault)
        await people.create_team(tx, house.vault, slug="hooked", name="Hooked", queues=[], by=SYSTEM, now=clock.now())
    await _plan(house)
    one = f"/desk/webhooks/{endpoint.id}"
    shown = await admin.get(one)
    assert "team.created" in shown.text
    assert "whsec_" not in shown.text
    delivery = re.search(r'name="delivery" value="([0-9a-f-]{36})"', shown.text)
    assert delivery
    for path, data in (
        ("replays", {"delivery": delivery[1]}),
        ("replays", {"hours": "24"}),
        ("pause", {}),
        ("resume", {}),
    ):
        assert (await admin.post(f"{one}/{path}", data, page=one)).status_code == 303, path
    assert (await admin.get(f"{one}?done=replay-2")).status_code == 200
    assert "whsec_" in (await admin.post(f"{one}/secret", {}, page=one)).text
    assert (await admin.post(f"{one}/removal", {}, page=one)).status_code == 303
    assert (await admin.get(one)).status_code == 404
    wrong = await admin.post("/desk/webhooks", {**form, "url": "http://10.0.0.1/"}, page="/desk/webhooks")
    assert wrong.status_code == 422


async def test_nobody_else_gets_in(client: AsyncTestClient[Litestar], house: House, staff: Staff) -> None:
    pages = [*PAGES, f"/desk/webhooks/{UUID(int=7)}"]
    for who, status in ((staff.agent, 403), (staff.lead, 403), (None, 303)):
        desk = await sign_in(client, house, who)
        for path in pages:
            assert (await desk.get(path)).status_code == status, (who, path)
        for path in ("/desk/tokens", "/desk/webhooks"):
            answer = await desk.post(path, {"name": "x", "days": "30", "scopes": ["teams:read"]}, page="/desk")
            assert answer.status_code in (303, 403), path
    async with house.database.transaction() as tx:
        assert await integrations.tokens(tx) == []


async def _plan(house: House) -> None:
    from bellrock import worker
    from bellrock.core.cursors import Cursor

    async def listen(tx: Any, facts: Any) -> None:
        await integrations.plan(tx, house.vault, facts=facts, now=clock.now())

    await worker.drain(house.database, [Cursor("integrations.webhooks", listen)])
