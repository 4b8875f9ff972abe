"""Stories of getting in, being kept out, proving who one is, and of calls that were refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bellrock.exchange import (
    AccountStatus,
    Anomaly,
    ApiFault,
    ApiKey,
    Document,
    Hold,
    HoldKind,
    HoldReason,
    IdentityReason,
    IdentityState,
    KeyStatus,
    LiftedBy,
    Login,
    LoginOutcome,
    WithdrawalState,
)
from bellrock.reference_exchange import accounts, rules
from bellrock.reference_exchange.state import State
from bellrock.reference_exchange.world import World

D = Decimal


def locked_out(world: World, state: State) -> None:
    """Wrong codes after a change of phone; locked for another hour."""
    state.security = replace(
        state.security, locked_until=world.at + timedelta(hours=1), phone_changed_at=world.ago(days=1)
    )
    home = state.logins[0]
    for number in range(5):
        outcome = LoginOutcome.LOCKED if number == 0 else LoginOutcome.WRONG_CODE
        at = world.ago(minutes=12 + 2 * number)
        one = replace(home, id=f"login-locked-{number}", at=at, outcome=outcome, device="App on Android")
        state.logins.insert(number, replace(one, anomalies=(Anomaly.NEW_DEVICE, Anomaly.MANY_FAILURES)))
    state.sessions.clear()
    lock = Hold("hold-lock", HoldKind.LOGIN, HoldReason.SECURITY_CHANGE, world.ago(minutes=12), None, LiftedBy.TIME)
    state.holds.append(replace(lock, until=world.at + timedelta(hours=1)))


def strange_sign_in(world: World, state: State) -> None:
    """Somebody is in from another country, with a session open, an API key just made and a withdrawal under review."""
    at = world.ago(minutes=40)
    strange = Login(
        "login-strange",
        at,
        LoginOutcome.OK,
        "Chrome on Windows",
        "RO",
        "Cluj",
        "198.51.100.0/24",
        (Anomaly.NEW_DEVICE, Anomaly.NEW_COUNTRY, Anomaly.IMPOSSIBLE_TRAVEL),
    )
    state.logins.insert(0, strange)
    own = state.sessions[0]
    state.sessions.insert(
        0,
        replace(own, id="session-strange", device=strange.device, started_at=at, seen_at=at, country="RO", city="Cluj"),
    )
    if not state.keys:
        state.keys.append(_key(world))
    state.keys.insert(0, replace(_key(world), id="key-strange", label="x", created_at=world.ago(minutes=35)))
    rule = world.rule("BTC", rules.BITCOIN)
    taken = accounts.withdrawal(world.draw, world.account, rule, "strange", D(2_100), at=world.ago(minutes=30))
    state.withdrawals.insert(0, replace(taken, state=WithdrawalState.REVIEWING, txid=None, sent_at=None, done_at=None))


def signature_refused(world: World, state: State) -> None:
    """Calls refused: the query was signed in another order, then the clock was eight seconds late, then too many."""
    state.keys = [_key(world), replace(_key(world), id="key-2", label="ed25519", public_key=rules.PUBLIC_KEY)]
    good = accounts.call("call-good", world.ago(hours=2), status=200)
    stamp = (good.signed_text or "")[:13]
    refused = replace(
        accounts.call("call-signature", world.ago(minutes=9), status=401),
        fault=ApiFault.SIGNATURE,
        code="-1022",
        detail="Signature for this request is not valid.",
        method="POST",
        path="/api/v3/order",
        signed_text=f"{stamp}POST/api/v3/ordersymbol=BTC-USDT&side=BUY&type=MARKET&quantity=0.01",
    )
    late = replace(
        accounts.call("call-late", world.ago(minutes=5), status=400, late_by=timedelta(seconds=8)),
        fault=ApiFault.TIMESTAMP,
        code="-1021",
        detail="Timestamp for this request is outside of the receive window.",
    )
    fast = replace(
        accounts.call("call-fast", world.ago(minutes=1), status=429),
        fault=ApiFault.RATE,
        code="-1003",
        detail="Too many requests.",
        used_weight=1_203,
    )
    state.calls = [fast, late, refused, good]


def security_hold(world: World, state: State) -> None:
    """A new password an hour ago: withdrawals wait for a day, and one already does."""
    until = world.at + timedelta(hours=23)
    state.security = replace(state.security, password_changed_at=world.ago(hours=1), withdrawals_paused_until=until)
    state.profile = replace(state.profile, status=AccountStatus.RESTRICTED)
    hold = Hold("hold-24h", HoldKind.WITHDRAWALS, HoldReason.SECURITY_CHANGE, world.ago(hours=1), until, LiftedBy.TIME)
    state.holds.append(hold)
    rule = world.rule("USDT", rules.TRON)
    waiting = accounts.withdrawal(world.draw, world.account, rule, "held", D(300), at=world.ago(minutes=30))
    state.withdrawals.insert(
        0,
        replace(waiting, state=WithdrawalState.QUEUED, txid=None, sent_at=None, done_at=None, due_at=until),
    )


def frozen(world: World, state: State) -> None:
    """Under review; more is not told. Documents are wanted."""
    state.profile = replace(state.profile, status=AccountStatus.FROZEN)
    for kind in (HoldKind.WITHDRAWALS, HoldKind.TRADING):
        hold = Hold(f"hold-{kind}", kind, HoldReason.COMPLIANCE, world.ago(days=3), None, LiftedBy.STAFF)
        state.holds.append(replace(hold, needs=("source_of_funds",), reference="NW-R-2291"))


def identity_rejected(world: World, state: State) -> None:
    """A blurred document whose name differs; two more attempts."""
    state.profile = replace(state.profile, level=0)
    state.identity = replace(
        state.identity,
        level=0,
        state=IdentityState.REJECTED,
        reasons=(IdentityReason.BLURRED, IdentityReason.NAME_MISMATCH),
        missing=(Document.IDENTITY_DOCUMENT,),
        submitted_at=world.ago(hours=30),
        decided_at=world.ago(hours=6),
        attempts_left=2,
    )


def identity_pending(world: World, state: State) -> None:
    """Level 2, handed in two days ago, usually decided within three."""
    state.identity = replace(
        state.identity,
        wanted_level=2,
        state=IdentityState.PENDING,
        submitted_at=world.ago(days=2),
        decided_at=None,
        due_at=world.at + timedelta(days=1),
    )


def private_banking(world: World, state: State) -> None:
    """An institution at the highest level."""
    state.profile = replace(state.profile, vip=3, is_institution=True, level=2)
    state.orders, state.trades = [], []
    accounts.trade(state, world.account, world.draw, world.prices, world.at)


def _key(world: World) -> ApiKey:
    public = world.draw.digits("story key", world.account, size=16)
    return ApiKey(
        id="key-1",
        label="bot",
        public=f"{public[:4]}…{public[-4:]}",
        status=KeyStatus.ACTIVE,
        permissions=("read", "spot_trade"),
        addresses=(),
        created_at=world.ago(days=20),
        expires_at=None,
        used_at=world.ago(minutes=1),
    )
