"""Nobody gives what they do not have: the rules as properties, and the same asked of the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import guard, people
from bellrock.core import SYSTEM, Actor, Refused, Transaction
from bellrock.people import Agent, Permission, Role, Scope
from bellrock.people.permissions import covers, grants_of, joined, parse_grants, permissions_in, write_grants
from bellrock.vault import Vault

TEAMS = [UUID(int=number) for number in range(1, 4)]


@st.composite
def grants(draw: st.DrawFn) -> dict[Permission, Scope]:
    chosen = draw(st.sets(st.sampled_from(sorted(people.SENTENCES))))
    return {permission: draw(st.sampled_from(list(people.SENTENCES[permission]))) for permission in sorted(chosen)}


@st.composite
def agents(draw: st.DrawFn) -> Agent:
    held = draw(grants())
    return Agent(
        id=uuid4(),
        name="Somebody",
        roles=frozenset(),
        team_ids=frozenset(draw(st.sets(st.sampled_from(TEAMS)))),
        languages=("en",),
        permissions=permissions_in(held),
        grants=held,
    )


@given(agents(), grants(), st.booleans())
def test_whoever_does_not_administer_gives_only_what_they_have(
    giver: Agent, wanted: dict[Permission, Scope], to_self: bool
) -> None:
    if people.may_give(giver, wanted, to=giver.id if to_self else uuid4()):
        assert Permission.PEOPLE_MANAGE in giver.grants
        if to_self or Permission.ADMINISTER not in giver.grants:
            assert covers(giver.grants, wanted)
            assert covers(giver.grants, joined(giver.grants, wanted))


@given(agents(), agents())
def test_nobody_reaches_whoever_may_do_more(giver: Agent, target: Agent) -> None:
    if people.may_manage(giver, target) and Permission.ADMINISTER not in giver.grants:
        assert covers(giver.grants, target.grants)
        if giver.grants[Permission.PEOPLE_MANAGE] is Scope.TEAM:
            assert giver.team_ids & target.team_ids


@given(agents(), st.sets(st.sampled_from(TEAMS), min_size=1))
def test_nobody_enters_a_team_whose_conversations_they_do_not_read(giver: Agent, teams: set[UUID]) -> None:
    if people.may_fill(giver, teams, with_id=giver.id):
        assert teams <= giver.team_ids or giver.grants.get(Permission.CONVERSATIONS_VIEW) is Scope.ALL


@given(grants(), grants())
def test_together_is_no_less_and_no_more(one: dict[Permission, Scope], other: dict[Permission, Scope]) -> None:
    both = joined(one, other)
    assert covers(both, one) and covers(both, other)
    assert all(scope in (one.get(permission), other.get(permission)) for permission, scope in both.items())


@given(grants())
def test_what_is_written_is_read_again(held: dict[Permission, Scope]) -> None:
    assert parse_grants(write_grants(held)) == held
    assert grants_of(frozenset(), tuple(write_grants(held))) == held
    assert len(people.sentences(held)) == len(held)


@pytest.mark.parametrize(
    "text", ["", "everything:all", "export:everywhere", "export:team", "customer_erase:own", "export"]
)
def test_only_what_the_editor_offers_is_read(text: str) -> None:
    with pytest.raises(ValueError):
        parse_grants([text])


def test_the_built_in_roles_are_what_they_were() -> None:
    assert Permission.CONVERSATIONS_VIEW_ALL in people.permissions_of([Role.LEAD])
    assert Permission.CONVERSATIONS_VIEW_ALL not in people.permissions_of([Role.AGENT])
    assert Permission.CONVERSATIONS_VIEW not in people.permissions_of([Role.ADMIN, Role.AUDITOR])


async def _make(
    tx: Transaction, vault: Vault, by: Actor, now: datetime, name: str = "Translator", *written: str
) -> str:
    return await people.make_role(
        tx,
        vault,
        name=guard.screen(name),
        about=guard.screen("Writes articles."),
        grants=parse_grants(written or ["articles_edit:all"]),
        by=by,
        now=now,
    )


async def test_a_made_role_gives_what_it_says(
    tx: Transaction, vault: Vault, now: datetime, house_key: None, hire: Callable[..., Any]
) -> None:
    admin = Actor("agent", await hire(roles=(Role.ADMIN,)))
    agent_id = await hire("omar@northwick.example")
    slug = await _make(tx, vault, admin, now, "Watcher", "conversations_view:own", "teams_manage:team")
    await people.set_roles(tx, vault, agent_id=agent_id, roles=[slug], by=admin, now=now)
    found = await people.agent(tx, agent_id)
    assert found.grants == {Permission.CONVERSATIONS_VIEW: Scope.OWN, Permission.TEAMS_MANAGE: Scope.TEAM}
    assert found.permissions == {Permission.CONVERSATIONS_VIEW, Permission.TEAMS_MANAGE}
    assert (await people.role_names(tx))[slug] == "Watcher"
    with pytest.raises(people.RoleInUse):
        await people.archive_role(tx, vault, slug=slug, by=admin, now=now)
    await people.set_roles(tx, vault, agent_id=agent_id, roles=[Role.AGENT], by=admin, now=now)
    await people.archive_role(tx, vault, slug=slug, by=admin, now=now)
    assert slug not in {row.slug for row in await people.roles(tx)}


async def test_whoever_manages_people_cannot_raise_anybody(
    tx: Transaction, vault: Vault, now: datetime, house_key: None, hire: Callable[..., Any]
) -> None:
    admin_id = await hire(roles=(Role.ADMIN,))
    admin = Actor("agent", admin_id)
    slug = await _make(tx, vault, admin, now, "Office", "people_manage:all", "articles_edit:all")
    keeper_id = await hire("keeper@northwick.example")
    await people.set_roles(tx, vault, agent_id=keeper_id, roles=[slug], by=admin, now=now)
    keeper = Actor("agent", keeper_id)
    other_id = await hire("other@northwick.example")
    for roles in ([Role.ADMIN], [Role.LEAD], [Role.AGENT], [slug, Role.AUDITOR]):
        for who in (keeper_id, other_id):
            with pytest.raises(people.BeyondOwn):
                await people.set_roles(tx, vault, agent_id=who, roles=roles, by=keeper, now=now)
    with pytest.raises(people.BeyondOwn):
        await people.close_agent(tx, vault, agent_id=admin_id, by=keeper, now=now)
    with pytest.raises(people.BeyondOwn):
        await _make(tx, vault, keeper, now, "More", "administer:all")
    with pytest.raises(people.BeyondOwn):
        await people.invite_agent(
            tx,
            vault,
            name="Sock",
            email="sock@northwick.example",
            roles=[Role.LEAD],
            team_ids=[],
            languages=["en"],
            by=keeper,
            now=now,
        )
    with pytest.raises(Refused):
        await people.set_roles(tx, vault, agent_id=other_id, roles=[slug], by=Actor("agent", other_id), now=now)


async def test_an_administrator_does_not_raise_themselves(
    tx: Transaction, vault: Vault, now: datetime, house_key: None, hire: Callable[..., Any]
) -> None:
    admin_id = await hire(roles=(Role.ADMIN,))
    admin = Actor("agent", admin_id)
    for roles in ([Role.ADMIN, Role.LEAD], [Role.ADMIN, Role.AGENT]):
        with pytest.raises(people.BeyondOwn):
            await people.set_roles(tx, vault, agent_id=admin_id, roles=roles, by=admin, now=now)
    slug = await _make(tx, vault, admin, now)
    await people.set_roles(tx, vault, agent_id=admin_id, roles=[Role.ADMIN, slug], by=admin, now=now)
    with pytest.raises(people.BeyondOwn):
        await people.change_role(
            tx,
            vault,
            slug=slug,
            name=guard.screen("Translator"),
            about=guard.screen("x"),
            grants=parse_grants(["conversations_view:all"]),
            by=admin,
            now=now,
        )
    await people.seed_teams(tx, vault, now=now)
    team = (await people.teams(tx))[0]
    with pytest.raises(people.BeyondOwn):
        await people.set_members(tx, vault, team_id=team.id, agent_ids=[admin_id], by=admin, now=now)


async def test_the_last_administrator_stays_by_whatever_role(
    tx: Transaction, vault: Vault, now: datetime, house_key: None, hire: Callable[..., Any]
) -> None:
    slug = await _make(tx, vault, SYSTEM, now, "Keeper of keys", "administer:all", "people_manage:all")
    only = await hire()
    await people.set_roles(tx, vault, agent_id=only, roles=[slug], by=SYSTEM, now=now)
    with pytest.raises(people.LastAdmin):
        await people.set_roles(tx, vault, agent_id=only, roles=[Role.AGENT], by=SYSTEM, now=now)
    with pytest.raises(people.LastAdmin):
        await people.change_role(
            tx,
            vault,
            slug=slug,
            name=guard.screen("Keeper of keys"),
            about=guard.screen("x"),
            grants=parse_grants(["people_manage:all"]),
            by=SYSTEM,
            now=now,
        )
    with pytest.raises(people.LastAdmin):
        await people.close_agent(tx, vault, agent_id=only, by=SYSTEM, now=now)
    assert Permission.ADMINISTER in (await people.agent(tx, only)).permissions
