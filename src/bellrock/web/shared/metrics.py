"""Figures for Prometheus: depth of queues, lag of listeners, ages, open pages. Counts only, nothing about anybody."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import Request, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bellrock.core import NotFound, Transaction, clock, cursors, rates
from bellrock.house import House
from bellrock.web.shared.addresses import address_of, is_within

# Every figure there is: what it says, and the label that tells its values apart. Docs, alerts and dashboards are checked
# against this table.
FIGURES: Mapping[str, tuple[str, str]] = {
    "bellrock_listener_lag": ("Facts a listener has yet to read", "listener"),
    "bellrock_conversations": ("Running conversations by holder", "holder"),
    "bellrock_longest_wait_seconds": ("Seconds that the customer waits who waits longest, by holder", "holder"),
    "bellrock_facts": ("Facts in a log; its rate is what happens", "log"),
    "bellrock_journal_unnumbered": ("Facts that wait for their number", ""),
    "bellrock_facts_parked": ("Facts that a listener could not take", ""),
    "bellrock_jobs": ("Jobs by status: todo, doing, failed", "status"),
    "bellrock_jobs_late_seconds": ("Seconds by which the job is late that is latest", ""),
    "bellrock_checkpoint_age_seconds": ("Seconds since a log had a checkpoint while it has grown since; else 0", "log"),
    "bellrock_backup_age_seconds": ("Seconds since the last backup; -1 while there is none", ""),
    "bellrock_backup_bytes": ("Size of the last backup", ""),
    "bellrock_erasures_open": ("Erasures that wait for a confirmation", ""),
    "bellrock_rate_refusals": ("Requests refused as too fast, by who asked", "kind"),
    "bellrock_database_bytes": ("Size of the database", ""),
    "bellrock_database_connections": ("Connections to the database server", ""),
    "bellrock_disk_free_bytes": ("Room where the data folder lies", ""),
    "bellrock_live_pages": ("Open live pages of the process that was asked", ""),
}


async def render_metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Return the figures of the house as it stands. Raises NotFound for whoever asks from elsewhere, or through a proxy."""
    house: House = request.app.state.house
    if "x-forwarded-for" in request.headers or not is_within(address_of(request), house.settings.metrics_from):
        raise NotFound
    registry = CollectorRegistry()
    gauges = {
        name: Gauge(name, says, [label] if label else [], registry=registry) for name, (says, label) in FIGURES.items()
    }
    async with house.database.transaction() as tx:
        for name, by_label in (await _by_label(tx)).items():
            for label, value in by_label.items():
                gauges[name].labels(label).set(value)
        for name, value in (await _single(tx, clock.now())).items():
            gauges[name].set(value)
    gauges["bellrock_disk_free_bytes"].set(shutil.disk_usage(house.settings.data).free)
    gauges["bellrock_live_pages"].set(house.hub.size)
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")


async def _by_label(tx: Transaction) -> dict[str, Mapping[str, float]]:
    return {
        "bellrock_listener_lag": await cursors.lag(tx),
        "bellrock_conversations": await _pairs(
            tx,
            "SELECT holder, sum(held) FROM (SELECT holder, status, held FROM inbox_counts"
            " UNION ALL SELECT holder, status, held FROM inbox_moves) counted"
            " WHERE status IN ('open', 'waiting') GROUP BY holder",
        ),
        "bellrock_longest_wait_seconds": await _pairs(
            tx,
            "SELECT holder, extract(epoch FROM now() - min(waiting_since)) FROM conversations"
            " WHERE status = 'open' AND waiting_since IS NOT NULL GROUP BY holder",
        ),
        "bellrock_facts": await _pairs(tx, "SELECT log, next FROM sequencer"),
        "bellrock_jobs": await _pairs(
            tx,
            "SELECT status, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed') GROUP BY status",
        ),
        "bellrock_checkpoint_age_seconds": await _pairs(
            tx,
            "SELECT l.log, CASE WHEN l.size > coalesce(k.size, 0) THEN extract(epoch FROM now() - coalesce(k.signed_at,"
            "  (SELECT min(at) FROM journal WHERE log = l.log AND number = 0))) ELSE 0 END FROM ledger_logs l"
            " LEFT JOIN LATERAL (SELECT size, signed_at FROM ledger_checkpoints WHERE log = l.log ORDER BY size DESC LIMIT 1)"
            " k ON true",
        ),
        "bellrock_rate_refusals": await rates.refused(tx),
    }


async def _single(tx: Transaction, now: datetime) -> dict[str, float]:
    cursor = await tx.execute(
        "SELECT (SELECT count(*) FROM journal_inbox) AS unnumbered, (SELECT count(*) FROM parked) AS parked,"
        " (SELECT count(*) FROM erasures WHERE closed_at IS NULL) AS erasures,"
        " (SELECT min(scheduled_at) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at < now()) AS late,"
        " pg_database_size(current_database()) AS size,"
        " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,"
        " b.finished_at, b.bytes FROM (SELECT) one LEFT JOIN LATERAL"
        " (SELECT finished_at, bytes FROM backups ORDER BY finished_at DESC LIMIT 1) b ON true"
    )
    row = await cursor.fetchone()
    assert row is not None
    return {
        "bellrock_journal_unnumbered": row["unnumbered"],
        "bellrock_facts_parked": row["parked"],
        "bellrock_erasures_open": row["erasures"],
        "bellrock_jobs_late_seconds": (now - row["late"]).total_seconds() if row["late"] else 0,
        "bellrock_database_bytes": row["size"],
        "bellrock_database_connections": row["connections"],
        "bellrock_backup_age_seconds": (now - row["finished_at"]).total_seconds() if row["finished_at"] else -1,
        "bellrock_backup_bytes": row["bytes"] or 0,
    }


async def _pairs(tx: Transaction, query: str) -> dict[str, float]:
    """Return (label, figure) of a query of two columns."""
    cursor = await tx.execute(query)
    found: dict[str, float] = {}
    for row in await cursor.fetchall():
        label, value = row.values()
        found[str(label)] = float(value or 0)
    return found
