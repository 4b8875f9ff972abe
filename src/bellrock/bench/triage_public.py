"""Public sets through the same code: intents of banking77 and clinc150, and wallet strings for telling languages apart."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bellrock import language
from bellrock.bench.report import Figure
from bellrock.triage import training
from bellrock.triage.corpus import Example
from bellrock.triage.features import plain, spoken
from bellrock.triage.model import Model, Understanding
from bellrock.triage.port import Embedder
from bellrock.triage.thresholds import warmth

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_DRAWS = 3
_SHOTS = 10
_NAME_COUNTS = 3  # as so many examples; seven draws of the questions to learn from gave .001 more than once
_FILES = {
    "ar": "ar", "de_de": "de", "en": "en", "es": "es", "fr_fr": "fr", "id_id": "id", "it": "it", "jp_jp": "ja", "ko_KR": "ko",
    "nl_nl": "nl", "pl": "pl", "pt_br": "pt", "ru": "ru", "tr_tr": "tr", "ua": "uk", "vi_vn": "vi", "zh_cn": "zh-Hans",
    "zh_tw": "zh-Hant",
}  # fmt: skip
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{.*?\}|<.*?>|%\w|\$\w+")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_LANGUAGE_BARS = {"short": 0.94, "middle": 0.985, "long": 0.998}


def skipped(*bars: tuple[str, float]) -> list[Figure]:
    """Return figures that could not be measured here."""
    return [Figure(name, 0, "share", bar, "least", note="no ../shared here", is_skipped=True) for name, bar in bars]


def languages(shared: Path, *, step: int) -> list[Figure]:
    """Measure language identification without any prior, on a wallet's strings cut to 2-3, 4-8 and all their words.

    Without spaces between words, five, twelve and forty characters count as these. Cuts that stand in two languages have
    no right answer and are left out, and so is what a translator left in English.
    """
    folder = shared / "data/intents/wallet-strings"
    if not folder.is_dir():
        return skipped(*((f"language.{name}", bar) for name, bar in _LANGUAGE_BARS.items()))
    right: dict[str, list[bool]] = defaultdict(list)
    by_language: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for name, tag, text in _cuts(folder)[::step]:
        is_right = language.detect(text).language == tag
        right[name].append(is_right)
        by_language[name][tag].append(is_right)
    found = []
    for name, bar in _LANGUAGE_BARS.items():
        shares = sorted((sum(hits) / len(hits), tag) for tag, hits in by_language[name].items())
        note = f"{len(right[name])} cuts; worst " + " ".join(f"{tag} {share:.3f}" for share, tag in shares)
        found.append(Figure(f"language.{name}", sum(right[name]) / len(right[name]), "share", bar, "least", note=note))
    return found


def _cuts(folder: Path) -> list[tuple[str, str, str]]:
    english = set(_strings(json.loads((folder / "en.json").read_text(encoding="utf-8"))))
    cuts: set[tuple[str, str, str]] = set()
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for file, tag in _FILES.items():
        for text in _strings(json.loads((folder / f"{file}.json").read_text(encoding="utf-8"))):
            if tag != "en" and text in english:
                continue
            for name, cut in _cut(" ".join(_PLACEHOLDER.sub(" ", text).split()), tag):
                if _LETTERS.search(cut):
                    cuts.add((name, tag, cut))
                    owners[name, cut.casefold()].add(tag)
    return sorted(cut for cut in cuts if len(owners[cut[0], cut[2].casefold()]) == 1)


def _cut(text: str, tag: str) -> Iterator[tuple[str, str]]:
    units: Sequence[str] = text.split()
    least, most, joint = {"short": 2, "middle": 4, "long": 9}, {"short": 3, "middle": 8, "long": 1_000}, " "
    if not language.LANGUAGES[tag].spaces_words:
        units, joint = "".join(text.split()), ""
        least, most = {"short": 4, "middle": 8, "long": 18}, {"short": 5, "middle": 12, "long": 40}
    for name, count in least.items():
        if len(units) >= count:
            yield name, joint.join(units[: most[name]])


def _strings(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from _strings(value)


def banking77(shared: Path, embedder: Embedder, *, step: int) -> list[Figure]:
    """Measure accuracy on Banking77 (Casanueva et al., 2020): with all examples, and with 10 an intent, mean of 3 draws.

    With few examples the name of an intent says as much as some of them, and is given beside the ten ("card arrival"); each of
    the ten is read as it is and retyped. The note tells what the ten alone give.
    """
    folder = shared / "data/intents/banking77"
    if not folder.is_dir():
        return skipped(("banking77.full", 0.934), ("banking77.shot10", 0.844))
    known = [Example(row[0], row[1], "en") for row in _rows(folder / "train.csv")]
    asked = [Example(row[0], row[1], "en") for row in _rows(folder / "test.csv")][::step]
    asked_meaning = _embedded(embedder, asked)
    names = [Example(topic.replace("_", " ").lower(), topic, "en") for topic in sorted({item.topic for item in known})]
    named = list(range(len(known), len(known) + len(names)))
    draws = [_draw(known, seed) for seed in range(_DRAWS)][: 1 if step > 1 else _DRAWS]
    drawn = sorted({place for places in draws for place in places})
    again = {place: at for at, place in enumerate(drawn, start=len(known) + len(names))}
    given = [*known, *names, *(training.retyped(known[place]) for place in drawn)]
    meaning = _embedded(embedder, given)

    def after(places: list[int], *, has_more: bool = False) -> float:
        said = places + named * _NAME_COUNTS if has_more else places
        taken = said + [again[place] for place in places] if has_more else said
        head = training.learn_from([given[at] for at in taken], meaning[taken], embedder, said=len(said))
        return _accuracy(head, asked, asked_meaning, embedder)

    shots, alone = [after(places, has_more=True) for places in draws], [after(places) for places in draws]
    everything = list(range(0, len(known), step))
    full = after(everything)
    note = " ".join(f"{share:.3f}" for share in shots) + f"; the ten alone {sum(alone) / len(alone):.3f}"
    return [
        Figure("banking77.full", full, "share", 0.934, "least", note=f"{len(asked)} questions"),
        Figure("banking77.shot10", sum(shots) / len(shots), "share", 0.844, "least", note=note),
    ]


def clinc150(shared: Path, embedder: Embedder, *, step: int) -> list[Figure]:
    """Measure CLINC150 (Larson et al., 2019): accuracy on 150 intents, and how well strangers are told from them.

    The score of belonging is that of the best intent before shares are made of all (Hendrycks et al., 2022): a stranger may
    be likelier one of them than another, and still like none.
    """
    file = shared / "data/intents/clinc150/data_full.json"
    if not file.is_file():
        return skipped(("clinc150.accuracy", 0.961), ("clinc150.auroc", 0.97))
    rows = json.loads(file.read_text(encoding="utf-8"))
    parts = {
        name: [Example(text, topic, "en") for text, topic in rows[name]]
        for name in ("train", "val", "test", "oos_test")
    }
    meaning = {name: _embedded(embedder, examples[::step]) for name, examples in parts.items()}
    parts = {name: examples[::step] for name, examples in parts.items()}
    # Which loss fits this set better is asked of its part for validation.
    heads = [training.learn_from(parts["train"], meaning["train"], embedder, has_margins=has) for has in (False, True)]
    head = max(heads, key=lambda head: _accuracy(head, parts["val"], meaning["val"], embedder))
    logits, _ = _logits(head, parts["val"], meaning["val"], embedder)
    head = replace(head, temperature=warmth(head, logits, [example.topic for example in parts["val"]]))
    inside = _understood(head, parts["test"], meaning["test"], embedder)
    outside = _understood(head, parts["oos_test"], meaning["oos_test"], embedder)
    right = sum(item.guesses[0].topic == example.topic for item, example in zip(inside, parts["test"], strict=True))
    auroc = _auroc([_belongs(item) for item in inside], [_belongs(item) for item in outside])
    return [
        Figure("clinc150.accuracy", right / len(inside), "share", 0.961, "least", note=f"{len(inside)} questions"),
        Figure("clinc150.auroc", auroc, "share", 0.97, "least", note=f"{len(outside)} out of scope"),
    ]


def _belongs(item: Understanding) -> float:
    return item.evidence


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Return the chance that one inside scores above one outside (Mann and Whitney, 1947)."""
    import numpy as np

    ordered = np.sort(np.array(outside))
    below = np.searchsorted(ordered, inside, side="left")
    ties = np.searchsorted(ordered, inside, side="right") - below
    return float((below + ties / 2).mean() / len(outside))


