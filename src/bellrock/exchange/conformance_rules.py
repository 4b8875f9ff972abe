"""What the figures of an exchange have to agree on: sums, formulas, states and their times."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal, localcontext
from itertools import pairwise

from bellrock.exchange.conformance_reading import Broken, Sample, first_of
from bellrock.exchange.derivatives import Direction, MarginMode
from bellrock.exchange.earn import EarnProduct
from bellrock.exchange.facts import Ability, Side
from bellrock.exchange.funds import DepositState, Sighting, WithdrawalState
from bellrock.exchange.identity import IdentityState
from bellrock.exchange.margin import bracket_of, liquidation_price, sign
from bellrock.exchange.port import Exchange
from bellrock.exchange.trading import OrderState, Trade

CENT = Decimal("0.00000001")
_DIGITS = 80  # more than an amount on the wire may have
NEAR = Decimal("0.000001")  # as a share, for what is rounded


async def trades_add_up(exchange: Exchange, sample: Sample) -> bool:
    """quote = price × quantity; an order's filled quantity and average price are those of its trades."""
    found = await first_of(exchange, sample, Ability.TRADING, "orders")
    for account, row in found[:60]:
        trades = await _trades_of(exchange, account, row.id)
        if any(abs(trade.quote - trade.price * trade.quantity) > CENT for trade in trades):
            raise Broken(f"a trade of {row.id}: quote is not price × quantity")
        with localcontext(prec=_DIGITS):
            filled = sum((trade.quantity for trade in trades), Decimal(0))
        if filled != row.filled or filled > row.quantity:
            raise Broken(f"{row.id}: filled {row.filled}, its trades {filled}")
        if filled and not _is_near(row.average_price, sum(trade.quote for trade in trades) / filled):
            raise Broken(f"{row.id}: the average price is not that of its trades")
        if (row.state is OrderState.FILLED) != (filled == row.quantity):
            raise Broken(f"{row.id}: {row.state} with {filled} of {row.quantity}")
        for trade in trades:
            if row.price and (trade.price > row.price if row.side is Side.BUY else trade.price < row.price):
                raise Broken(f"{row.id}: filled worse than its limit")
    return bool(found)


async def orders_have_steps(exchange: Exchange, sample: Sample) -> bool:
    """An order alone has its steps, the oldest first, from when it was placed."""
    found = await first_of(exchange, sample, Ability.TRADING, "orders")
    for account, row in found[:10]:
        order = await exchange.trading.order(account, order_id=row.id)
        times = [step.at for step in order.steps]
        if not times or times != sorted(times) or times[0] != order.created_at:
            raise Broken(f"{row.id}: steps {times}")
    return bool(found)


async def books_are_books(exchange: Exchange, sample: Sample) -> bool:
    """Bids fall, asks rise, and the best of them do not meet."""
    for market in (await exchange.market.markets()).rows[:6]:
        book = await exchange.market.book(market.symbol, at=sample.now)
        bids, asks = [row.price for row in book.bids], [row.price for row in book.asks]
        if bids != sorted(set(bids), reverse=True) or asks != sorted(set(asks)):
            raise Broken(f"{market.symbol}: levels are not in order")
        if bids and asks and bids[0] >= asks[0]:
            raise Broken(f"{market.symbol}: the book is crossed")
    return True


async def brackets_are_continuous(exchange: Exchange, _sample: Sample) -> bool:
    """At each border, both brackets ask for the same maintenance margin; rates rise, leverage falls."""
    rows = (await exchange.contracts.contracts()).rows
    for contract in rows:
        brackets = (await exchange.contracts.brackets(contract.symbol)).brackets
        for low, high in pairwise(brackets):
            border = high.notional_from
            if low.notional_to != border:
                raise Broken(f"{contract.symbol}: a gap at {border}")
            if abs(border * low.rate - low.cumulative - (border * high.rate - high.cumulative)) > CENT:
                raise Broken(f"{contract.symbol}: the margin jumps at {border}")
            if high.rate <= low.rate or high.leverage_max > low.leverage_max:
                raise Broken(f"{contract.symbol}: the bracket above {border} asks for less")
    return bool(rows)


