"""Accounts with a worry: one for each of the 18 languages, and those that the demo's customers have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from bellrock import chains
from bellrock.exchange import (
    AccountStatus,
    Anomaly,
    ApiFault,
    ApiKey,
    Astray,
    Bonus,
    BonusState,
    Deposit,
    DepositState,
    Direction,
    Document,
    EarnState,
    Hold,
    HoldKind,
    HoldReason,
    IdentityReason,
    IdentityState,
    KeyStatus,
    LiftedBy,
    Login,
    LoginOutcome,
    NetworkRule,
    OrderType,
    Payment,
    PaymentState,
    PriceKind,
    Redemption,
    RedemptionState,
    Reward,
    Settlement,
    Side,
    Sighted,
    Sighting,
    Subscription,
    Wallet,
    WithdrawalState,
)
from bellrock.reference_exchange import accounts, rules
from bellrock.reference_exchange.addresses import txid_of
from bellrock.reference_exchange.futures import Opening
from bellrock.reference_exchange.prices import Prices, in_ticks
from bellrock.reference_exchange.state import Draw, State
from bellrock.reference_exchange.trading import Ask

D = Decimal


@dataclass(frozen=True, slots=True)
class World:
    """What a story is told with. `at` is the start of the exchange: stories end there."""

    account: str
    draw: Draw
    prices: Prices
    listed: list[NetworkRule]
    at: datetime

    def rule(self, asset: str, network: str) -> NetworkRule:
        """Return a rule of the table."""
        return next(rule for rule in self.listed if (rule.asset, rule.network) == (asset, network))

    def ago(self, **distance: float) -> datetime:
        """Return a time before the start."""
        return self.at - timedelta(**distance)

    def deposit(self, state: State, rule: NetworkRule, subject: str, amount: str, *, at: datetime) -> Deposit:
        """Return a deposit that was seen at a time; a story says what became of it."""
        own = next(one for one in state.addresses if (one.asset, one.network) == (rule.asset, rule.network))
        return Deposit(
            id=f"dep-{self.draw.digits('story', self.account, subject, size=5)}",
            asset=rule.asset,
            network=rule.network,
            asset_id=rule.asset_id,
            amount=D(amount),
            address=own.address,
            memo=own.memo,
            txid=self.txid(rule.network, subject),
            state=DepositState.SEEN,
            confirmations=0,
            confirmations_needed=rule.confirmations_to_credit,
            seen_at=at,
            credited_at=None,
        )

    def txid(self, network: str, subject: str) -> str:
        """Return the transaction id of something in a story."""
        return txid_of(chains.network(network), self.draw, self.account, "story", subject)


def withdrawal_on_the_network(world: World, state: State) -> None:
    """USDT on Ethereum, sent three hours ago with too low a fee, not confirmed; another one waits for its link."""
    rule = world.rule("USDT", rules.ETHEREUM)
    sent = accounts.withdrawal(world.draw, world.account, rule, "stuck", D(640), at=world.ago(hours=3))
    waiting = accounts.withdrawal(world.draw, world.account, rule, "by link", D(75), at=world.ago(minutes=25))
    state.withdrawals[:0] = [
        replace(
            waiting,
            state=WithdrawalState.AWAITING_CUSTOMER,
            txid=None,
            sent_at=None,
            done_at=None,
            reason="The link in the e-mail was not opened.",
        ),
        replace(sent, state=WithdrawalState.SENT, done_at=None),
    ]


def cross_liquidation(world: World, state: State) -> None:
    """Long bitcoin and ether in cross margin, liquidated in yesterday's crash; a small one is left open."""
    state.futures_wallet = D(14_500)
    state.openings = [
        Opening("pos-btc", "BTC", Direction.LONG, D("1.2"), 20, world.ago(hours=40)),
        Opening("pos-eth", "ETH", Direction.LONG, D(10), 20, world.ago(hours=33)),
    ]


def isolated_liquidation(world: World, state: State) -> None:
    """Long ether in isolated margin, liquidated, beside a bitcoin short that was closed with a profit and one still open."""
    state.futures_wallet = D(9_000)
    state.openings = [
        Opening("pos-eth", "ETH", Direction.LONG, D(8), 25, world.ago(hours=30), margin=D(1_050)),
        Opening("pos-sol", "SOL", Direction.SHORT, D(40), 10, world.ago(hours=31), closes_at=world.ago(hours=20)),
        Opening("pos-btc", "BTC", Direction.LONG, D("0.15"), 10, world.ago(hours=6)),
    ]


