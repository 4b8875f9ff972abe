"""Learns src/bellrock/triage/data/joints.json: where a message about two matters is cut, and when its halves are two matters.

Messages are joined at random, two held-back ones of a language, by nothing, a comma, a new line, a sentence's end or words of
`several.toml`; two about the same topic count as one matter, and so does every message alone. What is weighed is learnt on one
half of the held-back messages and told of the other half. Run it when the head or the words change, some four minutes:
.venv/bin/python scripts/train_several.py             # --measure only tells how the shipped file does
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bellrock.adapters.embed import build_embedder
from bellrock.triage import joints, model
from bellrock.triage.corpus import Example, corpus
from bellrock.triage.features import plain
from bellrock.triage.several import understood
from bellrock.triage.topics import read_toml

FILE = Path(__file__).resolve().parent.parent / "src/bellrock/triage/data/joints.json"
JOINED = ("nothing", "comma", "line", "sentence", "more", "and")
SIZES = {"two": 30, "same": 10, "broken": 10, "alone": 100}
"""So many a language, in each half: joined messages of two topics, of one, messages with a line break put in, and alone."""
LOOKED_AT = 0.13
"""The most messages alone whose halves are understood."""
TAKEN = {"alone": 0.023, "same": 0.12, "broken": 0.1}
"""The most that are taken for two."""
SEEN_MIN, TELLING_MIN = 5, 0.6
_COMMA = {"ar": "، ", "ja": "、", "zh-Hans": "，", "zh-Hant": "，"}


@dataclass(frozen=True)
class Joined:
    """A message, the topics it is about, how it was joined, and the plain text behind the joint."""

    text: str
    language: str
    topics: tuple[str, ...]
    how: str
    behind: str = ""

    @property
    def kind(self) -> str:
        """One of SIZES."""
        return "two" if len(self.topics) == 2 else self.how if self.how in SIZES else "same"


def join(first: Example, second: Example, how: str, chance: random.Random) -> Joined:
    """Return two messages as one."""
    language, words = first.language, read_toml("several.toml")
    said = first.text.rstrip() if how in ("line", "sentence") else first.text.rstrip(joints.MARKS)
    gap = "" if joints.is_unspaced(said) else " "
    link = {"nothing": gap, "comma": _COMMA.get(language, ", "), "line": "\n"}.get(how)
    if how == "sentence":
        link = gap if said[-1:] in ".!?。！？…؟" else "。" if not gap else ". "
    elif link is None:
        link = gap + chance.choice(words[how][language] or words["more"][language]) + gap
    topics = tuple(dict.fromkeys([first.topic, second.topic]))
    return Joined(said + link + second.text, language, topics, how, plain(second.text))


def broken(example: Example, chance: random.Random) -> Joined:
    """Return a message with a line break between two of its words, as people write who think in lines."""
    text = example.text
    gaps = [at for at, sign in enumerate(text) if sign.isspace() or sign in joints.MARKS] or [len(text) // 2]
    at = chance.choice(gaps) + 1
    return Joined(f"{text[:at].rstrip()}\n{text[at:].lstrip()}", example.language, (example.topic,), "broken")


def messages(examples: Sequence[Example], seed: int) -> list[Joined]:
    """Return messages of every kind, language by language."""
    chance, found = random.Random(seed), []
    by_language = defaultdict(list)
    for example in examples:
        if example.topic not in joints.NO_MATTER:
            by_language[example.language].append(example)
    for some in by_language.values():
        for number in range(SIZES["two"] + SIZES["same"]):
            first, is_same = chance.choice(some), number >= SIZES["two"]
            second = chance.choice([each for each in some if (each.topic == first.topic) == is_same])
            found.append(join(first, second, JOINED[number % len(JOINED)], chance))
        found += [broken(each, chance) for each in chance.sample(some, min(SIZES["broken"], len(some)))]
        alone = chance.sample(some, min(SIZES["alone"], len(some)))
        found += [Joined(each.text, each.language, (each.topic,), "alone") for each in alone]
    return found


def words_table(examples: Iterable[Example]) -> dict[str, dict[str, list[float]]]:
    """Return how much rather a word begins, and ends, a message than it stands inside one: logarithms of ratios."""
    inside, first, last = (defaultdict[str, Counter[str]](Counter) for _ in range(3))
    for example in examples:
        if found := joints.tokens(plain(example.text).rstrip(joints.MARKS)):
            first[example.language][found[0]] += 1
            last[example.language][found[-1]] += 1
            inside[example.language].update(found[1:-1])
    table: dict[str, dict[str, list[float]]] = {}
    for language, counts in sorted(inside.items()):
        of_inside, ends = counts.total(), first[language].total()
        share = ends / (ends + of_inside)
        seen = counts + first[language] + last[language]
        told: dict[str, list[float]] = {}
        for word in sorted(word for word, count in seen.items() if count >= SEEN_MIN):
            base = math.log((counts[word] + 1 - share) / (1 - share))
            row = [round(math.log((side[language][word] + share) / share) - base, 1) for side in (first, last)]
            if max(map(abs, row)) >= TELLING_MIN:
                told[word] = row
        table[language] = told
    return table


def fitted(rows: Sequence[dict[str, float]], truth: Sequence[bool]) -> dict[str, float]:
    """Return the weights of a logistic regression over named values."""
    names = list(rows[0])
    scaler = StandardScaler()
    columns = scaler.fit_transform(np.array([[row[name] for name in names] for row in rows]))
    head = LogisticRegression(max_iter=2000).fit(columns, truth)
    scales = head.coef_[0] / scaler.scale_
    even = float(head.intercept_[0] - scales @ scaler.mean_)
    return {**{name: round(float(one), 4) for name, one in zip(names, scales, strict=True)}, "even": round(even, 4)}


def evened(weights: dict[str, float], groups: Sequence[tuple[list[dict[str, float]], float]]) -> None:
    """Set the weight `even` as high as may be, so that of each group of values no more than so many are above nought."""
    over = []
    for values, most in groups:
        scores = sorted((joints.weighed(weights, row) for row in values), reverse=True)
        over += scores[int(most) : int(most) + 1]
    weights["even"] = round(weights["even"] - max(over, default=0.0), 4)


def learn(head: model.Model, embedder: Any, examples: Sequence[Example]) -> dict[str, Any]:
    """Return the whole file."""
    learnt: dict[str, Any] = {"words": words_table(corpus("train"))}
    shipped = joints._learnt()  # what is weighed below reads the table of words that was just made
    shipped.clear()
    shipped.update(learnt)
    found = messages(examples, seed=1)
    rows, truth = [], []
    for each in found:
        if len(each.topics) == 2:
            folded = "\n".join(map(plain, each.text.split("\n")))
            at = len(folded) - len(each.behind)
            for place, values in joints.features(head, folded, each.language):
                rows.append(values)
                truth.append(abs(place - at) <= 1 or (at - 14 <= place < at and bool(values["more"] or values["and"])))
    shipped["cut"] = learnt["cut"] = fitted(rows, truth)
    every = []
    for each in found:
        cut = joints.best_cut(head, each.text, each.language)
        if cut is None:
            continue
        whole, left, right = head.understand([each.text, cut.left, cut.right], embedder, [each.language] * 3)
        topics = {left.guesses[0].topic, right.guesses[0].topic}
        look, sure = joints.look_features(cut, whole), joints.sure_features(cut, whole, left, right)
        every.append((each.kind, look, sure, len(topics) == 2 and not topics & joints.NO_MATTER))
    count = Counter(each.kind for each in found)
    learnt["look"] = fitted([row[1] for row in every], [row[0] == "two" for row in every])
    evened(learnt["look"], [([row[1] for row in every if row[0] == "alone"], LOOKED_AT * count["alone"])])
    told = [row for row in every if row[3]]
    learnt["sure"] = fitted([row[2] for row in told], [row[0] == "two" for row in told])
    seen = [row for row in told if joints.weighed(learnt["look"], row[1]) > 0]
    evened(
        learnt["sure"],
        [([row[2] for row in seen if row[0] == kind], share * count[kind]) for kind, share in TAKEN.items()],
    )
    shipped.update(learnt)
    return learnt


def measure(head: model.Model, embedder: Any, examples: Sequence[Example]) -> None:
    """Tell how many joined messages are found, and how many about one matter are taken for two."""
    both: dict[str, list[bool]] = defaultdict(list)
    for each in messages(examples, seed=2):
        topics = {part.guesses[0].topic for part in understood(head, embedder, each.text, each.language).parts}
        told = set(each.topics) <= topics if len(each.topics) == 2 else bool(topics)
        for name in (each.kind, f"{each.kind} {each.language}", *([f"two, {each.how}"] if each.kind == "two" else [])):
            both[name].append(told)
    for name in sorted(both):
        sys.stdout.write(f"{name:24} {sum(both[name]) / len(both[name]):.3f} of {len(both[name])}\n")


def main() -> None:
    head, embedder = model.load(), build_embedder()
    held_back = corpus("calibration")
    if "--measure" not in sys.argv:
        learnt = learn(head, embedder, held_back[::2])
        rest = {name: value for name, value in learnt.items() if name != "words"}
        sys.stdout.write(json.dumps(rest, indent=1) + "\n")
        lines = [
            f'  "{tag}": {json.dumps(row, ensure_ascii=False, separators=(",", ":"))}'
            for tag, row in learnt["words"].items()
        ]
        weights = ",\n".join(f' "{name}": {json.dumps(rest[name])}' for name in ("cut", "look", "sure"))
        words = ",\n".join(lines)
        FILE.write_text(f'{{\n{weights},\n "words": {{\n{words}\n }}\n}}\n', encoding="utf-8")
    measure(head, embedder, held_back[1::2])


if __name__ == "__main__":
    main()
