"""The written examples: what the classifier learns from, what is held back to set its thresholds, what it is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bellrock.triage.topics import DATA, read_toml

Part = Literal["train", "calibration", "evaluation"]


@dataclass(frozen=True, slots=True)
class Example:
    """A message and the topic it is about; NEAR_MISS for one that belongs to none."""

    text: str
    topic: str
    language: str


def corpus(part: Part) -> list[Example]:
    """Return the examples of one part, language by language in a fixed order."""
    return [
        Example(text, topic, language)
        for language in corpus_languages(part)
        for topic, texts in read_toml(f"corpus/{part}/{language}.toml").items()
        for text in texts
    ]


def corpus_languages(part: Part = "train") -> tuple[str, ...]:
    """Return the languages in which there are examples, sorted."""
    return tuple(sorted(item.name.removesuffix(".toml") for item in (DATA / "corpus" / part).iterdir()))
