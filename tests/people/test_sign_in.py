"""Coming in: the right password, then a code that was never used; everything else looks and lasts the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellrock import people
from bellrock.core import SYSTEM, Conflict, NotFound, Transaction
from bellrock.people import throttle
from bellrock.people.authenticator import matching_step
from bellrock.vault import Vault
from tests.people.conftest import NOW, PASSWORD

DEVICE = people.device_of("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "203.0.113.77")
EMAIL = "mara@northwick.example"


async def try_password(
    tx: Transaction, vault: Vault, now: datetime, password: str = PASSWORD, email: str = EMAIL
) -> people.SignedIn | None:
    asked = await people.challenge(tx, vault, email=email, network=DEVICE.network, now=now)
    matched = await people.password_matches(asked, password)
    return await people.settle_password(tx, asked=asked, matched=matched, device=DEVICE, now=now)


async def half_open(tx: Transaction, vault: Vault, now: datetime) -> people.Session:
    signed_in = await try_password(tx, vault, now)
    assert signed_in is not None
    session = await people.session(tx, token=signed_in.token, now=now)
    assert session is not None
    return session


async def enrol(tx: Transaction, vault: Vault, now: datetime) -> tuple[str, list[str]]:
    half = await half_open(tx, vault, now)
    assert half.stage == "enrol"
    secret = await people.begin_enrolment(tx, vault, agent_id=half.agent.id)
    codes = await people.finish_enrolment(tx, vault, agent_id=half.agent.id, code=pyotp.TOTP(secret).at(now), now=now)
    return secret, codes


async def try_code(
    tx: Transaction, vault: Vault, half: people.Session, code: str, now: datetime
) -> people.SignedIn | None:
    return await people.settle_code(tx, vault, half=half, code=code, device=DEVICE, now=now)


async def test_password_then_code_then_in(tx: Transaction, vault: Vault, now: datetime, hire: Any) -> None:
    await hire()
    secret, _ = await enrol(tx, vault, now)
    later = now + timedelta(minutes=1)
    half = await half_open(tx, vault, later)
    assert half.stage == "code"
    signed_in = await try_code(tx, vault, half, pyotp.TOTP(secret).at(later), later)
    assert signed_in is not None and signed_in.stage == "open"
    session = await people.session(tx, token=signed_in.token, now=later)
    assert session is not None and session.stage == "open"
    assert session.id != half.id  # a new cookie at every step up


async def test_a_wrong_password_and_an_unknown_email_look_the_same(
    tx: Transaction, vault: Vault, now: datetime, hire: Any
) -> None:
    await hire()
    assert await try_password(tx, vault, now, password="wrong") is None
    assert await try_password(tx, vault, now, email="nobody@northwick.example") is None
    assert await try_password(tx, vault, now, password="", email="") is None
    assert await try_password(tx, vault, now, password="x" * 100_000) is None
    assert await try_password(tx, vault, now, email="x" * 100_000) is None


async def test_both_spend_the_same_work(tx: Transaction, vault: Vault, now: datetime, hire: Any) -> None:
    await hire()

    async def seconds(email: str) -> float:
        asked = await people.challenge(tx, vault, email=email, network=DEVICE.network, now=now)
        began = time.perf_counter()
        assert not await people.password_matches(asked, "wrong password")
        return time.perf_counter() - began

    known = min([await seconds(EMAIL) for _ in range(5)])
    unknown = min([await seconds("nobody@northwick.example") for _ in range(5)])
    assert 0.3 < known / unknown < 3


async def test_an_account_waits_longer_with_each_failure_known_or_not(
    tx: Transaction, vault: Vault, now: datetime, hire: Any
) -> None:
    await hire()
    for email in (EMAIL, "nobody@northwick.example"):
        for _ in range(throttle.FREE_FAILURES):
            assert await try_password(tx, vault, now, password="wrong", email=email) is None
        with pytest.raises(people.SignInPaused):
            await try_password(tx, vault, now, email=email)
    assert await try_password(tx, vault, now + timedelta(seconds=16)) is not None


async def test_an_outsider_cannot_lock_an_agent_out(tx: Transaction, vault: Vault, now: datetime, hire: Any) -> None:
    agent_id = await hire()
    kept = (await people.open_for(tx, vault, agent_id=agent_id, device=DEVICE, now=now)).device

    async def attempt(password: str, *, network: str, known: str = "") -> people.SignedIn | None:
        asked = await people.challenge(tx, vault, email=EMAIL, network=network, known=known, now=now)
        matched = await people.password_matches(asked, password)
        return await people.settle_password(tx, asked=asked, matched=matched, device=DEVICE, now=now)

    for _ in range(throttle.FREE_FAILURES):
        assert await attempt("wrong", network=DEVICE.network) is None
    with pytest.raises(people.SignInPaused):
        await attempt(PASSWORD, network=DEVICE.network)
    # The agent's own device, though it shares the network, and any other network are not held up.
    assert await attempt(PASSWORD, network=DEVICE.network, known=kept) is not None
    assert await attempt(PASSWORD, network="198.51.100.0/24") is not None
    # A cookie that was made up, or is another account's, is none.
    for made_up in ("", "abc", f"{kept}0", kept.replace(".", "0.")):
        with pytest.raises(people.SignInPaused):
            await attempt(PASSWORD, network=DEVICE.network, known=made_up)


@given(st.integers(0, 10_000))
def test_the_wait_grows_and_is_bounded(failures: int) -> None:
    assert throttle.wait_seconds(failures) <= throttle.wait_seconds(failures + 1) <= throttle.WAIT_SECONDS_MAX


async def test_a_used_code_is_refused(tx: Transaction, vault: Vault, now: datetime, hire: Any) -> None:
    await hire()
    secret, _ = await enrol(tx, vault, now)
    used = pyotp.TOTP(secret).at(now)
    half = await half_open(tx, vault, now)
    assert await try_code(tx, vault, half, used, now) is None
    # An older code than the last one used is refused as well, although its time has not passed.
    later = now + timedelta(seconds=30)
    assert await try_code(tx, vault, half, pyotp.TOTP(secret).at(later), later) is not None
    half = await half_open(tx, vault, later)
    assert await try_code(tx, vault, half, pyotp.TOTP(secret).at(now), later) is None


async def test_the_fifth_wrong_code_ends_the_half_open_session(
    tx: Transaction, vault: Vault, now: datetime, hire: Any
) -> None:
    await hire()
    secret, _ = await enrol(tx, vault, now)
    later = now + timedelta(minutes=2)
    half = await half_open(tx, vault, later)
    for _ in range(4):
        assert await try_code(tx, vault, half, "abcde-fghij", later) is None
    account = vault.fingerprint("email", EMAIL)
    bucket = throttle.bucket(vault, account=account, network=DEVICE.network, known="", step="code")
    await throttle.forgive(tx, account=bucket)
    assert await try_code(tx, vault, half, "abcde-fghij", later) is None
    assert await try_code(tx, vault, half, pyotp.TOTP(secret).at(later), later) is None


async def test_a_recovery_code_lets_in_once(tx: Transaction, vault: Vault, now: datetime, hire: Any) -> None:
    agent_id = await hire()
    _, codes = await enrol(tx, vault, now)
    assert len(set(codes)) == 10
    half = await half_open(tx, vault, now)
    assert await try_code(tx, vault, half, codes[0].upper().replace("-", " "), now) is not None
    assert await people.recovery_codes_left(tx, agent_id=agent_id) == 9
    half = await half_open(tx, vault, now)
    assert await try_code(tx, vault, half, codes[0], now) is None
    renewed = await people.renew_recovery_codes(tx, vault, agent_id=agent_id, now=now)
    assert await try_code(tx, vault, half, codes[1], now) is None
    assert await try_code(tx, vault, half, renewed[0], now) is not None


async def test_an_authenticator_is_set_up_once(tx: Transaction, vault: Vault, now: datetime, hire: Any) -> None:
    agent_id = await hire()
    secret = await people.begin_enrolment(tx, vault, agent_id=agent_id)
    assert await people.begin_enrolment(tx, vault, agent_id=agent_id) == secret
    with pytest.raises(people.CodeRefused):
        await people.finish_enrolment(tx, vault, agent_id=agent_id, code="000000x", now=now)
    await people.finish_enrolment(tx, vault, agent_id=agent_id, code=pyotp.TOTP(secret).at(now), now=now)
    with pytest.raises(Conflict):
        await people.begin_enrolment(tx, vault, agent_id=agent_id)
    with pytest.raises(Conflict):
        await people.finish_enrolment(tx, vault, agent_id=agent_id, code="123456", now=now)
    await people.remove_authenticator(tx, vault, agent_id=agent_id, by=SYSTEM, now=now)
    assert await people.begin_enrolment(tx, vault, agent_id=agent_id) != secret


@given(code=st.text(max_size=20), seconds=st.integers(0, 10**9))
def test_no_text_but_six_digits_is_a_code(code: str, seconds: int) -> None:
    step = matching_step("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", code, NOW + timedelta(seconds=seconds))
    if step is not None:
        assert len("".join(code.split())) == 6 and code.isascii()


@given(seconds=st.integers(-120, 120))
def test_a_code_holds_for_thirty_seconds_either_way(seconds: int) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    moment = NOW.replace(second=0)
    made_at = moment + timedelta(seconds=seconds)
    step = matching_step(secret, pyotp.TOTP(secret).at(made_at), moment)
    near = abs(int(made_at.timestamp()) // 30 - int(moment.timestamp()) // 30) <= 1
    assert (step is not None) == near


async def test_sessions_end_by_silence_age_and_hand(
    tx: Transaction, vault: Vault, now: datetime, hire: Callable[..., Any]
) -> None:
    agent_id, other_id = await hire(), await hire("omar@northwick.example")
    one = await people.open_for(tx, vault, agent_id=agent_id, device=DEVICE, now=now)
    two = await people.open_for(tx, vault, agent_id=agent_id, device=DEVICE, now=now)
    assert await people.session(tx, token=one.token, now=now + people.IDLE_MAX) is None
    moment = now
    while moment < now + people.LIFETIME_MAX - timedelta(minutes=50):
        moment += timedelta(minutes=50)
        assert await people.session(tx, token=two.token, now=moment) is not None
    assert await people.session(tx, token=two.token, now=now + people.LIFETIME_MAX) is None
    # Another's session does not exist for me.
    with pytest.raises(NotFound):
        await people.end_session(tx, vault, agent_id=other_id, session_id=two.session_id, by=SYSTEM, now=now)
    await people.end_session(tx, vault, agent_id=agent_id, session_id=two.session_id, by=SYSTEM, now=now)
    assert await people.session(tx, token=two.token, now=now) is None


async def test_lists_my_sessions_and_ends_all_but_this_one(
    tx: Transaction, vault: Vault, now: datetime, hire: Callable[..., Any]
) -> None:
    agent_id = await hire()
    opened = [await people.open_for(tx, vault, agent_id=agent_id, device=DEVICE, now=now) for _ in range(3)]
    listed = await people.my_sessions(tx, agent_id=agent_id, now=now)
    assert {row.id for row in listed} == {item.session_id for item in opened}
    assert (listed[0].device, listed[0].network) == ("Firefox, Linux", "203.0.113.0/24")
    ended = await people.end_sessions(tx, vault, agent_id=agent_id, by=SYSTEM, now=now, except_id=opened[0].session_id)
    assert ended == 2
    assert [row.id for row in await people.my_sessions(tx, agent_id=agent_id, now=now)] == [opened[0].session_id]


async def test_keeps_no_secret_in_clear(tx: Transaction, vault: Vault, now: datetime, hire: Callable[..., Any]) -> None:
    await hire()
    secret, codes = await enrol(tx, vault, now)
    half = await half_open(tx, vault, now)
    signed_in = await try_code(tx, vault, half, codes[0], now)
    assert signed_in is not None
    dump = ""
    for table in ("agents", "agent_sessions", "recovery_codes", "agent_links", "journal_inbox", "records"):
        cursor = await tx.execute(f"SELECT t::text AS line FROM {table} t")
        dump += "".join(row["line"] for row in await cursor.fetchall())
    for canary in (secret, codes[1], signed_in.token, PASSWORD, EMAIL):
        assert canary not in dump
        assert canary.encode().hex() not in dump


@given(agent=st.text(max_size=300), address=st.text(max_size=60))
def test_a_device_is_coarse_and_short(agent: str, address: str) -> None:
    device = people.device_of(agent, address)
    assert len(device.device) <= 80 and len(device.network) <= 49


def test_a_network_never_names_one_machine() -> None:
    assert people.device_of("", "2001:db8:1:2:3:4:5:6").network == "2001:db8:1::/48"
    assert people.device_of("", "not an address").network == ""
