"""A small house with a life behind it, and empty databases to restore into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from bellrock import access, channels, conversations, guard, ledger, people, worker
from bellrock.core import SYSTEM, Settings, clock, new_id
from bellrock.house import House
from bellrock.people import Customer, Role
from bellrock.wiring import listeners, projections
from tests.conftest import with_database
from tests.people.conftest import KEYS, signed

LONG_AGO = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CANARY = "canary of the withdrawal to bc1qcanary"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf0000000300010118dd8db0"
    "0000000049454e44ae426082"
)


@dataclass(frozen=True)
class Life:
    """What happened in the house: two customers, one case each, the first with a file and resolved."""

    customer: Customer
    other: Customer
    case: UUID
    other_case: UUID
    agent: people.Agent
    file_id: UUID


async def never(*_: object, **__: object) -> bool:
    return True


async def settle(house: House, *, now: datetime | None = None) -> None:
    """Let every listener read everything, and keep checkpoints outside."""
    await worker.drain(house.database, listeners(house, has_first_line=False, defer=never))
    await ledger.keep(house.database, house.vault.keyring, house.settings, now=now or clock.now())


async def audit(house: House) -> ledger.Report:
    return await ledger.audit(
        house.database, house.vault, folder=house.settings.checkpoints_folder, projections=projections()
    )


async def agent_of(house: House, name: str, *roles: Role) -> people.Agent:
    """Return an active colleague with these roles, who can be found by `name@desk.example`."""
    id = new_id()
    email = f"{name}@desk.example"
    async with house.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO agents (id, name, email_fingerprint, email, roles, status, password_hash, created_at)"
            " VALUES (%s, %s, %s, '', %s, 'active', 'none', %s)",
            (id, name, house.vault.fingerprint("email", email), [role.value for role in roles], LONG_AGO),
        )
        return await people.agent(tx, id)


@pytest.fixture
async def life(house: House) -> Life:
    agent = await agent_of(house, "lead", Role.LEAD)
    async with house.database.transaction() as tx:
        await people.seed_teams(tx, house.vault, now=LONG_AGO)
        team_id = await people.default_team_id(tx)
        met = []
        for sub in ("one", "two"):
            token = signed(name=f"Canary {sub}", email=f"{sub}@customers.example", sub=sub)
            met.append(await people.customer_from_token(tx, house.vault, token=token, keys=KEYS, now=LONG_AGO))
        cases = []
        for place, customer in enumerate(met):
            at = LONG_AGO + timedelta(minutes=place)
            opened = await conversations.open_conversation(
                tx, house.vault, customer=customer, channel="widget", language="en", now=at
            )
            cases.append(opened.id)
            await conversations.receive(
                tx, house.vault, customer=customer, conversation_id=opened.id, text=guard.screen(CANARY),
                client_key=str(new_id()), now=at,
            )  # fmt: skip
            await conversations.hand_over(
                tx, house.vault, by=SYSTEM, conversation_id=opened.id, reason="asked_for_person",
                summary=guard.screen("They ask for a person"), facts={}, team_id=team_id, priority="normal", now=at,
            )  # fmt: skip
    now = LONG_AGO + timedelta(hours=1)
    async with house.database.transaction() as tx:
        file = await channels.attach_file(
            tx, house.vault, house.files, by=met[0], customer_id=met[0].id, client_key="file-key-0001", name="screen.png",
            data=PNG, now=now,
        )  # fmt: skip
        await channels.send_files(tx, by=met[0], conversation_id=cases[0], file_ids=[file.id], now=now)
        await conversations.receive(
            tx, house.vault, customer=met[0], conversation_id=cases[0], text=guard.screen("Here is a picture"),
            client_key=str(new_id()), file_ids=[file.id], now=now,
        )  # fmt: skip
        await conversations.note(
            tx, house.vault, by=agent, conversation_id=cases[0], text=guard.screen("They seem to be right"), now=now
        )
        await access.look(
            tx, house.vault, agent=agent, what=access.Looked.CONVERSATION, customer_id=met[0].id,
            conversation_id=cases[0], now=now,
        )  # fmt: skip
        await conversations.resolve(tx, house.vault, by=agent, conversation_id=cases[0], now=now)
    await settle(house, now=now)
    return Life(met[0], met[1], cases[0], cases[1], agent, file.id)


@pytest.fixture
def empty_database(postgres_url: str, worker_id: str) -> Iterator[Callable[[], str]]:
    """Make databases that hold nothing at all."""
    names: list[str] = []

    def make() -> str:
        names.append(f"empty_{worker_id}_{new_id().hex[:12]}")
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {names[-1]}")
        return with_database(postgres_url, names[-1])

    yield make
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for name in names:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def elsewhere(house: House, tmp_path: Path, empty_database: Callable[[], str]) -> Settings:
    """The settings of an empty house on another machine, to which the keys were brought."""
    return replace(
        house.settings,
        database_url=empty_database(),
        data=tmp_path / "elsewhere" / "data",
        checkpoints=tmp_path / "elsewhere" / "checkpoints",
    )


def tables_of(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {str(row[0]) for row in rows}
