"""Signing in: password, then code, then in. An unknown e-mail and a wrong password look and last the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bellrock import vault as vaults
from bellrock.core import Actor, Transaction
from bellrock.people import authenticator, passwords, sessions, throttle
from bellrock.people.errors import CodeRefused
from bellrock.people.models import Presence
from bellrock.people.presence import set_presence
from bellrock.people.sessions import Device, Session, Stage
from bellrock.people.throttle import device_cookie

CODE_FAILURES_MAX = 5


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a password is checked against. Holds a hash even for nobody. `bucket` is where a failure counts."""

    bucket: bytes = field(repr=False)
    agent_id: UUID | None
    password_hash: str | None = field(repr=False)
    enrolled: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session's cookie, and what is asked next. `device` is for the device to keep, once somebody is in."""

    session_id: UUID
    token: str = field(repr=False)
    stage: Stage
    device: str = field(default="", repr=False)


async def challenge(
    tx: Transaction, vault: vaults.Vault, *, email: str, network: str, now: datetime, known: str = ""
) -> Challenge:
    """Begin to sign in from a network, with the cookie of a known device where there is one.

    Raises SignInPaused while this account waits there, whether it exists or not.
    """
    account = vault.fingerprint("email", email[:254])
    bucket = throttle.bucket(vault, account=account, network=network, known=known, step="password")
    await throttle.check(tx, account=bucket, now=now)
    cursor = await tx.execute(
        "SELECT id, password_hash, enrolled_at FROM agents WHERE email_fingerprint = %s AND status = 'active'",
        (account,),
    )
    row = await cursor.fetchone()
    if row is None:
        return Challenge(bucket, None, None, enrolled=False)
    return Challenge(bucket, row["id"], row["password_hash"], enrolled=row["enrolled_at"] is not None)


async def password_matches(asked: Challenge, password: str) -> bool:
    """Check a password outside any transaction: about 25 ms in a thread, the same when there is no such agent."""
    return await passwords.matches(asked.password_hash, password)


async def settle_password(
    tx: Transaction, *, asked: Challenge, matched: bool, device: Device, now: datetime
) -> SignedIn | None:
    """Open a half-open session after the right password; count a failure and return None after a wrong one.

    Commit in both cases.
    """
    if not matched or asked.agent_id is None:
        await throttle.note_failure(tx, account=asked.bucket, now=now)
        return None
    stage: Stage = "code" if asked.enrolled else "enrol"
    session_id, token = await sessions.open_session(tx, agent_id=asked.agent_id, stage=stage, device=device, now=now)
    return SignedIn(session_id, token, stage)


async def note_failure(tx: Transaction, *, asked: Challenge, now: datetime) -> None:
    """Count a wrong password that was asked for after sign-in."""
    await throttle.note_failure(tx, account=asked.bucket, now=now)


async def settle_code(
    tx: Transaction, vault: vaults.Vault, *, half: Session, code: str, device: Device, now: datetime, known: str = ""
) -> SignedIn | None:
    """Turn a half-open session into an open one by a code of the authenticator or a recovery code.

    Return None after a wrong code; the fifth ends the half-open session. Commit in both cases.
    """
    if half.stage != "code" or await _failures(tx, half.id) >= CODE_FAILURES_MAX:
        return None
    agent_id = half.agent.id
    account = await _account(tx, agent_id)
    bucket = throttle.bucket(vault, account=account, network=device.network, known=known, step="code")
    try:
        await throttle.check(tx, account=bucket, now=now)
        if "".join(code.split()).isdigit():
            await authenticator.check_code(tx, vault, agent_id=agent_id, code=code, now=now)
        else:
            await authenticator.use_recovery_code(tx, vault, agent_id=agent_id, code=code, now=now)
    except CodeRefused:
        await throttle.note_failure(tx, account=bucket, now=now)
        await tx.execute(
            "UPDATE agent_sessions SET failures = failures + 1, ended_at = CASE WHEN failures + 1 >= %s THEN %s::timestamptz"
            " ELSE ended_at END WHERE id = %s",
            (CODE_FAILURES_MAX, now, half.id),
        )
        return None
    return await sign_in(tx, vault, half=half, device=device, now=now, known=known)


async def sign_in(
    tx: Transaction, vault: vaults.Vault, *, half: Session, device: Device, now: datetime, known: str = ""
) -> SignedIn:
    """Replace a half-open session, whose steps are done, by an open one with a new cookie."""
    await tx.execute("UPDATE agent_sessions SET ended_at = %s WHERE id = %s", (now, half.id))
    return await open_for(tx, vault, agent_id=half.agent.id, device=device, now=now, known=known)


async def open_for(
    tx: Transaction, vault: vaults.Vault, *, agent_id: UUID, device: Device, now: datetime, known: str = ""
) -> SignedIn:
    """Open a session for an agent who proved everything that is asked (or was chosen from the demo list)."""
    account, failures = await _account(tx, agent_id), 0
    steps: tuple[throttle.Step, ...] = ("password", "code")
    for step in steps:
        bucket = throttle.bucket(vault, account=account, network=device.network, known=known, step=step)
        failures += await throttle.forgive(tx, account=bucket)
    session_id, token = await sessions.open_session(tx, agent_id=agent_id, stage="open", device=device, now=now)
    await set_presence(tx, agent_id=agent_id, presence=Presence.ONLINE, now=now)
    await vaults.record(
        tx,
        vault,
        kind="people.signed_in",
        at=now,
        actor=Actor("agent", agent_id),
        data={"agent": str(agent_id), "session": str(session_id), "failures_before": failures},
        words={"device": device.device, "network": device.network},
    )
    is_known = bool(throttle.known_device(vault, account=account, cookie=known))
    return SignedIn(session_id, token, "open", known if is_known else device_cookie(vault, account=account))


async def _account(tx: Transaction, agent_id: UUID) -> bytes:
    row = await (await tx.execute("SELECT email_fingerprint FROM agents WHERE id = %s", (agent_id,))).fetchone()
    assert row is not None
    return bytes(row["email_fingerprint"])


async def _failures(tx: Transaction, session_id: UUID) -> int:
    cursor = await tx.execute(
        "SELECT failures FROM agent_sessions WHERE id = %s AND ended_at IS NULL FOR UPDATE", (session_id,)
    )
    row = await cursor.fetchone()
    return CODE_FAILURES_MAX if row is None else int(row["failures"])
