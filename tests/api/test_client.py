"""The client against the application: typed things, pages, repetitions under one key; both clients are the same."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bellrock import worker
from bellrock.client import ApiError, AsyncClient, Client, SignatureWrong, calling, verify_webhook
from bellrock.core import clock
from tests.api.conftest import Desk

SOURCE = Path(__file__).resolve().parents[2] / "src" / "bellrock" / "client"


class Flaky(httpx.AsyncBaseTransport):
    """The application behind a network that loses the first answers: the work was done, nobody heard."""

    def __init__(self, app: Any, losses: int) -> None:
        self._inner, self.losses, self.keys = httpx.ASGITransport(app), losses, [""]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        if key := request.headers.get("idempotency-key"):
            self.keys.append(key)
        if self.losses:
            self.losses -= 1
            await answer.aread()
            raise httpx.ReadError("lost")
        return answer


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "WAIT_SECONDS_MAX", 0.01)


async def test_everyday_work(desk: Desk) -> None:
    transport = httpx.ASGITransport(desk.client.app)
    async with AsyncClient("http://bellrock.example", token=await desk.token(), transport=transport) as client:
        customer = await client.put_customer("northwick-55", name="Ren", tier="vip")
        assert (await client.find_customer("northwick-55")) == customer
        assert await client.find_customer("nobody") is None
        case = await client.open_conversation(customer_id=customer.id, text="Hello", team_id=desk.payments)
        await client.reply(case.id, "Hello Ren")
        await client.note(case.id, "VIP")
        await client.receive(case.id, "Thanks")
        assert [message.text async for message in client.messages(case.id, limit=1)] == ["Hello", "Hello Ren", "Thanks"]
        assert [note.text async for note in client.notes(case.id)] == ["VIP"]
        now = await client.conversation(case.id)
        changed = await client.update_conversation(
            case.id, priority="high", label_ids=[desk.label], version=now.version
        )
        assert (changed.priority, changed.label_ids, changed.topic) == ("high", [desk.label], None)
        with pytest.raises(ApiError) as refused:
            await client.update_conversation(case.id, priority="low", version=now.version)
        assert refused.value.code == "version_changed"
        assert {found.id async for found in client.conversations(status=["open", "waiting"], limit=1)} >= {case.id}
        assert [team.id for team in await client.teams()]
        assert [agent.name for agent in await client.agents()] == ["Mara"]
        assert [label.name for label in await client.labels()] == ["refund"]
        incident = await client.open_incident({"en": ("Slow", "We look into it.")})
        assert (await client.set_incident_state(incident.id, "resolved")).resolved_at is not None
        assert len(await client.incidents()) == 2
        assert [article.id async for article in client.articles()] == [desk.article]
        added = await client.add_file(case.id, "receipt.txt", "Quittung über 5 €".encode())
        assert (added.name, added.media_type, added.conversation_id) == ("receipt.txt", "text/plain", None)
        await client.reply(case.id, "Here it is", file_ids=[added.id])
        assert (await client.file(added.id)).conversation_id == case.id
        assert (await client.read_file(added.id)).decode() == "Quittung über 5 €"
        theirs = await client.add_file(case.id, "bill.txt", b"A bill")
        await client.receive(case.id, "My bill", file_ids=[theirs.id])
        told = [message async for message in client.messages(case.id)][-2:]
        assert [(message.author.kind, message.file_ids) for message in told] == [
            ("integration", [added.id]),
            ("customer", [theirs.id]),
        ]
        with pytest.raises(ApiError) as refused:
            await client.add_file(case.id, "virus.txt", b"MZ" + bytes(200))
        assert refused.value.code == "file_kind_refused"
        for stolen in (added.id, desk.file, case.id):
            with pytest.raises(ApiError) as refused:
                await client.reply(case.id, "Mine", file_ids=[stolen])
            assert refused.value.code == "files_unknown"
        hook = await client.create_webhook("https://hooks.example/in", ["message.received", "team.created"])
        assert hook.secret.startswith("whsec_")
        assert await client.rotate_webhook(hook.id) != hook.secret
        assert (await client.update_webhook(hook.id, events=["team.created"], paused=True)).paused_at is not None
        assert (await client.update_webhook(hook.id, paused=False)).events == ["team.created"]
        await worker.drain(desk.house.database, [])
        again = await client.send_again(hook.id, since=clock.now() - timedelta(hours=1))
        assert again == len([sent async for sent in client.deliveries(hook.id, limit=1)]) > 0
        await client.remove_webhook(hook.id)
        assert hook.id not in [one.id for one in await client.webhooks()]
        organisation = await client.create_organisation("Kelp")
        assert organisation.id in [item.id async for item in client.organisations()]
        assert [member async for member in client.members(organisation.id)] == []
        blocked = await client.block(customer.id, reason="spam", period="day")
        assert blocked.blocked is not None
        assert (await client.unblock(customer.id)).blocked is None
        events = await client.events(start="beginning")
        assert events.next_cursor


async def test_what_got_lost_is_sent_again_and_done_once(desk: Desk) -> None:
    transport = Flaky(desk.client.app, losses=3)
    token = await desk.token()
    async with AsyncClient("http://bellrock.example", token=token, transport=transport) as client:
        await client.reply(desk.conversation, "Only once")
        assert [message.text async for message in client.messages(desk.conversation)].count("Only once") == 1
    assert len(transport.keys) == 5
    assert len(set(transport.keys[1:])) == 1
    transport.losses = 99
    async with AsyncClient("http://bellrock.example", token=token, transport=transport) as client:
        with pytest.raises(ApiError) as lost:
            await client.teams()
    assert (lost.value.code, lost.value.problem.retryable) == ("not_reached", True)


def test_the_synchronous_client() -> None:
    asked = []

    def serve(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) == 1:
            return httpx.Response(429, headers={"retry-after": "0"})
        if request.url.path.endswith("/teams"):
            return httpx.Response(200, json={"items": [{"id": str(_ID), "slug": "x", "name": "X", "new_field": 1}]})
        return httpx.Response(502, text="<html>")

    with Client("http://bellrock.example/", token="brk_x", transport=httpx.MockTransport(serve)) as client:
        assert client.teams()[0].id == _ID
        with pytest.raises(ApiError) as failed:
            client.reply(_ID, "Hello")
    assert failed.value.problem.status == 502
    keys = {request.headers["idempotency-key"] for request in asked if request.method == "POST"}
    assert len(keys) == 1
    assert len(asked) == 2 + calling.TRIES_MAX


def test_both_clients_are_one() -> None:
    """What one does, the other does: they differ by the words of waiting alone."""
    waiting = (SOURCE / "asynchronous.py").read_text()
    for pattern, word in (
        (r"asynchronous", "synchronous"),
        (r"\basyncio\.sleep", "time.sleep"),
        (r"import asyncio", "import time"),
        (r"\b(async|await) ", ""),
        (r"\bAsync(\w)", r"\1"),
        (r"__a(enter|exit)__", r"__\1__"),
        (r"\baclose\b", "close"),
    ):
        waiting = re.sub(pattern, word, waiting)
    assert ast.dump(ast.parse(waiting)) == ast.dump(ast.parse((SOURCE / "synchronous.py").read_text()))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"webhook-id": "m", "webhook-timestamp": "x", "webhook-signature": "v1,a"},
        {"webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": "v1,a"},
        {"webhook-id": "m", "webhook-timestamp": "9" * 30, "webhook-signature": "v1,a"},
    ],
)
def test_webhooks_that_prove_nothing(headers: dict[str, str]) -> None:
    with pytest.raises(SignatureWrong):
        verify_webhook(b"{}", headers, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")


_ID = __import__("uuid").uuid4()
