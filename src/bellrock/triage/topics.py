"""The 64 topics: what each is called, who works on it, and whether the first line may answer it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from bellrock.core import NotFound

DATA = files("bellrock.triage") / "data"
NEAR_MISS = "near_miss"
"""The label of messages that sound like ours and belong to no topic. Never a topic of a conversation."""


class Gate(StrEnum):
    """What the first line may do alone: answer; collect facts; protect at once; only a person answers."""

    ANSWER = "answer"
    ASSIST = "assist"
    PROTECT = "protect"
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that customers write about. `level` is the proof of identity needed, 0 to 2; `target` a share or None."""

    name: str
    category: str
    gate: Gate
    queue: str
    is_urgent: bool
    level: int
    target: float | None
    says: str


class TopicUnknown(NotFound):
    """There is no topic of this name."""

    code = "topic_unknown"


@cache
def topics() -> dict[str, Topic]:
    """Return all topics by name, in the order of the taxonomy."""
    found: dict[str, Topic] = {}
    for category, table in read_toml("taxonomy.toml").items():
        if isinstance(table, dict):
            for name, row in table["intents"].items():
                found[name] = Topic(
                    name=name,
                    category=category,
                    gate=Gate(row["gate"]),
                    queue=table["queue"],
                    is_urgent=row.get("urgent", table["urgent"]),
                    level=row["level"],
                    target=row.get("target"),
                    says=row["says"],
                )
    return found


def topic(name: str) -> Topic:
    """Return a topic by `intent` or `category.intent`. Raises TopicUnknown."""
    try:
        return topics()[name.rpartition(".")[2]]
    except KeyError as error:
        raise TopicUnknown from error


@cache
def languages() -> tuple[str, ...]:
    """Return the languages of the product, as BCP 47 codes."""
    return tuple(read_toml("taxonomy.toml")["languages"])


def topic_name(name: str, language: str) -> str:
    """Return what customers read as the name of a topic; English where the language has none yet."""
    names: dict[str, str] = _names()[name]
    return names.get(language) or names["en"]


def named(text: str) -> str | None:
    """Return the topic whose displayed name, in any language, is exactly this text; else None."""
    return _by_displayed_name().get(" ".join(text.split()).casefold())


@cache
def _names() -> dict[str, dict[str, str]]:
    return read_toml("names.toml")


@cache
def _by_displayed_name() -> dict[str, str]:
    return {" ".join(shown.split()).casefold(): name for name, row in _names().items() for shown in row.values()}


def read_toml(name: str) -> dict[str, Any]:
    """Return a data file of this room."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))
