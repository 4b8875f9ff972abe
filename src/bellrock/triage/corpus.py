"""The written examples: what the classifier learns from, what is held back to set its thresholds, what it is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Literal

from bellrock.triage.topics import DATA, read_toml

Part = Literal["train", "quiet", "calibration", "quiet_held_back", "evaluation"]


@dataclass(frozen=True, slots=True)
class Example:
    """A message and the topic it is about; NEAR_MISS for one that belongs to none."""

    text: str
    topic: str
    language: str


def corpus(part: Part) -> list[Example]:
    """Return the examples of one part, language by language in a fixed order.

    Those of `quiet` are learnt from as well: danger told as a question or in passing, where no words of theft stand, and calm
    messages in words like those. Some of the same kind are held back in `quiet_held_back`.
    """
    return [
        Example(text, topic, language)
        for language in corpus_languages(part)
        for topic, texts in read_toml(f"corpus/{part}/{language}.toml").items()
        for text in texts
    ]


@dataclass(frozen=True, slots=True)
class Toned:
    """A message with how pressing it is (`urgent`, `high`, `normal`) and the mood it was written in, as people judged.

    One that `is_for_despair` was written to tell despair from like words; of pressure and mood it says little.
    """

    text: str
    language: str
    urgency: str
    mood: str
    is_for_despair: bool = False


@dataclass(frozen=True, slots=True)
class Composed:
    """A message with every topic it is about: two or three, or one where it only looks like several."""

    text: str
    language: str
    topics: frozenset[str]


def toned() -> list[Toned]:
    """Return the messages that urgency and mood are measured on; like all of the evaluation, nothing is tuned on them."""
    return [
        Toned(text, language, urgency, mood)
        for language in _evaluated("tone")
        for urgency, mood, text in read_toml(f"corpus/evaluation/tone/{language}.toml")["messages"]
    ]


def toned_to_learn() -> list[Toned]:
    """Return the messages that were written for the head for tone to learn from."""
    written = [
        Toned(text, language, urgency, mood)
        for language in _named(DATA / "corpus" / "tone")
        for urgency, mood, text in read_toml(f"corpus/tone/{language}.toml")["messages"]
    ]
    return written + despairing("learn")


def despairing(part: Literal["learn", "held_back"]) -> list[Toned]:
    """Return messages of people who do not know how to go on living, and calm ones in words that are like theirs."""
    labels = {"despair": ("urgent", "distressed"), "calm": ("normal", "calm")}
    return [
        Toned(text, language, *labels[kind], is_for_despair=True)
        for language, kinds in read_toml(f"corpus/despair/{part}.toml").items()
        for kind, texts in kinds.items()
        for text in texts
    ]


def composed() -> list[Composed]:
    """Return the messages about several topics, and those that only look so; nothing is tuned on them."""
    return [
        Composed(text, language, frozenset(topics))
        for language in _evaluated("several")
        for table in (read_toml(f"corpus/evaluation/several/{language}.toml"),)
        for topics, text in [*table["several"], *table["one"]]
    ]


def composed_to_learn() -> list[Composed]:
    """Return the messages of one topic and of several from which it is learnt where a message is about several."""
    return [
        Composed(text, language, frozenset(topics))
        for language in _named(DATA / "corpus" / "several")
        for table in (read_toml(f"corpus/several/{language}.toml"),)
        for topics, text in [*table["several"], *table["one"]]
    ]


def _evaluated(kind: str) -> tuple[str, ...]:
    return _named(DATA / "corpus" / "evaluation" / kind)


def corpus_languages(part: Part = "train") -> tuple[str, ...]:
    """Return the languages in which there are examples, sorted."""
    return _named(DATA / "corpus" / part)


def _named(folder: Traversable) -> tuple[str, ...]:
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))