async def liquidations_follow_the_rule(exchange: Exchange, sample: Sample) -> bool:
    """The bracket is that of the notional, the price that of the formula, and the mark price had passed it."""
    found = await first_of(exchange, sample, Ability.DERIVATIVES, "liquidations")
    for _, row in found:
        position, account = row.position, row.account
        brackets = (await exchange.contracts.brackets(position.symbol, at=row.at)).brackets
        bracket = bracket_of(position.quantity * row.mark_price, brackets)
        if (bracket.rate, bracket.cumulative) != (position.rate, position.cumulative):
            raise Broken(f"{row.id}: the bracket is not that of the notional")
        is_cross = position.mode is MarginMode.CROSS
        wallet = account.wallet if is_cross else position.isolated_wallet
        if wallet is None:
            raise Broken(f"{row.id}: isolated, and nothing set aside")
        others = [
            one for one in account.positions if is_cross and one.mode is MarginMode.CROSS and one.id != position.id
        ]
        price = liquidation_price(
            wallet=wallet,
            direction=position.direction,
            quantity=position.quantity,
            entry=position.entry_price,
            rate=position.rate,
            cumulative=position.cumulative,
            others=[one for one in others if one.symbol != position.symbol],
            beside=[one for one in others if one.symbol == position.symbol],
        )
        if price is None or not _is_near(position.liquidation_price, price):
            raise Broken(f"{row.id}: {position.liquidation_price} is said, the formula gives {price}")
        is_hedged = any(one.symbol == position.symbol for one in others)  # then the greater side says which way is down
        is_above = row.mark_price > price if position.direction is Direction.LONG else row.mark_price < price
        if is_above and not is_hedged:
            raise Broken(f"{row.id}: the mark price {row.mark_price} had not passed {price}")
        if sum(fill.quantity for fill in row.fills) > position.quantity:
            raise Broken(f"{row.id}: more was closed than there was")
    return bool(found)


async def funding_follows_the_rule(exchange: Exchange, sample: Sample) -> bool:
    """A payment is -side × quantity × mark price × rate, and the rate is the published one."""
    found = await first_of(exchange, sample, Ability.DERIVATIVES, "funding")
    for _, row in found:
        due = -sign(row.direction) * row.quantity * row.mark_price * row.rate
        if abs(row.amount - due) > CENT:
            raise Broken(f"{row.id}: {row.amount}, the rule gives {due}")
    for symbol in {row.symbol for _, row in found}:
        oldest = min(row.at for _, row in found if row.symbol == symbol)
        published = {rate.at: rate.rate for rate in (await exchange.contracts.rates(symbol, since=oldest)).rows}
        if any(row.rate != published.get(row.at, row.rate) for _, row in found if row.symbol == symbol):
            raise Broken(f"{symbol}: a rate is not the published one")
    return bool(found)


async def deposits_have_their_times(exchange: Exchange, sample: Sample) -> bool:
    """Credited ones have a time and enough confirmations, to an address of the account; no other is credited."""
    found = await first_of(exchange, sample, Ability.FUNDS, "deposits")
    for account, row in found:
        is_credited = row.state is DepositState.CREDITED
        if is_credited != (row.credited_at is not None):
            raise Broken(f"{row.id}: {row.state}, credited at {row.credited_at}")
        if is_credited and not row.is_internal and row.confirmations < row.confirmations_needed:
            raise Broken(f"{row.id}: credited with {row.confirmations} of {row.confirmations_needed}")
        if row.amount <= 0 or not row.asset_id.startswith(f"{row.network}/"):
            raise Broken(f"{row.id}: {row.amount} of {row.asset_id} on {row.network}")
        if account == sample.accounts[0]:
            own = await exchange.funds.addresses(account, asset=row.asset)
            if row.address not in [one.address for one in own.rows]:
                raise Broken(f"{row.id}: its address is none of the account's")
    return bool(found)


