"""What `bellrock bench` runs: named sets of figures, each on a stack of its own."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from bellrock import people
from bellrock.bench import faults, ground
from bellrock.bench import stack as stacks
from bellrock.bench.report import Figure
from bellrock.core import SYSTEM, Actor, Transaction, clock, settings
from bellrock.house import House

DIST = Path(__file__).resolve().parent.parent / "web" / "dist"


def run_ground(*, only: frozenset[str] = frozenset(), quick: bool = False) -> list[Figure]:
    """Measure the figures of the ground; `only` names parts: messages, visible, faults, audit, erase, widget, serve.

    `quick` takes a shorter load and fewer faults, to see whether the bench itself works; its figures are no evidence.
    """
    parts: dict[str, Callable[[Path], list[Figure]]] = {
        "messages": lambda folder: _messages(folder, seconds=10 if quick else ground.LOAD_SECONDS),
        "visible": _visible,
        "faults": lambda folder: _faults(folder, quick=quick),
        "audit": _audit,
        "erase": _erase,
        "widget": lambda _folder: [ground.measure_widget(DIST)],
        "serve": _serve,
    }
    figures: list[Figure] = []
    for name, part in parts.items():
        if only and name not in only:
            continue
        sys.stderr.write(f"measuring {name} …\n")
        with stacks.folder() as folder:
            figures += part(folder)
    return figures


def _messages(folder: Path, *, seconds: float) -> list[Figure]:
    with stacks.running(folder, first_line="0", customer_token_keys=ground.TOKEN_KEYS) as stack:
        return ground.measure_messages(stack, seconds=seconds)


def _visible(folder: Path) -> list[Figure]:
    with stacks.running(folder, first_line="0", customer_token_keys=ground.TOKEN_KEYS) as stack:
        return [ground.measure_visible(stack, _console_cookie(folder, stack))]


def _faults(folder: Path, *, quick: bool) -> list[Figure]:
    with stacks.running(folder, first_line="0", customer_token_keys=ground.TOKEN_KEYS) as stack:
        if quick:
            return faults.measure_faults(stack, messages=600, kills=4)
        return faults.measure_faults(stack)


def _audit(folder: Path) -> list[Figure]:
    from bellrock.bench import audit

    return audit.measure(folder)


def _erase(folder: Path) -> list[Figure]:
    from bellrock.bench import erase

    return erase.measure(folder)


def _serve(folder: Path) -> list[Figure]:
    with stacks.running(folder):
        pass
    return [ground.measure_ready(folder)]


def _console_cookie(folder: Path, stack: stacks.Stack) -> str:
    """Make a lead who sees everything, with an open session, and return the cookie of their browser."""
    return asyncio.run(_open_console(folder, stack))


async def _open_console(folder: Path, stack: stacks.Stack) -> str:
    from bellrock.app import open_house

    loaded = replace(
        settings.load({}),
        data=folder / "data",
        keys=folder / "keys",
        checkpoints=folder / "checkpoints",
        database_url=stack.database_url,
    )
    async with open_house(loaded) as house, house.database.transaction() as tx:
        now = clock.now()
        agent_id = await _lead(house, tx, now, SYSTEM)
        signed_in = await people.open_for(
            tx, house.vault, agent_id=agent_id, device=people.Device("bench", "127.0.0.0/8"), now=now
        )
        return f"bellrock_agent={signed_in.token}"


async def _lead(house: House, tx: Transaction, now: datetime, by: Actor) -> UUID:
    agent_id, secret = await people.invite_agent(
        tx,
        house.vault,
        name="Bench",
        email="bench@northwick.example",
        roles=[people.Role.LEAD],
        languages=["en"],
        team_ids=[await people.default_team_id(tx)],
        by=by,
        now=now,
    )
    await people.set_password(
        tx, house.vault, secret=secret, password_hash=await people.hash_password(secrets.token_urlsafe(24)), now=now
    )
    return agent_id


def version_line() -> str:
    """Return the commit that is measured, where git knows it."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, timeout=5, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown commit"
    return found.stdout.strip()
