"""Webhooks: addresses of integrators that hear of events, each with its secrets and what it wants to hear."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from bellrock import people
from bellrock import vault as vaults
from bellrock.core import Actor, Transaction, new_id
from bellrock.integrations.errors import BadEndpoint, EndpointUnknown
from bellrock.integrations.events import KINDS, NAMES
from bellrock.integrations.keepers import keeper_of
from bellrock.integrations.signing import new_signing_secret

URL_MAX = 1_000
BOTH_HOLD = timedelta(hours=24)
"""After a rotation, messages are signed with the old secret as well for so long."""
ENDPOINTS_MAX = 50
_PURPOSE = "webhook"
_COLUMNS = (
    "id, host, sealed, events, team_ids, token_id, made_at, failing_since, paused_at, paused_because,"
    " coalesce(kept_by, (SELECT t.kept_by FROM api_tokens t WHERE t.id = token_id)) AS kept_by"
)
_SCOPES = {kind.name: kind.scope for kind in KINDS.values()}

ENDPOINT_MADE = "integrations.webhook_made"
ENDPOINT_ROTATED = "integrations.webhook_rotated"
ENDPOINT_PAUSED = "integrations.webhook_paused"
ENDPOINT_RESUMED = "integrations.webhook_resumed"
ENDPOINT_REMOVED = "integrations.webhook_removed"


class Secrets(msgspec.Struct, frozen=True):
    """What is sealed of an endpoint. `older` still holds until `older_until`."""

    url: str
    newest: str
    older: str | None = None
    older_until: datetime | None = None

    def holding(self, now: datetime) -> list[str]:
        """Return the secrets to sign with, the newest first."""
        still = self.older if self.older_until is not None and self.older_until > now else None
        return [secret for secret in (self.newest, still) if secret]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that hears of events. `team_ids` None: of every team's conversations.

    `kept_by` answers for it (None: the system or the operator). One that a program made belongs to its token, `token_id`.
    """

    id: UUID
    host: str
    url: str = field(repr=False)
    secrets: Secrets = field(repr=False)
    events: tuple[str, ...]
    team_ids: tuple[UUID, ...] | None
    kept_by: UUID | None
    token_id: UUID | None
    made_at: datetime
    failing_since: datetime | None
    paused_at: datetime | None
    paused_because: Literal["person", "failing"] | None

    @property
    def scopes(self) -> frozenset[str]:
        """What somebody must be allowed to read to hear of its events."""
        return scopes_of(self.events)