async def deposits_are_found_by_txid(exchange: Exchange, sample: Sample) -> bool:
    """A deposit is found by its transaction, for its own account only."""
    found = [
        (account, row)
        for account, row in await first_of(exchange, sample, Ability.FUNDS, "deposits")
        if row.txid is not None
    ]
    for account, row in found[:5]:
        if [one.id for one in (await exchange.funds.deposits(account, txid=row.txid)).rows] != [row.id]:
            raise Broken(f"{row.id} is not found by its transaction")
        other = next((one for one in sample.accounts if one != account), None)
        if other and (await exchange.funds.deposits(other, txid=row.txid)).rows:
            raise Broken(f"{row.id} is found for another account")
    return bool(found)


async def withdrawals_have_their_times(exchange: Exchange, sample: Sample) -> bool:
    """One that is done was sent and has its transaction."""
    found = await first_of(exchange, sample, Ability.FUNDS, "withdrawals")
    for _, row in found:
        if row.state is WithdrawalState.DONE and not row.is_internal and not (row.txid and row.sent_at and row.done_at):
            raise Broken(f"{row.id}: done, without transaction or times")
        if row.amount <= 0 or row.fee < 0:
            raise Broken(f"{row.id}: {row.amount}, fee {row.fee}")
    return bool(found)


async def rewards_follow_the_rule(exchange: Exchange, sample: Sample) -> bool:
    """A day's reward is amount × yearly rate / 365, and that rate comes from the product's tiers."""
    products = {row.id: row for row in (await exchange.earn.products()).rows}
    is_checked = False
    for account, subscription in await first_of(exchange, sample, Ability.EARN, "subscriptions"):
        rows = (await exchange.earn.rewards(account, subscription_id=subscription.id)).rows
        for row in rows:
            yearly = _yearly(products[subscription.product_id], row.amount)
            if abs(row.reward - yearly / 365) > 2 * CENT or not _is_near(row.rate, yearly / row.amount):
                raise Broken(f"{row.id}: {row.reward}, the rule gives {yearly / 365}")
            is_checked = True
        if not any(row.paid_at is None for row in rows[1:]):
            paid = sum((row.reward for row in rows if row.paid_at), Decimal(0))
            if rows and paid > subscription.rewarded:
                raise Broken(f"{subscription.id}: {subscription.rewarded} in all, {paid} by days")
    return is_checked


async def fees_are_published(exchange: Exchange, sample: Sample) -> bool:
    """An account's level is one of the published ones, and trades since it began were charged by it."""
    published = await exchange.market.fee_schedule()
    spot = {row.symbol for row in (await exchange.market.markets()).rows if not row.is_contract}
    for account in sample.accounts:
        fees = await exchange.trading.fees(account)
        if fees.level not in published.levels:
            raise Broken(f"{account}: its level is not published")
        share = 1 - published.discount
        maker, taker = fees.level.spot_maker, fees.level.spot_taker
        for trade in (await exchange.trading.trades(account, since=fees.since)).rows:
            rates = (maker, maker * share) if trade.is_maker else (taker, taker * share)
            if trade.symbol in spot and trade.fee_rate not in rates:
                raise Broken(f"{trade.id}: charged {trade.fee_rate}, its level says {rates[0]}")
    return True


async def rejections_have_reasons(exchange: Exchange, sample: Sample) -> bool:
    """A rejected identification says why."""
    is_checked = False
    for account in sample.accounts:
        found = await exchange.identity.identity(account)
        if found.state is IdentityState.REJECTED:
            is_checked = True
            if not found.reasons:
                raise Broken(f"{account}: rejected without a reason")
    return is_checked


