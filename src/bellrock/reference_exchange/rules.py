"""What the reference exchange publishes: coins, networks, markets, brackets, fees, earn products, levels, countries."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from bellrock import chains
from bellrock.exchange import (
    Astray,
    Bracket,
    Contract,
    Document,
    EarnKind,
    EarnProduct,
    FeeLevel,
    FeeSchedule,
    LevelRule,
    Market,
    MarketState,
    NetworkRule,
    Offer,
    Product,
    RateRule,
    RateTier,
    Recoverable,
    RecoveryRule,
    SigningRule,
)

D = Decimal
FORMULA = "docs/exchange.md#liquidation"
# That of RFC 8032, 7.1, test 1: whoever tries things out signs with the secret key that stands there.
PUBLIC_KEY = """\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
"""
# Coin, price in USDT, tick, lot
COINS: dict[str, tuple[float, Decimal, Decimal]] = {
    "BTC": (64_000.0, D("0.1"), D("0.00001")),
    "ETH": (3_100.0, D("0.01"), D("0.0001")),
    "SOL": (150.0, D("0.01"), D("0.001")),
    "LTC": (82.0, D("0.01"), D("0.001")),
    "TRX": (0.21, D("0.00001"), D("0.1")),
    "XRP": (0.55, D("0.0001"), D("0.1")),
    "BNB": (590.0, D("0.1"), D("0.001")),
    "TON": (5.2, D("0.001"), D("0.01")),
    "NWT": (1.8, D("0.0001"), D("0.1")),  # the exchange's own, in which fees are cheaper
}
CONTRACTS = ("BTC", "ETH", "SOL")
ETHEREUM, BSC, ARBITRUM, POLYGON = "eip155:1", "eip155:56", "eip155:42161", "eip155:137"
BITCOIN, LITECOIN = "bip122:000000000019d6689c085ae165831e93", "bip122:12a765e31ffd4059bada1e25190f6e98"
TRON, SOLANA, XRPL, TON = "tron:0x2b6653dc", "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "xrpl:0", "tvm:-239"
# Coin, network, the asset there (CAIP-19), least deposit, confirmations to credit and to withdraw, least withdrawal, its fee
_NETWORKS = f"""
BTC {BITCOIN} slip44:0 0.0001 1 2 0.0005 0.00012
ETH {ETHEREUM} slip44:60 0.001 12 64 0.005 0.0011
ETH {ARBITRUM} slip44:60 0.001 40 120 0.002 0.00008
USDT {TRON} trc20:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t 1 20 20 5 1
USDT {ETHEREUM} erc20:0xdac17f958d2ee523a2206206994597c13d831ec7 1 12 64 10 3.2
USDT {SOLANA} token:Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB 1 32 32 5 0.8
USDC {ETHEREUM} erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48 1 12 64 10 3.2
USDC {SOLANA} token:EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v 1 32 32 5 0.8
SOL {SOLANA} slip44:501 0.01 32 32 0.05 0.002
LTC {LITECOIN} slip44:2 0.01 6 12 0.02 0.001
TRX {TRON} slip44:195 1 20 20 5 1
XRP {XRPL} slip44:144 1 1 1 20 0.2
BNB {BSC} slip44:714 0.005 15 15 0.01 0.0005
TON {TON} slip44:607 0.5 10 10 1 0.02
"""
TOKENS = {row.split()[2].partition(":")[2].lower() for row in _NETWORKS.strip().split("\n") if "slip44" not in row}


def network_rules(started_at: datetime) -> list[NetworkRule]:
    """Return the rules of all coins on all networks; deposits and withdrawals of TON are suspended since an hour."""
    found = []
    for row in _NETWORKS.strip().split("\n"):
        coin, network, asset, deposit_min, credit, withdraw, withdrawal_min, fee = row.split()
        is_open = coin != "TON"
        memo = chains.network(network).memo
        found.append(
            NetworkRule(
                asset=coin,
                network=network,
                asset_id=f"{network}/{asset}",
                network_name=chains.network(network).name,
                memo=None if memo is chains.Memo.NONE else memo.value,
                takes_deposits=is_open,
                sends_withdrawals=is_open,
                deposit_min=D(deposit_min),
                deposit_fee=D(0),
                confirmations_to_credit=int(credit),
                confirmations_to_withdraw=int(withdraw),
                withdrawal_min=D(withdrawal_min),
                withdrawal_fee=D(fee),
                withdrawal_max_daily=None,
                suspended_since=None if is_open else started_at - timedelta(hours=1),
                suspended_until=None if is_open else started_at + timedelta(hours=6),
                reason=None if is_open else "The network is being upgraded.",
            )
        )
    return found


def rule_of_coin(network: chains.Network) -> NetworkRule:
    """Return the rule for the coin of a network that is watched and not in the table: a test chain."""
    return NetworkRule(
        asset=network.symbol,
        network=network.id,
        asset_id=f"{network.id}/slip44:1",
        network_name=network.name,
        memo=None,
        takes_deposits=True,
        sends_withdrawals=False,
        deposit_min=D("0.001"),
        deposit_fee=D(0),
        confirmations_to_credit=6,
        confirmations_to_withdraw=12,
        withdrawal_min=D("0.01"),
        withdrawal_fee=D("0.001"),
        withdrawal_max_daily=None,
        suspended_since=None,
        suspended_until=None,
    )


def recovery_rules(network: str, *, is_listed: bool, now: datetime) -> list[RecoveryRule]:
    """Return what is done for deposits astray: on networks whose keys the exchange has, nearly everything, for a fee."""
    is_evm = network.startswith("eip155:")
    known = is_listed or is_evm
    rows = [
        (Astray.WRONG_NETWORK, Recoverable.ON_REQUEST if is_evm else Recoverable.SOMETIMES, 15, 14, ("txid",)),
        (Astray.WRONG_MEMO, Recoverable.ON_REQUEST, 0, 3, ("txid", "proof_of_sending")),
        (Astray.UNLISTED_ASSET, Recoverable.SOMETIMES if known else Recoverable.NEVER, 50, 30, ("txid",)),
        (Astray.BELOW_MINIMUM, Recoverable.BY_ITSELF, 0, 0, ()),
        (Astray.CONTRACT_CALL, Recoverable.ON_REQUEST, 0, 2, ("txid",)),
    ]
    return [
        RecoveryRule(astray, can, D(fee), "USDT", D(20 if fee else 0), days, needs, now)
        for astray, can, fee, days, needs in rows
    ]


def markets() -> list[Market]:
    """Return spot markets, then contracts; one market is announced and one gone."""
    found = [_market(f"{coin}-USDT", coin, is_contract=False) for coin in COINS]
    found += [_market(f"{coin}-USDT-PERP", coin, is_contract=True) for coin in CONTRACTS]
    return found


def _market(symbol: str, coin: str, *, is_contract: bool) -> Market:
    _, tick, lot = COINS[coin]
    return Market(
        symbol,
        coin,
        "USDT",
        is_contract,
        MarketState.TRADING,
        tick,
        lot,
        D(5),
        D("0.05"),
        opens_at=None,
        closes_at=None,
    )


def expiry(started_at: datetime) -> datetime:
    """Return when the last delivery contract expired: at 8:00 UTC, one to two days before the start."""
    return (started_at - timedelta(days=1)).replace(hour=8, minute=0, second=0) - timedelta(days=1)


def contracts(started_at: datetime) -> list[Contract]:
    """Return the perpetual contracts, and the delivery contract that expired last."""
    expired = expiry(started_at)
    delivery = Contract(
        f"BTC-USDT-{expired:%y%m%d}", "BTC", "USDT", "USDT", False, D(1), 100, None, expired, D("0.005"), FORMULA
    )
    perpetual = [
        Contract(f"{coin}-USDT-PERP", coin, "USDT", "USDT", True, D(1), 100, 8, None, D("0.005"), FORMULA)
        for coin in CONTRACTS
    ]
    return [*perpetual, delivery]


# Up to this notional, greatest leverage, maintenance rate. The cumulative amounts follow: they make the margin continuous.
_BRACKETS: dict[str, tuple[tuple[int | None, int, str], ...]] = {
    "BTC": (
        (300_000, 100, "0.004"), (800_000, 75, "0.005"), (3_000_000, 50, "0.0065"), (12_000_000, 40, "0.01"),
        (70_000_000, 25, "0.02"), (100_000_000, 20, "0.025"), (230_000_000, 10, "0.05"), (None, 5, "0.1"),
    ),
    "ETH": (
        (300_000, 100, "0.005"), (800_000, 75, "0.0065"), (3_000_000, 50, "0.01"), (12_000_000, 40, "0.02"),
        (50_000_000, 25, "0.025"), (65_000_000, 20, "0.05"), (None, 5, "0.1"),
    ),
    "SOL": ((50_000, 75, "0.01"), (200_000, 50, "0.015"), (1_000_000, 25, "0.02"), (None, 10, "0.05")),
}  # fmt: skip


def brackets(coin: str) -> tuple[Bracket, ...]:
    """Return the maintenance brackets of a contract. Raises KeyError."""
    found: list[Bracket] = []
    floor, last_rate, cumulative = D(0), D(0), D(0)
    for top, leverage, text in _BRACKETS[coin]:
        rate = D(text)
        cumulative += floor * (rate - last_rate)
        found.append(Bracket(floor, None if top is None else D(top), leverage, rate, cumulative))
        floor, last_rate = D(top or 0), rate
    return tuple(found)


_LEVELS = """
0 Regular 0 0.001 0.001 0.0002 0.0005
1 VIP_1 1000000 0.0008 0.0009 0.00016 0.0004
2 VIP_2 5000000 0.0006 0.0008 0.00014 0.00035
3 VIP_3 20000000 0.0004 0.0006 0.00012 0.00032
"""


def fee_schedule(now: datetime) -> FeeSchedule:
    """Return the published fees."""
    levels = []
    for row in _LEVELS.strip().split("\n"):
        number, name, *amounts = row.split()
        levels.append(FeeLevel(int(number), name.replace("_", " "), *[D(amount) for amount in amounts]))
    return FeeSchedule(tuple(levels), "NWT", D("0.25"), now)


def earn_products() -> list[EarnProduct]:
    """Return the yield products."""
    tiers = (RateTier(D(0), D("0.08")), RateTier(D(1_000), D("0.035")))
    return [
        EarnProduct("usdt-flexible", "USDT flexible", "USDT", EarnKind.FLEXIBLE, tiers, None, 0, 24, D(1), False, True),
        EarnProduct(
            "usdt-90", "USDT 90 days", "USDT", EarnKind.LOCKED, (RateTier(D(0), D("0.062")),), 90, 1, 24, D(100), True, True
        ),
        EarnProduct(
            "eth-staking", "ETH staking", "ETH", EarnKind.STAKING, (RateTier(D(0), D("0.031")),), None, 7, 48, D("0.01"),
            False, True,
        ),
    ]  # fmt: skip


def signing(now: datetime) -> SigningRule:
    """Return how API calls are signed."""
    return SigningRule(
        algorithm="hmac-sha256",
        encoding="hex",
        parts=("timestamp", "method", "path", "query", "body"),
        timestamp_unit="ms",
        window_ms=5_000,
        headers=("NW-KEY", "NW-TIMESTAMP", "NW-SIGN"),
        as_of=now,
    )


def rate_rules() -> list[RateRule]:
    """Return the limits of API calls."""
    return [RateRule("requests", "address", 1_200, 60, 120), RateRule("orders", "account", 50, 10, 0)]


_ALL = ("passport", "national_id", "driving_licence", "residence_permit")
_CLOSED = {"US": set(Product), "KP": set(Product), "IR": set(Product), "CU": set(Product), "SY": set(Product)}
_PARTLY = {
    "GB": {Product.FUTURES, Product.COPY_TRADING},
    "CA": {Product.FUTURES},
    "NL": {Product.FUTURES},
    "CN": set(Product) - {Product.WEB3},
    "JP": {Product.P2P, Product.FUTURES},
}


def levels(country: str) -> list[LevelRule]:
    """Return the levels of identification in a country."""
    accepts = ("passport",) if country in ("CN", "RU") else _ALL
    return [
        LevelRule(1, (Document.IDENTITY_DOCUMENT, Document.LIVENESS), accepts, ("deposit", "trade", "withdraw"), 24),
        LevelRule(2, (Document.PROOF_OF_ADDRESS,), ("utility_bill", "bank_statement"), ("card", "higher_limits"), 72),
    ]


def offers(country: str) -> tuple[Offer, ...]:
    """Return what is offered in a country."""
    closed = _CLOSED.get(country, _PARTLY.get(country, set()))
    return tuple(
        Offer(product, product not in closed, "Not offered under local rules." if product in closed else None)
        for product in Product
    )
