"""The adapter over HTTP, against the reference exchange's own application with faults switched on, and what else may answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bellrock import exchange, reference_exchange
from bellrock.adapters.exchange import build_exchange, connect
from bellrock.adapters.exchange import http as adapter
from bellrock.adapters.exchange.http import ExchangeClient, parts
from bellrock.core import Settings
from bellrock.core.settings import SettingsWrong
from bellrock.exchange import (
    Ability,
    Approver,
    ApproverKind,
    Exchange,
    ExchangeCannot,
    ExchangeInvalid,
    ExchangeMixedUp,
    ExchangeNotAllowed,
    ExchangeNotFound,
    ExchangeRateLimited,
    ExchangeUnavailable,
    Measure,
)
from bellrock.reference_exchange import Faults

START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ACCOUNT = "NW-100797"
APPROVER = Approver(ApproverKind.RULE, "a stranger in the account")


class Counted(httpx.AsyncBaseTransport):
    """Passes requests on and counts them."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return await self.inner.handle_async_request(request)


class Line:
    """An exchange by the adapter, over an application in this process."""

    def __init__(self, transport: httpx.AsyncBaseTransport, *, token: str = "right", **offered: Any) -> None:
        self.counted = Counted(transport)
        self.client = ExchangeClient("http://localhost", token=token, transport=self.counted)
        can = offered.get("can", frozenset(Ability))
        measures = offered.get("measures", frozenset(Measure))
        self.exchange: Exchange = parts(self.client, name="", can=can, measures=measures)

    @property
    def count(self) -> int:
        return len(self.counted.requests)


@pytest.fixture
async def served() -> AsyncIterator[Callable[..., Line]]:
    lines: list[Line] = []

    def serve(faults: Faults | None = None, **given: Any) -> Line:
        venue = reference_exchange.Venue(started_at=START, clock=lambda: START)
        service = reference_exchange.Service(venue, token="right", faults=faults or Faults())
        lines.append(Line(httpx.ASGITransport(service), **given))  # type: ignore[arg-type]
        return lines[-1]

    yield serve
    for line in lines:
        await line.client.close()


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> Line:
    return Line(httpx.MockTransport(answer))


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "PAUSE_SECONDS", 0.0)


async def test_a_read_that_failed_is_asked_once_more(served: Callable[..., Line]) -> None:
    line = served(Faults(fail_every=2))
    for _ in range(3):
        assert (await line.exchange.account.profile(ACCOUNT)).account == ACCOUNT
    assert line.count == 5


async def test_a_read_that_fails_twice_is_unavailable(served: Callable[..., Line]) -> None:
    line = served(Faults(fail_every=1))
    with pytest.raises(ExchangeUnavailable) as raised:
        await line.exchange.account.profile(ACCOUNT)
    assert raised.value.retryable
    assert line.count == 2


async def test_a_measure_is_sent_once_and_its_key_makes_asking_again_safe(served: Callable[..., Line]) -> None:
    line = served(Faults(fail_every=1))
    take: Any = line.exchange.protection.take
    for _ in range(2):
        with pytest.raises(ExchangeUnavailable):
            await take(ACCOUNT, Measure.LOCK_LOGIN, key="k-1", reason="r", approver=APPROVER)
    assert line.count == 2
    fine = served()
    take = fine.exchange.protection.take
    first = await take(ACCOUNT, Measure.LOCK_LOGIN, key="k-1", reason="r", approver=APPROVER)
    again = await take(ACCOUNT, Measure.LOCK_LOGIN, key="k-1", reason="r", approver=APPROVER)
    assert (first.is_new, again.is_new, first.id) == (True, False, again.id)
    assert fine.counted.requests[0].headers["idempotency-key"] == "k-1"


async def test_after_a_429_nothing_is_asked_for_a_while(served: Callable[..., Line]) -> None:
    line = served(Faults(limit_every=1))
    for _ in range(3):
        with pytest.raises(ExchangeRateLimited) as raised:
            await line.exchange.market.markets()
        assert raised.value.retry_after is not None
        assert 0 < raised.value.retry_after <= 1
    assert line.count == 1


async def test_an_answer_of_the_wrong_shape_is_not_used(served: Callable[..., Line]) -> None:
    line = served(Faults(break_every=1))
    with pytest.raises(ExchangeMixedUp):
        await line.exchange.funds.deposits(ACCOUNT)


async def test_a_slow_exchange_is_unavailable(served: Callable[..., Line], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "TIMEOUT_SECONDS", 0.02)
    line = served(Faults(latency_ms=200))
    with pytest.raises(ExchangeUnavailable):
        await line.exchange.account.profile(ACCOUNT)


async def test_a_wrong_token_is_not_allowed(served: Callable[..., Line]) -> None:
    with pytest.raises(ExchangeNotAllowed):
        await served(token="wrong").exchange.account.profile(ACCOUNT)


async def test_the_declaration_says_what_there_is(served: Callable[..., Line]) -> None:
    said = await served().client.declaration()
    assert (set(said.can), set(said.measures), said.version) == (set(Ability), set(Measure), exchange.VERSION)