def _rows(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))[1:]


def _draw(known: Sequence[Example], seed: int) -> list[int]:
    places = list(range(len(known)))
    random.Random(seed).shuffle(places)
    taken: dict[str, list[int]] = defaultdict(list)
    for place in places:
        if len(taken[known[place].topic]) < _SHOTS:
            taken[known[place].topic].append(place)
    return sorted(place for found in taken.values() for place in found)


def _embedded(embedder: Embedder, examples: Sequence[Example]) -> NDArray[float32]:
    return embedder.embed([spoken(example.text) for example in examples])


def _logits(
    head: Model, examples: Sequence[Example], meaning: NDArray[float32], embedder: Embedder
) -> tuple[NDArray[float32], NDArray[float32]]:
    centred = head.centred(meaning, [example.language for example in examples], embedder.compared)
    return head.logits(centred, [plain(example.text) for example in examples], embedder.compared)


def _understood(
    head: Model, examples: Sequence[Example], meaning: NDArray[float32], embedder: Embedder
) -> list[Understanding]:
    logits, likeness = _logits(head, examples, meaning, embedder)
    return head.judge(logits, likeness, [example.language for example in examples])


def _accuracy(head: Model, asked: Sequence[Example], meaning: NDArray[float32], embedder: Embedder) -> float:
    found = _understood(head, asked, meaning, embedder)
    return sum(item.guesses[0].topic == example.topic for item, example in zip(found, asked, strict=True)) / len(asked)
