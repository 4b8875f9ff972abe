"""`bellrock bench ground`: what one message costs, how fast it is safe and seen, and what the house weighs."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import secrets
import statistics
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import jwt
import psycopg

from bellrock.bench import stack as stacks
from bellrock.bench.client import Client, Refused, Socket
from bellrock.bench.report import Figure

CUSTOMERS = 400
RATE_PER_SECOND = 200
LOAD_SECONDS = 60
DRAIN_SECONDS_MAX = 5.0
SOCKETS = 1_000
SOCKET_PERIOD_SECONDS = 10.0
PROBES = 120
PROBE_CUSTOMERS = 12
TOKEN_SECRET = secrets.token_bytes(32)
TOKEN_KEYS = f"bench=HS256:{base64.urlsafe_b64encode(TOKEN_SECRET).decode()}"
TEXTS = (
    "I sent 250 USDT two hours ago and it has not arrived, TxID "
    "0x9c4f02be77aa1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef012345",
    "充值一直没有到账，已经过去三个小时了，请帮我查一下订单 20261118",
    "لم يصل الإيداع إلى حسابي منذ ساعتين، ماذا أفعل الآن؟",
    "hello, is anyone there? my withdrawal has been pending since this morning",
)


async def customer(port: int) -> Client:
    """Return a client with the session of a new customer, vouched for by a token of the exchange."""
    client = Client("127.0.0.1", port)
    name = secrets.token_hex(8)
    now = int(time.time())
    claims = {"sub": name, "aud": "bellrock", "iat": now, "exp": now + 600, "name": f"Customer {name}", "locale": "en"}
    token = jwt.encode(claims, TOKEN_SECRET, algorithm="HS256", headers={"kid": "bench"})
    answer = await client.post("/widget/session", {"token": token, "visitor": None, "locale": "en"})
    client.bearer = answer["session"]
    return client


async def write(client: Client, text: str, key: str | None = None) -> dict[str, object]:
    """Send one message as a widget does."""
    return await client.post(
        "/widget/messages", {"client_key": key or str(uuid.uuid4()), "text": text, "files": [], "choice": None}
    )


async def load(clients: Sequence[Client], *, seconds: float, rate: int = RATE_PER_SECOND) -> list[float]:
    """Write at a steady rate, whatever the answers do, and return the latency of each in milliseconds."""
    latencies: list[float] = []
    locks = [asyncio.Lock() for _ in clients]

    async def one(number: int, due: float) -> None:
        place = number % len(clients)
        async with locks[place]:
            await write(clients[place], TEXTS[number % len(TEXTS)])
        latencies.append((time.monotonic() - due) * 1000)

    began = time.monotonic()
    tasks = []
    for number in range(int(seconds * rate)):
        due = began + number / rate
        if (wait := due - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(one(number, due)))
    await asyncio.gather(*tasks)
    return latencies


async def customers(port: int, count: int = CUSTOMERS) -> list[Client]:
    """Return clients that have each begun a conversation."""
    gate = asyncio.Semaphore(10)

    async def one() -> Client:
        async with gate:
            client = await customer(port)
            await write(client, TEXTS[0])
            return client

    return list(await asyncio.gather(*(one() for _ in range(count))))


def conversation_of(url: str, client_key: str) -> str:
    """Return the conversation in which a message was kept."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT conversation_id::text FROM messages WHERE client_key = %s", (client_key,)
        ).fetchone()
    assert row is not None
    return str(row[0])


