"""Figures of a bench: a table for people, a list for machines."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bellrock import __version__


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value against its bar, None where none is set. `sense` says on which side of the bar it has to lie."""

    name: str
    value: float
    unit: str
    bar: float | None
    sense: Literal["most", "least"] = "most"
    note: str = ""
    is_skipped: bool = False

    @property
    def holds(self) -> bool | None:
        """Say whether the value lies on the right side; None when it was not measured or has no bar."""
        if self.is_skipped or self.bar is None:
            return None
        return self.value <= self.bar if self.sense == "most" else self.value >= self.bar


def as_json(figures: Sequence[Figure]) -> str:
    """Return nothing but a list of {name, value, unit, bar, holds}."""
    rows = [
        {
            "name": item.name,
            "value": None if item.is_skipped else round(item.value, 4),
            "unit": item.unit,
            "bar": item.bar,
            "holds": item.holds,
        }
        for item in figures
    ]
    return json.dumps(rows, indent=1)


def as_table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table, under a line about the machine and the version."""
    lines = [
        f"Bellrock {__version__}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}",
        "",
        f"{'figure':<28} {'value':>10} {'unit':<6} {'bar':>12}  holds  note",
    ]
    for item in figures:
        sign = "<=" if item.sense == "most" else ">="
        bar = "-" if item.bar is None else f"{sign} {item.bar:g}"
        value = "skipped" if item.is_skipped else f"{item.value:.3f}" if item.unit == "share" else f"{item.value:.2f}"
        holds = {True: "yes", False: "NO", None: "-"}[item.holds]
        lines.append(f"{item.name:<28} {value:>10} {item.unit:<6} {bar:>12}  {holds:<5}  {item.note}")
    return "\n".join(lines)
