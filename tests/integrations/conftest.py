"""Somebody's server, and the house's side of a webhook to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bellrock import integrations, people, worker
from bellrock.adapters.webhooks.http import HttpCaller
from bellrock.core import SYSTEM, clock
from bellrock.core.cursors import Cursor
from bellrock.house import House
from bellrock.integrations import Endpoint


@dataclass
class Receiver:
    """Somebody's server: keeps what comes and answers as it is told."""

    url: str = ""
    answers: list[bytes] = field(default_factory=list)
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head.splitlines()[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.seen.append((headers, body))
        status = self.answers.pop(0) if self.answers else b"204 No Content"
        if status == b"silence":
            await asyncio.sleep(30)
        body = b"thanks, legal winner thank year wave sausage worth useful legal winner thank yellow"
        extra = b"location: http://127.0.0.1:1/\r\n" if status.startswith(b"30") else b""
        body = b"" if status.startswith(b"204") else body
        writer.write(
            b"HTTP/1.1 "
            + status
            + b"\r\n"
            + extra
            + b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body)
            + body
        )
        await writer.drain()
        writer.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    one = Receiver()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?x=1"
    yield one
    server.close()


@dataclass
class Post:
    """The house's side: an endpoint for the receiver, and the listener that plans deliveries."""

    house: House
    endpoint: Endpoint
    secret: str
    caller: HttpCaller = field(default_factory=lambda: HttpCaller(may_be_private=True))

    async def hear(self) -> None:
        async def listen(tx: Any, facts: Any) -> None:
            await integrations.plan(tx, self.house.vault, facts=facts, now=clock.now())

        cursor = Cursor("integrations.webhooks", listen, kinds=frozenset(integrations.KINDS))
        await worker.drain(self.house.database, [cursor])

    async def deliver(self) -> int:
        return await integrations.deliver_due(self.house, self.caller, endpoint_id=self.endpoint.id)

    async def log(self) -> list[integrations.Delivery]:
        async with self.house.database.transaction() as tx:
            return await integrations.deliveries(tx, self.house.vault, endpoint_id=self.endpoint.id)

    async def hasten(self) -> None:
        async with self.house.database.transaction() as tx:
            await tx.execute("UPDATE webhook_deliveries SET next_at = now() - interval '1 second'")


@pytest.fixture
async def post(house: House, receiver: Receiver) -> Post:
    async with house.database.transaction() as tx:
        endpoint, secret = await integrations.make_endpoint(
            tx,
            house.vault,
            url=receiver.url,
            events=["team.created", "customer.met"],
            team_ids=None,
            may_be_plain=True,
            by=SYSTEM,
            now=clock.now() - timedelta(seconds=1),
        )
    return Post(house, endpoint, secret)


async def team(house: House, slug: str) -> UUID:
    async with house.database.transaction() as tx:
        made = await people.create_team(tx, house.vault, slug=slug, name=slug, queues=[], by=SYSTEM, now=clock.now())
    return made.id
