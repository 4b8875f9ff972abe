"""What every exchange behind the port has to hold to, as a list of checks: one for the command, for tests, for every adapter."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bellrock.core import BellrockError, clock
from bellrock.exchange import conformance_rules as rules
from bellrock.exchange.conformance_asking import ASKED, time_of
from bellrock.exchange.conformance_reading import Broken, Sample, ask, every, first_of
from bellrock.exchange.errors import (
    ExchangeConflict,
    ExchangeInvalid,
    ExchangeNotAllowed,
    ExchangeNotFound,
)
from bellrock.exchange.facts import PAGE_ROWS_MAX, Ability, Page
from bellrock.exchange.operations import OPERATIONS, Operation
from bellrock.exchange.port import Exchange
from bellrock.exchange.protection import Approver, ApproverKind, Measure, MeasureState
from bellrock.exchange.signing import is_public_key
from bellrock.exchange.trading import PriceKind

FRESH = timedelta(minutes=15)
AHEAD = timedelta(seconds=60)
_WHY_CHARS_MAX = 200
_ODD_ACCOUNTS = ("..%2F..", "a/b", "'; DROP TABLE accounts; --", "x" * 128, "𝓐", "null")


class Result(StrEnum):
    """What came of a check."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOTHING = "nothing to check"  # the accounts have nothing of the kind
    ABSENT = "not offered"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check, and why where it is broken."""

    part: Ability
    name: str
    result: Result
    why: str = ""


Run = Callable[[Exchange, Sample], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to hold. `run` returns False where there was nothing to check, and raises where it is broken."""

    part: Ability
    name: str
    run: Run


async def conform(exchange: Exchange, sample: Sample, *, only: Sequence[Ability] = tuple(Ability)) -> list[Finding]:
    """Run every check of the parts and return what came of it. Only the checks of measures change anything, on one account."""
    found = []
    for check in CHECKS:
        if check.part not in only:
            continue
        if check.part not in exchange.can:
            found.append(Finding(check.part, check.name, Result.ABSENT))
            continue
        try:
            result = Result.HOLDS if await check.run(exchange, sample) else Result.NOTHING
            found.append(Finding(check.part, check.name, result))
        except Broken as broken:
            found.append(Finding(check.part, check.name, Result.BROKEN, str(broken)))
        except BellrockError as error:
            # What was wrong with an answer, and where in it, stands in the cause: types and places, no words of a customer.
            why = str(error.__cause__ or error)[:_WHY_CHARS_MAX]
            found.append(Finding(check.part, check.name, Result.BROKEN, f"{error.code}: {why}"))
        except (LookupError, ArithmeticError, ValueError) as error:
            # One answer does not go with another: rows that are missing, quantities of nought.
            found.append(Finding(check.part, check.name, Result.BROKEN, f"its answers do not go together: {error!r}"))
    return found


def _reads(operation: Operation) -> Run:
    """Every answer has its shape, says how fresh it is, and its pages come to an end without repeating a row."""

    async def run(exchange: Exchange, sample: Sample) -> bool:
        has_rows = False
        for account in sample.accounts if operation.names_account else sample.accounts[:1]:
            for values in await every(exchange, operation, account, sample):
                answer = await ask(exchange, operation, values)
                _fresh(answer, sample.now)
                if isinstance(answer, Page):
                    rows = await _walk(exchange, operation, values, answer)
                    _newest_first(operation, rows)
                    has_rows = has_rows or bool(rows)
                else:
                    has_rows = True
        return has_rows

    return run


def _unknown(operation: Operation) -> Run:
    """An account that does not exist is not found, however oddly it is written."""

    async def run(exchange: Exchange, sample: Sample) -> bool:
        values = None
        for account in sample.accounts:
            values = values or next(iter(await every(exchange, operation, account, sample)), None)
        if values is None:
            return False
        for account in (sample.unknown, *_ODD_ACCOUNTS):
            try:
                await ask(exchange, operation, {**values, "account": account})
            except (ExchangeNotFound, ExchangeInvalid):
                continue
            raise Broken(f"{account!r} was answered")
        return True

    return run


async def _walk(exchange: Exchange, operation: Operation, values: dict[str, Any], first: Page[Any]) -> list[Any]:
    rows, current, cursors = list(first.rows), first, set[str]()
    if first.next is not None and all(one.name != "cursor" for one in operation.parameters):
        raise Broken("this list has one page, and names another")
    while current.next is not None:
        if current.next in cursors or len(cursors) > 500:
            raise Broken("the pages do not come to an end")
        cursors.add(current.next)
        current = await ask(exchange, operation, {**values, "cursor": current.next})
        rows += current.rows
    if len(first.rows) > PAGE_ROWS_MAX:
        raise Broken("a page is too long")
    if len({repr(row) for row in rows}) != len(rows):
        raise Broken("a row comes twice")
    if cursors:
        try:
            await ask(exchange, operation, {**values, "cursor": "no cursor of yours"})
        except ExchangeInvalid:
            return rows
        raise Broken("a cursor that was never given is taken")
    return rows


def _fresh(answer: Any, now: datetime) -> None:
    if not now - FRESH <= answer.as_of <= max(now, clock.now()) + AHEAD:
        raise Broken(f"as_of is {answer.as_of}, which is not now")


