"""The past of a demo house, with a bar that shows how far it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bellrock import demo_year
from bellrock.core import clock
from bellrock.house import House


def a_year(house: House, *, conversations: int) -> Callable[[], Awaitable[None]]:
    """Return what makes a year of conversations in this house, unless it has a past already."""

    async def make() -> None:
        if await demo_year.has_past(house):
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task("A year of conversations", total=conversations)
            plan = demo_year.Plan(total=conversations, end=clock.now(), batch=200)
            await demo_year.add_incidents(house, plan)
            await demo_year.fill(house, plan, on_progress=lambda made: progress.advance(task, made))
        await demo_year.settle(house)
        await demo_year.analyse(house.database)

    return make
