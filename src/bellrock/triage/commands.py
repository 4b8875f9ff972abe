"""What `bellrock triage train|run|evaluate` do; the command line gives them the encoder and shows what they return."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bellrock.triage.corpus import Example
    from bellrock.triage.model import Model
    from bellrock.triage.port import Embedder

LINES_MAX = 100_000


def train(embedder: Embedder, *, into: Path) -> str:
    """Train on the written examples, write model.json and model.npz, and say what came out. Needs the extra `train`."""
    from bellrock.triage import model, training

    trained = training.train(embedder)
    into.mkdir(parents=True, exist_ok=True)
    model.save(trained, into)
    return f"model {trained.version}, temperature {trained.temperature}, {trained.thresholds}"


def run(embedder: Embedder, lines: Iterable[str]) -> Iterator[str]:
    """Say what the first line makes of each JSON line {"text", "locale"?}; assumes an article for every topic."""
    from bellrock.triage import model
    from bellrock.triage.trying import attempt

    loaded = model.load()
    for line in islice(lines, LINES_MAX):
        if line.strip():
            row = json.loads(line)
            yield json.dumps(attempt(loaded, embedder, row["text"], locale=row.get("locale")), ensure_ascii=False)


def evaluate(embedder: Embedder, *, file: Path | None = None) -> list[dict[str, Any]]:
    """Return figures for all messages and by language, of a file of JSON lines {"text", "intent", "lang"} or of our own."""
    from bellrock.triage import model
    from bellrock.triage.corpus import corpus

    return _measure(model.load(), embedder, _read(file) if file else corpus("evaluation"))


def table(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Return figures as lines of a table, and the memory this process took."""
    names = [name for name in rows[0] if name != "language"]
    yield " ".join(["language".ljust(10), *(name.rjust(max(len(name), 8)) for name in names)])
    for row in rows:
        cells = [("-" if row[name] is None else str(row[name])).rjust(max(len(name), 8)) for name in names]
        yield " ".join([str(row["language"]).ljust(10), *cells])
    yield f"memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"


def _measure(model: Model, embedder: Embedder, examples: list[Example]) -> list[dict[str, Any]]:
    from bellrock.triage import evaluation

    judged, cpu_ms = evaluation.judge(model, embedder, examples)
    languages = sorted({example.language for example in examples})
    rows = [{"language": "all", **asdict(evaluation.figures(judged, cpu_ms=cpu_ms))}]
    for language in languages:
        own = [item for item in judged if item.example.language == language]
        rows.append({"language": language, **asdict(evaluation.figures(own, cpu_ms=cpu_ms))})
    return rows


def _read(file: Path) -> list[Example]:
    from bellrock.triage.corpus import Example

    with file.open(encoding="utf-8") as stream:
        rows = [json.loads(line) for line in islice(stream, LINES_MAX) if line.strip()]
    return [Example(row["text"], row["intent"].rpartition(".")[2], row.get("lang", "en")) for row in rows]
