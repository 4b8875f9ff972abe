"""What is heard in a message beside its topic: how pressing it is, its mood, and whether it is about several matters."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bellrock.bench.report import Figure
from bellrock.triage.corpus import Composed, composed, corpus, despairing, toned
from bellrock.triage.model import Model
from bellrock.triage.port import Embedder
from bellrock.triage.several import understood
from bellrock.triage.trying import attempt

PLAIN = Path(__file__).resolve().parents[3] / "tests/triage/data/several.toml"
_SEVERAL_PLAIN_MIN = 0.8
_TAKEN_MAX = 0.03


def tones(head: Model, embedder: Embedder, *, step: int = 1) -> list[Figure]:
    """Measure urgency and mood from the message to the verdict, as `bellrock triage run` gives them.

    Each has the share that is right, with every language, and the mean over its levels of the share of messages of a level
    that were heard as it (macro recall), with every level.
    """
    messages = toned()[::step]
    heard = [attempt(head, embedder, each.text, locale=each.language) for each in messages]
    found = []
    for name in ("urgency", "mood"):
        rows = [
            (each.language, getattr(each, name), said[name] == getattr(each, name))
            for each, said in zip(messages, heard, strict=True)
        ]
        by_language = _shares((language, right) for language, _, right in rows)
        by_level = _shares((level, right) for _, level, right in rows)
        recall = sum(by_level.values()) / len(by_level)
        found += [
            Figure(
                f"tone.{name}",
                _share([(level, right) for _, level, right in rows]),
                "share",
                None,
                "least",
                note=f"worst {_listed(by_language)}",
            ),
            Figure(f"tone.{name}_recall", recall, "share", None, "least", note=_listed(by_level)),
        ]
    return [*found, _despair(head, embedder, step)]


def _despair(head: Model, embedder: Embedder, step: int) -> Figure:
    """Measure how many who do not know how to go on living are put before a person as urgent, and how many calm ones are, too."""
    fetched = {
        mood: [
            (each.language, attempt(head, embedder, each.text, locale=each.language)["priority"] == "urgent")
            for each in despairing("held_back")[::step]
            if each.mood == mood
        ]
        for mood in ("distressed", "calm")
    }
    note = f"of calm ones in like words {_share(fetched['calm']):.3f}, worst {_listed(_shares(fetched['distressed']))}"
    return Figure("tone.despair", _share(fetched["distressed"]), "share", None, "least", note=note)


def several(head: Model, embedder: Embedder, *, step: int = 1) -> list[Figure]:
    """Measure messages about several topics, all of which have to be found, and how often one topic is taken for several."""
    messages = composed()[::step]
    hard = [each for each in messages if len(each.topics) > 1]
    alike = [each for each in messages if len(each.topics) == 1]
    single = [
        Composed(each.text, each.language, frozenset({each.topic})) for each in corpus("calibration")[:: 5 * step]
    ]
    found = [(each.language, _are_found(head, embedder, each)) for each in hard]
    note = f"{len(hard)} messages, worst {_listed(_shares(found))}"
    figures = [
        Figure("topics.several", _share(found), "share", None, "least", note=note),
        _plain(head, embedder, step),
    ]
    for name, bar, given in (("single", _TAKEN_MAX, single), ("lookalike", None, alike)):
        taken = [(each.language, bool(_parts(head, embedder, each))) for each in given]
        note = f"{len(given)} messages, worst {_listed(_shares(taken), is_most=True)}"
        figures.append(Figure(f"topics.{name}_as_several", _share(taken), "share", bar, note=note))
    return figures


def _plain(head: Model, embedder: Embedder, step: int) -> Figure:
    """Measure the plainer messages of the tests, where a word mostly announces the second matter."""
    if not PLAIN.is_file():
        return Figure(
            "topics.several_plain", 0, "share", _SEVERAL_PLAIN_MIN, "least", note="no tests here", is_skipped=True
        )
    rows = tomllib.loads(PLAIN.read_text(encoding="utf-8"))["messages"][::step]
    messages = [Composed(text, language, frozenset(topics)) for language, *topics, text in rows]
    missed = [each.language for each in messages if not _are_found(head, embedder, each)]
    note = f"{len(messages)} messages, missed in {' '.join(missed) or 'none'}"
    return Figure(
        "topics.several_plain", 1 - len(missed) / len(messages), "share", _SEVERAL_PLAIN_MIN, "least", note=note
    )


def _are_found(head: Model, embedder: Embedder, message: Composed) -> bool:
    return message.topics <= _parts(head, embedder, message)


def _parts(head: Model, embedder: Embedder, message: Composed) -> set[str]:
    return {part.guesses[0].topic for part in understood(head, embedder, message.text, message.language).parts}


def _share(rows: Sequence[tuple[str, bool]]) -> float:
    return sum(holds for _, holds in rows) / len(rows)


def _shares(rows: Iterable[tuple[str, bool]]) -> dict[str, float]:
    """Return the share that holds for each name."""
    counted: dict[str, list[bool]] = defaultdict(list)
    for name, holds in rows:
        counted[name].append(holds)
    return {name: sum(values) / len(values) for name, values in counted.items()}


def _listed(shares: Mapping[str, float], *, is_most: bool = False) -> str:
    ordered = sorted(shares, key=lambda name: shares[name], reverse=is_most)
    return " ".join(f"{name} {shares[name]:.3f}" for name in ordered)
