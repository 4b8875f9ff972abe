"""What is asked for is what comes: filters that filter, and things that are shown to their own account alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_origin

from bellrock.exchange.conformance_reading import EACH_MAX, Broken, Sample, ask, every
from bellrock.exchange.errors import ExchangeInvalid, ExchangeNotFound
from bellrock.exchange.facts import Ability, Page
from bellrock.exchange.operations import OPERATIONS, Operation
from bellrock.exchange.port import Exchange

TIMES = {
    "calls": "received_at",
    "deposits": "seen_at",
    "orders": "created_at",
    "payments": "created_at",
    "redemptions": "asked_at",
    "withdrawals": "created_at",
}
"""By which time a list is ordered and `since` counts, where that is not `at`."""
_BY_VALUE = ("asset", "order_id", "state", "symbol", "txid")
_LATER = timedelta(seconds=1)

Run = Callable[[Exchange, Sample], Awaitable[bool]]


def time_of(operation: Operation, row: Any) -> datetime | None:
    """Return the time by which a row of a list is ordered; None for lists that have none."""
    return getattr(row, TIMES.get(operation.name, "at"), None)


def _filters(operation: Operation) -> Run:
    """Each filter leaves out what it has to, and keeps the rest."""
    names = {one.name for one in operation.parameters if not one.is_required} - {"cursor"}

    async def run(exchange: Exchange, sample: Sample) -> bool:
        is_checked = False
        for account in sample.accounts:
            for values in (await every(exchange, operation, account, sample))[:EACH_MAX]:
                rows = (await ask(exchange, operation, values)).rows
                for name in sorted(names & set(_BY_VALUE)) if rows else ():
                    is_checked = await _by_value(exchange, operation, values, name, rows) or is_checked
                if "since" in names and rows and time_of(operation, rows[0]):
                    is_checked = True
                    await _since(exchange, operation, values, rows[0])
                if "faults_only" in names and rows:
                    is_checked = True
                    faults = (await ask(exchange, operation, {**values, "faults_only": True})).rows
                    if any(row.fault is None for row in faults):
                        raise Broken("a call that was not refused comes among the refused ones")
        return is_checked

    return run


async def _by_value(
    exchange: Exchange, operation: Operation, values: dict[str, Any], name: str, rows: tuple[Any, ...]
) -> bool:
    wanted = next((value for row in reversed(rows) if (value := _value_of(row, name)) is not None), None)
    if wanted is None:
        return False
    found = (await ask(exchange, operation, {**values, name: wanted})).rows
    if not found or any(_value_of(row, name) != wanted for row in found):
        raise Broken(f"asked by {name}, something else comes")
    return True


async def _since(exchange: Exchange, operation: Operation, values: dict[str, Any], newest: Any) -> None:
    at = time_of(operation, newest)
    assert at is not None
    found = (await ask(exchange, operation, {**values, "since": at})).rows
    if not any(time_of(operation, row) == at for row in found):
        raise Broken("the row at `since` does not come")
    later = (await ask(exchange, operation, {**values, "since": at + _LATER})).rows
    if any((time_of(operation, row) or at) < at for row in (*found, *later)) or newest in later:
        raise Broken("rows before `since` come")


def _value_of(row: Any, name: str) -> Any:
    return getattr(row if hasattr(row, name) else getattr(row, "position", None), name, None)


def _own(operation: Operation, name: str) -> Run:
    """A thing of one account, named by its id, is not found for another account."""

    async def run(exchange: Exchange, sample: Sample) -> bool:
        is_checked = False
        for account in sample.accounts:
            other = next((one for one in (*sample.accounts, sample.for_measures) if one and one != account), None)
            if other is None:
                continue
            for values in (await _named(exchange, operation, name, account, sample))[:EACH_MAX]:
                is_checked = True
                own = await ask(exchange, operation, values)
                try:
                    found = await ask(exchange, operation, {**values, "account": other})
                except (ExchangeNotFound, ExchangeInvalid):
                    continue
                if _is_told(own, found):
                    raise Broken(f"{values[name]} of {account} is told to {other}")
        return is_checked

    return run


def _is_told(own: Any, found: Any) -> bool:
    """Say whether an answer holds what is another account's: each may number its own positions from 1."""
    if isinstance(own, Page):
        return any(row in own.rows for row in found.rows)
    return bool(replace(found, as_of=own.as_of) == own)


async def _named(
    exchange: Exchange, operation: Operation, name: str, account: str, sample: Sample
) -> list[dict[str, Any]]:
    sets = await every(exchange, operation, account, sample)
    if any(one.name == name and one.is_required for one in operation.parameters):
        return sets
    rows = (await ask(exchange, operation, sets[0])).rows
    named = dict.fromkeys(value for row in rows if (value := getattr(row, name)) is not None)
    return [{**sets[0], name: value} for value in named]


def _asked() -> tuple[tuple[Ability, str, Run], ...]:
    lists = [one for one in OPERATIONS if one.is_read and one.names_account and get_origin(one.answer) is Page]
    found = []
    for one in lists:
        names = {other.name for other in one.parameters if not other.is_required}
        if names & {*_BY_VALUE, "faults_only"} or ("since" in names and one.name != "rewards"):
            found.append((one.part, f"{one.name}: what is asked for is what comes", _filters(one)))
    for one in OPERATIONS:
        name = {"order": "order_id", "path": "position_id", "rewards": "subscription_id", "trades": "order_id"}.get(
            one.name, "txid" if one.name == "withdrawals" else None
        )
        if name:
            found.append((one.part, f"{one.name}: shown to its own account alone", _own(one, name)))
    return tuple(found)


ASKED = _asked()
