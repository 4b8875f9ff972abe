"""Jobs: timed, long and outside work, claimed from PostgreSQL by any number of workers (procrastinate)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued, AppNotOpen
from psycopg.pq import TransactionStatus

from bellrock.core.db import Transaction

Work = Callable[..., Awaitable[None]]
TRIES_MAX = 6
_ORDINARY, _PROMPT = "bellrock", "prompt"


class Jobs:
    """The work that this installation knows, by name. Only workers import this module; web processes write facts.

    `prompt` is work that a customer waits for: it has hands of its own, so that slow work for others never holds it up.
    """

    def __init__(
        self,
        url: str,
        work: Mapping[str, Work],
        *,
        prompt: Mapping[str, Work] | None = None,
        concurrency: int = 4,
        prompt_concurrency: int = 8,
    ) -> None:
        queues = {_ORDINARY: (work, concurrency), _PROMPT: (prompt or {}, prompt_concurrency)}
        self._hands = {queue: hands for queue, (named, hands) in queues.items() if named}
        self._app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(
                conninfo=url, min_size=1, max_size=sum(self._hands.values()) + 2 * max(len(self._hands), 1)
            )
        )
        retry = procrastinate.RetryStrategy(max_attempts=TRIES_MAX, exponential_wait=5)
        self._tasks = {
            name: self._app.task(name=name, queue=queue, retry=retry)(function)
            for queue, (named, _) in queues.items()
            for name, function in named.items()
        }

    async def defer(
        self,
        tx: Transaction,
        name: str,
        *,
        at: datetime | None = None,
        lock: str | None = None,
        once: str | None = None,
        **arguments: Any,
    ) -> bool:
        """Enqueue work in the caller's transaction; it exists only if that commits.

        `lock` serialises jobs; `once` lets one job of that key wait at a time. Returns False when one waits already.
        Arguments are ids and codes, never words of people.
        """
        task = self._tasks[name]
        if tx.info.transaction_status == TransactionStatus.IDLE:
            await tx.execute("SELECT 1")  # opens the caller's transaction, so that the block below is only a savepoint
        try:
            async with tx.transaction():
                await task.configure(schedule_at=at, lock=lock, queueing_lock=once, connection=tx).defer_async(
                    **arguments
                )
        except AlreadyEnqueued:
            return False
        return True

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`; running jobs are finished first, stalled jobs of dead workers are taken over."""
        async with self._app.open_async():
            workers = [
                asyncio.create_task(
                    self._app.run_worker_async(
                        queues=[queue],
                        concurrency=hands,
                        install_signal_handlers=False,
                        listen_notify=True,
                        fetch_job_polling_interval=5.0,
                        delete_jobs="successful",
                        shutdown_graceful_timeout=10.0,
                    )
                )
                for queue, hands in self._hands.items()
            ]
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({*workers, stopping}, return_when=asyncio.FIRST_COMPLETED)
            for task in (stopping, *workers):
                task.cancel()
            await asyncio.gather(stopping, *workers, return_exceptions=True)

    async def rescue(self) -> int:
        """Give back jobs whose worker died; return how many. Before `run` has opened the queue, do nothing."""
        try:
            stalled = list(await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30))
        except AppNotOpen:
            return 0
        for job in stalled:
            await self._app.job_manager.retry_job(job)
        return len(stalled)
