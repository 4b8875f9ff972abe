"""What the first line found out, as a card of the case: conclusion, steps, drawing, sources, next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from bellrock import triage
from bellrock.web.agent.reader import Reader
from bellrock.web.shared.charts import draw


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """A diagnosis in the reader's language. `pages` are the places of the steps with a link of ours, to be followed."""

    sentence: str
    steps: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    next_step: str
    chart: Markup
    missing: tuple[str, ...] = ()
    evidence_url: str = ""
    pages: frozenset[int] = frozenset()


def diagnosed(
    words: Mapping[str, Any] | None, *, key: str, reader: Reader, has_answered: bool = False, evidence_at: str = ""
) -> Diagnosed | None:
    """Return the diagnosis in the words of an entry; None without one. `has_answered` says that the entry told the customer.

    `evidence_at` is where the evidence can be had, if there is any.
    """
    kept = (words or {}).get("diagnosis")
    told = triage.told(kept, reader.language, otherwise="told" if has_answered else "tell") if kept else None
    if told is None:
        return None
    chart = told.chart or triage.chart_of((words or {}).get("chart"))
    drawn = draw(chart, language=reader.language, key=key) if chart else Markup()
    url = evidence_at if kept and kept.get("evidence") else ""
    pages = frozenset(place for place, step in enumerate((kept or {})["steps"]) if step["code"] == "page")
    return Diagnosed(told.sentence, told.steps, told.sources, told.next_step, drawn, told.missing, url, pages)
