"""What `bellrock doctor` looks at: everything an operator would check by hand, each with its cause and its cure."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bellrock.chains import Chain
from bellrock.checkup.database import look_at_database, look_at_schema
from bellrock.checkup.findings import Finding, exit_code, finding_lines, findings_as_json
from bellrock.checkup.machine import look_at_machine
from bellrock.checkup.nodes import look_at_nodes
from bellrock.checkup.outside import look_outside
from bellrock.checkup.record import (
    check_receipt,
    examine_ledger,
    public_keys,
    receipt_of,
    report_as_json,
    report_lines,
)
from bellrock.checkup.service import look_at_exchange
from bellrock.core import BellrockError, Settings, clock, postgres
from bellrock.exchange import Declaration

__all__ = [
    "Finding",
    "check_receipt",
    "examine",
    "examine_ledger",
    "exit_code",
    "finding_lines",
    "findings_as_json",
    "public_keys",
    "receipt_of",
    "report_as_json",
    "report_lines",
]


def examine(
    settings: Settings,
    *,
    chains: Mapping[str, Chain] | None = None,
    exchange: Callable[[], Awaitable[Declaration]] | None = None,
) -> list[Finding]:
    """Look at everything, at the nodes of these blockchains and at the exchange; never raises for what is unwell."""
    now = clock.now()
    findings = [*look_at_machine(settings), *look_outside(settings, now=now)]
    findings += asyncio.run(look_at_nodes(chains or {}, now=now))
    findings += asyncio.run(look_at_exchange(exchange, named=settings.exchange_can))
    if not settings.database_url and not (settings.data / "postgres" / "cluster").exists():
        return [*findings, Finding("database", "none yet; the first start makes it")]
    try:
        with postgres.reachable(
            settings.data / "postgres", database_url=settings.database_url, pg_bin=settings.pg_bin
        ) as url:
            findings.append(Finding("database", "answers"))
            findings.append(look_at_schema(url))
            if findings[-1].is_well:
                findings += asyncio.run(look_at_database(replace(settings, database_url=url)))
    except BellrockError as error:
        cure = "Do what the message says; the database's own log is in data/postgres/log."
        findings.append(Finding("database", "does not answer", "bad", str(error), cure))
    return findings
