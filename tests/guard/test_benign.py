import csv
import json
from collections.abc import Iterator

from bellrock import guard
from tests.guard.samples import shared, strings_in


def test_no_ordinary_text_is_taken_for_a_secret() -> None:
    texts = words = 0
    mistaken: list[str] = []
    for text in _corpora():
        if not text.strip():
            continue
        texts += 1
        words += len(text.split())
        if guard.screen(text[:10_000]).findings:
            mistaken.append(text)
    print(f"benign texts screened: {texts} ({words} words), mistaken: {len(mistaken)}")
    assert mistaken == []


def _corpora() -> Iterator[str]:
    for name in ("banking77/train.csv", "banking77/test.csv", "arbanking77/Banking77_Arabized_MSA_test.csv"):
        with shared(f"data/intents/{name}").open(encoding="utf-8") as lines:
            for row in csv.reader(lines):
                yield from row
    yield from strings_in(json.loads(shared("data/intents/clinc150/data_full.json").read_text(encoding="utf-8")))
    for file in sorted(shared("data/intents/wallet-strings").glob("*.json")):
        yield from strings_in(json.loads(file.read_text(encoding="utf-8")))
