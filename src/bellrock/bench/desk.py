"""`bellrock bench desk`: what the desk's requests cost, with 10,000 and with 1,000,000 conversations."""

from __future__ import annotations

import asyncio
import gzip
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bellrock.bench import desk_data, ground
from bellrock.bench import stack as stacks
from bellrock.bench.client import Page
from bellrock.bench.desk_data import Sample
from bellrock.bench.report import Figure

SMALL, LARGE = 10_000, 1_000_000
WARM = 25
REQUESTS = 150
ROUNDS = 3
IDLE_SECONDS = 4.0
LOAD_SECONDS_MAX = 600
_BARS = {"create": 6.0, "view": 12.0, "list": 8.0, "search": 15.0}
_GROWTH = 1.5
_PAGE_KB = 60


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU milliseconds of one request each, application and database; the size of the list's page; how the data came."""

    cpu_ms: dict[str, float]
    parts: dict[str, str]
    page_kb: float
    page_kb_sent: float


def figures(small: Costs, large: Costs | None) -> list[Figure]:
    """Return the figures of both sizes; growth only when there are both."""
    found = [
        Figure(f"{name}.cpu_ms", small.cpu_ms[name], "ms", bar, note=small.parts[name]) for name, bar in _BARS.items()
    ]
    if large is not None:
        found += [
            Figure(
                f"{name}.growth",
                large.cpu_ms[name] / small.cpu_ms[name],
                "x",
                _GROWTH,
                note=f"{large.cpu_ms[name]:.2f} ms: {large.parts[name]}",
            )
            for name in _BARS
        ]
    note = f"plain; {small.page_kb_sent:.1f} kB as sent"
    return [*found, Figure("list.page_kb", small.page_kb, "kB", _PAGE_KB, note=note)]


def measure(folder: Path, sample: Sample, *, requests: int = REQUESTS) -> Costs:
    """Measure the four requests on a running stack over this data."""
    with stacks.served(folder, first_line="0", customer_token_keys=ground.TOKEN_KEYS) as stack:
        return asyncio.run(_measure(stack, sample, requests))


async def _measure(stack: stacks.Stack, sample: Sample, requests: int) -> Costs:
    page = Page("127.0.0.1", stack.port, cookie=sample.cookie)
    long = [f"/desk/conversations/{id}?view=all" for id in sample.long]
    views = ("/desk?view=all", "/desk?view=unassigned", "/desk?view=mine")
    found = [f"/desk/search?q={quote(word)}" for word in sample.rare]
    writers = [await ground.customer(stack.port) for _ in range(ROUNDS * requests + WARM)]

    async def create(number: int) -> None:
        await ground.write(writers[number], ground.TEXTS[number % len(ground.TEXTS)])

    async def ask(paths: Sequence[str], number: int) -> None:
        await page.get(paths[number % len(paths)])

    asked: dict[str, Callable[[int], Awaitable[None]]] = {
        "create": create,
        "view": lambda number: ask(long, number),
        "list": lambda number: ask(views, number),
        "search": lambda number: ask(found, number),
    }
    # In turns, and of each the quickest: what a shared machine does beside only ever adds, up to half of the whole.
    costs: dict[str, list[tuple[float, str]]] = {name: [] for name in asked}
    for number in range(ROUNDS):
        for name, request in asked.items():
            first = WARM + number * requests
            costs[name].append(await _cost(stack, request, first, requests))
    cpu, parts = {}, {}
    for name, found_costs in costs.items():
        cpu[name], note = min(found_costs)
        parts[name] = f"{note}; rounds " + " ".join(f"{cost:.1f}" for cost, _ in found_costs)
    whole = await page.get("/desk?view=all")
    for writer in writers:
        writer.close()
    page.close()
    return Costs(cpu, parts, len(whole) / 1024, len(gzip.compress(whole, 5)) / 1024)


async def _cost(
    stack: stacks.Stack, request: Callable[[int], Awaitable[None]], first: int, requests: int
) -> tuple[float, str]:
    """Return the CPU milliseconds of one request; what the house spends when idle is measured before and left out."""
    if first == WARM:
        for number in range(WARM):
            await request(number)
    await _drained(stack)
    idle = await _idle(stack)
    before, began = _spent(stack), time.monotonic()
    latencies = []
    for number in range(first, first + requests):
        at = time.monotonic()
        await request(number)
        latencies.append((time.monotonic() - at) * 1000)
    await _drained(stack)
    seconds = time.monotonic() - began
    after = _spent(stack)
    app, database = (
        max(0.0, (after[place] - before[place] - idle[place] * seconds) / requests * 1000) for place in (0, 1)
    )
    note = f"app {app:.2f}, database {database:.2f}; answered p50 {ground.percentile(latencies, 50):.0f} ms"
    return app + database, f"{note}, p95 {ground.percentile(latencies, 95):.0f} ms"


async def _idle(stack: stacks.Stack) -> tuple[float, float]:
    before = _spent(stack)
    await asyncio.sleep(IDLE_SECONDS)
    after = _spent(stack)
    return (after[0] - before[0]) / IDLE_SECONDS, (after[1] - before[1]) / IDLE_SECONDS


def _spent(stack: stacks.Stack) -> tuple[float, float]:
    """Return the CPU seconds of Bellrock's processes and of the database's, ended ones included."""
    own, _ = stack.split()
    spent = stack.cpu_seconds()
    return sum(value for pid, value in spent.items() if pid in own), sum(
        value for pid, value in spent.items() if pid not in own
    )


async def _drained(stack: stacks.Stack) -> None:
    for _ in range(100):
        if not await asyncio.to_thread(ground.behind, stack.database_url):
            return
        await asyncio.sleep(0.1)


def load_figure(sample: Sample, count: int) -> Figure:
    """Say how long the data took."""
    rate = count / sample.seconds
    sys.stderr.write(
        f"made {count:,} conversations, {sample.facts:,} facts in {sample.seconds:.0f} s, {rate:.0f} a second\n"
    )
    return Figure(
        "bulk.make_s", sample.seconds, "s", LOAD_SECONDS_MAX, note=f"{count:,} conversations, {sample.facts:,} facts"
    )


def fill(folder: Path, count: int) -> Sample:
    """Make the data of one size."""
    return desk_data.fill(folder, count)