def behind(url: str) -> int:
    """Return how many facts wait for the sequencer and for the slowest listener."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM journal_inbox) + coalesce((SELECT max(s.next - 1 - c.number) FROM cursors c"
            " JOIN sequencer s USING (log)), 0)"
        ).fetchone()
        assert row is not None
        return int(row[0])


def measure_messages(stack: stacks.Stack, *, seconds: float = LOAD_SECONDS) -> list[Figure]:
    """Measure message.cpu_ms, message.ack_p99_ms and memory.pss_mb in one run of load.

    The customers have begun their conversations before, and everything is warm. The CPU is that of all processes, from the
    first message until every listener is through; what the house spends when idle is in it.
    """
    return asyncio.run(_measure_messages(stack, seconds))


async def _measure_messages(stack: stacks.Stack, seconds: float) -> list[Figure]:
    url = stack.database_url
    clients = await customers(stack.port)
    await load(clients, seconds=3)
    await _drained(url, seconds_max=60)
    before = stack.cpu_seconds()
    latencies = await load(clients, seconds=seconds)
    own, _ = stack.split()
    memory = sum(stacks.pss_mb(pid) for pid in own)
    drained = await _drained(url, seconds_max=30)
    after = stack.cpu_seconds()
    spent = {pid: (after[pid] - before.get(pid, 0.0)) / len(latencies) * 1000 for pid in after}
    app = sum(value for pid, value in spent.items() if pid in own)
    database = sum(value for pid, value in spent.items() if pid not in own)
    p99 = percentile(latencies, 99)
    note = f"p50 {percentile(latencies, 50):.0f}, listeners drained in {drained:.1f} s"
    if drained > DRAIN_SECONDS_MAX:
        p99, note = float("inf"), f"listeners NOT drained in {drained:.1f} s: {lagging(url)}"
    for client in clients:
        client.close()
    parts = ", ".join(f"{spent[pid]:.2f}" for pid in own)
    return [
        Figure("message.cpu_ms", app + database, "ms", 4, note=f"app {app:.2f} ({parts}), database {database:.2f}"),
        Figure("message.ack_p99_ms", p99, "ms", 100, note=note),
        Figure("memory.pss_mb", memory, "MB", 250, note=f"{len(own)} processes under that load"),
    ]


async def _drained(url: str, *, seconds_max: float) -> float:
    """Return after how many seconds no listener had anything left to read, `seconds_max` at most."""
    began = time.monotonic()
    for _ in range(int(seconds_max * 10)):
        if not behind(url):
            break
        await asyncio.sleep(0.1)
    return time.monotonic() - began


def lagging(url: str) -> dict[str, int]:
    """Return how far each listener is behind, those that are."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT name, next - 1 - number FROM cursors JOIN sequencer USING (log) WHERE next - 1 > number"
        ).fetchall()
    return dict(rows)


async def _measure_visible(stack: stacks.Stack, cookie: str) -> Figure:
    sockets = await _crowd(stack.port)
    stop = asyncio.Event()
    crowd = [asyncio.create_task(_drain(socket)) for _, socket in sockets]
    crowd.append(asyncio.create_task(_crowd_writes([client for client, _ in sockets], stop)))
    probes, only = await _probes(stack)
    console = Console("127.0.0.1", stack.port, cookie, only=only)
    await console.open()
    in_widget: list[float] = []
    in_console: list[float] = []
    for number in range(PROBES):
        await asyncio.sleep(0.25)
        probe, widget = probes[number % len(probes)]
        heard = asyncio.create_task(_message_frame(widget))
        shown = asyncio.create_task(console.next_shown())
        await write(probe, f"{TEXTS[1]} {number}")
        saved = time.monotonic()
        in_widget.append((await asyncio.wait_for(heard, 20) - saved) * 1000)
        in_console.append((await asyncio.wait_for(shown, 20) - saved) * 1000)
    stop.set()
    await crowd[-1]
    for client, socket in (*sockets, *probes):
        client.close()
        socket.close()
    console.close()
    await asyncio.gather(*crowd, return_exceptions=True)
    worst = max(percentile(in_widget, 95), percentile(in_console, 95))
    note = f"widget {percentile(in_widget, 95):.0f}, console {percentile(in_console, 95):.0f}, {SOCKETS} sockets"
    return Figure("message.visible_p95_ms", worst, "ms", 150, note=note)


