"""The command `bellrock`. Each command imports what it needs when it runs, so that none waits for another's imports."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bellrock.core.errors import BellrockError

if TYPE_CHECKING:
    from bellrock.core import Settings
    from bellrock.house import House

T = TypeVar("T")
app = typer.Typer(
    name="bellrock",
    help="Customer support for a crypto exchange.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
ledger_app = typer.Typer(help="Check the tamper-evident record.", no_args_is_help=True)
app.add_typer(ledger_app, name="ledger")
triage_app = typer.Typer(help="Train, try and measure the first line.", no_args_is_help=True)
app.add_typer(triage_app, name="triage")


def main() -> None:
    """Run the command line; an expected failure is one clear line and exit code 1."""
    try:
        app()
    except BellrockError as error:
        print(f"bellrock: {error}", file=sys.stderr)
        sys.exit(1)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=1, max=65535)] = None,
    any_port: Annotated[bool, typer.Option("--any-port", help="Take the next free port when it is taken.")] = False,
) -> None:
    """Run everything: the database if it is the embedded one, the web processes and the worker."""
    from bellrock import supervisor

    settings = _settings()
    given = replace(settings, host=host or settings.host, port=port or settings.port)
    _export(host=given.host)
    sys.exit(supervisor.serve(given, any_port=any_port, on_ready=_say_ready))


@app.command()
def worker() -> None:
    """Run one more worker: the sequencer's standby, listeners and jobs."""
    from bellrock.app import run_worker

    settings = _settings()
    with _database_url(settings) as url:
        run_worker(replace(settings, database_url=url))


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date; safe to run at any time, by any number at once."""
    from bellrock import furnishing
    from bellrock.core import clock
    from bellrock.core import migrate as migrations

    settings = _settings()
    with _database_url(settings) as url:
        for revision in migrations.upgrade(url):
            print(revision)
        asyncio.run(
            _in_house(replace(settings, database_url=url), lambda house: furnishing.furnish(house, now=clock.now()))
        )
    print(f"The schema is at {migrations.head()}.")


@app.command()
def demo() -> None:
    """Fill an installation with the demo exchange: agents, teams, articles and a few conversations. Once only."""
    from bellrock import furnishing
    from bellrock.core import clock
    from bellrock.core import migrate as migrations

    settings = replace(_settings(), demo=True)
    with _database_url(settings) as url:
        migrations.upgrade(url)
        given = replace(settings, database_url=url)
        for line in asyncio.run(_in_house(given, lambda house: furnishing.furnish_demo(house, now=clock.now()))):
            print(line)


@app.command()
def doctor() -> None:
    """Look at everything that can be wrong and say what to do; exit code 1 when something is."""
    from bellrock import checkup

    settings = _settings()
    findings = checkup.examine(settings)
    for finding in findings:
        print(f"{'ok  ' if finding.is_well else 'BAD '} {finding.what}: {finding.says}")
    sys.exit(0 if all(finding.is_well for finding in findings) else 1)


@app.command()
def settings(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print docs/settings.md.")] = False,
) -> None:
    """List every setting: its variable, its default and what it does."""
    from bellrock.core import settings as declared

    if markdown:
        print(settings_page(), end="")
        return
    for name, variable, default, sentence in declared.table():
        print(f"{name}  ({variable}, default: {default or 'empty'})\n    {sentence}")


@ledger_app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Recompute both logs and compare them with every checkpoint, in and outside the database."""
    _check_ledger("verify", as_json=as_json)


@ledger_app.command()
def audit(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Compare everything, to the last record and row, with the checkpoints kept outside the database."""
    _check_ledger("audit", as_json=as_json)


@ledger_app.command()
def receipt(reference: Annotated[str, typer.Argument(help="The conversation, such as BR-7K2M4QXD.")]) -> None:
    """Print the receipt of a closed conversation: a file that anybody can check with the public key."""
    from bellrock import checkup

    settings = _settings()
    with _database_url(settings) as url:
        given = replace(settings, database_url=url)
        content = asyncio.run(_in_house(given, lambda house: checkup.receipt_of(house, reference)))
    sys.stdout.buffer.write(content + b"\n")


@ledger_app.command("check-receipt")
def check_receipt(
    file: Annotated[Path, typer.Argument(help="The receipt.", exists=True, dir_okay=False)],
    key: Annotated[
        str, typer.Option(help="The public key, as `bellrock ledger key` prints it; else this house's.")
    ] = "",
) -> None:
    """Check a receipt with nothing but the public key; no database is needed."""
    from bellrock import checkup

    for line in checkup.check_receipt(file.read_bytes(), key=key, settings=_settings()):
        print(line)


@ledger_app.command("key")
def ledger_key() -> None:
    """Print the public keys that sign the checkpoints, one a log; publish them where customers find them."""
    from bellrock import checkup

    for line in checkup.public_keys(_settings()):
        print(line)


@app.command()
def bench(
    suite: Annotated[str, typer.Argument(help="Which figures: ground.")] = "ground",
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but a list of figures.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Only this part (may be given again).")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A short run that shows whether the bench works.")] = False,
) -> None:
    """Measure this installation's code on this machine, with processes and data of its own."""
    from bellrock.bench import report
    from bellrock.bench import run as benches

    if suite != "ground":
        raise typer.BadParameter("there is only: ground")
    figures = benches.run_ground(only=frozenset(only or ()), quick=quick)
    print(report.as_json(figures) if as_json else f"{report.as_table(figures)}\n\ncommit {benches.version_line()}")


@triage_app.command()
def train(
    into: Annotated[Path, typer.Option(help="Folder for model.json and model.npz.")] = Path("src/bellrock/triage/data"),
) -> None:
    """Train the classifier on the written examples; deterministic. Needs the extra `train`."""
    from bellrock import triage
    from bellrock.app import build_embedder

    print(triage.train(build_embedder(), into=into))


@triage_app.command()
def run(
    text: Annotated[str, typer.Argument(help="One message.")] = "",
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Read {"text", "locale"?} lines from standard input.')] = False,
) -> None:
    """Say what the first line makes of messages, one JSON object a line."""
    import json

    from bellrock import triage
    from bellrock.app import build_embedder

    for line in triage.run(build_embedder(), sys.stdin if jsonl else [json.dumps({"text": text})]):
        print(line, flush=True)


@triage_app.command()
def evaluate(
    file: Annotated[Path | None, typer.Argument(help='Lines of {"text", "intent", "lang"}; else our own set.')] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but JSON.")] = False,
) -> None:
    """Measure accuracy, coverage, precision, what would be unsafe, time and memory; all and by language."""
    import json

    from bellrock import triage
    from bellrock.app import build_embedder

    rows = triage.evaluate(build_embedder(), file=file)
    for line in [json.dumps(rows)] if as_json else triage.table(rows):
        print(line)


def settings_page() -> str:
    """Return the text of docs/settings.md."""
    from bellrock.core import settings as declared

    rows = [
        f"| `{name}` | `{variable}` | {f'`{default}`' if default else 'empty'} | {sentence} |"
        for name, variable, default, sentence in declared.table()
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "A setting is read from the environment, else from `bellrock.toml` (another file by `BELLROCK_SETTINGS`), else it",
            "has its default. A name that does not exist and a value that does not fit stop the start with a clear message.",
            "This page is printed by `bellrock settings --markdown`; a test keeps it true.",
            "",
            "| in `bellrock.toml` | variable | default | what it does |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _check_ledger(kind: str, *, as_json: bool) -> None:
    from bellrock import checkup

    settings = _settings()
    with _database_url(settings) as url:
        given = replace(settings, database_url=url)
        report = asyncio.run(_in_house(given, lambda house: checkup.examine_ledger(house, kind=kind)))
    print(checkup.report_as_json(report) if as_json else "\n".join(checkup.report_lines(report, kind=kind)))
    sys.exit(0 if report.holds else 1)


async def _in_house(settings: Settings, work: Callable[[House], Awaitable[T]]) -> T:
    """Do some work in an opened house over a database that answers."""
    from bellrock.app import open_house

    async with open_house(settings) as house:
        return await work(house)


@contextmanager
def _database_url(settings: Settings) -> Iterator[str]:
    from bellrock.core import postgres

    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with postgres.reachable(
        settings.data / "postgres", database_url=settings.database_url, pg_bin=settings.pg_bin
    ) as url:
        yield url


def _settings() -> Settings:
    from bellrock.core import logs
    from bellrock.core import settings as declared

    loaded = declared.load()
    logs.configure(level=loaded.log_level, fmt=loaded.log_format)
    return loaded


def _export(**values: str) -> None:
    """Set settings for the processes that are started from this one."""
    import os

    os.environ.update({f"BELLROCK_{name.upper()}": value for name, value in values.items()})


def _say_ready(settings: Settings) -> None:
    print(f"\nBellrock is ready: {settings.base_url}")
    places = {
        "/help/en": "help centre",
        "/desk": "agents' console",
        **({"/": "demo exchange"} if settings.demo else {}),
    }
    for path, name in places.items():
        print(f"  {settings.base_url}{path}  {name}")
    print(flush=True)
