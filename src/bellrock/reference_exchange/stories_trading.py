"""Stories of positions, orders and fees."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from bellrock.exchange import (
    Direction,
    OrderType,
    PriceKind,
    Settlement,
    Side,
)
from bellrock.reference_exchange import accounts, rules
from bellrock.reference_exchange.courses import Opening
from bellrock.reference_exchange.prices import in_ticks
from bellrock.reference_exchange.state import State
from bellrock.reference_exchange.trading import Ask
from bellrock.reference_exchange.world import World

D = Decimal


def cross_liquidation(world: World, state: State) -> None:
    """Long bitcoin and ether in cross margin, bought when they were dear, liquidated in yesterday's crash whatever the hour."""
    bottom = world.prices.crash_at + timedelta(minutes=40)
    state.openings = [
        Opening(
            f"pos-{coin.lower()}", coin, Direction.LONG, D(quantity), 20, _dearest(world, coin, hours=range(28, 41))
        )
        for coin, quantity in (("BTC", "1.2"), ("ETH", "10"))
    ]
    lost = sum(
        one.quantity
        * (world.prices.price(one.coin, PriceKind.LAST, one.at) - world.prices.price(one.coin, PriceKind.MARK, bottom))
        for one in state.openings
    )
    state.futures_wallet = in_ticks(lost * D("0.8"), D(100))


def _dearest(world: World, coin: str, *, hours: range) -> datetime:
    """Return when a coin was dearest, of the times so many hours before the exchange was started."""
    times = [world.ago(hours=hour) for hour in hours]
    return max(times, key=lambda at: world.prices.price(coin, PriceKind.LAST, at))


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


def fees_in_doubt(world: World, state: State) -> None:
    """VIP 1 since an hour, fees in the exchange's coin switched off: trades before were charged as a regular account's."""
    state.profile = replace(state.profile, vip=1)
    state.level_since = world.ago(hours=1)
    state.pays_in_discount_asset = False