async def addresses_are_whose_they_are(exchange: Exchange, sample: Sample) -> bool:
    """An account's own address belongs to it, and for another account to somebody else, without telling to whom."""
    is_checked = False
    for account in sample.accounts[:3]:
        rows = [row for row in (await exchange.funds.addresses(account)).rows if row.memo is None]
        for row in rows[:2]:
            is_checked = True
            found = await exchange.networks.whose(account, network=row.network, address=row.address)
            if found.belonging.value != "this_account":
                raise Broken(f"{account}: its own address is {found.belonging}")
            other = next((one for one in sample.accounts if one != account), None)
            if other:
                seen = await exchange.networks.whose(other, network=row.network, address=row.address)
                if seen.belonging.value != "another_account":
                    raise Broken(f"{other}: an address of another account is {seen.belonging}")
    return is_checked


async def transactions_are_whose_they_are(exchange: Exchange, sample: Sample) -> bool:
    """A credited deposit's transaction was seen for its account, and for no other; another one learns nothing of the deposit."""
    is_checked = False
    for account, row in await first_of(exchange, sample, Ability.FUNDS, "deposits"):
        if row.txid is None or row.is_internal or row.state is not DepositState.CREDITED:
            continue
        is_checked = True
        found = await exchange.networks.sighted(account, network=row.network, txid=row.txid)
        if found.sighting is not Sighting.CREDITED:
            raise Broken(f"{row.id}: credited, and its transaction is {found.sighting}")
        other = next((one for one in sample.accounts if one != account), None)
        if other:
            seen = await exchange.networks.sighted(other, network=row.network, txid=row.txid)
            if seen.sighting in (Sighting.CREDITED, Sighting.UNDER_WAY) or seen.deposit_id is not None:
                raise Broken(f"{row.id}: another account is told that it is theirs")
        break
    return is_checked


Rule = Callable[[Exchange, Sample], Awaitable[bool]]
RULES: tuple[tuple[Ability, str, Rule], ...] = (
    (Ability.TRADING, "orders and trades add up", trades_add_up),
    (Ability.TRADING, "an order tells its steps", orders_have_steps),
    (Ability.TRADING, "fee levels are published, and charged", fees_are_published),
    (Ability.MARKET, "books are in order and not crossed", books_are_books),
    (Ability.CONTRACTS, "brackets are continuous", brackets_are_continuous),
    (Ability.DERIVATIVES, "liquidations follow the formula", liquidations_follow_the_rule),
    (Ability.DERIVATIVES, "funding follows the formula", funding_follows_the_rule),
    (Ability.FUNDS, "deposits: states, times, confirmations", deposits_have_their_times),
    (Ability.FUNDS, "deposits are found by transaction, by their owner", deposits_are_found_by_txid),
    (Ability.FUNDS, "withdrawals: states and times", withdrawals_have_their_times),
    (Ability.NETWORKS, "addresses belong to whom they belong", addresses_are_whose_they_are),
    (Ability.NETWORKS, "transactions were seen for whom they were", transactions_are_whose_they_are),
    (Ability.EARN, "rewards follow the rule", rewards_follow_the_rule),
    (Ability.IDENTITY, "rejections say why", rejections_have_reasons),
)


async def _trades_of(exchange: Exchange, account: str, order_id: str) -> list[Trade]:
    found, cursor = list[Trade](), None
    for _ in range(20):
        page = await exchange.trading.trades(account, order_id=order_id, cursor=cursor)
        found += page.rows
        cursor = page.next
        if cursor is None:
            break
    return found


def _yearly(product: EarnProduct, amount: Decimal) -> Decimal:
    """Return a year's reward: each part of the amount at the rate of its tier."""
    total = Decimal(0)
    for tier, above in zip(product.tiers, (*product.tiers[1:], None), strict=True):
        top = amount if above is None else min(amount, above.amount_from)
        total += max(Decimal(0), top - tier.amount_from) * tier.rate
    return total


def _is_near(one: Decimal | None, other: Decimal) -> bool:
    return one is not None and abs(one - other) <= max(CENT, abs(other) * NEAR)