def funding_paid(world: World, state: State) -> None:
    """A short that has paid and received funding for four days, and a long that was settled when its contract expired."""
    state.futures_wallet = D(20_000)
    state.openings = [Opening("pos-btc", "BTC", Direction.SHORT, D("0.5"), 5, world.ago(days=4))]
    at = rules.expiry(world.at)
    entry, settled = (world.prices.price("BTC", PriceKind.INDEX, when) for when in (at - timedelta(days=9), at))
    state.settlements = [
        Settlement(
            "settle-btc",
            f"BTC-USDT-{at:%y%m%d}",
            Direction.LONG,
            D("0.2"),
            entry,
            settled,
            D("0.2") * (settled - entry),
            (D("0.2") * settled * D("0.00015")).quantize(D("0.00000001")),
            "USDT",
            at,
        )
    ]


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
    state.keys = [_key(world)]
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


def wrong_network(world: World, state: State) -> None:
    """USDT sent over BNB Smart Chain, where the exchange takes none, to the customer's Ethereum address."""
    txid = world.txid(rules.BSC, "wrong network")
    state.sighted[(rules.BSC, txid)] = Sighted(Sighting.IGNORED, None, None, Astray.WRONG_NETWORK, world.at)


def memo_missing(world: World, state: State) -> None:
    """XRP sent to the shared address without the tag."""
    txid = world.txid(rules.XRPL, "memo missing")
    state.sighted[(rules.XRPL, txid)] = Sighted(Sighting.UNASSIGNED, None, None, Astray.WRONG_MEMO, world.at)


def deposit_confirming(world: World, state: State) -> None:
    """Bitcoin seen and in no block; a small one in ether that stays below the minimum; a TON one while that is suspended."""
    seen = world.deposit(state, world.rule("BTC", rules.BITCOIN), "confirming", "0.0185", at=world.ago(minutes=22))
    small = world.deposit(state, world.rule("ETH", rules.ETHEREUM), "small", "0.0004", at=world.ago(hours=20))
    paused = world.deposit(state, world.rule("TON", rules.TON), "paused", "120", at=world.ago(minutes=40))
    state.deposits[:0] = [
        seen,
        replace(paused, state=DepositState.SUSPENDED, confirmations=40),
        replace(small, state=DepositState.BELOW_MINIMUM, confirmations=900),
    ]


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


def orders_in_doubt(world: World, state: State) -> None:
    """A stop that the wick triggered on the last price and one that the mark price did not; slippage in a thin book."""
    bottom = world.prices.crash_at + timedelta(seconds=2_325)
    before = world.prices.crash_at - timedelta(hours=2)
    wick = world.prices.price("BTC", PriceKind.LAST, bottom)
    stop = in_ticks(wick * D("1.006"), D("0.1"))
    sell = Ask("ord-stop-last", "BTC", Side.SELL, OrderType.STOP_MARKET, D("0.4"), before, stop_price=stop)
    asks = [
        replace(sell, trigger_by=PriceKind.LAST),
        replace(sell, id="ord-stop-mark", trigger_by=PriceKind.MARK),
        Ask("ord-thin-book", "ETH", Side.BUY, OrderType.MARKET, D(9), bottom + timedelta(minutes=5)),
        replace(sell, id="ord-limit-far", type=OrderType.LIMIT, price=stop * D("1.6"), stop_price=None),
        replace(
            sell,
            id="ord-post-only",
            type=OrderType.LIMIT,
            side=Side.BUY,
            price=stop * D("1.5"),
            stop_price=None,
            is_post_only=True,
        ),
    ]
    accounts.place(state, asks, world.prices, level_number=0, discount=D(0), now=world.at)


def fees_in_doubt(_world: World, state: State) -> None:
    """VIP 1 since yesterday, fees in the exchange's coin switched off: trades before were charged as a regular account's."""
    state.profile = replace(state.profile, vip=1)
    state.pays_in_discount_asset = False