async def test_what_is_not_offered_is_not_even_asked(served: Callable[..., Line]) -> None:
    line = served(can=frozenset({Ability.PROTECTION}), measures=frozenset({Measure.LOCK_LOGIN}))
    with pytest.raises(ExchangeCannot):
        await line.exchange.account.profile(ACCOUNT)
    with pytest.raises(ExchangeCannot):
        await line.exchange.protection.take(ACCOUNT, Measure.FREEZE_TRADING, key="k", reason="r", approver=APPROVER)
    assert line.count == 0


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(account=st.text(min_size=0, max_size=40) | st.sampled_from(["..", ".", "a/../b", "a?x=1", "a#b", "%2e%2e"]))
async def test_no_account_leads_anywhere_else(served: Callable[..., Line], account: str) -> None:
    """Whatever stands in it, it stays one piece of the path, and the question the one that was asked."""
    line = served()
    with pytest.raises((ExchangeNotFound, ExchangeInvalid)):
        await line.exchange.account.security(account)
    for request in line.counted.requests:
        path = request.url.raw_path.decode()
        assert path.startswith("/support/v1/accounts/")
        assert path.endswith("/security")
        assert path.count("/") == 5


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, html="<html>Sign in</html>"),
        httpx.Response(302, headers={"location": "http://169.254.169.254/"}),
        httpx.Response(404, html="nothing here"),
        httpx.Response(200, json=[]),
        httpx.Response(200, content=b"{" + b" " * (adapter.ANSWER_BYTES_MAX + 1) + b"}"),
    ],
    ids=["a page", "a redirect", "a 404 of somebody else", "another shape", "too much"],
)
async def test_something_else_that_answers_is_mixed_up(answer: httpx.Response) -> None:
    line = answering(lambda _request: answer)
    with pytest.raises(ExchangeMixedUp):
        await line.exchange.account.profile(ACCOUNT)
    assert line.count == 1
    await line.client.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://exchange.example",
        "ftp://127.0.0.1",
        "127.0.0.1:80",
        "https://",
        "https://me:secret@exchange.example",
        "https://exchange.example/?a=1",
    ],
)
def test_a_token_is_only_sent_where_it_cannot_be_seen(url: str) -> None:
    with pytest.raises(SettingsWrong):
        connect(url, token="t")


@pytest.mark.parametrize("names", [("account", "print_money"), ("freeze",)])
def test_a_part_that_is_unknown_stops_the_start(names: tuple[str, ...]) -> None:
    with pytest.raises(SettingsWrong):
        build_exchange(Settings(exchange_url="http://127.0.0.1:1", exchange_can=names))


def test_parts_and_measures_are_those_of_the_setting() -> None:
    built = build_exchange(
        Settings(exchange_url="http://127.0.0.1:1", exchange_can=("account", "lock_login", "protection"))
    )
    assert built.can == {Ability.ACCOUNT, Ability.PROTECTION}
    assert built.protection.measures == {Measure.LOCK_LOGIN}


def test_without_an_address_there_is_no_exchange() -> None:
    assert build_exchange(Settings()).can == frozenset()


@pytest.mark.parametrize(
    "query",
    ["", "colour=red", "since=yesterday", "since=2026-01-01T00:00:00", "asset=BTC&asset=ETH", "cursor=%ff", "txid="],
)
async def test_the_service_refuses_questions_that_it_cannot_read(served: Callable[..., Line], query: str) -> None:
    transport = served().counted.inner
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get(
            f"/support/v1/accounts/{ACCOUNT}/deposits?{query}", headers={"authorization": "Bearer right"}
        )
    assert answer.status_code == (422 if query else 200)


ODD = (
    "2026-11-19T00:00:00Z", "2026-11-19T00:05:00+05:30", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "mark", "last", "60",
    "-1", "b5", "f0", "99999999999999999999", "eip155:1", "0x" + "1" * 64, "BTC", "NaN", "filled", "true", "\u0000", "",
)  # fmt: skip


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_no_question_breaks_the_service(served: Callable[..., Line], data: st.DataObject) -> None:
    """Whatever is asked is answered in the shape of the contract or refused in it; nothing raises."""
    operation = data.draw(st.sampled_from([one for one in exchange.OPERATIONS if one.is_read]))
    path, query = operation.path, {}
    for one in operation.parameters:
        if one.is_in_path:
            known = [ACCOUNT, "NW-100417", "BTC-USDT", "BTC-USDT-PERP", "DE", "pos-btc", "eip155%3A1", "%ff", "%00"]
            path = path.replace(f"{{{one.name}}}", data.draw(st.sampled_from(known)))
        elif one.is_required or data.draw(st.booleans()):
            query[one.name] = data.draw(st.sampled_from(ODD))
    transport = served().counted.inner
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/support/v1" + path, params=query, headers={"authorization": "Bearer right"})
    if answer.status_code == 200:
        exchange.decode(answer.content, operation.answer)
    else:
        assert answer.status_code in (404, 422)
        exchange.decode(answer.content, exchange.Problem)
