"""Values of a diagnosis as the sealed record keeps them: texts with their type, from which they come back as they were."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bellrock.triage.playbooks.diagnosis import Country, Exact, Finding, Money, Page, Share, Term, Value, Values


def written(values: Values) -> dict[str, Any]:
    """Return values as they are kept: texts with their type."""
    return {name: _write(value) for name, value in values.items()}


def _write(value: Value) -> list[Any]:
    match value:
        case Money(amount, asset):
            return ["money", str(amount), asset]
        case Share(part):
            return ["share", str(part)]
        case Term(code):
            return ["term", code]
        case Country(code):
            return ["country", code]
        case Page(url):
            return ["page", url]
        case Exact(text):
            return ["exact", text]
        case Finding(code, values):
            return ["finding", code, written(values)]
        case datetime():
            return ["at", value.isoformat()]
        case date():
            return ["day", value.isoformat()]
        case timedelta():
            return ["span", round(value.total_seconds())]
        case tuple():
            return ["all", *(_write(one) for one in value)]
        case str():
            return ["text", value]
        case _:
            return ["number", str(value)]


def read_all(kept: Mapping[str, Any]) -> Values:
    """Return values that were kept. Raises KeyError, IndexError, TypeError, ValueError, InvalidOperation for what is none."""
    return {name: _read(value) for name, value in kept.items()}


def _read(kept: list[Any]) -> Value:
    kind, *rest = kept
    match kind:
        case "money":
            return Money(Decimal(rest[0]), rest[1])
        case "share":
            return Share(Decimal(rest[0]))
        case "term":
            return Term(rest[0])
        case "country":
            return Country(rest[0])
        case "page":
            return Page(rest[0])
        case "exact":
            return Exact(rest[0])
        case "finding":
            return Finding(rest[0], read_all(rest[1]))
        case "at":
            return datetime.fromisoformat(rest[0])
        case "day":
            return date.fromisoformat(rest[0])
        case "span":
            return timedelta(seconds=rest[0])
        case "all":
            return tuple(_read(one) for one in rest)
        case "text":
            return str(rest[0])
    return Decimal(rest[0])
