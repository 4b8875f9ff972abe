"""Accounts looked up: locks, sign-ins, identification, regions, API calls, savings, money in and out."""

from __future__ import annotations

from datetime import datetime, timedelta

from bellrock.core import BellrockError
from bellrock.exchange import Ability, ApiCall, ApiFault, ApiKey
from bellrock.triage.entities import EntityKind
from bellrock.triage.playbooks.accounts import (
    explain_identity,
    explain_lock,
    explain_login,
    explain_pause,
    explain_region,
)
from bellrock.triage.playbooks.asking import LATELY, Asked, Missing
from bellrock.triage.playbooks.calls import explain_call
from bellrock.triage.playbooks.diagnosis import Diagnosis, Money, Source, Term, Value
from bellrock.triage.playbooks.faults import faults_in
from bellrock.triage.playbooks.requests import Request, read_request
from bellrock.triage.playbooks.transfers import explain_payment

_CALLS_SINCE = timedelta(days=1)


async def lock(asked: Asked) -> Diagnosis | None:
    """Say whether the account is locked, or withdrawals wait after a change."""
    assert asked.account is not None
    return explain_lock(await asked.exchange.account.security(asked.account), now=asked.now)


async def pause(asked: Asked) -> Diagnosis | None:
    """Say why withdrawals wait."""
    assert asked.account is not None
    account = asked.exchange.account
    holds = await account.holds(asked.account)
    return explain_pause(await account.security(asked.account), holds.rows, now=asked.now)


async def login(asked: Asked) -> Diagnosis | None:
    """Name the newest unusual sign-in."""
    assert asked.account is not None
    page = await asked.exchange.account.logins(asked.account, since=asked.now - LATELY)
    return explain_login(page.rows, as_of=page.as_of)


async def frozen(asked: Asked) -> Diagnosis:
    """Say why the account is locked or withdrawals wait, where that may be told; else how it stands, for colleagues."""
    return await pause(asked) or await security(asked)


async def security(asked: Asked) -> Diagnosis:
    """Put together how the account stands, for whoever protects it or gives it back."""
    assert asked.account is not None
    account = asked.exchange.account
    logins = await account.logins(asked.account, since=asked.now - LATELY)
    sessions = await account.sessions(asked.account)
    holds = await account.holds(asked.account)
    return Diagnosis(
        "account_state",
        {
            "logins": len(logins.rows),
            "unusual": sum(bool(one.anomalies) for one in logins.rows),
            "sessions": len(sessions.rows),
            "holds": len(holds.rows),
        },
        (Source("account", "", logins.as_of), *(Source("account", one.id, holds.as_of) for one in holds.rows[:3])),
        settles=False,
        next_step="protect" if any(one.anomalies for one in logins.rows) else "prove",
    )


async def identity(asked: Asked) -> Diagnosis | None:
    """Say where an identification is."""
    assert asked.account is not None
    return explain_identity(await asked.exchange.identity.identity(asked.account))


async def region(asked: Asked) -> Diagnosis | Missing | None:
    """Say what is offered in the country that is named, else in the account's own; of a visitor it is asked for."""
    country = asked.value(EntityKind.COUNTRY)
    if country is None and asked.account is None:
        return Missing("country")
    if country is None and asked.account is not None:
        country = (await asked.exchange.account.profile(asked.account)).country
    return explain_region(await asked.exchange.identity.availability(country=country)) if country else None


async def call(asked: Asked) -> Diagnosis | Missing | None:
    """Say why a call was refused, from the refused one that is meant and from the one in the words."""
    if Ability.API not in asked.exchange.can:
        return None
    rule = await asked.exchange.api.signing()
    request = read_request(asked.text)
    meant, as_of = await _meant_fault(asked, request)
    limits = await asked.exchange.api.limits()
    keys = await _keys(asked) if request is not None else ()
    found = explain_call(meant, request, rule=rule, limits=limits.rows, keys=keys, as_of=as_of or rule.as_of)
    return Missing("request") if found is None and request is None else found


