"""Tokens: kept by an administrator, shown once, known by their hash, ended by time or by hand. Each step is a fact."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from bellrock import people
from bellrock import vault as vaults
from bellrock.core import Actor, Transaction, new_id
from bellrock.integrations.endpoints import pause_of_token
from bellrock.integrations.errors import BadToken, ScopeMissing, TokenNotFound, TokenUnknown
from bellrock.integrations.keepers import reach_under, require_reach
from bellrock.integrations.scopes import SCOPES

PREFIX = "brk_"
LIFETIME_MAX = timedelta(days=731)
NAME_MAX = 80
_USED_EVERY = timedelta(minutes=1)
_SECRET_LENGTH = len(PREFIX) + 43
_COLUMNS = "id, name, hint, scopes, team_ids, kept_by, made_at, expires_at, last_used_at, revoked_at"

TOKEN_MADE = "integrations.token_made"  # noqa: S105 - a kind of fact
TOKEN_KEPT = "integrations.token_kept"  # noqa: S105
TOKEN_REVOKED = "integrations.token_revoked"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its page lists it. `team_ids` None: no limit to teams. `hint`: its last four characters.

    `kept_by` answers for it: whoever made it, or took it over. None: the system or the operator.
    """

    id: UUID
    name: str
    hint: str
    scopes: tuple[str, ...]
    team_ids: tuple[UUID, ...] | None
    kept_by: UUID | None
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now


@dataclass(frozen=True, slots=True)
class Made:
    """A new token, and its secret, which nobody sees again."""

    token: Token
    secret: str = field(repr=False)


async def make_token(
    tx: Transaction,
    vault: vaults.Vault,
    *,
    name: str,
    scopes: Collection[str],
    team_ids: Collection[UUID] | None,
    expires_at: datetime,
    by: Actor,
    now: datetime,
) -> Made:
    """Make a token for these scopes, limited to teams where any are given.

    Raises BadToken, and BeyondKeeper for what `by` may not do themselves.
    """
    name = " ".join(name.split())
    known = {team.id for team in await people.teams(tx)}
    if (
        not 1 <= len(name) <= NAME_MAX
        or not name.isprintable()
        or not scopes
        or not set(scopes) <= SCOPES.keys()
        or not now < expires_at <= now + LIFETIME_MAX
        or (team_ids is not None and (not team_ids or not set(team_ids) <= known))
    ):
        raise BadToken
    await require_reach(tx, by=by, scopes=scopes, team_ids=team_ids)
    secret = PREFIX + people.new_secret()
    cursor = await tx.execute(
        "INSERT INTO api_tokens (id, name, hash, hint, scopes, team_ids, kept_by, made_at, expires_at)"
        f" VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING {_COLUMNS}",
        (
            new_id(),
            name,
            people.secret_hash(secret),
            secret[-4:],
            sorted(set(scopes)),
            sorted(set(team_ids)) if team_ids is not None else None,
            by.id if by.kind == "agent" else None,
            now,
            expires_at,
        ),
    )
    row = await cursor.fetchone()
    assert row is not None
    token = _from_row(row)
    await vaults.record(
        tx,
        vault,
        kind=TOKEN_MADE,
        at=now,
        actor=by,
        data={
            "token": str(token.id),
            "scopes": list(token.scopes),
            "teams": [str(team) for team in token.team_ids] if token.team_ids is not None else None,
            "expires_at": expires_at.isoformat(),
            "hash": people.secret_hash(secret).hex(),
        },
        words={"name": name},
    )
    return Made(token, secret)


async def revoke_token(tx: Transaction, vault: vaults.Vault, *, token_id: UUID, by: Actor, now: datetime) -> None:
    """End a token now, and pause the webhooks that it made; ending it twice is the same as once. Raises TokenNotFound."""
    cursor = await tx.execute("SELECT revoked_at FROM api_tokens WHERE id = %s FOR UPDATE", (token_id,))
    row = await cursor.fetchone()
    if row is None:
        raise TokenNotFound
    if row["revoked_at"] is not None:
        return
    await tx.execute("UPDATE api_tokens SET revoked_at = %s WHERE id = %s", (now, token_id))
    await tx.execute("DELETE FROM api_results WHERE token_id = %s", (token_id,))
    await vaults.record(tx, vault, kind=TOKEN_REVOKED, at=now, actor=by, data={"token": str(token_id)})
    await pause_of_token(tx, vault, token_id=token_id, by=by, now=now)


