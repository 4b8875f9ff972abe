"""Agents: invited by a link that works once, given roles and teams, sent away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bellrock import people
from bellrock.core import SYSTEM, Conflict, Invalid, NotFound, Transaction, new_id
from bellrock.people import Permission, Presence, Role
from bellrock.vault import Vault
from tests.people.conftest import PASSWORD
from tests.people.test_sign_in import DEVICE, EMAIL, try_password


async def invite(tx: Transaction, vault: Vault, now: datetime, **changes: Any) -> tuple[Any, str]:
    values: dict[str, Any] = {
        "name": "Omar Haddad",
        "email": "omar@northwick.example",
        "roles": [Role.AGENT],
        "team_ids": [],
        "languages": ["ar", "en"],
        **changes,
    }
    return await people.invite_agent(tx, vault, **values, by=SYSTEM, now=now)


async def test_an_invitation_works_once_within_three_days(tx: Transaction, vault: Vault, now: datetime) -> None:
    agent_id, link = await invite(tx, vault, now)
    holder = await people.link_holder(tx, vault, secret=link, now=now)
    assert (holder.agent_id, holder.email, holder.purpose) == (agent_id, "omar@northwick.example", "invitation")
    with pytest.raises(people.LinkRefused):
        await people.link_holder(tx, vault, secret=link, now=now + timedelta(days=3))
    hashed = await people.hash_password(PASSWORD)
    assert await people.set_password(tx, vault, secret=link, password_hash=hashed, now=now) == agent_id
    for _ in range(2):
        with pytest.raises(people.LinkRefused):
            await people.set_password(tx, vault, secret=link, password_hash=hashed, now=now)
    assert await try_password(tx, vault, now, email="OMAR@northwick.example ") is not None


async def test_somebody_invited_cannot_sign_in_before_joining(tx: Transaction, vault: Vault, now: datetime) -> None:
    await invite(tx, vault, now)
    assert await try_password(tx, vault, now, password="", email="omar@northwick.example") is None


async def test_a_new_invitation_replaces_the_old_one(tx: Transaction, vault: Vault, now: datetime) -> None:
    agent_id, old = await invite(tx, vault, now)
    new = await people.renew_invitation(tx, vault, agent_id=agent_id, by=SYSTEM, now=now)
    with pytest.raises(people.LinkRefused):
        await people.link_holder(tx, vault, secret=old, now=now)
    await people.link_holder(tx, vault, secret=new, now=now)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"name": "Omar\u202eHaddad"},
        {"email": "omar"},
        {"email": "omar@northwick.example\r\nBcc: all@example.org"},
        {"email": "x" * 250 + "@a.example"},
        {"roles": []},
        {"languages": []},
        {"languages": ["../en"]},
        {"team_ids": [new_id()]},
    ],
)
async def test_refuses_an_invitation_that_makes_no_sense(
    tx: Transaction, vault: Vault, now: datetime, changes: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        await invite(tx, vault, now, **changes)


async def test_an_email_belongs_to_one_agent(tx: Transaction, vault: Vault, now: datetime) -> None:
    await invite(tx, vault, now)
    with pytest.raises(Conflict):
        await invite(tx, vault, now, email="Omar@Northwick.example")


async def test_a_reset_ends_sessions_and_keeps_the_authenticator(
    tx: Transaction, vault: Vault, now: datetime, hire: Callable[..., Any]
) -> None:
    agent_id = await hire()
    open_one = await people.open_for(tx, vault, agent_id=agent_id, device=DEVICE, now=now)
    asked = await people.ask_reset(tx, vault, email=EMAIL, now=now)
    assert asked is not None and asked[0].email == EMAIL
    hashed = await people.hash_password("another quiet harbour")
    await people.set_password(tx, vault, secret=asked[1], password_hash=hashed, now=now)
    assert await people.session(tx, token=open_one.token, now=now) is None
    assert await try_password(tx, vault, now) is None
    assert await try_password(tx, vault, now, password="another quiet harbour") is not None


async def test_nobody_gets_a_reset_for_a_strangers_email(tx: Transaction, vault: Vault, now: datetime) -> None:
    await invite(tx, vault, now)  # invited, not joined
    for email in ("nobody@northwick.example", "", "omar@northwick.example"):
        assert await people.ask_reset(tx, vault, email=email, now=now) is None


async def test_whoever_left_is_out_at_once(
    tx: Transaction, vault: Vault, now: datetime, hire: Callable[..., Any]
) -> None:
    agent_id = await hire()
    open_one = await people.open_for(tx, vault, agent_id=agent_id, device=DEVICE, now=now)
    asked = await people.ask_reset(tx, vault, email=EMAIL, now=now)
    assert asked is not None
    await people.close_agent(tx, vault, agent_id=agent_id, by=SYSTEM, now=now)
    assert await people.session(tx, token=open_one.token, now=now) is None
    assert await try_password(tx, vault, now) is None
    with pytest.raises(people.LinkRefused):
        await people.link_holder(tx, vault, secret=asked[1], now=now)
    assert (await people.agent_names(tx, [agent_id])) == {agent_id: "Mara Lindqvist"}
    with pytest.raises(NotFound):
        await people.close_agent(tx, vault, agent_id=agent_id, by=SYSTEM, now=now)


async def test_the_last_who_manages_people_stays(
    tx: Transaction, vault: Vault, now: datetime, hire: Callable[..., Any]
) -> None:
    first = await hire(roles=(Role.ADMIN,))
    with pytest.raises(people.LastAdmin):
        await people.close_agent(tx, vault, agent_id=first, by=SYSTEM, now=now)
    with pytest.raises(people.LastAdmin):
        await people.set_roles(tx, vault, agent_id=first, roles=[Role.AGENT], by=SYSTEM, now=now)
    await hire("ines@northwick.example", roles=(Role.ADMIN,))
    await people.set_roles(tx, vault, agent_id=first, roles=[Role.AGENT], by=SYSTEM, now=now)


async def test_changes_only_what_differs(
    tx: Transaction, vault: Vault, now: datetime, hire: Callable[..., Any]
) -> None:
    agent_id = await hire()
    await people.seed_teams(tx, vault, now=now)
    team = await people.team_for_queue(tx, queue="payments")
    await tx.execute("DELETE FROM journal_inbox")
    await people.change_agent(
        tx,
        vault,
        agent_id=agent_id,
        roles=[Role.AGENT],
        team_ids=[team.id],
        languages=["en"],
        capacity=4,
        by=SYSTEM,
        now=now,
    )
    cursor = await tx.execute("SELECT kind FROM journal_inbox")
    assert [row["kind"] for row in await cursor.fetchall()] == ["people.teams_changed"]
    assert (await people.agent(tx, agent_id)).team_ids == {team.id}


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "aaaaaaaaaaaaaaaa",
        "password123456",
        "123456789012345",
        "x" * 300,
        "maralindqvist1234",
        "abcdefghijklmnop",
    ],
)
def test_refuses_passwords_that_are_easy_to_guess(password: str) -> None:
    with pytest.raises(people.PasswordWeak):
        people.check_strength(password, email="maralindqvist@northwick.example", name="Mara Lindqvist")


def test_takes_a_few_words() -> None:
    people.check_strength(PASSWORD, email=EMAIL, name="Mara Lindqvist")
    people.check_strength("安静的港湾里有一盏灯在夜里", email=EMAIL, name="Mara")


async def test_presence_fades_with_silence(
    tx: Transaction, vault: Vault, now: datetime, hire: Callable[..., Any]
) -> None:
    agent_id = await hire()

    async def presence(moment: datetime) -> Presence:
        return next(seat.presence for seat in await people.roster(tx, now=moment) if seat.agent.id == agent_id)

    assert await presence(now) is Presence.OFFLINE
    assert await people.heartbeat(tx, agent_id=agent_id, now=now) is Presence.ONLINE
    await people.set_presence(tx, agent_id=agent_id, presence=Presence.AWAY, now=now)
    assert await people.heartbeat(tx, agent_id=agent_id, now=now) is Presence.AWAY
    assert await presence(now + timedelta(seconds=80)) is Presence.AWAY
    assert await presence(now + timedelta(seconds=91)) is Presence.OFFLINE


async def test_every_queue_has_a_team_and_unknown_ones_go_to_the_general_one(
    tx: Transaction, vault: Vault, now: datetime
) -> None:
    with pytest.raises(NotFound):
        await people.default_team_id(tx)
    passwords = await people.seed_demo(tx, vault, now=now)
    assert await people.seed_demo(tx, vault, now=now) == {}
    assert set(passwords) == {f"{name}@northwick.example" for name in ("mara", "omar", "lin", "ines")}
    for queue in ("security", "payments", "trading", "web3", "derivatives", "identity", "technical", "wealth"):
        assert (await people.team_for_queue(tx, queue=queue)).slug == queue
    assert (await people.team_for_queue(tx, queue="no such queue")).id == await people.default_team_id(tx)
    for email, password in passwords.items():
        assert await try_password(tx, vault, now, email=email, password=password) is not None


def test_the_policy_keeps_managing_reading_and_auditing_apart() -> None:
    assert set(people.POLICY) == set(Role)
    # To read every team's conversations is no permission of its own in the editor, but the reach of one.
    assert (
        set(people.PERMISSION_NAMES) == set(people.SENTENCES) == set(Permission) - {Permission.CONVERSATIONS_VIEW_ALL}
    )
    admin = people.permissions_of([Role.ADMIN])
    assert Permission.CONVERSATIONS_VIEW not in admin and Permission.CUSTOMER_REVEAL not in admin
    auditor = people.permissions_of([Role.AUDITOR])
    assert auditor == {Permission.LEDGER_AUDIT, Permission.EXPORT}
    assert Permission.CONVERSATIONS_VIEW_ALL not in people.permissions_of([Role.AGENT])
    assert people.permissions_of([]) == frozenset()
