"""Futures looked up: the liquidation that is meant with its brackets and path; margin, funding, settlement."""

from __future__ import annotations

from datetime import timedelta

from bellrock.core import BellrockError
from bellrock.exchange import Ability, Brackets, ExchangeCannot, ExchangeInvalid, ExchangeNotFound, PathPoint
from bellrock.triage.playbooks.asking import LATELY, Asked
from bellrock.triage.playbooks.diagnosis import Diagnosis
from bellrock.triage.playbooks.futures import explain_funding, explain_liquidation, explain_margin, explain_settlement

_PATH_PAGES_MAX = 20
_WEEK = timedelta(days=7)


async def liquidation(asked: Asked) -> Diagnosis | None:
    """Explain the newest liquidation that can be meant."""
    assert asked.account is not None
    page = await asked.exchange.derivatives.liquidations(asked.account, since=asked.now - LATELY)
    meant = [one for one in page.rows if asked.is_about(one.position.symbol)]
    meant = [one for one in meant if asked.is_on_day(one.at)] or meant
    if not meant:
        return None
    of_day = asked.of_days(meant, lambda one: one.at) if len(meant) > 1 else []
    newest = (of_day or meant)[0]
    if Ability.CONTRACTS not in asked.exchange.can:
        return None
    try:
        brackets = await asked.exchange.contracts.brackets(newest.position.symbol, at=newest.at)
    except (ExchangeCannot, ExchangeInvalid, ExchangeNotFound):  # those of that time are not kept
        brackets = Brackets(newest.position.symbol, (), newest.at, asked.now)
    path = await _path(asked, newest.position.id)
    told = explain_liquidation(newest, brackets=brackets, path=path, path_as_of=newest.at)
    return asked.by_day(told, newest.at) if of_day else told


async def margin(asked: Asked) -> Diagnosis | None:
    """Say how near the account is to liquidation."""
    assert asked.account is not None
    return explain_margin(await asked.exchange.derivatives.margin(asked.account))


async def funding(asked: Asked) -> Diagnosis | None:
    """Sum the funding of a week."""
    assert asked.account is not None
    page = await asked.exchange.derivatives.funding(asked.account, since=asked.now - _WEEK)
    meant = [one for one in page.rows if asked.is_about(one.symbol)]
    return explain_funding(meant or page.rows, as_of=page.as_of)


async def settlement(asked: Asked) -> Diagnosis | None:
    """Explain the newest settlement that can be meant."""
    assert asked.account is not None
    page = await asked.exchange.derivatives.settlements(asked.account, since=asked.now - LATELY * 3)
    meant = next((one for one in page.rows if asked.is_about(one.symbol)), None)
    return explain_settlement(meant, as_of=page.as_of) if meant else None


async def _path(asked: Asked, position_id: str) -> tuple[PathPoint, ...]:
    """Return the life of a position; without all of it, there is no chart and the explanation stands."""
    assert asked.account is not None
    found: list[PathPoint] = []
    cursor: str | None = None
    try:
        for _ in range(_PATH_PAGES_MAX):
            page = await asked.exchange.derivatives.path(asked.account, position_id=position_id, cursor=cursor)
            found += page.rows
            cursor = page.next
            if cursor is None:
                return tuple(found)
    except BellrockError:
        pass
    return ()
