"""Teams: made, renamed, put away; which one takes a case; who may be put into them by whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from bellrock import guard, people
from bellrock.core import SYSTEM, Actor, Invalid, NotFound, Transaction
from bellrock.people import Role
from bellrock.vault import Vault


async def _team(tx: Transaction, vault: Vault, now: datetime, name: str = "Payments Asia", **more: Any) -> people.Team:
    given: dict[str, Any] = {"queues": [], "topics": [], "languages": [], "by": SYSTEM, **more}
    return await people.make_team(tx, vault, name=guard.screen(name), now=now, **given)


async def test_a_topic_goes_before_a_queue_and_a_language_before_all(
    tx: Transaction, vault: Vault, now: datetime, house_key: None
) -> None:
    await people.seed_teams(tx, vault, now=now)
    asia = await _team(tx, vault, now, queues=["payments"], languages=["zh-Hans", "ja"])
    cards = await _team(tx, vault, now, "Cards", topics=["card_declined"])

    async def taken(**case: Any) -> str:
        return (await people.team_for_queue(tx, **case)).slug

    assert await taken(queue="payments", language="ja") == asia.slug
    assert await taken(queue="payments", language="de") == "payments"
    assert await taken(queue="payments") in (asia.slug, "payments")
    assert await taken(queue="payments", topic="card_declined", language="ja") == cards.slug
    assert await taken(queue="nothing", topic="nothing", language="ja") == "general"


async def test_what_was_put_away_takes_nothing_and_comes_back_empty(
    tx: Transaction, vault: Vault, now: datetime, house_key: None, hire: Callable[..., Any]
) -> None:
    await people.seed_teams(tx, vault, now=now)
    agent_id = await hire()
    team = await _team(tx, vault, now, topics=["card_declined"])
    await people.set_members(tx, vault, team_id=team.id, agent_ids=[agent_id], by=SYSTEM, now=now)
    assert team.id in (await people.agent(tx, agent_id)).team_ids
    await people.archive_team(tx, vault, team_id=team.id, by=SYSTEM, now=now)
    assert (await people.team_for_queue(tx, queue="general", topic="card_declined")).slug == "general"
    assert team.id not in {found.id for found in await people.teams(tx)}
    assert team.id in {found.id for found in await people.teams(tx, archived=True)}
    assert (await people.agent(tx, agent_id)).team_ids == frozenset()
    with pytest.raises(NotFound):
        await people.set_members(tx, vault, team_id=team.id, agent_ids=[agent_id], by=SYSTEM, now=now)
    await people.restore_team(tx, vault, team_id=team.id, by=SYSTEM, now=now)
    assert (await people.team_for_queue(tx, queue="general", topic="card_declined")).id == team.id


async def test_somebody_takes_what_no_other_team_does(
    tx: Transaction, vault: Vault, now: datetime, house_key: None
) -> None:
    await people.seed_teams(tx, vault, now=now)
    general = await people.default_team_id(tx)
    with pytest.raises(people.DefaultTeam):
        await people.archive_team(tx, vault, team_id=general, by=SYSTEM, now=now)
    team = await _team(tx, vault, now)
    await people.set_default_team(tx, vault, team_id=team.id, by=SYSTEM, now=now)
    assert await people.default_team_id(tx) == team.id
    await people.archive_team(tx, vault, team_id=general, by=SYSTEM, now=now)


async def test_a_team_is_led_from_within_and_names_are_checked(
    tx: Transaction, vault: Vault, now: datetime, house_key: None, hire: Callable[..., Any]
) -> None:
    first, second = await _team(tx, vault, now), await _team(tx, vault, now)
    assert (first.slug, second.slug) == ("payments-asia", "payments-asia-2")
    assert (await _team(tx, vault, now, "支付")).slug == "team"
    lead = await hire(roles=(Role.AGENT,))
    slug = await people.make_role(
        tx,
        vault,
        name=guard.screen("Captain"),
        about=guard.screen("-"),
        grants=people.parse_grants(["teams_manage:team"]),
        by=SYSTEM,
        now=now,
    )
    await people.set_roles(tx, vault, agent_id=lead, roles=[slug], by=SYSTEM, now=now)
    await people.set_members(tx, vault, team_id=first.id, agent_ids=[lead], by=SYSTEM, now=now)
    given: dict[str, Any] = {"queues": [], "topics": [], "languages": [], "by": Actor("agent", lead), "now": now}
    await people.change_team(tx, vault, team_id=first.id, name=guard.screen("Payments"), **given)
    with pytest.raises(people.BeyondOwn):
        await people.change_team(tx, vault, team_id=second.id, name=guard.screen("Mine"), **given)
    with pytest.raises(people.BeyondOwn):
        await people.make_team(tx, vault, name=guard.screen("New"), **given)
    with pytest.raises(Invalid):
        await people.change_team(tx, vault, team_id=first.id, name=guard.screen("x" * 81), **given)
    with pytest.raises(Invalid):
        await people.change_team(tx, vault, team_id=first.id, name=guard.screen("x"), **{**given, "queues": ["'; --"]})
