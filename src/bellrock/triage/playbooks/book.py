"""The playbooks as data: what each topic looks up, asks for, offers, and what its specialist needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bellrock.triage.topics import read_toml, topics


class Says(StrEnum):
    """What becomes of a diagnosis that settles the question."""

    INSTEAD = "instead"
    BESIDE = "beside"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Playbook:
    """How a topic is worked on. `look` names a function of `looking`; `asks` are codes of `texts.ASKS`."""

    topic: str
    look: str | None
    says: Says
    asks: tuple[str, ...]
    specialist: tuple[str, ...]
    offers: tuple[str, ...]


@cache
def playbooks() -> dict[str, Playbook]:
    """Return the playbook of every topic."""
    rows = read_toml("playbooks.toml")
    return {
        name: Playbook(
            topic=name,
            look=rows[name].get("look"),
            says=Says(rows[name].get("says", Says.NOTHING)),
            asks=tuple(rows[name].get("asks", ())),
            specialist=tuple(rows[name]["specialist"]),
            offers=tuple(rows[name]["offers"]),
        )
        for name in topics()
    }
