"""People for tests: keys of an exchange, and colleagues."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bellrock import people
from bellrock.core import SYSTEM, Transaction
from bellrock.vault import HOUSE_SUBJECT, Vault

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRET = bytes(range(32))
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
PASSWORD = "lantern over quiet water"
_hashes: dict[str, str] = {}


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


KEYS = people.token_keys(
    {
        "northwick-1": f"HS256:{encoded(SECRET)}",
        "northwick-2": f"EdDSA:{encoded(PRIVATE.public_key().public_bytes_raw())}",
    }
)


def claims(**changes: Any) -> dict[str, Any]:
    """Return good claims, changed; None removes one."""
    stamp = int(NOW.timestamp())
    good = {"sub": "cust-4711", "aud": "bellrock", "iat": stamp, "exp": stamp + 300, **changes}
    return {name: value for name, value in good.items() if value is not None}


def signed(*, kid: str = "northwick-1", **changes: Any) -> str:
    if kid == "northwick-2":
        return jwt.encode(claims(**changes), PRIVATE, algorithm="EdDSA", headers={"kid": kid})
    return jwt.encode(claims(**changes), SECRET, algorithm="HS256", headers={"kid": kid})


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
async def house_key(tx: Transaction, vault: Vault) -> None:
    await vault.create_subject(tx, HOUSE_SUBJECT)


async def joined(
    tx: Transaction,
    vault: Vault,
    name: str,
    *team_ids: UUID,
    roles: tuple[people.Role, ...] = (people.Role.AGENT,),
    email: str = "",
    at: datetime = NOW,
) -> people.Agent:
    """Make an agent who has joined, in these teams, with PASSWORD."""
    agent_id, link = await people.invite_agent(
        tx,
        vault,
        name=name,
        email=email or f"{name}@northwick.example",
        roles=roles,
        team_ids=team_ids,
        languages=["en"],
        by=SYSTEM,
        now=at,
    )
    if PASSWORD not in _hashes:
        _hashes[PASSWORD] = await people.hash_password(PASSWORD)
    await people.set_password(tx, vault, secret=link, password_hash=_hashes[PASSWORD], now=at)
    return await people.agent(tx, agent_id)


@pytest.fixture
def hire(tx: Transaction, vault: Vault, now: datetime) -> Callable[..., Any]:
    """Make an agent who has joined a day ago, with PASSWORD."""

    async def make(
        email: str = "mara@northwick.example", *, roles: tuple[people.Role, ...] = (people.Role.AGENT,)
    ) -> UUID:
        found = await joined(tx, vault, "Mara Lindqvist", roles=roles, email=email, at=now - timedelta(days=1))
        return found.id

    return make
