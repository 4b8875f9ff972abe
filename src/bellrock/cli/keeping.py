"""Commands about how long data is kept: retention plan, apply, set."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bellrock.cli.frame import app, group, run_in_house

retention_app = group(
    """Delete what has had its time, class by class; never what a legal hold keeps.

    Periods are set at the desk (Settings, Retention) or with `set`. Nothing is deleted before somebody sets one.

    \b
    Examples:
      bellrock retention plan
      bellrock retention apply --yes && bellrock ledger audit
    """
)
app.add_typer(retention_app, name="retention")


@retention_app.command("plan")
def plan(as_json: Annotated[bool, typer.Option("--json", help="Print nothing but a list.")] = False) -> None:
    """Say what a run would delete now, and delete nothing.

    \b
    Example:
      bellrock retention plan --json
    """
    import json

    from bellrock import operations
    from bellrock.core import clock
    from bellrock.house import House

    async def look(house: House) -> list[operations.Due]:
        async with house.database.transaction() as tx:
            return await operations.plan(tx, house.vault, now=clock.now())

    found = run_in_house(look)
    if as_json:
        rows = [
            {"class": due.policy.name, "days": due.policy.days, "count": due.count, "held": due.held} for due in found
        ]
        print(json.dumps(rows, indent=1))
        return
    for due in found:
        most = "at least " if due.count + due.held >= operations.COUNT_MAX else ""
        if due.before is None:
            unset = operations.CLASSES[due.policy.name].days_unset
            print(f"{due.policy.name}: {f'{unset} days, by itself' if unset else 'kept for ever'}")
        else:
            held = f", {due.held} kept by a legal hold" if due.held else ""
            print(
                f"{due.policy.name}: {most}{due.count} from before {due.before:%Y-%m-%d} ({due.policy.days} days){held}"
            )


@retention_app.command("apply")
def apply(
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this, only the plan is shown.")] = False,
) -> None:
    """Delete what has had its time: keys, words and files are shredded, and facts say what went.

    It may run while serving, and may be interrupted: the next run goes on. Backups keep what they hold until they go.

    \b
    Example:
      bellrock retention apply --yes
    """
    if not yes:
        plan()
        print("Nothing was deleted. To do it: bellrock retention apply --yes")
        return
    from bellrock import operations
    from bellrock.core import clock

    run_in_house(lambda house: operations.apply(house, now=clock.now(), say=print))


@retention_app.command("set")
def set_days(
    name: Annotated[str, typer.Argument(help="The class, as `plan` names it.")],
    days: Annotated[int, typer.Argument(help="Days to keep it; 0: for ever.", min=0, max=36_500)],
) -> None:
    """Say how long a class is kept. The change is a fact in the record.

    \b
    Examples:
      bellrock retention set conversations 730
      bellrock retention set sessions 30
    """
    from bellrock import operations
    from bellrock.core import clock
    from bellrock.house import House

    if name not in operations.CLASSES:
        print(f"bellrock: there is no class {name}; there are: {', '.join(operations.CLASSES)}", file=sys.stderr)
        sys.exit(1)

    async def change(house: House) -> bool:
        async with house.database.transaction() as tx:
            return await operations.set_policy(
                tx, house.vault, name=name, days=days or None, by=operations.OPERATOR, now=clock.now()
            )

    is_news = run_in_house(change)
    print(f"{name}: {f'{days} days' if days else 'for ever'}{'' if is_news else ', as before'}")
