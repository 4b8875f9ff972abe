"""The command line's frame: settings, a database that answers, an opened house. Commands import the rest when they run."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from bellrock.core.errors import BellrockError

if TYPE_CHECKING:
    from bellrock.core import Settings
    from bellrock.house import House

T = TypeVar("T")


def group(help: str | None, *, name: str | None = None, does_something: bool = False) -> typer.Typer:
    """Return a group of commands whose help is plain text, as it is written; `does_something` on its own, too."""
    options: dict[str, Any] = {"help": help} if help is not None else {}  # else its callback's own words
    return typer.Typer(
        name=name,
        no_args_is_help=not does_something,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        **options,
    )


app = group(
    """Customer support for a crypto exchange.

    \b
    A first day:
      bellrock demo                 fill an empty house with a demo exchange
      bellrock serve                run everything on this machine
      bellrock invite               the first administrator of a real house
      bellrock doctor               look at all that can be wrong
    Every week:
      bellrock backup               everything but the keys, while serving
      bellrock backup keys          the keys, apart, under a passphrase
      bellrock ledger audit         prove every record and every row
    """,
    name="bellrock",
)


def main() -> None:
    """Run the command line; an expected failure is one clear line and exit code 1."""
    try:
        app()
    except BellrockError as error:
        print(f"bellrock: {error}", file=sys.stderr)
        sys.exit(1)


def load_settings() -> Settings:
    """Return the settings, with logs set up as they say."""
    from bellrock.core import logs
    from bellrock.core import settings as declared

    loaded = declared.load()
    logs.configure(level=loaded.log_level, fmt=loaded.log_format)
    return loaded


def run_in_house(work: Callable[[House], Awaitable[T]], settings: Settings | None = None) -> T:
    """Do some work in an opened house over a database that answers: the one that serves, or one for the moment."""
    from bellrock.core import migrate

    settings = settings or load_settings()
    with database_url(settings) as url:
        migrate.require_head(url)
        return asyncio.run(_in_house(replace(settings, database_url=url), work))


async def _in_house(settings: Settings, work: Callable[[House], Awaitable[T]]) -> T:
    from bellrock.app import open_house

    async with open_house(settings) as house:
        return await work(house)


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """Yield the address of a database that answers."""
    from bellrock.core import postgres

    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with postgres.reachable(
        settings.data / "postgres", database_url=settings.database_url, pg_bin=settings.pg_bin
    ) as url:
        yield url


def export_settings(**values: str) -> None:
    """Set settings for the processes that are started from this one."""
    os.environ.update({f"BELLROCK_{name.upper()}": value for name, value in values.items()})
