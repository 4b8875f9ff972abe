"""A diagnosis in words: the sentence, the steps and the sources in a reader's language; and as it lies in the sealed record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from bellrock import guard
from bellrock.core import BellrockError, figures, i18n
from bellrock.triage.playbooks import evidence, texts
from bellrock.triage.playbooks.diagnosis import (
    POINTS_MAX,
    STEPS_MAX,
    Chart,
    Country,
    Diagnosis,
    Exact,
    Finding,
    Money,
    Page,
    Share,
    Source,
    Step,
    Term,
    Value,
    Values,
)
from bellrock.triage.playbooks.keeping import read_all, written

_SOURCES_MAX = 12
_PLACES, _SHARE_PLACES, _DIGITS_TOLD = 8, 4, 4
FOREIGN_CHARS_MAX = 120
"""The longest addresses and ids have about a hundred signs."""


@dataclass(frozen=True, slots=True)
class Told:
    """A diagnosis in a reader's language. `sources` are pairs of what was looked at and as of when.

    `missing` are the names of what was needed and could not be had.
    """

    code: str
    sentence: str
    steps: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    next_step: str
    settles: bool
    chart: Chart | None
    missing: tuple[str, ...] = ()


def tell(found: Diagnosis, language: str) -> Told:
    """Return a diagnosis in words."""
    return Told(
        code=found.code,
        sentence=_filled(texts.CONCLUSIONS[found.code], found.values, language),
        steps=tuple(_filled(texts.STEPS[step.code], step.values, language) for step in found.steps[:STEPS_MAX]),
        sources=tuple(
            (
                " ".join(
                    part for part in (_source(source.kind, language), figures.isolated(foreign(source.name))) if part
                ),
                figures.moment(language, source.as_of),
            )
            for source in found.sources[:_SOURCES_MAX]
        ),
        next_step=i18n.translate(language, texts.NEXT[found.next_step]) if found.next_step else "",
        settles=found.settles,
        chart=found.chart,
        missing=tuple(_missing(name, language) for name in found.missing),
    )


def told(kept: Mapping[str, Any], language: str, *, otherwise: str | None = None) -> Told | None:
    """Return a diagnosis of a record in words; None for one that this version does not know.

    `otherwise` is the code of the next step where the diagnosis settles the question and names none.
    """
    found = from_record(kept)
    if found and found.settles and found.next_step is None:
        found = replace(found, next_step=otherwise)
    try:
        return tell(found, language) if found else None
    except KeyError:  # a word, or a value of its sentence, that this version does not know
        return None


def chart_of(kept: Any) -> Chart | None:
    """Return the chart of a record; None without one, or for what is none."""
    try:
        return chart_from_record(kept) if isinstance(kept, Mapping) else None
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return None


def answer(found: Diagnosis, language: str) -> str:
    """Return what the customer reads: the sentence, and below it how it was reached."""
    told = tell(found, language)
    numbered = (f"{number}. {step}" for number, step in enumerate(told.steps, start=1))
    steps = "\n".join(numbered) if len(told.steps) > 1 else "".join(told.steps)
    return figures.marked(language, f"{told.sentence}\n\n{steps}" if steps else told.sentence)


def to_record(found: Diagnosis, language: str = i18n.SOURCE_LANGUAGE) -> dict[str, Any]:
    """Return a diagnosis as a record keeps it: codes, and values as texts with their type.

    `language` is the customer's, in which the chart beside an answer is labelled.
    """
    chart = found.chart
    return {
        "code": found.code,
        "values": written(found.values),
        "steps": [{"code": step.code, "values": written(step.values)} for step in found.steps[:STEPS_MAX]],
        "sources": [
            {"kind": source.kind, "name": source.name, "as_of": source.as_of.isoformat()}
            for source in found.sources[:_SOURCES_MAX]
        ],
        "settles": found.settles,
        "next": found.next_step,
        "missing": list(found.missing),
        "evidence": evidence.packed(found.evidence, found.missing),
        "chart": None
        if chart is None
        else {
            "language": language,
            "name": chart.name,
            "asset": chart.asset,
            "points": [[at.isoformat(), str(price)] for at, price in chart.points[:POINTS_MAX]],
            "entry": str(chart.entry),
            "liquidation": None if chart.liquidation is None else str(chart.liquidation),
            "at": chart.at.isoformat() if chart.at else None,
        },
    }


def from_record(kept: Mapping[str, Any]) -> Diagnosis | None:
    """Return a diagnosis from its record; None for one that this version does not know, or that is no diagnosis."""
    try:
        if kept["code"] not in texts.CONCLUSIONS or any(step["code"] not in texts.STEPS for step in kept["steps"]):
            return None
        chart = kept.get("chart")
        return Diagnosis(
            code=kept["code"],
            values=read_all(kept["values"]),
            sources=tuple(
                Source(one["kind"], one["name"], datetime.fromisoformat(one["as_of"])) for one in kept["sources"]
            ),
            settles=bool(kept["settles"]),
            steps=tuple(Step(step["code"], read_all(step["values"])) for step in kept["steps"]),
            next_step=kept["next"] if kept["next"] in texts.NEXT else None,
            chart=chart_from_record(chart) if chart else None,
            missing=tuple(str(one) for one in kept.get("missing") or ()),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return None


def chart_from_record(kept: Mapping[str, Any]) -> Chart:
    """Return a chart from its record. Raises KeyError, ValueError for what is none."""
    return Chart(
        name=kept["name"],
        asset=kept["asset"],
        points=tuple((datetime.fromisoformat(at), Decimal(price)) for at, price in kept["points"]),
        entry=Decimal(kept["entry"]),
        liquidation=None if kept["liquidation"] is None else Decimal(kept["liquidation"]),
        at=datetime.fromisoformat(kept["at"]) if kept["at"] else None,
    )


def _filled(text: str, values: Values, language: str) -> str:
    return i18n.translate(language, text) % {name: shown(value, language) for name, value in values.items()}


def shown(value: Value, language: str) -> str:
    """Return a value as a language writes it."""
    match value:
        case Money(amount, asset):
            return figures.money(language, amount, foreign(asset), places_max=_places(amount))
        case Share(part):
            share = figures.share(language, part, places_max=_share_places(part))
            return figures.isolated(share) if part < 0 else share
        case Term(code):
            return i18n.translate(language, texts.TERMS[code])
        case Country(code):
            return _country(code, language)
        case Page(text) | Exact(text):
            return text
        case Finding(code, values):
            return _filled(texts.CONCLUSIONS[code], values, language)
        case datetime():
            return figures.moment(language, value)
        case date():
            return figures.day(language, value)
        case timedelta():
            return figures.span(language, value)
        case tuple():
            return figures.several(language, [shown(one, language) for one in value])
        case str():
            return figures.isolated(foreign(value))
        case _:
            return figures.number(language, value)


def _places(amount: Decimal) -> int:
    """Return how many places an amount is written with: of prices far below 1, four digits have to be told apart."""
    return max(_PLACES, _DIGITS_TOLD - 1 - amount.adjusted()) if amount else _PLACES


def _share_places(part: Decimal) -> int:
    """Return how many places of per cent a rate has: those of funding are small, and people multiply with what they read."""
    return min(max(_SHARE_PLACES, _DIGITS_TOLD - 3 - part.adjusted()), _PLACES) if part else _SHARE_PLACES


@lru_cache(maxsize=512)
def foreign(text: str) -> str:
    """Return a word of another system as one short line without links, marks of bold, or signs that hide or turn letters around.

    What a device is called is chosen by whoever signs in with it, and a memo by whoever pays: neither writes to our customers.
    """
    if len(text) > FOREIGN_CHARS_MAX:
        text = text[: FOREIGN_CHARS_MAX - 1] + "…"
    try:
        line = " ".join(guard.normalise(text).replace("*", " ").split())
    except BellrockError:  # nothing of it can be seen
        return ""
    for link in reversed(guard.links(line)):
        line = f"{line[: link.start]}…{line[link.end :]}"
    return line


@lru_cache(maxsize=512)
def _country(code: str, language: str) -> str:
    from babel import Locale

    return str(Locale.parse(language.replace("-", "_")).territories.get(code) or foreign(code))


def _missing(name: str, language: str) -> str:
    """Return the name of a fact that could not be had; behind a colon stands of what."""
    kind, _, of = name.partition(":")
    told = i18n.translate(language, texts.TERMS[f"fact.{kind}"])
    return f"{told} {figures.isolated(foreign(of))}" if of else told


def _source(kind: str, language: str) -> str:
    return i18n.translate(language, texts.SOURCES[kind]) if kind in texts.SOURCES else ""