async def _probes(stack: stacks.Stack) -> tuple[list[tuple[Client, Socket]], frozenset[str]]:
    """Return customers with their open widgets, and the conversations to be watched in the console."""
    found = []
    watched = set()
    for _ in range(PROBE_CUSTOMERS):
        client = await customer(stack.port)
        key = str(uuid.uuid4())
        await write(client, TEXTS[0], key)
        watched.add(conversation_of(stack.database_url, key))
        socket = Socket("127.0.0.1", stack.port)
        await socket.open("/widget/socket", {"type": "hello", "session": client.bearer, "cursor": None})
        await socket.frame()
        found.append((client, socket))
    return found, frozenset(watched)


def measure_visible(stack: stacks.Stack, cookie: str) -> Figure:
    """Measure saved -> visible in a console and a widget among 1,000 connected clients."""
    return asyncio.run(_measure_visible(stack, cookie))


class Console:
    """A desk's event stream, and the fragment that it then fetches: the protocol of a console without its browser."""

    def __init__(self, host: str, port: int, cookie: str, *, only: frozenset[str]) -> None:
        self._host, self._port, self._cookie = host, port, cookie
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self.only = only

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port, limit=1_000_000)
        self._writer.write(
            f"GET /desk/events HTTP/1.1\r\nHost: {self._host}\r\nAccept: text/event-stream\r\n"
            f"Cookie: {self._cookie}\r\n\r\n".encode()
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise Refused(int(head.split(b" ", 2)[1]), head)

    async def next_shown(self) -> float:
        """Return the instant at which the next change of the watched conversation was fetched."""
        assert self._reader is not None
        while True:
            line = (await self._reader.readline()).decode()
            if not line.startswith("data: "):
                continue
            change = json.loads(line[6:])
            if change.get("conversation") not in self.only or change.get("kind") != "conversations.received":
                continue
            await self._fetch(f"/desk/conversations/{change['conversation']}/timeline?after={change['number'] - 1}")
            return time.monotonic()

    async def _fetch(self, path: str) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=1_000_000)
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nHX-Request: true\r\nCookie: {self._cookie}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        content = await reader.read()
        writer.close()
        if b" 200 " not in content.split(b"\r\n", 1)[0]:
            raise Refused(int(content.split(b" ", 2)[1]), content)
        return content

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


async def _crowd(port: int) -> list[tuple[Client, Socket]]:
    gate = asyncio.Semaphore(20)

    async def one() -> tuple[Client, Socket]:
        async with gate:
            client = await customer(port)
            await write(client, TEXTS[3])
            socket = Socket("127.0.0.1", port)
            await socket.open("/widget/socket", {"type": "hello", "session": client.bearer, "cursor": None})
            return client, socket

    return list(await asyncio.gather(*(one() for _ in range(SOCKETS))))


async def _crowd_writes(clients: Sequence[Client], stop: asyncio.Event) -> None:
    pause = SOCKET_PERIOD_SECONDS / len(clients)
    number = 0
    due = time.monotonic()
    while not stop.is_set():
        due += pause
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await write(clients[number % len(clients)], TEXTS[number % len(TEXTS)])
        number += 1


async def _drain(socket: Socket) -> None:
    while await socket.frame() is not None:
        pass


async def _message_frame(socket: Socket) -> float:
    while frame := await socket.frame():
        if frame["type"] == "message" and frame["message"]["author"]["kind"] in ("visitor", "customer"):
            return time.monotonic()
    raise ConnectionError("the widget's line ended")


def measure_ready(folder: Path, *, times: int = 3) -> Figure:
    """Measure how long `bellrock serve` takes on an existing data folder until it answers."""
    found = []
    for _ in range(times):
        stack = stacks.start(folder)
        found.append(stack.ready_seconds)
        stacks.stop(stack)
    return Figure("serve.ready_s", statistics.median(found), "s", 3, note=f"median of {times}")


def measure_widget(dist: Path) -> Figure:
    """Measure loader and app of the widget, gzipped."""
    files = list(dist.glob("widget*.js"))
    size = sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) / 1024
    return Figure("widget.gzip_kb", size if files else float("inf"), "kB", 30, note=f"{len(files)} files")


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
