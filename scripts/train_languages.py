"""Learns src/bellrock/language/data/letters.bin from the product's own texts; deterministic, half a minute.

Run it when a language is added: .venv/bin/python scripts/train_languages.py
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from babel.messages.pofile import read_po
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bellrock.language import LANGUAGES, letters
from bellrock.language.detection import words_of
from bellrock.triage.corpus import corpus

ROOT = Path(__file__).resolve().parent.parent / "src" / "bellrock"
SENTENCES_MAX = 4_000
STRENGTH = 20.0
_MARKUP = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>|https?://\S+|[*#`_\[\]()]")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s*")


def texts(tag: str) -> Iterator[str]:
    """Yield what the product itself says in a language, and what customers would."""
    for file in sorted((ROOT / "locale" / ("de" if tag == "en" else tag)).glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream):
                said = message.id if tag == "en" else message.string
                yield from said if isinstance(said, (list, tuple)) else [said or ""]
    for article in sorted((ROOT / "knowledge" / "seed" / tag).glob("*.md")):
        yield from _SENTENCE.split(article.read_text(encoding="utf-8").replace("\n", " "))
    yield from (example.text for example in corpus("train") if example.language == tag)


def pieces(text: str, chance: random.Random) -> Iterator[str]:
    """Yield a text and two short cuts of it: what is asked in two words must be known too."""
    yield text
    words = text.split()
    if len(words) >= 4:
        for size in (2, 3):
            at = chance.randrange(len(words) - size + 1)
            yield " ".join(words[at : at + size])
    elif len(text) > 8:
        for size in (4, 6):
            at = chance.randrange(len(text) - size)
            yield text[at : at + size]


def main() -> None:
    chance = random.Random(18)
    found, tags = [], []
    for tag in LANGUAGES:
        said = sorted({" ".join(_MARKUP.sub(" ", text or "").split()) for text in texts(tag)} - {""})
        chance.shuffle(said)
        for text in said[:SENTENCES_MAX]:
            for piece in pieces(text, chance):
                found.append(words_of(piece))
                tags.append(tag)
    rows = _rows(found)
    head = LogisticRegression(C=STRENGTH, max_iter=60, tol=1e-3).fit(rows, tags)
    # What is told by script alone needs no column.
    kept = [place for place, tag in enumerate(head.classes_) if tag not in ("ar", "ko")]
    weights = head.coef_[kept].T
    scales = np.abs(weights).max(axis=0) / 127
    about = {
        "languages": [str(head.classes_[place]) for place in kept],
        "scales": [round(float(scale), 8) for scale in scales],
        "bias": [round(float(head.intercept_[place]), 6) for place in kept],
    }
    header = json.dumps(about, separators=(",", ":")).encode()
    packed = np.round(weights / scales).astype(np.int8).tobytes()
    letters.DATA.write_bytes(len(header).to_bytes(4, "little") + header + packed)
    sys.stdout.write(f"{len(found)} pieces, {letters.DATA.stat().st_size} bytes\n")


def _rows(found: list[str]) -> csr_matrix:
    places, weights, ends = [], [], [0]
    for text in found:
        counted = letters.runs(text)
        row = np.log1p(np.fromiter(counted.values(), dtype=np.float32, count=len(counted)))
        places.append(np.fromiter(counted.keys(), dtype=np.int64, count=len(counted)))
        weights.append(row / max(float(np.linalg.norm(row)), 1e-9))
        ends.append(ends[-1] + len(row))
    return csr_matrix((np.concatenate(weights), np.concatenate(places), ends), shape=(len(found), letters.BUCKETS))


if __name__ == "__main__":
    main()