async def rate(asked: Asked) -> Diagnosis | None:
    """Say which limit the newest calls reached."""
    newest, as_of = await _newest_fault(asked)
    if newest is None or as_of is None:
        return None
    limits = await asked.exchange.api.limits()
    found = explain_call(newest, None, rule=await asked.exchange.api.signing(), limits=limits.rows, as_of=as_of)
    return found if found and found.code in ("api_rate", "api_limit") else None


async def payment_in(asked: Asked) -> Diagnosis | None:
    """Say where money by bank or card is."""
    return await _payment(asked, is_deposit=True)


async def payment_out(asked: Asked) -> Diagnosis | None:
    """Say where money to a bank or card is."""
    return await _payment(asked, is_deposit=False)


async def bonus(asked: Asked) -> Diagnosis | None:
    """Say where the newest bonus is; for the specialist, who knows the campaigns."""
    assert asked.account is not None
    page = await asked.exchange.earn.bonuses(asked.account)
    if not page.rows:
        return None
    newest = page.rows[0]
    values: dict[str, Value] = {
        "title": newest.title,
        "amount": Money(newest.amount, newest.asset),
        "state": Term(f"bonus.{newest.state.value}"),
        "done": len(newest.done),
        "count": len(newest.conditions),
    }
    sources = (Source("earn", newest.title, page.as_of),)
    return Diagnosis("bonus", values, sources, settles=False, next_step="look")


async def _keys(asked: Asked) -> tuple[ApiKey, ...]:
    """Return the keys of the account; none where they cannot be had: then the form of a signature is judged alone."""
    try:
        return (await asked.exchange.api.keys(asked.account)).rows if asked.account else ()
    except BellrockError:
        return ()


async def _newest_fault(asked: Asked) -> tuple[ApiCall | None, datetime | None]:
    return await _meant_fault(asked, None)


async def _meant_fault(asked: Asked, request: Request | None) -> tuple[ApiCall | None, datetime | None]:
    """Return the newest refused call with the code in the words, of the request in them, or of the fault that they name.

    Without any of these, the newest of all. A code or fault that no refused call has is of a call that nobody knows: another
    call's explains nothing.
    """
    if asked.account is None:
        return None, None
    page = await asked.exchange.api.calls(asked.account, since=asked.now - _CALLS_SINCE, faults_only=True)
    named = (entity.value or entity.text for entity in asked.found if entity.kind is EntityKind.ERROR)
    codes = {code.rpartition(" ")[2] for code in named}  # "HTTP 429" as "429"
    fitting = [one for one in page.rows if one.code in codes or str(one.status) in codes]
    if request is not None and request.path:
        # What was signed for another path says nothing about this one.
        fitting = [one for one in fitting if one.fault is not ApiFault.SIGNATURE or one.path == request.path]
        fitting = fitting or [one for one in page.rows if one.path == request.path]
    faults = faults_in(asked.text) if request is None and not codes else frozenset()
    fitting = fitting or [one for one in page.rows if one.fault in faults]
    meant = fitting or ([] if request is not None or codes or faults else page.rows)
    return (meant[0] if meant else None), page.as_of


async def _payment(asked: Asked, *, is_deposit: bool) -> Diagnosis | None:
    assert asked.account is not None
    page = await asked.exchange.funds.payments(asked.account, since=asked.now - LATELY)
    own = [one for one in page.rows if one.is_deposit is is_deposit]
    of_day = asked.of_days(own, lambda one: one.created_at) if len(own) > 1 else []
    if len(of_day) != 1:
        return explain_payment(own, is_deposit=is_deposit, as_of=page.as_of)
    return asked.by_day(explain_payment(of_day, is_deposit=is_deposit, as_of=page.as_of), of_day[0].created_at)
