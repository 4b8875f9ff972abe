"""Commands that take data out, opened: export house, export customer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bellrock.cli.frame import app, group, run_in_house

export_app = group(
    """Take data out, opened: everything, or all about one customer (an access request).

    Needs a colleague whose role may export; the access log says who took what, and why. Interrupted, the same command goes on.

    \b
    Examples:
      bellrock export customer BR-7K2M4QXD --to request-17 --by auditor@example.com --reason "Request 17"
      bellrock export house --to /mnt/archive/bellrock --by auditor@example.com --reason "Change of provider"
    """
)
app.add_typer(export_app, name="export")

_To = Annotated[Path, typer.Option("--to", help="A folder: new, or the one of an interrupted export.", file_okay=False)]
_By = Annotated[str, typer.Option("--by", help="The e-mail of the colleague who may export and answers for it.")]
_Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept, sealed, with the entry in the access log.")]


@export_app.command("house")
def house(to: _To, by: _By, reason: _Reason) -> None:
    """Write everything as JSON lines and files, in clear; it may run while serving.

    \b
    Example:
      bellrock export house --to /mnt/archive/bellrock --by auditor@example.com --reason "Change of provider"
    """
    from bellrock import operations
    from bellrock.core import clock
    from bellrock.house import House

    async def work(opened: House) -> operations.Exported:
        async with opened.database.transaction() as tx:
            agent = await operations.exporter(tx, opened.vault, email=by)
        return await operations.export_house(opened, to, by=agent, reason=reason, now=clock.now(), say=print)

    _tell(run_in_house(work))


@export_app.command("customer")
def customer(
    named: Annotated[str, typer.Argument(help="A case's reference, the exchange's number, an e-mail, or an id.")],
    to: _To,
    by: _By,
    reason: _Reason,
    public: Annotated[
        bool, typer.Option("--public", help="Only what the customer could see: no notes, summaries or looks.")
    ] = False,
) -> None:
    """Write everything about one customer: profile, cases, words, files, and who looked at them.

    \b
    Examples:
      bellrock export customer BR-7K2M4QXD --to request-17 --by auditor@example.com --reason "Request 17"
      bellrock export customer someone@example.com --public --to out --by auditor@example.com --reason "Their wish"
    """
    from bellrock import operations
    from bellrock.core import clock
    from bellrock.house import House

    async def work(opened: House) -> operations.Exported:
        async with opened.database.transaction() as tx:
            agent = await operations.exporter(tx, opened.vault, email=by)
            customer_id = await operations.customer_named(tx, opened.vault, named=named)
        return await operations.export_customer(
            opened,
            to,
            customer_id=customer_id,
            by=agent,
            reason=reason,
            with_internal=not public,
            now=clock.now(),
            say=print,
        )

    _tell(run_in_house(work))


def _tell(exported: object) -> None:
    from bellrock import operations

    assert isinstance(exported, operations.Exported)
    print(
        f"{exported.folder}: {sum(exported.rows.values())} rows, {exported.files} files. It is in clear: keep it so that"
    )
    print("only those read it who must, and delete it when it was handed over.")
