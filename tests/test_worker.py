"""The worker: what goes wrong in one sweep ends neither the others nor the process."""

from __future__ import annotations

import asyncio

from bellrock import worker
from bellrock.house import House


async def test_a_sweep_that_fails_is_tried_again_and_ends_no_other(house: House) -> None:
    tried, done = asyncio.Event(), asyncio.Event()
    stop = asyncio.Event()
    times = 0

    async def fails() -> None:
        nonlocal times
        times += 1
        if times == 2:
            tried.set()
        raise TypeError("made by hand")

    async def works() -> None:
        if tried.is_set():
            done.set()

    sweeps = [worker.Sweep("fails", 0.01, fails), worker.Sweep("works", 0.01, works)]
    running = asyncio.create_task(
        worker.run(house.database, listeners=[], jobs=None, sweeps=sweeps, stop=stop, with_sequencer=False)
    )
    await asyncio.wait_for(done.wait(), 30)
    assert not running.done()
    stop.set()
    await asyncio.wait_for(running, 30)