def earn_in_doubt(world: World, state: State) -> None:
    """A flexible subscription over two tiers, with rewards; one day's is late. A locked one is left early."""
    flexible, locked = rules.earn_products()[:2]
    begun = world.ago(days=12)
    accrues = begun + timedelta(hours=flexible.accrues_after_hours)
    amount = D(1_500)
    rewards = []
    for number in range(11):
        day: date = (accrues + timedelta(days=number)).date()
        yearly = D(1_000) * D("0.08") + D(500) * D("0.035")
        reward = (yearly / 365).quantize(D("0.00000001"))
        paid = None if number == 10 else accrues + timedelta(days=number + 1)
        rate = (yearly / amount).quantize(D("0.00000001"))
        rewards.append(Reward(f"rew-{number:02}", "sub-flexible", day, "USDT", amount, rate, reward, paid))
    state.rewards["sub-flexible"] = rewards[::-1]
    rewarded = sum((row.reward for row in rewards if row.paid_at), D(0))
    state.subscriptions = [
        Subscription(
            "sub-flexible", flexible.id, "USDT", amount, EarnState.EARNING, begun, accrues, None, False, rewarded
        ),
        Subscription(
            "sub-locked",
            locked.id,
            "USDT",
            D(2_000),
            EarnState.REDEEMING,
            world.ago(days=31),
            world.ago(days=30),
            world.at + timedelta(days=59),
            True,
            D(0),
        ),
    ]
    state.rewards["sub-locked"] = []
    lost = (D(2_000) * D("0.062") / 365 * 30).quantize(D("0.00000001"))
    state.redemptions = [
        Redemption(
            "red-early",
            "sub-locked",
            "USDT",
            D(2_000),
            True,
            lost,
            RedemptionState.WAITING,
            world.ago(hours=8),
            world.at + timedelta(hours=16),
            None,
        )
    ]
    state.balances = [replace(row, free=amount) if row.wallet is Wallet.EARN else row for row in state.balances]


def payment_late(world: World, state: State) -> None:
    """A bank transfer that did not arrive, a card that was declined, and a voucher that waits for trading volume."""
    state.payments = [
        Payment(
            "pay-card", True, "EUR", D(250), D(0), "card", "•••• 4417", PaymentState.REFUSED, world.ago(hours=5), None,
            None, None, "The bank declined it.",
        ),
        Payment(
            "pay-sepa", True, "EUR", D(1_200), D(0), "sepa", "DE•• •••• 3391", PaymentState.WAITING, world.ago(days=2),
            world.ago(hours=20), None, "NW8842", None,
        ),
    ]  # fmt: skip
    state.bonuses = [
        Bonus(
            "bonus-1",
            "voucher",
            "Welcome voucher",
            "USDT",
            D(10),
            BonusState.PENDING,
            ("deposit 100 USDT", "trade 500 USDT"),
            ("deposit 100 USDT",),
            world.ago(days=6),
            world.at + timedelta(days=8),
        )
    ]


def private_banking(_world: World, state: State) -> None:
    """An institution at the highest level."""
    state.profile = replace(state.profile, vip=3, is_institution=True, level=2)


Story = Callable[[World, State], None]
# What the demo's customers and one account a language have. Several stories make one account.
STORIES: dict[str, tuple[str, tuple[Story, ...]]] = {
    "NW-100281": ("en", (withdrawal_on_the_network, orders_in_doubt)),
    "NW-100417": ("zh-Hans", (cross_liquidation,)),
    "NW-100533": ("ar", (locked_out,)),
    "NW-100602": ("tr", (wrong_network,)),
    "NW-100618": ("ko", (signature_refused,)),
    "NW-100655": ("ja", (private_banking,)),
    "NW-100671": ("pt", (deposit_confirming,)),
    "NW-100689": ("zh-Hant", (isolated_liquidation,)),
    "NW-100704": ("es", (identity_pending,)),
    "NW-100719": ("fr", (identity_rejected,)),
    "NW-100733": ("ru", (orders_in_doubt,)),
    "NW-100748": ("de", (fees_in_doubt, payment_late)),
    "NW-100752": ("vi", (memo_missing,)),
    "NW-100766": ("it", (earn_in_doubt,)),
    "NW-100781": ("pl", (frozen,)),
    "NW-100797": ("id", (strange_sign_in,)),
    "NW-100803": ("nl", (funding_paid,)),
    "NW-100818": ("uk", (security_hold,)),
    "nw-1041": ("en", (withdrawal_on_the_network,)),
    "nw-2207": ("zh-Hans", (locked_out,)),
    "nw-3318": ("ar", (wrong_network,)),
}


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
