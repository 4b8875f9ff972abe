"""How the conformance kit asks: which values a question needs, found by asking other questions first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bellrock.core import BellrockError
from bellrock.exchange.errors import ExchangeCannot
from bellrock.exchange.facts import Ability
from bellrock.exchange.operations import Operation
from bellrock.exchange.port import Exchange
from bellrock.exchange.trading import PriceKind

EACH_MAX = 5


class Broken(Exception):
    """Something does not hold; the text says what."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Accounts to ask about. Measures are tried only on the account `for_measures`, which they change."""

    accounts: tuple[str, ...]
    now: datetime
    unknown: str = "no-such-account-7f3a"
    for_measures: str | None = None
    stranger: Exchange | None = None  # the same service, asked without a token


async def ask(exchange: Exchange, operation: Operation, values: dict[str, Any]) -> Any:
    """Ask a question of the port by its name."""
    leading = [one.name for one in operation.parameters if one.is_in_path and one.name in ("account", "symbol")] or (
        ["account"] if operation.names_account else []
    )
    given = dict(values)
    positional = [given.pop(name) for name in leading]
    return await getattr(getattr(exchange, operation.part.value), operation.name)(*positional, **given)


async def every(exchange: Exchange, operation: Operation, account: str, sample: Sample) -> list[dict[str, Any]]:
    """Return values with which a question can be asked: one set, or one for each order, position … of an account."""
    values: dict[str, Any] = {"account": account} if operation.names_account else {}
    sets = [values]
    for parameter in operation.parameters:
        if not parameter.is_required or parameter.name == "account":
            continue
        found = await _values(exchange, parameter.name, operation, account, sample)
        sets = [{**one, **value} for one in sets for value in found[:EACH_MAX]]
    return sets


async def first_of(exchange: Exchange, sample: Sample, part: Ability, name: str) -> list[tuple[str, Any]]:
    """Return account and row of the first page of a list, over all accounts."""
    found = []
    for account in sample.accounts:
        rows = (await getattr(getattr(exchange, part.value), name)(account)).rows
        found += [(account, row) for row in rows]
    return found


async def _values(
    exchange: Exchange, name: str, operation: Operation, account: str, sample: Sample
) -> list[dict[str, Any]]:
    hour = timedelta(hours=1)
    match name:
        case "symbol":
            if operation.part is Ability.CONTRACTS:
                return [{"symbol": row.symbol} for row in (await exchange.contracts.contracts()).rows]
            return [{"symbol": row.symbol} for row in (await exchange.market.markets()).rows]
        case "order_id":
            return [{"order_id": row.id} for row in (await exchange.trading.orders(account)).rows]
        case "position_id":
            return [{"position_id": name} for name in await _positions(exchange, account)]
        case "subscription_id":
            return [{"subscription_id": row.id} for row in (await exchange.earn.subscriptions(account)).rows]
        case "country":
            return [{"country": "DE"}, {"country": "US"}]
        case "asset" | "network" if operation.name == "recovery":
            return [{name: getattr(rule, name)} for rule in (await exchange.networks.rules()).rows[:1]]
        case "network":
            rows = (await exchange.networks.rules()).rows
            return [{"network": one} for one in sorted({row.network for row in rows})[:1]]
        case "address":
            return [{"address": "0x" + "1" * 40}]
        case "txid":
            return [{"txid": "0x" + "1" * 64}]
        case "kind":
            return [{"kind": kind} for kind in PriceKind]
        case "at" | "since" | "until":
            return [{name: sample.now - (hour if name != "since" else 2 * hour)}]
        case "step_seconds":
            return [{"step_seconds": 300}]
    raise Broken(f"the kit has no value for {name}")


async def _positions(exchange: Exchange, account: str) -> list[str]:
    """Return the positions that are open or were liquidated."""
    try:
        open_now = [row.id for row in (await exchange.derivatives.margin(account)).positions]
        return open_now + [row.position.id for row in (await exchange.derivatives.liquidations(account)).rows]
    except ExchangeCannot:
        return []
    except BellrockError as error:
        raise Broken(f"positions: {error.code}") from error
