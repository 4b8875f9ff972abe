"""Learns src/bellrock/triage/data/joints.json: where a message about two matters is cut, and when its halves are two matters.

Held-back messages of a language are joined at random, two of them, by nothing, a comma, a new line, a sentence's end or words
of `several.toml`; two about the same topic count as one matter, and so does every message alone. Beside them stand messages
that were written for it, as people type them (`corpus/several`). What is weighed is learnt on one half of all these and told
of the other half. Run it when the head or the words change, some six minutes; the tests fit the same weights to the rows that
it keeps for them: .venv/bin/python scripts/train_several.py             # --measure only tells how the shipped file does
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bellrock.adapters.embed import build_embedder
from bellrock.triage import halves, joints, model
from bellrock.triage.corpus import Example, composed_to_learn, corpus
from bellrock.triage.features import plain
from bellrock.triage.several import understood
from bellrock.triage.topics import read_toml

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "src/bellrock/triage/data/joints.json"
ROWS = ROOT / "tests/triage/data/several.npz"
JOINED = ("nothing", "comma", "line", "sentence", "more", "and")
SIZES = {"two": 30, "same": 10, "broken": 10, "alone": 100}
"""So many a language, in each half: joined messages of two topics, of one, messages with a line break put in, and alone."""
KINDS = (*SIZES, "typed", "lookalike")
ABOUT_TWO = ("two", "typed")
WEIGHTS = {"typed": 4.0, "lookalike": 4.0}
"""How much a message counts that was written for it; one that was joined counts 1."""
LOOKED_AT = 0.15
"""The most messages alone whose halves are understood by themselves."""
TAKEN = {"alone": 0.015, "same": 0.12, "broken": 0.1, "lookalike": 0.09}
"""The most that are taken for two."""
STRENGTH = 0.1
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
        """One of KINDS."""
        if self.how == "typed":
            return "typed" if len(self.topics) > 1 else "lookalike"
        return "two" if len(self.topics) == 2 else self.how if self.how in SIZES else "same"


@dataclass(frozen=True)
class Row:
    """What is weighed of a message, before its halves are understood by themselves and behind; None where they are one matter."""

    kind: str
    look: Mapping[str, float]
    sure: Mapping[str, float] | None


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
    """Return messages of every kind, language by language; behind them those of this half that were written for it."""
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
    typed = composed_to_learn()[seed - 1 :: 2]
    return found + [Joined(each.text, each.language, tuple(sorted(each.topics)), "typed") for each in typed]


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


def fitted(
    rows: Sequence[Mapping[str, float]], truth: Sequence[bool], counts: Sequence[float] | None = None
) -> dict[str, float]:
    """Return the weights of a logistic regression over named values; each row counts so much, or 1."""
    names = list(rows[0])
    scaler = StandardScaler()
    columns = scaler.fit_transform(np.array([[row[name] for name in names] for row in rows], dtype=np.float64))
    head = LogisticRegression(C=STRENGTH, max_iter=4000, tol=1e-7).fit(columns, truth, sample_weight=counts)
    scales = head.coef_[0] / scaler.scale_
    even = float(head.intercept_[0] - scales @ scaler.mean_)
    return {**{name: round(float(one), 4) for name, one in zip(names, scales, strict=True)}, "even": round(even, 4)}


def evened(weights: dict[str, float], groups: Sequence[tuple[list[Mapping[str, float]], float]]) -> None:
    """Set the weight `even` as high as may be, so that of each group of values no more than so many are above nought."""
    over = []
    for values, most in groups:
        scores = sorted((joints.weighed(weights, row) for row in values), reverse=True)
        over += scores[int(most) : int(most) + 1]
    weights["even"] = round(weights["even"] - max(over, default=0.0), 4)


def weights_of(rows: Sequence[Row], count: Mapping[str, int]) -> dict[str, dict[str, float]]:
    """Return the weights `look` and `sure` that rows teach; `count` says how many messages of each kind there were."""

    def learnt(some: Sequence[Row], values: Sequence[Mapping[str, float]]) -> dict[str, float]:
        truth = [row.kind in ABOUT_TWO for row in some]
        return fitted(values, truth, [WEIGHTS.get(row.kind, 1.0) for row in some])

    look = learnt(rows, [row.look for row in rows])
    evened(look, [([row.look for row in rows if row.kind == "alone"], LOOKED_AT * count["alone"])])
    told = [row for row in rows if row.sure is not None]
    sure = learnt(told, [row.sure for row in told if row.sure is not None])
    seen = [(row.kind, row.sure) for row in told if row.sure is not None and joints.weighed(look, row.look) > 0]
    evened(
        sure,
        [([values for kind, values in seen if kind == name], share * count[name]) for name, share in TAKEN.items()],
    )
    return {"look": look, "sure": sure}


def row_of(head: model.Model, embedder: Any, message: Joined) -> Row | None:
    """Return what is weighed of a message; None where there is no place to cut it."""
    heard = halves.hear(head, embedder, message.text, message.language)
    if heard.cut is None:
        return None
    left, right = head.understand([heard.cut.left, heard.cut.right], embedder, [message.language] * 2)
    topics = {left.guesses[0].topic, right.guesses[0].topic}
    is_told = len(topics) == 2 and not topics & joints.NO_MATTER
    look = halves.look_features(head, heard)
    return Row(message.kind, look, halves.sure_features(heard, left, right) if is_told else None)


def learn(head: model.Model, embedder: Any, examples: Sequence[Example]) -> dict[str, Any]:
    """Return the whole file, and keep the rows that it was fitted to."""
    learnt: dict[str, Any] = {"fits": head.version, "words": words_table(corpus("train"))}
    shipped = joints.learnt()  # what is weighed below reads the table of words that was just made
    shipped.clear()
    shipped.update(learnt)
    found = messages(examples, seed=1)
    places, truth = [], []
    for each in found:
        if each.behind and each.kind == "two":
            folded = "\n".join(map(plain, each.text.split("\n")))
            at = len(folded) - len(each.behind)
            for place, values in joints.features(head, folded, each.language):
                places.append(values)
                truth.append(abs(place - at) <= 1 or (at - 14 <= place < at and bool(values["more"] or values["and"])))
    shipped["cut"] = learnt["cut"] = fitted(places, truth)
    rows = [row for each in found if (row := row_of(head, embedder, each)) is not None]
    keep(rows, Counter(each.kind for each in found))
    learnt |= weights_of(*kept())
    learnt["version"] = version_of(learnt)
    shipped.update(learnt)
    return learnt


def version_of(learnt: Mapping[str, Any]) -> str:
    """Return 16 hexadecimal digits over all that is learnt."""
    rest = {name: value for name, value in learnt.items() if name != "version"}
    return sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()[:16]


def keep(rows: Sequence[Row], count: Mapping[str, int]) -> None:
    """Write the rows as they are fitted, three places behind the point, for the tests."""
    look, sure = list(rows[0].look), list(next(row.sure for row in rows if row.sure is not None))
    table = [
        [*(row.look[name] for name in look), *((row.sure or {}).get(name, math.nan) for name in sure)] for row in rows
    ]
    np.savez_compressed(
        ROWS,
        names=np.array([*(f"look {name}" for name in look), *(f"sure {name}" for name in sure)]),
        kinds=np.array([KINDS.index(row.kind) for row in rows], dtype=np.int8),
        count=np.array([count[kind] for kind in KINDS]),
        table=np.round(np.array(table), 3).astype(np.float32),
    )


def kept() -> tuple[list[Row], dict[str, int]]:
    """Return the rows that the shipped weights were fitted to, and how many messages of each kind there were."""
    with np.load(ROWS) as arrays:
        names, kinds, table = arrays["names"].tolist(), arrays["kinds"].tolist(), arrays["table"].tolist()
        count = dict(zip(KINDS, arrays["count"].tolist(), strict=True))
    rows = []
    for kind, values in zip(kinds, table, strict=True):
        parts: dict[str, dict[str, float]] = {"look": {}, "sure": {}}
        for name, value in zip(names, values, strict=True):
            part, _, own = name.partition(" ")
            parts[part][own] = value
        is_told = not math.isnan(next(iter(parts["sure"].values())))
        rows.append(Row(KINDS[kind], parts["look"], parts["sure"] if is_told else None))
    return rows, count


def measure(head: model.Model, embedder: Any, examples: Sequence[Example]) -> None:
    """Tell how many messages about several matters are found, all of them, and how many about one are taken for several."""
    if joints.learnt().get("fits") != head.version:
        sys.stdout.write("learnt beside another head: run it without --measure\n")
    both: dict[str, list[bool]] = defaultdict(list)
    for each in messages(examples, seed=2):
        topics = {part.guesses[0].topic for part in understood(head, embedder, each.text, each.language).parts}
        told = set(each.topics) <= topics if len(each.topics) > 1 else bool(topics)
        for name in (each.kind, f"{each.kind} {each.language}", *([f"two, {each.how}"] if each.kind == "two" else [])):
            both[name].append(told)
    for name in sorted(both):
        sys.stdout.write(f"{name:24} {sum(both[name]) / len(both[name]):.3f} of {len(both[name])}\n")


def main() -> None:
    head, embedder = model.load(), build_embedder()
    held_back = corpus("calibration")
    if "--measure" not in sys.argv:
        learnt = learn(head, embedder, held_back[::2])
        rest = {name: learnt[name] for name in ("version", "fits", "cut", "look", "sure")}
        sys.stdout.write(json.dumps(rest, indent=1) + "\n")
        lines = [
            f'  "{tag}": {json.dumps(row, ensure_ascii=False, separators=(",", ":"))}'
            for tag, row in learnt["words"].items()
        ]
        weights = ",\n".join(f' "{name}": {json.dumps(value)}' for name, value in rest.items())
        words = ",\n".join(lines)
        FILE.write_text(f'{{\n{weights},\n "words": {{\n{words}\n }}\n}}\n', encoding="utf-8")
    measure(head, embedder, held_back[1::2])


if __name__ == "__main__":
    main()
