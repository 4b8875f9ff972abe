"""Faults: acknowledged messages are neither lost nor doubled while everything is killed at random instants."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import uuid

import psycopg

from bellrock.bench import stack as stacks
from bellrock.bench.client import Client, Refused
from bellrock.bench.ground import TEXTS, customer
from bellrock.bench.report import Figure

MESSAGES = 10_000
KILLS = 30
WRITERS = 24
CUSTOMERS_EACH = 20
TRIES_MAX = 400


async def _writer(port: int, keys: list[str], acknowledged: dict[str, str], stop: asyncio.Event) -> None:
    clients: list[Client | None] = [None] * CUSTOMERS_EACH
    for number, key in enumerate(keys):
        place = number % CUSTOMERS_EACH
        for _ in range(TRIES_MAX):
            try:
                writing = clients[place] or await customer(port)
                clients[place] = writing
                answer = await writing.post(
                    "/widget/messages", {"client_key": key, "text": random.choice(TEXTS), "files": [], "choice": None}
                )
                acknowledged[key] = str(answer["message"]["id"])
                break
            except Refused as error:
                if error.status < 500 and error.status != 429:
                    raise
                await asyncio.sleep(0.1)
            except (OSError, asyncio.IncompleteReadError, ValueError):
                await asyncio.sleep(0.1)
        else:
            raise RuntimeError("a message was not accepted after all tries")
    stop.set()
    for opened in clients:
        if opened is not None:
            await opened.end()


async def _killer(stack: stacks.Stack, kills: int, done: asyncio.Event, killed: list[str]) -> None:
    """Kill a random process or the database, spread over the run."""
    while len(killed) < kills and not done.is_set():
        await asyncio.sleep(random.uniform(0.3, 1.5))
        own, database = stack.split()
        children = [pid for pid in own if pid != stack.process.pid]
        choice = random.random()
        try:
            if choice < 0.25 and database:
                os.kill(min(database), signal.SIGKILL)
                killed.append("database")
            elif choice < 0.35 and database:
                os.kill(random.choice(database), signal.SIGKILL)
                killed.append("backend")
            elif children:
                os.kill(random.choice(children), signal.SIGKILL)
                killed.append("process")
        except ProcessLookupError:
            continue


async def _run(stack: stacks.Stack, messages: int, kills: int) -> tuple[dict[str, str], list[str]]:
    keys = [str(uuid.uuid4()) for _ in range(messages)]
    acknowledged: dict[str, str] = {}
    killed: list[str] = []
    done = asyncio.Event()
    killer = asyncio.create_task(_killer(stack, kills, done, killed))
    shares = [keys[start::WRITERS] for start in range(WRITERS)]
    await asyncio.gather(*(_writer(stack.port, share, acknowledged, asyncio.Event()) for share in shares))
    # What is left of the kills happens while clients go on writing, so that every kill meets work.
    while len(killed) < kills:
        more = [str(uuid.uuid4()) for _ in range(messages // 20 + WRITERS)]
        await asyncio.gather(
            *(_writer(stack.port, more[start::WRITERS], acknowledged, asyncio.Event()) for start in range(WRITERS))
        )
    done.set()
    await killer
    return acknowledged, killed


def measure_faults(stack: stacks.Stack, *, messages: int = MESSAGES, kills: int = KILLS) -> list[Figure]:
    """Count acknowledged messages that the journal lacks, and messages that it holds twice."""
    acknowledged, killed = asyncio.run(_run(stack, messages, kills))
    found = asyncio.run(_found(stack, len(acknowledged)))
    lost = sum(1 for key, id in acknowledged.items() if found.get(key) != [id])
    doubled = sum(1 for ids in found.values() if len(ids) > 1)
    note = f"{len(acknowledged)} acknowledged, {len(killed)} kills ({killed.count('database')} of the database)"
    return [
        Figure("faults.lost", lost, "", 0, note=note),
        Figure("faults.doubled", doubled, "", 0),
    ]


async def _found(stack: stacks.Stack, expected: int) -> dict[str, list[str]]:
    """Return the numbered messages by client key, once the sequencer is through."""
    found: dict[str, list[str]] = {}
    for _ in range(120):
        await asyncio.sleep(0.5)
        try:
            with psycopg.connect(stack.database_url) as connection:
                waiting = connection.execute("SELECT count(*) FROM journal_inbox").fetchone()
                if waiting and waiting[0]:
                    continue
                rows = connection.execute(
                    "SELECT m.client_key, j.id::text FROM journal j JOIN messages m ON m.id = j.id"
                    " WHERE j.log = 'records' AND m.client_key IS NOT NULL AND j.kind = 'conversations.received'"
                ).fetchall()
        except (psycopg.OperationalError, RuntimeError, OSError):
            continue
        found = {}
        for key, id in rows:
            found.setdefault(key, []).append(id)
        if len(found) >= expected:
            break
    return found
