"""Accounts of the reference exchange: any number that begins with NW- has one, drawn from the seed; some have a story."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

from bellrock import chains
from bellrock.exchange import (
    AccountProfile,
    AccountStatus,
    ApiCall,
    ApiKey,
    Balance,
    Deposit,
    DepositAddress,
    DepositState,
    Factor,
    Identity,
    IdentityState,
    KeyStatus,
    Login,
    LoginOutcome,
    NetworkRule,
    OpenSession,
    OrderType,
    SecurityState,
    Side,
    Wallet,
    Withdrawal,
    WithdrawalState,
)
from bellrock.reference_exchange import rules, trading
from bellrock.reference_exchange.addresses import address_of, hot_wallet, txid_of
from bellrock.reference_exchange.prices import Prices, in_ticks
from bellrock.reference_exchange.state import Draw, State

D = Decimal
NAMED = re.compile(r"NW-[0-9A-Z]{3,16}|nw-[0-9]{3,8}")
# Language of the account, its country and city.
_HOMES = (
    ("en", "GB", "Leeds"), ("zh-Hans", "SG", "Singapore"), ("zh-Hant", "TW", "Taichung"), ("ja", "JP", "Osaka"),
    ("ko", "KR", "Busan"), ("es", "ES", "Valencia"), ("fr", "FR", "Lyon"), ("ru", "KZ", "Almaty"), ("de", "DE", "Leipzig"),
    ("tr", "TR", "İzmir"), ("vi", "VN", "Da Nang"), ("pt", "BR", "Recife"), ("it", "IT", "Bari"), ("pl", "PL", "Gdynia"),
    ("id", "ID", "Bandung"), ("nl", "NL", "Utrecht"), ("ar", "AE", "Sharjah"), ("uk", "UA", "Lviv"),
)  # fmt: skip
_DEVICES = ("Chrome on Windows", "Safari on iPhone", "App on Android", "Firefox on Linux", "App on iPhone")


def build(
    account: str,
    *,
    draw: Draw,
    prices: Prices,
    listed: list[NetworkRule],
    networks: dict[str, chains.Network],
    started_at: datetime,
    language: str | None,
) -> State:
    """Return an ordinary account without a worry. `networks` has every network on which it gets an address."""
    chance = draw.of("account", account)
    home = next((row for row in _HOMES if row[0] == language), _HOMES[chance.randrange(len(_HOMES))])
    days = chance.randrange(60, 1_500)
    born = started_at - timedelta(days=days)
    state = State(
        profile=AccountProfile(
            account=account,
            status=AccountStatus.ACTIVE,
            created_at=born,
            country=home[1],
            language=home[0],
            level=2 if chance.random() < 0.4 else 1,
            vip=0,
            is_institution=False,
            email=f"{account[-1].lower()}•••@customers.example",
            phone=f"•••{chance.randrange(10, 99)}",
            as_of=started_at,
        ),
        security=SecurityState(
            factors=(Factor.TOTP,) if chance.random() < 0.7 else (Factor.SMS, Factor.EMAIL),
            has_anti_phishing_code=chance.random() < 0.3,
            has_address_list=chance.random() < 0.2,
            password_changed_at=born,
            email_changed_at=None,
            phone_changed_at=None,
            factors_changed_at=born,
            withdrawals_paused_until=None,
            locked_until=None,
            as_of=started_at,
        ),
        identity=Identity(
            account=account,
            level=1,
            wanted_level=1,
            state=IdentityState.APPROVED,
            reasons=(),
            missing=(),
            country=home[1],
            submitted_at=born,
            decided_at=born + timedelta(hours=5),
            due_at=None,
            attempts_left=None,
            as_of=started_at,
        ),
        pays_in_discount_asset=chance.random() < 0.25,
        futures_wallet=D(2_000),
    )
    _sign_in(state, account, draw, home, started_at)
    _give_addresses(state, account, draw, listed, networks, born)
    _move_funds(state, account, draw, listed, started_at)
    trade(state, account, draw, prices, started_at)
    _call_api(state, account, draw, started_at)
    return state


def _sign_in(state: State, account: str, draw: Draw, home: tuple[str, str, str], started_at: datetime) -> None:
    chance = draw.of("logins", account)
    device = chance.choice(_DEVICES)
    place = f"203.0.113.{chance.randrange(4) * 64}/26"
    for number in range(chance.randrange(6, 75)):
        at = started_at - timedelta(hours=11 * number + chance.randrange(8), minutes=chance.randrange(60))
        state.logins.append(
            Login(f"login-{number:03}", at, LoginOutcome.OK, device, home[1], home[2], place, anomalies=())
        )
    state.logins.sort(key=lambda login: login.at, reverse=True)
    last = state.logins[0].at
    state.sessions.append(OpenSession("session-1", device, last, last + timedelta(minutes=20), home[1], home[2]))


def _give_addresses(
    state: State,
    account: str,
    draw: Draw,
    listed: list[NetworkRule],
    networks: dict[str, chains.Network],
    born: datetime,
) -> None:
    for rule in listed:
        address, memo = address_of(networks[rule.network], account, draw)
        state.addresses.append(DepositAddress(rule.asset, rule.network, address, memo, born))


def _move_funds(state: State, account: str, draw: Draw, listed: list[NetworkRule], started_at: datetime) -> None:
    chance = draw.of("funds", account)
    tradable = [rule for rule in listed if not rule.asset_id.endswith("/slip44:1")]  # without test chains
    for number in range(chance.randrange(2, 9)):
        rule = chance.choice(tradable)
        network = chains.network(rule.network)
        at = started_at - timedelta(days=3 * number + 2, minutes=chance.randrange(900))
        amount = in_ticks(D(chance.randrange(60, 4_000)) / _worth(rule.asset), D("0.0001"))
        own = next(one for one in state.addresses if (one.asset, one.network) == (rule.asset, rule.network))
        state.deposits.append(
            Deposit(
                id=f"dep-{draw.digits('deposit', account, str(number), size=5)}",
                asset=rule.asset,
                network=rule.network,
                asset_id=rule.asset_id,
                amount=max(amount, rule.deposit_min),
                address=own.address,
                memo=own.memo,
                txid=txid_of(network, draw, account, "deposit", str(number)),
                state=DepositState.CREDITED,
                confirmations=rule.confirmations_to_withdraw,
                confirmations_needed=rule.confirmations_to_credit,
                seen_at=at,
                credited_at=at + timedelta(seconds=network.block_seconds * rule.confirmations_to_credit),
            )
        )
        if number % 2:
            state.withdrawals.append(withdrawal(draw, account, rule, f"usual {number}", D(80 + number), at=at))
    for wallet, coin, worth in ((Wallet.SPOT, "USDT", 900), (Wallet.SPOT, "BTC", 2_400), (Wallet.EARN, "USDT", 1_500)):
        free = in_ticks(D(chance.randrange(worth // 3, worth)) / _worth(coin), D("0.000001"))
        state.balances.append(Balance(wallet, coin, free, D(0)))


def withdrawal(
    draw: Draw, account: str, rule: NetworkRule, subject: str, worth: Decimal, *, at: datetime
) -> Withdrawal:
    """Return a withdrawal to an address elsewhere that is done; a story makes something else of it."""
    network = chains.network(rule.network)
    address, memo = address_of(network, f"somebody else, {account} {subject}", draw)
    return Withdrawal(
        id=f"wd-{draw.digits('withdrawal', account, subject, size=5)}",
        asset=rule.asset,
        network=rule.network,
        asset_id=rule.asset_id,
        amount=in_ticks(worth / _worth(rule.asset), D("0.0001")),
        fee=rule.withdrawal_fee,
        address=address if memo is None else hot_wallet(network, draw),
        memo=memo,
        txid=txid_of(network, draw, account, "withdrawal", subject),
        state=WithdrawalState.DONE,
        created_at=at,
        sent_at=at + timedelta(minutes=4),
        done_at=at + timedelta(minutes=9),
        due_at=at + timedelta(minutes=30),
    )


def trade(state: State, account: str, draw: Draw, prices: Prices, started_at: datetime) -> None:
    """Place orders of the last days and let them be worked off, with the fees of the account's level."""
    chance = draw.of("orders", account)
    level = rules.fee_schedule(started_at).levels[state.profile.vip]
    discount = D("0.25") if state.pays_in_discount_asset else D(0)
    asks = []
    for number in range(chance.randrange(3, 9)):
        coin = chance.choice(("BTC", "ETH", "SOL", "LTC"))
        at = (started_at - timedelta(hours=9 * number + 3, minutes=chance.randrange(240))).replace(microsecond=0)
        lot = rules.COINS[coin][2]
        quantity = in_ticks(D(chance.randrange(40, 2_500)) / _worth(coin), lot)
        side = chance.choice((Side.BUY, Side.SELL))
        identity = f"ord-{draw.digits('order', account, str(number), size=5)}"
        asks.append(trading.Ask(identity, coin, side, OrderType.MARKET, max(quantity, lot), at))
    place(state, asks, prices, level_number=level.level, discount=discount, now=started_at)