def _newest_first(operation: Operation, rows: list[Any]) -> None:
    times = [at for row in rows if (at := time_of(operation, row)) is not None]
    if operation.name in ("path", "prices"):
        times = times[::-1]
    if times != sorted(times, reverse=True):
        raise Broken("the rows are not in order of time")


async def _refuses_strangers(_exchange: Exchange, sample: Sample) -> bool:
    if sample.stranger is None:
        return False
    try:
        await sample.stranger.account.profile(sample.accounts[0])
    except ExchangeNotAllowed:
        return True
    raise Broken("it answers without a token")


async def _public_keys(exchange: Exchange, sample: Sample) -> bool:
    found = [row for _, row in await first_of(exchange, sample, Ability.API, "keys") if row.public_key]
    for row in found:
        if not is_public_key(row.public_key):
            raise Broken(f"{row.id}: no public key of Ed25519 or RSA")
    return bool(found)


async def _no_future(exchange: Exchange, sample: Sample) -> bool:
    markets = (await exchange.market.markets()).rows
    if not markets:
        return False
    market = markets[0]
    late = sample.now + timedelta(days=1)
    week = sample.now - timedelta(days=7)
    wrong = [
        ("a book of tomorrow", exchange.market.book(market.symbol, at=late)),
        ("a week in seconds", exchange.market.prices(
            market.symbol, kind=PriceKind.LAST, since=week, until=sample.now, step_seconds=1)),
        ("a step of no time", exchange.market.prices(
            market.symbol, kind=PriceKind.LAST, since=week, until=sample.now, step_seconds=0)),
    ]  # fmt: skip
    for name, asked in wrong:
        try:
            await asked
        except ExchangeInvalid:
            continue
        raise Broken(f"{name} is answered")
    return True


async def _measures(exchange: Exchange, sample: Sample) -> bool:
    """A key takes a measure once; used for anything else it is refused; a target that is not there is not found."""
    if sample.for_measures is None:
        return False
    account, part = sample.for_measures, exchange.protection
    approver = Approver(ApproverKind.RULE, "conformance")
    measure = Measure.FREEZE_WITHDRAWALS if Measure.FREEZE_WITHDRAWALS in part.measures else min(part.measures)
    key = f"conformance-{sample.now.timestamp():.0f}"
    for wrong, given in (("without a reason", ("", key)), ("without a key", ("conformance", ""))):
        try:
            await part.take(account, measure, key=given[1], reason=given[0], approver=approver)
        except ExchangeInvalid:
            continue
        raise Broken(f"a measure was taken {wrong}")
    # Twice at once, as after a connection that broke: one of them takes it.
    first, second = await asyncio.gather(
        *[part.take(account, measure, key=key, reason="conformance", approver=approver) for _ in range(2)]
    )
    taken, other = (first, second) if first.is_new else (second, first)
    again = await part.take(account, measure, key=key, reason="conformance", approver=approver)
    if not taken.is_new or other.is_new or again.is_new or {other.id, again.id} != {taken.id}:
        raise Broken("the same key took the measure again")
    if (taken.reason, taken.approver) != ("conformance", approver):
        raise Broken("who decided it, and why, is not what was said")
    try:
        await part.take(
            account, measure, key=key, reason="conformance", approver=replace(approver, reference="somebody else")
        )
    except ExchangeConflict:
        pass
    else:
        raise Broken("a key was taken for another approver's measure")
    if taken.id not in [row.id for row in (await part.taken(account)).rows]:
        raise Broken("what was taken is not listed")
    if taken.measure is Measure.FREEZE_WITHDRAWALS and Ability.ACCOUNT in exchange.can:
        if taken.state is not MeasureState.IN_FORCE:
            raise Broken("a freeze is not in force")
        if not any(row.kind.value == "withdrawals" for row in (await exchange.account.holds(account)).rows):
            raise Broken("withdrawals are frozen and no hold says so")
    if Measure.END_SESSIONS in part.measures:
        try:
            await part.take(
                account,
                Measure.END_SESSIONS,
                key=f"{key}-target",
                reason="conformance",
                approver=approver,
                target="no-such-session",
            )
        except ExchangeNotFound:
            return True
        raise Broken("a session that does not exist was ended")
    return True


def _checks() -> list[Check]:
    found = [
        Check(one.part, f"{one.name}: shape, freshness, pages, order", _reads(one)) for one in OPERATIONS if one.is_read
    ]
    found += [
        Check(one.part, f"{one.name}: unknown accounts are not found", _unknown(one))
        for one in OPERATIONS
        if one.is_read and one.names_account
    ]
    found += [
        Check(Ability.ACCOUNT, "a token is needed", _refuses_strangers),
        Check(Ability.API, "public keys verify signatures", _public_keys),
        Check(Ability.MARKET, "no future, no endless ranges", _no_future),
        Check(Ability.PROTECTION, "measures: keys, targets, what is taken is seen", _measures),
    ]
    found += [Check(part, name, run) for part, name, run in (*rules.RULES, *ASKED)]
    return sorted(found, key=lambda check: list(Ability).index(check.part))


CHECKS = tuple(_checks())

__all__ = ["CHECKS", "Check", "Finding", "Result", "Sample", "conform", "first_of"]
