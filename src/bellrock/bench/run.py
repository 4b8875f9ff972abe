"""What `bellrock bench` runs: named sets of figures, each on a stack of its own."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bellrock.bench import faults, ground
from bellrock.bench import stack as stacks
from bellrock.bench.console import open_console
from bellrock.bench.report import Figure

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


def run_desk(*, only: frozenset[str] = frozenset(), quick: bool = False) -> list[Figure]:
    """Measure the figures of the desk; `only` names parts: costs, growth (with costs and console), console, help, coldstart.

    Without `growth` or `console`, the large data is not made. `quick` takes 30,000 conversations for it: no evidence.
    """
    from bellrock.bench import browsing, coldstart, desk

    def wants(*parts: str) -> bool:
        return not only or not only.isdisjoint(parts)

    figures: list[Figure] = []
    large = 30_000 if quick else desk.LARGE
    small_costs = large_costs = None
    if wants("costs", "growth"):
        sys.stderr.write(f"measuring requests with {desk.SMALL:,} conversations …\n")
        with stacks.folder() as folder:
            small_costs = desk.measure(folder, desk.fill(folder, desk.SMALL))
    if wants("growth", "console"):
        sys.stderr.write(f"measuring with {large:,} conversations …\n")
        with stacks.folder() as folder:
            sample = desk.fill(folder, large)
            figures.append(desk.load_figure(sample, large))
            if wants("growth"):
                large_costs = desk.measure(folder, sample)
            if wants("console"):
                figures.append(asyncio.run(browsing.console(folder, sample)))
    if small_costs is not None:
        figures = desk.figures(small_costs, large_costs) + figures
    if wants("help"):
        sys.stderr.write("measuring help …\n")
        with stacks.folder() as folder:
            figures += asyncio.run(browsing.help_centre(folder))
    if wants("coldstart"):
        sys.stderr.write("measuring coldstart …\n")
        figures.append(coldstart.measure())
    return figures


def _messages(folder: Path, *, seconds: float) -> list[Figure]:
    with stacks.running(folder, first_line="0", customer_token_keys=ground.TOKEN_KEYS) as stack:
        return ground.measure_messages(stack, seconds=seconds)


def _visible(folder: Path) -> list[Figure]:
    with stacks.running(folder, first_line="0", customer_token_keys=ground.TOKEN_KEYS) as stack:
        return [ground.measure_visible(stack, asyncio.run(open_console(folder, stack.database_url)))]


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


def version_line() -> str:
    """Return the commit that is measured, where git knows it."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, timeout=5, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown commit"
    return found.stdout.strip()
