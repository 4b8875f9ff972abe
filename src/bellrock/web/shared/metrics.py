"""Figures for Prometheus: depth of queues, lag of listeners, open pages. Counts only, nothing about anybody."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bellrock.core import NotFound, cursors
from bellrock.house import House

_LOCAL = frozenset({"127.0.0.1", "::1"})


async def render_metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Return the figures of the house as it stands. Raises NotFound for whoever asks from another machine.

    A proxy on this machine must not pass `/metrics` on.
    """
    if request.client is None or request.client.host not in _LOCAL or "x-forwarded-for" in request.headers:
        raise NotFound
    house: House = request.app.state.house
    registry = CollectorRegistry()
    lag = Gauge("bellrock_listener_lag", "Facts a listener has yet to read", ["listener"], registry=registry)
    held = Gauge("bellrock_conversations", "Running conversations by holder", ["holder"], registry=registry)
    async with house.database.transaction() as tx:
        for name, behind in (await cursors.lag(tx)).items():
            lag.labels(name).set(behind)
        cursor = await tx.execute(
            "SELECT holder, count(*) AS held FROM conversations WHERE status IN ('open', 'waiting') GROUP BY holder"
        )
        for row in await cursor.fetchall():
            held.labels(row["holder"]).set(row["held"])
        figures = await (
            await tx.execute(
                "SELECT (SELECT count(*) FROM journal_inbox) AS inbox, (SELECT count(*) FROM parked) AS parked"
            )
        ).fetchone()
    assert figures is not None
    Gauge("bellrock_journal_unnumbered", "Facts that wait for their number", registry=registry).set(figures["inbox"])
    Gauge("bellrock_facts_parked", "Facts that a listener could not take", registry=registry).set(figures["parked"])
    Gauge("bellrock_live_pages", "Open live pages of this process", registry=registry).set(house.hub.size)
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")
