"""Tokens: what they must say, when they end, and that each step is a fact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bellrock import integrations
from bellrock.core import SYSTEM, Transaction, new_id
from bellrock.integrations import BadToken, TokenNotFound, TokenUnknown
from bellrock.vault import Vault

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "name": "Ledger import",
    "scopes": ["conversations:read"],
    "team_ids": None,
    "expires_at": NOW + timedelta(days=30),
    "by": SYSTEM,
    "now": NOW,
}


async def test_a_token_is_known_by_its_hash_until_it_ends(tx: Transaction, vault: Vault) -> None:
    made = await integrations.make_token(tx, vault, **GOOD)
    assert made.secret.startswith("brk_")
    assert made.secret not in repr(made)
    who = await integrations.holder(tx, secret=made.secret, now=NOW)
    assert (who.actor.kind, who.actor.id) == ("integration", made.token.id)
    [listed] = await integrations.tokens(tx)
    assert (listed.last_used_at, listed.hint) == (NOW, made.secret[-4:])
    with pytest.raises(TokenUnknown):
        await integrations.holder(tx, secret=made.secret, now=NOW + timedelta(days=30))
    await integrations.revoke_token(tx, vault, token_id=made.token.id, by=SYSTEM, now=NOW)
    await integrations.revoke_token(tx, vault, token_id=made.token.id, by=SYSTEM, now=NOW)
    with pytest.raises(TokenUnknown):
        await integrations.holder(tx, secret=made.secret, now=NOW)
    cursor = await tx.execute("SELECT kind FROM journal_inbox WHERE kind LIKE 'integrations.%%' ORDER BY position")
    assert [row["kind"] for row in await cursor.fetchall()] == [
        "integrations.token_made",
        "integrations.token_revoked",
    ]
    cursor = await tx.execute("SELECT api_tokens::text AS whole FROM api_tokens")
    assert made.secret not in str(await cursor.fetchall())


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 81},
        {"name": "a\x00b"},
        {"scopes": []},
        {"scopes": ["conversations:all"]},
        {"team_ids": []},
        {"team_ids": [new_id()]},
        {"expires_at": NOW},
        {"expires_at": NOW + timedelta(days=1_000)},
    ],
)
async def test_tokens_that_are_not_made(tx: Transaction, vault: Vault, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadToken):
        await integrations.make_token(tx, vault, **{**GOOD, **wrong})


@pytest.mark.parametrize("secret", ["", "brk_", "brk_" + "x" * 43, "x" * 47, "brk_" + "é" * 43, "brk_" + "x" * 4_000])
async def test_secrets_that_nobody_holds(tx: Transaction, secret: str) -> None:
    with pytest.raises(TokenUnknown):
        await integrations.holder(tx, secret=secret, now=NOW)


async def test_what_is_not_there_is_not_revoked(tx: Transaction, vault: Vault) -> None:
    with pytest.raises(TokenNotFound):
        await integrations.revoke_token(tx, vault, token_id=new_id(), by=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        ("SELECT 1", []),
        ("UPDATE api_tokens SET scopes = scopes || '{customers:personal}'", ["row_differs"]),
        ("UPDATE api_tokens SET expires_at = expires_at + interval '1 year'", ["row_differs"]),
        ("UPDATE api_tokens SET revoked_at = NULL", ["row_differs"]),
        (
            "INSERT INTO api_tokens (id, name, hash, hint, scopes, made_at, expires_at) SELECT gen_random_uuid(), 'x',"
            " sha256('x'), 'xxxx', '{customers:personal}', now(), now() + interval '1 year'",
            ["row_stray"],
        ),
        ("DELETE FROM api_tokens", ["row_missing"]),
    ],
)
async def test_the_audit_sees_who_was_let_in(tx: Transaction, vault: Vault, edit: str, found: list[str]) -> None:
    made = await integrations.make_token(tx, vault, **GOOD)
    await integrations.revoke_token(tx, vault, token_id=made.token.id, by=SYSTEM, now=NOW)
    await tx.execute(edit)
    assert [finding.code async for finding in integrations.compare_rows(tx, vault) if finding] == found
