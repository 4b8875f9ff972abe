"""The playbooks as data: what each topic looks up, asks for, offers, and what its specialist needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from bellrock.triage.topics import read_toml, topics


class Says(StrEnum):
    """What becomes of a diagnosis that settles the question."""

    INSTEAD = "instead"
    BESIDE = "beside"
    NOTHING = "nothing"


SAYS_OTHERWISE = ("article", "person")
"""Who says something where the customer reads nothing of a diagnosis."""
NO_LOOKS = ("article", "words")
"""Where nothing is looked up: the article says all there is, or a person reads what the customer wrote."""
PARTS = ("asks", "look", "says", "offers", "specialist")
"""The parts of a playbook in `data/playbooks.toml`; the sixth, what it concludes, goes with what is looked up."""


PROTECTIVE = ("lock", "sessions", "keys", "withdrawals")
"""Lock the account, sign out all devices, delete API keys, stop withdrawals: the steps of the protective text."""


@dataclass(frozen=True, slots=True)
class Playbook:
    """How a topic is worked on. `look` names a function of `looking`; `asks` are codes of `texts.ASKS`.

    `concludes` are the codes of `texts.CONCLUSIONS` that its look can come to, or "article", or "person". `asks_otherwise`:
    a stronger proof is asked for by another way than the device that the customer lost.
    """

    topic: str
    look: str | None
    says: Says
    asks: tuple[str, ...]
    specialist: tuple[str, ...]
    offers: tuple[str, ...]
    concludes: tuple[str, ...]
    asks_otherwise: bool = False


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
def shown() -> dict[str, str]:
    """Return the picture that goes with a topic's article, by topic."""
    return {str(topic): str(row["picture"]) for topic, row in read_toml("playbooks.toml")["shows"].items()}


@dataclass(frozen=True, slots=True)
class General:
    """What holds for everybody about a topic: an article of another topic, under a sentence of ours where one is named.

    `says` is a code of `texts.GENERAL`; such a sentence tells how long something takes, and nothing else.
    """

    article: str
    says: str | None


@cache
def general() -> dict[str, General]:
    """Return what can be said about a topic without a look at anything, by topic."""
    rows = read_toml("playbooks.toml")["general"]
    return {str(topic): General(row["article"], row.get("says")) for topic, row in rows.items()}


@cache
def playbooks() -> dict[str, Playbook]:
    """Return the playbook of every topic. Raises KeyError where one misses a part."""
    rows = read_toml("playbooks.toml")
    return {name: _playbook(name, rows[name], rows["concludes"]) for name in topics()}


def _playbook(name: str, row: Mapping[str, Any], concludes: Mapping[str, list[str]]) -> Playbook:
    asks, look, says, offers, specialist = (row[part] for part in PARTS)
    return Playbook(
        topic=name,
        look=None if look in NO_LOOKS else str(look),
        says=Says.NOTHING if says in SAYS_OTHERWISE else Says(says),
        asks=tuple(asks),
        specialist=tuple(specialist),
        offers=tuple(offers),
        concludes=tuple(concludes[look]),
        asks_otherwise=row.get("proof") == "other",
    )
