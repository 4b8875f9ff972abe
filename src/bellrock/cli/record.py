"""Commands that check the record: ledger verify, audit, receipt, check-receipt, key."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bellrock.cli.frame import app, group, load_settings, run_in_house

ledger_app = group("Check the tamper-evident record.")
app.add_typer(ledger_app, name="ledger")


@ledger_app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Recompute both logs and compare them with every checkpoint, in and outside the database.

    Opens no record. Exit code 1 when anything does not fit.

    \b
    Example:
      bellrock ledger verify --json
    """
    _check_ledger("verify", as_json=as_json)


@ledger_app.command()
def audit(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Compare everything, to the last record and row, with the checkpoints kept outside the database.

    Run it every night, from a machine whose checkpoints the database's administrator cannot write. Exit code 1 when anything
    does not hold.

    \b
    Example:
      BELLROCK_CHECKPOINTS=/mnt/witness/checkpoints bellrock ledger audit
    """
    _check_ledger("audit", as_json=as_json)


@ledger_app.command()
def receipt(reference: Annotated[str, typer.Argument(help="The conversation, such as BR-7K2M4QXD.")]) -> None:
    """Print the receipt of a closed conversation: a file that anybody can check with the public key.

    \b
    Example:
      bellrock ledger receipt BR-7K2M4QXD > receipt.json
    """
    from bellrock import checkup

    content = run_in_house(lambda house: checkup.receipt_of(house, reference))
    sys.stdout.buffer.write(content + b"\n")


@ledger_app.command("check-receipt")
def check_receipt(
    file: Annotated[Path, typer.Argument(help="The receipt.", exists=True, dir_okay=False)],
    key: Annotated[
        str, typer.Option(help="The public key, as `bellrock ledger key` prints it; else this house's.")
    ] = "",
) -> None:
    """Check a receipt with nothing but the public key; no database is needed.

    \b
    Example:
      bellrock ledger check-receipt receipt.json --key 'northwick.example/records+2397f07b+AVxo…'
    """
    from bellrock import checkup

    for line in checkup.check_receipt(file.read_bytes(), key=key, settings=load_settings()):
        print(line)


@ledger_app.command("key")
def ledger_key() -> None:
    """Print the public keys that sign the checkpoints, one a log; publish them where customers find them."""
    from bellrock import checkup

    for line in checkup.public_keys(load_settings()):
        print(line)


def _check_ledger(kind: str, *, as_json: bool) -> None:
    from bellrock import checkup

    report = run_in_house(lambda house: checkup.examine_ledger(house, kind=kind))
    print(checkup.report_as_json(report) if as_json else "\n".join(checkup.report_lines(report, kind=kind)))
    sys.exit(0 if report.holds else 1)
