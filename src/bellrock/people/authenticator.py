"""The authenticator: time-based codes (RFC 6238), each used once, and recovery codes for the day the phone is lost."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from uuid import UUID

import pyotp

from bellrock import vault as vaults
from bellrock.core import Actor, Conflict, Transaction
from bellrock.people import giving
from bellrock.people.errors import CodeRefused

PERIOD_SECONDS = 30
RECOVERY_CODES = 10
ISSUER = "Bellrock"
_PURPOSE = "authenticator"
_STEPS_EITHER_WAY = 1
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


async def begin_enrolment(tx: Transaction, vault: vaults.Vault, *, agent_id: UUID) -> str:
    """Return the base32 secret to show as a QR code; the same one until it is confirmed. Raises Conflict when enrolled."""
    cursor = await tx.execute("SELECT authenticator, enrolled_at FROM agents WHERE id = %s FOR UPDATE", (agent_id,))
    row = await cursor.fetchone()
    if row is None or row["enrolled_at"] is not None:
        raise Conflict
    if row["authenticator"] is not None:
        return await _open_secret(tx, vault, agent_id, row["authenticator"])
    secret = pyotp.random_base32(32)
    await tx.execute(
        "UPDATE agents SET authenticator = %s WHERE id = %s",
        (
            await vault.seal_bytes(tx, object_id=agent_id, subject_id=agent_id, purpose=_PURPOSE, data=secret.encode()),
            agent_id,
        ),
    )
    return secret


def enrolment_address(secret: str, *, account: str) -> str:
    """Return the `otpauth://` address that the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


async def finish_enrolment(
    tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, code: str, now: datetime
) -> list[str]:
    """Confirm the authenticator by its first code and return the recovery codes, which are shown once.

    Raises CodeRefused, Conflict.
    """
    cursor = await tx.execute("SELECT enrolled_at FROM agents WHERE id = %s FOR UPDATE", (agent_id,))
    row = await cursor.fetchone()
    if row is None or row["enrolled_at"] is not None:
        raise Conflict
    await check_code(tx, vault, agent_id=agent_id, code=code, now=now)
    await tx.execute("UPDATE agents SET enrolled_at = %s WHERE id = %s", (now, agent_id))
    codes = await _make_recovery_codes(tx, vault, agent_id)
    await vaults.record(
        tx,
        vault,
        kind="people.authenticator_enrolled",
        at=now,
        actor=Actor("agent", agent_id),
        data={"agent": str(agent_id)},
    )
    return codes


async def check_code(tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, code: str, now: datetime) -> None:
    """Use up a code of the authenticator: 30 s either way, never the same or an older one again. Raises CodeRefused."""
    row = await (await tx.execute("SELECT authenticator FROM agents WHERE id = %s", (agent_id,))).fetchone()
    if row is None or row["authenticator"] is None:
        raise CodeRefused
    step = matching_step(await _open_secret(tx, vault, agent_id, row["authenticator"]), code, now)
    if step is None:
        raise CodeRefused
    cursor = await tx.execute(
        "UPDATE agents SET authenticator_step = %s WHERE id = %s AND authenticator_step < %s", (step, agent_id, step)
    )
    if cursor.rowcount != 1:
        raise CodeRefused


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the 30 s step whose code this is, or None. Takes the same time for every wrong code of six digits."""
    digits = "".join(code.split())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    here = int(now.timestamp()) // PERIOD_SECONDS
    generator = pyotp.TOTP(secret)
    found: int | None = None
    for step in range(here - _STEPS_EITHER_WAY, here + _STEPS_EITHER_WAY + 1):
        if hmac.compare_digest(generator.generate_otp(step), digits):
            found = step
    return found


async def renew_recovery_codes(tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, now: datetime) -> list[str]:
    """Replace the recovery codes and return the new ones; only keyed fingerprints are kept."""
    await vaults.record(
        tx,
        vault,
        kind="people.recovery_codes_renewed",
        at=now,
        actor=Actor("agent", agent_id),
        data={"agent": str(agent_id)},
    )
    return await _make_recovery_codes(tx, vault, agent_id)


async def _make_recovery_codes(tx: Transaction, vault: vaults.Vault, agent_id: UUID) -> list[str]:
    codes = [f"{_letters(5)}-{_letters(5)}" for _ in range(RECOVERY_CODES)]
    await tx.execute("DELETE FROM recovery_codes WHERE agent_id = %s", (agent_id,))
    for code in codes:
        await tx.execute(
            "INSERT INTO recovery_codes (agent_id, hash) VALUES (%s, %s)", (agent_id, _code_hash(vault, agent_id, code))
        )
    return codes


def _letters(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))


async def use_recovery_code(tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, code: str, now: datetime) -> int:
    """Use up a recovery code and return how many are left. Raises CodeRefused."""
    cursor = await tx.execute(
        "UPDATE recovery_codes SET used_at = %s WHERE agent_id = %s AND hash = %s AND used_at IS NULL",
        (now, agent_id, _code_hash(vault, agent_id, code)),
    )
    if cursor.rowcount != 1:
        raise CodeRefused
    await vaults.record(
        tx,
        vault,
        kind="people.recovery_code_used",
        at=now,
        actor=Actor("agent", agent_id),
        data={"agent": str(agent_id)},
    )
    return await recovery_codes_left(tx, agent_id=agent_id)


async def recovery_codes_left(tx: Transaction, *, agent_id: UUID) -> int:
    """Return how many recovery codes were not used yet."""
    cursor = await tx.execute(
        "SELECT count(*) AS left FROM recovery_codes WHERE agent_id = %s AND used_at IS NULL", (agent_id,)
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row["left"])


async def remove_authenticator(
    tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, by: Actor, now: datetime
) -> None:
    """Remove an agent's authenticator and recovery codes, so that they set up another at their next sign-in."""
    await giving.must_manage(tx, by=by, agent_id=agent_id)
    await tx.execute(
        "UPDATE agents SET authenticator = NULL, authenticator_step = 0, enrolled_at = NULL WHERE id = %s", (agent_id,)
    )
    await tx.execute("DELETE FROM recovery_codes WHERE agent_id = %s", (agent_id,))
    await vaults.record(tx, vault, kind="people.authenticator_removed", at=now, actor=by, data={"agent": str(agent_id)})


async def _open_secret(tx: Transaction, vault: vaults.Vault, agent_id: UUID, sealed: bytes) -> str:
    data = await vault.open_bytes(tx, object_id=agent_id, subject_id=agent_id, purpose=_PURPOSE, sealed=sealed)
    return data.decode()


def _code_hash(vault: vaults.Vault, agent_id: UUID, code: str) -> bytes:
    plain = "".join(code.split()).replace("-", "").lower()[:64]
    return vault.fingerprint("recovery_code", f"{agent_id}:{plain}")
