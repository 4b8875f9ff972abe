"""Demo data: a team for every queue and the colleagues of the demo exchange."""

from __future__ import annotations

import secrets
from datetime import datetime

from bellrock import vault as vaults
from bellrock.core import SYSTEM, Transaction
from bellrock.people import agents, links, passwords
from bellrock.people.permissions import Role
from bellrock.people.teams import create_team, teams

QUEUES = {
    "security": "Security",
    "payments": "Payments",
    "trading": "Trading",
    "web3": "Web3",
    "derivatives": "Derivatives",
    "identity": "Identity",
    "technical": "Technical",
    "wealth": "Wealth",
    "compliance": "Compliance",
    "general": "General",
}
_ALL = tuple(QUEUES)

# name, e-mail, roles, teams, languages
_PEOPLE: tuple[tuple[str, str, tuple[Role, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    ("Mara Lindqvist", "mara@northwick.example", (Role.LEAD, Role.AGENT), _ALL, ("en", "zh-Hans")),
    (
        "Omar Haddad",
        "omar@northwick.example",
        (Role.AGENT,),
        ("general", "security", "payments", "identity", "trading"),
        ("ar", "en"),
    ),
    (
        "Lin Yue",
        "lin@northwick.example",
        (Role.AGENT,),
        ("general", "payments", "trading", "derivatives", "web3", "technical", "wealth"),
        ("zh-Hans", "en"),
    ),
    ("Ines Duarte", "ines@northwick.example", (Role.ADMIN, Role.AUDITOR), (), ("en",)),
)


async def seed_demo(tx: Transaction, vault: vaults.Vault, *, now: datetime) -> dict[str, str]:
    """Make the demo's teams and colleagues; return (e-mail -> random password). Nothing happens a second time."""
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT)
    await seed_teams(tx, vault, now=now)
    if await agents.has_agents(tx):
        return {}
    by_slug = {team.slug: team.id for team in await teams(tx)}
    given: dict[str, str] = {}
    for name, email, roles, slugs, languages in _PEOPLE:
        _agent_id, link = await agents.invite_agent(
            tx,
            vault,
            name=name,
            email=email,
            roles=roles,
            team_ids=[by_slug[slug] for slug in slugs],
            languages=languages,
            by=SYSTEM,
            now=now,
        )
        given[email] = secrets.token_urlsafe(12)
        hashed = await passwords.hash_password(given[email])
        await links.set_password(tx, vault, secret=link, password_hash=hashed, now=now)
    return given


async def seed_teams(tx: Transaction, vault: vaults.Vault, *, now: datetime) -> None:
    """Make a team for every queue of the taxonomy that none works on yet; every installation starts with these."""
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT)
    served = {queue for team in await teams(tx) for queue in team.queues}
    for queue, name in QUEUES.items():
        if queue not in served:
            await create_team(tx, vault, slug=queue, name=name, queues=[queue], by=SYSTEM, now=now)
