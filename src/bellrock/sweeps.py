"""What the worker looks after every so often: one table of names, periods and what is done."""

from __future__ import annotations

from typing import Any

from bellrock import access, channels, conversations, integrations, ledger, operations, routing, triage, workbench
from bellrock.core import clock, rates
from bellrock.house import House
from bellrock.worker import Sweep


def sweeps(house: House, jobs: Any) -> list[Sweep]:
    """Return what is looked after every so often."""

    async def wake() -> None:
        async with house.database.transaction() as tx:
            await conversations.wake_due(tx, house.vault, now=clock.now())

    async def route() -> None:
        async with house.database.transaction() as tx:
            await routing.assign_waiting(tx, house.vault, now=clock.now())

    async def absent() -> None:
        async with house.database.transaction() as tx:
            await routing.give_back_of_absent(tx, house.vault, now=clock.now())

    async def held() -> None:
        await workbench.send_due(house.database, house.vault, now=clock.now())

    async def unsent() -> None:
        async with house.database.transaction() as tx:
            await channels.drop_unsent(tx, house.vault, house.files, now=clock.now())

    async def checkpoint() -> None:
        await ledger.keep(house.database, house.vault.keyring, house.settings, now=clock.now())

    async def outcomes() -> None:
        await triage.watch(house, now=clock.now())

    async def examples() -> None:
        async with house.database.transaction() as tx:
            await triage.forget_erased(tx, house.vault, now=clock.now())

    async def counters() -> None:
        async with house.database.transaction() as tx:
            await conversations.fold_counts(tx)

    async def looks() -> None:
        async with house.database.transaction() as tx:
            await access.forget_quiet(tx, now=clock.now())

    async def spent_rates() -> None:
        async with house.database.transaction() as tx:
            await rates.forget_spent(tx)

    async def webhooks() -> None:
        async with house.database.transaction() as tx:
            due = await integrations.overdue(tx, now=clock.now())
            await integrations.defer_deliveries(tx, jobs.defer, due)

    async def leftovers() -> None:
        async with house.database.transaction() as tx:
            await integrations.forget_results(tx, now=clock.now())
            # Who sets a period for them has the nightly run delete them, with its fact.
            if await operations.days_of(tx, "deliveries") is None:
                await integrations.forget_deliveries(tx, before=clock.now() - integrations.LOG_KEPT)

    return [
        Sweep("snooze", 5.0, wake),
        Sweep("counters", 5.0, counters),
        Sweep("outcomes of answers", 600.0, outcomes),
        Sweep("examples of erased messages", 30.0, examples),
        Sweep("routing", 1.0, route),
        Sweep("held replies", 1.0, held),
        Sweep("absent", 10.0, absent),
        Sweep("checkpoint", 5.0, checkpoint),
        Sweep("jobs", 15.0, jobs.rescue),
        Sweep("unsent files", 600.0, unsent),
        Sweep("repeated looks", 600.0, looks),
        Sweep("webhooks", 5.0, webhooks),
        Sweep("integrations' leftovers", 600.0, leftovers),
        Sweep("spent rates", 60.0, spent_rates),
    ]