def host_of(url: str) -> str:
    """Return the host of an address that may be called. Raises BadEndpoint."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadEndpoint from error
    host = parts.hostname or ""
    if (
        len(url) > URL_MAX
        or not url.isascii()
        or not url.isprintable()
        or " " in url
        or parts.scheme not in ("https", "http")
        or not 1 <= len(host) <= 253
        or "@" in parts.netloc
        or "\\" in url
        or parts.fragment
        or port == 0
    ):
        raise BadEndpoint
    return host


async def make_endpoint(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    url: str,
    events: Collection[str],
    team_ids: Collection[UUID] | None,
    may_be_plain: bool,
    by: Actor | people.Integration,
    now: datetime,
) -> tuple[Endpoint, str]:
    """Make an endpoint and return it with its secret. `may_be_plain`: http is allowed too.

    Raises BadEndpoint, and BeyondKeeper for what `by` may not read themselves: somebody, or a program by its token.
    """
    url = url.strip()
    host = host_of(url)
    wanted = tuple(name for name in NAMES if name in set(events))
    known = {team.id for team in await people.teams(tx)}
    if (
        not wanted
        or len(wanted) != len(set(events))
        or not (url.startswith("https://") or may_be_plain)
        or (team_ids is not None and (not team_ids or not set(team_ids) <= known))
        or len(await endpoints(tx, vault)) >= ENDPOINTS_MAX
    ):
        raise BadEndpoint
    kept_by, token_id = await keeper_of(tx, by=by, scopes=scopes_of(wanted), team_ids=team_ids)
    endpoint_id = new_id()
    kept = Secrets(url=url, newest=new_signing_secret())
    await vault.create_subject(tx, vaults.HOUSE_SUBJECT)
    await tx.execute(
        "INSERT INTO webhook_endpoints (id, host, sealed, events, team_ids, kept_by, token_id, made_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            endpoint_id,
            host,
            await _seal(tx, vault, endpoint_id, kept),
            list(wanted),
            sorted(set(team_ids)) if team_ids is not None else None,
            kept_by,
            token_id,
            now,
        ),
    )
    data = {"events": list(wanted), "teams": [str(team) for team in sorted(set(team_ids))] if team_ids else None}
    await record_step(tx, vault, ENDPOINT_MADE, endpoint_id, actor_of(by), now, data=data, words={"url": url})
    return await endpoint(tx, vault, endpoint_id=endpoint_id), kept.newest


async def rotate_secret(tx: Transaction, vault: vaults.Vault, *, endpoint_id: UUID, by: Actor, now: datetime) -> str:
    """Give an endpoint a new secret and return it; the one before holds for another day. Raises EndpointUnknown."""
    await lock_endpoint(tx, endpoint_id)
    known = await endpoint(tx, vault, endpoint_id=endpoint_id)
    kept = Secrets(url=known.url, newest=new_signing_secret(), older=known.secrets.newest, older_until=now + BOTH_HOLD)
    await tx.execute(
        "UPDATE webhook_endpoints SET sealed = %s WHERE id = %s",
        (await _seal(tx, vault, endpoint_id, kept), endpoint_id),
    )
    await record_step(tx, vault, ENDPOINT_ROTATED, endpoint_id, by, now)
    return kept.newest


async def pause_endpoint(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    endpoint_id: UUID,
    because: Literal["person", "failing"],
    by: Actor,
    now: datetime,
) -> None:
    """Send nothing there for now; what happens meanwhile is not kept for it. Raises EndpointUnknown."""
    await lock_endpoint(tx, endpoint_id)
    cursor = await tx.execute(
        "UPDATE webhook_endpoints SET paused_at = %s, paused_because = %s WHERE id = %s AND paused_at IS NULL",
        (now, because, endpoint_id),
    )
    if cursor.rowcount:
        await record_step(tx, vault, ENDPOINT_PAUSED, endpoint_id, by, now, data={"because": because})


async def resume_endpoint(tx: Transaction, vault: vaults.Vault, *, endpoint_id: UUID, by: Actor, now: datetime) -> None:
    """Send there again, beginning with what happens now. Raises EndpointUnknown."""
    await lock_endpoint(tx, endpoint_id)
    cursor = await tx.execute(
        "UPDATE webhook_endpoints SET paused_at = NULL, paused_because = NULL, failing_since = NULL"
        " WHERE id = %s AND paused_at IS NOT NULL",
        (endpoint_id,),
    )
    if cursor.rowcount:
        await record_step(tx, vault, ENDPOINT_RESUMED, endpoint_id, by, now)


async def remove_endpoint(tx: Transaction, vault: vaults.Vault, *, endpoint_id: UUID, by: Actor, now: datetime) -> None:
    """Forget an endpoint with its address, its secrets and what waits for it. Raises EndpointUnknown."""
    await lock_endpoint(tx, endpoint_id)
    await tx.execute("UPDATE webhook_endpoints SET removed_at = %s, sealed = '' WHERE id = %s", (now, endpoint_id))
    await tx.execute("DELETE FROM webhook_deliveries WHERE endpoint_id = %s", (endpoint_id,))
    await record_step(tx, vault, ENDPOINT_REMOVED, endpoint_id, by, now)


async def pause_of_token(tx: Transaction, vault: vaults.Vault, *, token_id: UUID, by: Actor, now: datetime) -> None:
    """Pause what a token made, because it ended."""
    cursor = await tx.execute(
        "SELECT id FROM webhook_endpoints WHERE token_id = %s AND removed_at IS NULL", (token_id,)
    )
    for row in await cursor.fetchall():
        await pause_endpoint(tx, vault, endpoint_id=row["id"], because="person", by=by, now=now)


async def endpoints(tx: Transaction, vault: vaults.Vault) -> list[Endpoint]:
    """Return all endpoints, the oldest first."""
    cursor = await tx.execute(f"SELECT {_COLUMNS} FROM webhook_endpoints WHERE removed_at IS NULL ORDER BY id")
    return [await _from_row(tx, vault, row) for row in await cursor.fetchall()]


async def endpoint(tx: Transaction, vault: vaults.Vault, *, endpoint_id: UUID) -> Endpoint:
    """Return one endpoint. Raises EndpointUnknown."""
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM webhook_endpoints WHERE id = %s AND removed_at IS NULL", (endpoint_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise EndpointUnknown
    return await _from_row(tx, vault, row)


def scopes_of(events: Collection[str]) -> frozenset[str]:
    """Return what somebody must be allowed to read to hear of events."""
    return frozenset(_SCOPES[name] for name in events if name in _SCOPES)


def actor_of(by: Actor | people.Integration) -> Actor:
    """Return whom facts name."""
    return by if isinstance(by, Actor) else by.actor


async def lock_endpoint(tx: Transaction, endpoint_id: UUID) -> None:
    """Lock the row of an endpoint. Raises EndpointUnknown."""
    cursor = await tx.execute(
        "SELECT FROM webhook_endpoints WHERE id = %s AND removed_at IS NULL FOR UPDATE", (endpoint_id,)
    )
    if await cursor.fetchone() is None:
        raise EndpointUnknown


async def _seal(tx: Transaction, vault: vaults.Vault, endpoint_id: UUID, kept: Secrets) -> bytes:
    return await vault.seal_bytes(
        tx,
        object_id=endpoint_id,
        subject_id=vaults.HOUSE_SUBJECT,
        purpose=_PURPOSE,
        data=msgspec.json.encode(kept),
    )


async def _from_row(tx: Transaction, vault: vaults.Vault, row: dict[str, Any]) -> Endpoint:
    data = await vault.open_bytes(
        tx, object_id=row["id"], subject_id=vaults.HOUSE_SUBJECT, purpose=_PURPOSE, sealed=row["sealed"]
    )
    kept = msgspec.json.decode(data, type=Secrets)
    return Endpoint(
        id=row["id"],
        host=row["host"],
        url=kept.url,
        secrets=kept,
        events=tuple(row["events"]),
        team_ids=tuple(row["team_ids"]) if row["team_ids"] is not None else None,
        kept_by=row["kept_by"],
        token_id=row["token_id"],
        made_at=row["made_at"],
        failing_since=row["failing_since"],
        paused_at=row["paused_at"],
        paused_because=row["paused_because"],
    )


async def record_step(
    tx: Transaction,
    vault: vaults.Vault,
    kind: str,
    endpoint_id: UUID,
    by: Actor,
    now: datetime,
    *,
    data: dict[str, Any] | None = None,
    words: dict[str, str] | None = None,
) -> None:
    """Write a step in the life of an endpoint as a fact."""
    await vaults.record(
        tx, vault, kind=kind, at=now, actor=by, data={"webhook": str(endpoint_id), **(data or {})}, words=words
    )
