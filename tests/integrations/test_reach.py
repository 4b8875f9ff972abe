"""How far tokens and webhooks reach: never further than whoever answers for them, at every moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import Rollback

from bellrock import integrations, people
from bellrock.core import SYSTEM, Actor, Transaction
from bellrock.integrations import NEEDS, SCOPES, BeyondKeeper, EndpointUnknown, TokenUnknown
from bellrock.people import Agent, Permission, Role, Scope
from bellrock.people.permissions import SENTENCES, permissions_in
from bellrock.vault import Vault

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TEAMS = [UUID(int=number) for number in range(4)]
GRANTS = st.fixed_dictionaries(
    {}, optional={permission: st.sampled_from(list(reaches)) for permission, reaches in SENTENCES.items()}
)
LIMITS = st.none() | st.frozensets(st.sampled_from(TEAMS), min_size=1)


def _agent(grants: dict[Permission, Scope], team_ids: frozenset[UUID]) -> Agent:
    return Agent(UUID(int=9), "Ada", frozenset(), team_ids, ("en",), permissions_in(grants), grants=grants)


def test_every_scope_says_what_it_needs() -> None:
    assert NEEDS.keys() == SCOPES.keys()


@given(GRANTS, st.frozensets(st.sampled_from(TEAMS)), st.frozensets(st.sampled_from(sorted(SCOPES))), LIMITS)
def test_nothing_reaches_further_than_its_keeper(
    grants: dict[Permission, Scope], team_ids: frozenset[UUID], scopes: frozenset[str], limit: frozenset[UUID] | None
) -> None:
    keeper = _agent(grants, team_ids)
    held = integrations.reach(keeper, scopes=scopes, team_ids=limit)
    wrong = integrations.beyond(keeper, scopes=scopes, team_ids=limit)
    if Permission.ADMINISTER not in grants:
        assert held is None
        assert set(wrong) == scopes
        return
    assert held is not None
    assert held.scopes <= scopes
    assert held.team_ids is None or held.team_ids, "an empty limit would be read as none"
    assert limit is None or (held.team_ids is not None and held.team_ids <= limit)
    for scope in held.scopes:
        for needed in NEEDS[scope]:
            how_far = grants.get(needed)
            assert how_far is Scope.ALL or (
                how_far is Scope.TEAM and held.team_ids is not None and held.team_ids <= team_ids
            ), (scope, needed)
    assert not held.may_read or grants.get(Permission.CONVERSATIONS_VIEW) in (Scope.TEAM, Scope.ALL)
    assert bool(wrong) == ((held.scopes, held.team_ids) != (scopes, limit))
    for lost in grants:
        less = {permission: scope for permission, scope in grants.items() if permission != lost}
        after = integrations.reach(_agent(less, team_ids), scopes=scopes, team_ids=limit)
        assert after is None or after.scopes <= held.scopes, "who loses a right cannot widen a token"


async def _join(tx: Transaction, vault: Vault, name: str, *roles: Role) -> UUID:
    await people.seed_teams(tx, vault, now=NOW)
    agent_id, _link = await people.invite_agent(
        tx, vault, name=name, email=f"{name}@northwick.example", roles=roles, team_ids=[], languages=["en"], by=SYSTEM, now=NOW
    )  # fmt: skip
    await tx.execute("UPDATE agents SET status = 'active', password_hash = 'none' WHERE id = %s", (agent_id,))
    return agent_id


async def _make(tx: Transaction, vault: Vault, by: UUID, scopes: list[str], **more: Any) -> integrations.Made:
    return await integrations.make_token(
        tx,
        vault,
        name="Import",
        scopes=scopes,
        team_ids=more.get("team_ids"),
        expires_at=NOW + timedelta(days=9),
        by=Actor("agent", by),
        now=NOW,
    )


async def test_nobody_makes_a_token_that_may_more_than_they(tx: Transaction, vault: Vault) -> None:
    admin = await _join(tx, vault, "ada", Role.ADMIN)
    made = await _make(tx, vault, admin, ["teams:read", "articles:write"])
    assert (await integrations.holder(tx, secret=made.secret, now=NOW)).scopes == {"teams:read", "articles:write"}
    team = (await people.teams(tx))[0].id
    for scopes, teams in (
        (["conversations:read"], None),
        (["messages:read"], [team]),
        (["customers:personal"], None),
        (["files:read", "teams:read"], None),
    ):
        with pytest.raises(BeyondKeeper):
            await _make(tx, vault, admin, scopes, team_ids=teams)
    lead = await _join(tx, vault, "bo", Role.LEAD)
    with pytest.raises(BeyondKeeper):
        await _make(tx, vault, lead, ["teams:read"])


async def test_a_token_shrinks_with_whoever_answers_for_it_and_can_be_taken_over(tx: Transaction, vault: Vault) -> None:
    ada = await _join(tx, vault, "ada", Role.ADMIN, Role.LEAD)
    bo, cy = await _join(tx, vault, "bo", Role.ADMIN), await _join(tx, vault, "cy", Role.ADMIN, Role.LEAD)
    made = await _make(tx, vault, ada, ["messages:read", "teams:read"])
    who = await integrations.holder(tx, secret=made.secret, now=NOW)
    assert who.may(Permission.CONVERSATIONS_VIEW_ALL)
    await people.set_roles(tx, vault, agent_id=ada, roles=[Role.ADMIN], by=SYSTEM, now=NOW)
    who = await integrations.holder(tx, secret=made.secret, now=NOW)
    assert who.scopes == {"teams:read"}
    assert not who.may(Permission.CONVERSATIONS_VIEW)
    await people.set_roles(tx, vault, agent_id=ada, roles=[Role.LEAD], by=SYSTEM, now=NOW)
    with pytest.raises(TokenUnknown):
        await integrations.holder(tx, secret=made.secret, now=NOW)
    await people.close_agent(tx, vault, agent_id=ada, by=SYSTEM, now=NOW)
    with pytest.raises(TokenUnknown):
        await integrations.holder(tx, secret=made.secret, now=NOW)
    with pytest.raises(BeyondKeeper):
        await integrations.keep_token(tx, vault, token_id=made.token.id, by=Actor("agent", bo), now=NOW)
    await integrations.keep_token(tx, vault, token_id=made.token.id, by=Actor("agent", cy), now=NOW)
    assert (await integrations.holder(tx, secret=made.secret, now=NOW)).scopes == {"messages:read", "teams:read"}
    assert [finding async for finding in integrations.compare_rows(tx, vault) if finding] == []
    await tx.execute("UPDATE api_tokens SET kept_by = NULL")
    [finding] = [finding async for finding in integrations.compare_rows(tx, vault) if finding]
    assert (finding.code, finding.detail) == ("row_differs", "kept_by")


async def test_a_webhook_hears_of_what_its_keeper_may_read(tx: Transaction, vault: Vault) -> None:
    ada = await _join(tx, vault, "ada", Role.ADMIN, Role.LEAD)
    await _join(tx, vault, "bo", Role.ADMIN)
    what: dict[str, Any] = {
        "url": "https://hooks.example/x",
        "events": ["conversation.opened", "team.created"],
        "team_ids": None,
        "may_be_plain": False,
        "now": NOW,
    }
    target, _ = await integrations.make_endpoint(tx, vault, by=Actor("agent", ada), **what)
    made = await _make(tx, vault, ada, ["conversations:read", "teams:read", "webhooks:write"])
    program = await integrations.holder(tx, secret=made.secret, now=NOW)
    own, _ = await integrations.make_endpoint(tx, vault, by=program, **what)
    assert own.token_id == made.token.id
    with pytest.raises(BeyondKeeper):
        await integrations.make_endpoint(tx, vault, by=program, **{**what, "events": ["customer.met"]})
    await people.set_roles(tx, vault, agent_id=ada, roles=[Role.ADMIN], by=SYSTEM, now=NOW)
    for endpoint in (target, own):
        hearer = await integrations.hearer_of(tx, endpoint, now=NOW)
        assert hearer is not None
        assert hearer.scopes == {"teams:read"}
    assert await integrations.hearer_of(tx, own, now=NOW + timedelta(days=10)) is None, "its token has expired"
    await people.set_roles(tx, vault, agent_id=ada, roles=[Role.ADMIN, Role.LEAD], by=SYSTEM, now=NOW)
    await integrations.change_events(
        tx, vault, endpoint_id=target.id, events=["team.created", "conversation.opened"], by=program, now=NOW
    )
    await integrations.change_events(tx, vault, endpoint_id=target.id, events=["team.created"], by=program, now=NOW)
    await integrations.keep_endpoint(tx, vault, endpoint_id=own.id, by=Actor("agent", ada), now=NOW)
    await integrations.keep_endpoint(tx, vault, endpoint_id=own.id, by=program, now=NOW)
    gone, _ = await integrations.make_endpoint(tx, vault, by=SYSTEM, **what)
    await integrations.remove_endpoint(tx, vault, endpoint_id=gone.id, by=SYSTEM, now=NOW)
    assert [finding async for finding in integrations.compare_rows(tx, vault) if finding] == []
    for edit in ("kept_by = NULL", "events = events || '{message.received}'", "removed_at = now()", "token_id = NULL"):
        async with tx.transaction() as tried:
            await tx.execute(f"UPDATE webhook_endpoints SET {edit}")
            found = [finding async for finding in integrations.compare_rows(tx, vault) if finding]
            assert {(each.code, each.where) for each in found} == {("row_differs", "webhook_endpoints")}, edit
            raise Rollback(tried)
    await people.close_agent(tx, vault, agent_id=ada, by=SYSTEM, now=NOW)
    assert await integrations.hearer_of(tx, target, now=NOW) is None
    await integrations.revoke_token(tx, vault, token_id=made.token.id, by=SYSTEM, now=NOW)
    assert (await integrations.endpoint(tx, vault, endpoint_id=own.id)).paused_because == "person"
    with pytest.raises(EndpointUnknown):
        await integrations.keep_endpoint(tx, vault, endpoint_id=ada, by=SYSTEM, now=NOW)