async def keep_token(tx: Transaction, vault: vaults.Vault, *, token_id: UUID, by: Actor, now: datetime) -> None:
    """Answer for a token from now on: it reaches as far as `by` does. Raises TokenNotFound, BeyondKeeper."""
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM api_tokens WHERE id = %s AND revoked_at IS NULL FOR UPDATE", (token_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise TokenNotFound
    await require_reach(tx, by=by, scopes=row["scopes"], team_ids=row["team_ids"])
    kept_by = by.id if by.kind == "agent" else None
    if kept_by == row["kept_by"]:
        return
    await tx.execute("UPDATE api_tokens SET kept_by = %s WHERE id = %s", (kept_by, token_id))
    await vaults.record(tx, vault, kind=TOKEN_KEPT, at=now, actor=by, data={"token": str(token_id)})


async def rests(tx: Transaction, token: Token) -> bool:
    """Return whether a token reaches less far than it was made for, because whoever answers for it does."""
    held = await reach_under(tx, kept_by=token.kept_by, scopes=token.scopes, team_ids=token.team_ids)
    limit = frozenset(token.team_ids) if token.team_ids is not None else None
    return held is None or (held.scopes, held.team_ids) != (frozenset(token.scopes), limit)


async def tokens(tx: Transaction) -> list[Token]:
    """Return all tokens, the newest first."""
    cursor = await tx.execute(f"SELECT {_COLUMNS} FROM api_tokens ORDER BY id DESC LIMIT 500")
    return [_from_row(row) for row in await cursor.fetchall()]


async def holder(tx: Transaction, *, secret: str, now: datetime) -> people.Integration:
    """Return who acts with this secret, and note that it was used (once a minute). Raises TokenUnknown.

    It reaches as far as whoever answers for it may themselves at this moment.
    """
    if not is_secret(secret):
        raise TokenUnknown
    cursor = await tx.execute(
        f"SELECT {_COLUMNS} FROM api_tokens WHERE hash = %s AND revoked_at IS NULL AND expires_at > %s",
        (people.secret_hash(secret), now),
    )
    row = await cursor.fetchone()
    if row is None:
        raise TokenUnknown
    token = _from_row(row)
    held = await reach_under(tx, kept_by=token.kept_by, scopes=token.scopes, team_ids=token.team_ids)
    if held is None:
        raise TokenUnknown
    if token.last_used_at is None or token.last_used_at <= now - _USED_EVERY:
        # Whoever comes second at the same moment need not wait: the first has noted it.
        await tx.execute(
            "UPDATE api_tokens SET last_used_at = %s WHERE id = (SELECT id FROM api_tokens WHERE id = %s"
            " FOR NO KEY UPDATE SKIP LOCKED)",
            (now, token.id),
        )
    return people.integration_of(
        token.id,
        name=token.name,
        scopes=held.scopes,
        team_ids=held.team_ids,
        may_read=held.may_read,
        blocks=held.blocks,
    )


def is_secret(text: str) -> bool:
    """Return whether a text has the form of a token's secret."""
    return len(text) == _SECRET_LENGTH and text.startswith(PREFIX) and text.isascii()


def require_scope(who: people.Integration, scope: str) -> None:
    """Raise ScopeMissing unless the token is for this."""
    if scope not in who.scopes:
        raise ScopeMissing(scope=scope)


def _from_row(row: dict[str, Any]) -> Token:
    return Token(
        id=row["id"],
        name=row["name"],
        hint=row["hint"],
        scopes=tuple(row["scopes"]),
        team_ids=tuple(row["team_ids"]) if row["team_ids"] is not None else None,
        kept_by=row["kept_by"],
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )
