"""Commands that run a house: serve, worker, migrate, demo, settings, bench."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bellrock.cli.frame import app, database_url, export_settings, load_settings, run_in_house

if TYPE_CHECKING:
    from bellrock.core import Settings
    from bellrock.house import House


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=1, max=65535)] = None,
    any_port: Annotated[bool, typer.Option("--any-port", help="Take the next free port when it is taken.")] = False,
) -> None:
    """Run everything: the database if it is the embedded one, the web processes and the worker.

    Starts again what dies; SIGTERM stops all in order. With BELLROCK_DATABASE_URL, run `bellrock migrate` before a new
    version serves: only the embedded database is upgraded by itself.

    \b
    Examples:
      bellrock serve
      bellrock serve --host 0.0.0.0 --port 8000
      BELLROCK_WEB_WORKERS=8 bellrock serve
    """
    from bellrock import supervisor

    settings = load_settings()
    given = replace(settings, host=host or settings.host, port=port or settings.port)
    export_settings(host=given.host)
    sys.exit(supervisor.serve(given, any_port=any_port, on_ready=_say_ready))


@app.command()
def worker() -> None:
    """Run one more worker: the sequencer's standby, listeners and jobs.

    Any number may run beside `serve`, on any machine that reaches the database and has the keys.

    \b
    Example:
      BELLROCK_DATABASE_URL=postgresql://bellrock@db/bellrock bellrock worker
    """
    from bellrock.app import run_worker
    from bellrock.core import migrate as migrations

    settings = load_settings()
    with database_url(settings) as url:
        migrations.require_head(url)
        run_worker(replace(settings, database_url=url))


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date; safe to run at any time, by any number at once.

    Each revision is one transaction. There is no way down but a backup: take one first.

    \b
    Example:
      bellrock backup && bellrock migrate
    """
    from bellrock import furnishing
    from bellrock.core import clock
    from bellrock.core import migrate as migrations

    settings = load_settings()
    with database_url(settings) as url:
        for revision in migrations.upgrade(url):
            print(revision)
        given = replace(settings, database_url=url)
        run_in_house(lambda house: furnishing.furnish(house, now=clock.now()), given)
    print(f"The schema is at {migrations.head()}.")


@app.command()
def demo(
    year: Annotated[bool, typer.Option("--year", help="With a year's past in 18 languages.")] = False,
    conversations: Annotated[int, typer.Option(min=100, max=1_000_000, help="How many that year had.")] = 20_000,
) -> None:
    """Fill an installation with the demo exchange: agents, teams, articles and a few conversations. Once only.

    Prints how to sign in. Never in production: the demo lets everybody play a customer.

    \b
    Examples:
      bellrock demo && BELLROCK_DEMO=1 bellrock serve
      bellrock demo --year
    """
    from bellrock import furnishing
    from bellrock.cli.past import a_year
    from bellrock.core import clock
    from bellrock.core import migrate as migrations

    settings = replace(load_settings(), demo=True)
    with database_url(settings) as url:
        migrations.upgrade(url)
        given = replace(settings, database_url=url)

        async def furnish(house: House) -> list[str]:
            past = a_year(house, conversations=conversations) if year else None
            return await furnishing.furnish_demo(house, now=clock.now(), past=past)

        for line in run_in_house(furnish, given):
            print(line)


@app.command()
def settings(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print docs/settings.md.")] = False,
) -> None:
    """List every setting: its variable, its default and what it does.

    \b
    Examples:
      bellrock settings
      bellrock settings | grep -A1 smtp
    """
    from bellrock.core import settings as declared

    if markdown:
        print(settings_page(), end="")
        return
    for name, variable, default, sentence in declared.table():
        print(f"{name}  ({variable}, default: {default or 'empty'})\n    {sentence}")


@app.command()
def commands(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print docs/commands.md.")] = False,
) -> None:
    """List every command with what it does.

    \b
    Example:
      bellrock commands | grep backup
    """
    if markdown:
        print(commands_page(), end="")
        return
    for name, help_text in described_commands():
        says = [line.strip() for line in help_text.partition("\n\n")[2].strip().split("\n\n")[0].splitlines()]
        print(f"bellrock {name}: {' '.join(says)}")


@app.command()
def bench(
    suite: Annotated[str, typer.Argument(help="Which figures: ground, desk or triage.")] = "ground",
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but a list of figures.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Only this part (may be given again).")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A short run that shows whether the bench works.")] = False,
) -> None:
    """Measure this installation's code on this machine, with processes and data of its own."""
    from bellrock.bench import report
    from bellrock.bench import run as benches
    from bellrock.bench.triage import run_triage

    suites = {"ground": benches.run_ground, "desk": benches.run_desk, "triage": run_triage}
    if suite not in suites:
        raise typer.BadParameter("there are: " + ", ".join(suites))
    figures = suites[suite](only=frozenset(only or ()), quick=quick)
    print(report.as_json(figures) if as_json else f"{report.as_table(figures)}\n\ncommit {benches.version_line()}")


def described_commands() -> list[tuple[str, str]]:
    """Return every command, groups and what is in them, with its whole help."""
    from typer.main import get_command

    found: list[tuple[str, str]] = []
    context = typer.Context(get_command(app), info_name="bellrock")

    def walk(command: Any, path: list[str]) -> None:
        if path:
            parent = typer.Context(command, info_name=" ".join(path), parent=context)
            found.append((" ".join(path), command.get_help(parent)))
        for name, inner in sorted(getattr(command, "commands", {}).items()):
            walk(inner, [*path, name])

    walk(get_command(app), [])
    return found


def commands_page() -> str:
    """Return the text of docs/commands.md."""
    import os

    os.environ["COLUMNS"] = os.environ["TERMINAL_WIDTH"] = "100"
    parts = [
        "# Commands",
        "",
        "Each command says this with `--help`. From a checkout, `./run X …` is `bellrock X …`. Settings come from the",
        "environment or `bellrock.toml` ([Settings](settings.md)). An expected failure is one clear line and exit code 1.",
        "This page is printed by `bellrock commands --markdown`; a test keeps it true.",
        "",
    ]
    for name, help_text in described_commands():
        lines = [line.rstrip() for line in help_text.strip().splitlines()]
        parts += [f"## bellrock {name}", "", *(f"    {line}" if line else "" for line in lines), ""]
    return "\n".join(parts)


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
