"""A diagnosis: what was found out for a customer, by which steps and from which facts, as codes and values, not as words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

POINTS_MAX = 120
STEPS_MAX = 12


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a coin or currency."""

    amount: Decimal
    asset: str


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole: 0.001 is shown as 0.1 %."""

    part: Decimal


@dataclass(frozen=True, slots=True)
class Term:
    """A word that has a translation of its own, by its code in `texts.TERMS`."""

    code: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166-1 code; it is shown by its name."""

    code: str


@dataclass(frozen=True, slots=True)
class Page:
    """A web page to look at; it is shown bare, so that it stays a link."""

    url: str


@dataclass(frozen=True, slots=True)
class Exact:
    """A text to be copied as it is: no sign that keeps it apart, which nobody sees, and no full stop behind it."""

    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A conclusion within another one: a sentence of `texts.CONCLUSIONS` and what is filled in."""

    code: str
    values: Mapping[str, Any]


Value = (
    Money
    | Share
    | Term
    | Country
    | Page
    | Exact
    | Finding
    | Decimal
    | int
    | str
    | date
    | timedelta
    | tuple["Value", ...]
)
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Source:
    """A record that was looked at: what it is (`texts.SOURCES`), its own id, and as of when it is true."""

    kind: str
    name: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the reasoning: a sentence of `texts.STEPS` and what is filled in."""

    code: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chart:
    """The path of a position: mark prices in order of time, at most 120, and the prices that mattered. Prices in `asset`."""

    name: str
    asset: str
    points: tuple[tuple[datetime, Decimal], ...]
    entry: Decimal
    liquidation: Decimal | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a playbook concludes. `code` names a sentence of `texts.CONCLUSIONS` that `values` fill.

    `settles` holds where the sentence answers the customer's question by itself; a diagnosis that does not is for the
    specialist to finish, and `next_step` (`texts.NEXT`) says with what. `evidence` is what it rests on, so that it can be
    computed again: rows of the exchange, or lists of them, by name. `missing` names what could not be had.
    """

    code: str
    values: Values
    sources: tuple[Source, ...]
    settles: bool
    steps: tuple[Step, ...] = ()
    next_step: str | None = None
    offers: tuple[str, ...] = ()
    chart: Chart | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def as_of(self) -> datetime | None:
        """The oldest of the facts: the conclusion is not newer than what it rests on."""
        return min((source.as_of for source in self.sources), default=None)
