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
    """One measured value against its bar. `sense` says on which side of the bar it has to lie."""

    name: str
    value: float
    unit: str
    bar: float
    sense: Literal["most", "least"] = "most"
    note: str = ""

    @property
    def holds(self) -> bool:
        return self.value <= self.bar if self.sense == "most" else self.value >= self.bar


def as_json(figures: Sequence[Figure]) -> str:
    """Return nothing but a list of {name, value, unit, bar, holds}."""
    rows = [
        {"name": item.name, "value": round(item.value, 3), "unit": item.unit, "bar": item.bar, "holds": item.holds}
        for item in figures
    ]
    return json.dumps(rows, indent=1)


def as_table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table, under a line about the machine and the version."""
    lines = [
        f"Bellrock {__version__}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}",
        "",
        f"{'figure':<24} {'value':>10} {'unit':<6} {'bar':>12}  holds  note",
    ]
    for item in figures:
        sign = "<=" if item.sense == "most" else ">="
        bar = f"{sign} {item.bar:g}"
        lines.append(
            f"{item.name:<24} {item.value:>10.2f} {item.unit:<6} {bar:>12}  {'yes' if item.holds else 'NO':<5}  {item.note}"
        )
    return "\n".join(lines)