def place(
    state: State, asks: list[trading.Ask], prices: Prices, *, level_number: int, discount: Decimal, now: datetime
) -> None:
    """Let orders be worked off and keep them and their trades, the newest first."""
    level = rules.fee_schedule(now).levels[level_number]
    for ask in asks:
        order, trades = trading.work(ask, prices, level=level, discount=discount, now=now)
        state.orders.append(order)
        state.trades += trades
    state.orders.sort(key=lambda order: order.created_at, reverse=True)
    state.trades.sort(key=lambda trade: (trade.at, trade.id), reverse=True)


def _call_api(state: State, account: str, draw: Draw, started_at: datetime) -> None:
    chance = draw.of("api", account)
    if chance.random() < 0.6:
        return
    public = draw.digits("api key", account, size=16)
    state.keys.append(
        ApiKey(
            id="key-1",
            label="bot",
            public=f"{public[:4]}…{public[-4:]}",
            status=KeyStatus.ACTIVE,
            permissions=("read", "spot_trade"),
            addresses=(),
            created_at=started_at - timedelta(days=40),
            expires_at=None,
            used_at=started_at - timedelta(minutes=6),
        )
    )
    for number in range(12):
        at = started_at - timedelta(minutes=6 + 5 * number)
        state.calls.append(call(f"call-{number:03}", at, status=200))


def call(identity: str, at: datetime, *, status: int, late_by: timedelta = timedelta(milliseconds=80)) -> ApiCall:
    """Return a call for one's own orders, signed as the rule says."""
    sent = at - late_by
    stamp = int(sent.timestamp() * 1_000)
    path, query = "/api/v3/openOrders", "symbol=BTC-USDT"
    return ApiCall(
        id=identity,
        key_id="key-1",
        method="GET",
        path=path,
        status=status,
        fault=None,
        code=None,
        detail=None,
        received_at=at,
        sent_at=sent,
        signed_text=f"{stamp}GET{path}{query}",
        weight=3,
        used_weight=3,
    )


def _worth(coin: str) -> Decimal:
    return D(str(rules.COINS[coin][0])) if coin in rules.COINS else D(1)
