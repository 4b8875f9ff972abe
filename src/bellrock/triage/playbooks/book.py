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


PROTECTIVE = ("lock", "sessions", "keys", "withdrawals")
"""Lock the account, sign out all devices, delete API keys, stop withdrawals: the steps of the protective text."""


@dataclass(frozen=True, slots=True)
class Playbook:
    """How a topic is worked on. `look` names a function of `looking`; `asks` are codes of `texts.ASKS`."""

    topic: str
    look: str | None
    says: Says
    asks: tuple[str, ...]
    specialist: tuple[str, ...]
    offers: tuple[str, ...]


def steps_of(topic: str | None) -> tuple[str, ...]:
    """Return the protective steps that a topic itself names."""
    found = playbooks().get(topic or "")
    return tuple(one for one in (found.offers if found else ()) if one in PROTECTIVE)


def protective_offers(topic: str | None) -> tuple[str, ...]:
    """Return the protective steps that an app can offer as buttons, by code; all of them where the topic names none."""
    return steps_of(topic) or PROTECTIVE


@cache
def pictures() -> dict[str, str]:
    """Return the picture of where to find it, by what is asked for: names of drawings that a page has."""
    return {str(asked): str(row["picture"]) for asked, row in read_toml("playbooks.toml")["where"].items()}


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
