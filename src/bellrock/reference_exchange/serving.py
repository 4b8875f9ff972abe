"""The process of the reference exchange: it serves until it is told to stop, and looks at the chains meanwhile."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping
from datetime import timedelta

from bellrock.chains import Chain
from bellrock.core import clock, loop
from bellrock.reference_exchange.service import Faults, Service
from bellrock.reference_exchange.venue import Venue

WATCH_SECONDS = 30.0


def serve(
    *,
    host: str,
    port: int,
    token: str,
    seed: str = "northwick",
    faults: Faults | None = None,
    chains: Callable[[], Mapping[str, Chain]] = dict,
) -> None:
    """Serve until SIGTERM or Ctrl-C. Everything is in memory: a new start begins anew, with the same seed the same."""
    loop.run(_serve(host, port, token, seed, faults or Faults(), chains))


async def _serve(
    host: str, port: int, token: str, seed: str, faults: Faults, chains: Callable[[], Mapping[str, Chain]]
) -> None:
    from granian.constants import Interfaces
    from granian.server.embed import Server

    venue = Venue(
        seed=seed,
        started_at=clock.now(),
        clock=lambda: clock.now() - timedelta(seconds=faults.stale_seconds),
        watched=chains(),
    )
    service = Service(venue, token=token, faults=faults)
    server = Server(service, address=host, port=port, interface=Interfaces.ASGI, log_enabled=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    watching = asyncio.create_task(service.watch(WATCH_SECONDS)) if venue.watched else None
    try:
        await server.serve()
    finally:
        if watching:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
