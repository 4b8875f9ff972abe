"""What `bellrock triage train|run|evaluate` do; the command line gives them the encoder and shows what they return."""

from __future__ import annotations

import json
import re
import resource
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bellrock import guard, language
from bellrock.core import BellrockError, Invalid

if TYPE_CHECKING:
    from bellrock.triage.corpus import Example
    from bellrock.triage.model import Model
    from bellrock.triage.port import Embedder

LINES_MAX = 100_000
FIELDS = ("lang", "intent", "confidence", "alternatives", "entities", "decision", "reasons")
_NOT_UTF_8 = re.compile("[\udc80-\udcff]")  # what `surrogateescape` reads bytes as that are none
_BLANK = "\ufeff \t\r\n"


def train(embedder: Embedder, *, into: Path) -> str:
    """Train on the written examples, write model.json, model.npz and tone.npz, and say what came out. Needs the extra `train`."""
    from bellrock.triage import model, sounding, training

    trained, listening = training.train(embedder)
    into.mkdir(parents=True, exist_ok=True)
    model.save(trained, into)
    sounding.save(listening, into)
    return f"model {trained.version}, tone {listening.version}, temperature {trained.temperature}, {trained.thresholds}"


def run(embedder: Embedder, lines: Iterable[str], *, more: bool = False) -> Iterator[str]:
    """Say what the first line makes of each JSON line {"text", "locale"?}, in FIELDS; assumes an article for every topic.

    `more` says all that `trying.attempt` returns: topics of a message about several, urgency, priority, mood and cues too.

    An empty line says nothing; one that cannot be read gives {"line", "error"}, and the next is read; so does the first of those
    that are more than LINES_MAX, and the rest is left. A locale is taken as a
    browser's is: the nearest language of the product, the source language where there is none.
    """
    from bellrock.triage import model
    from bellrock.triage.trying import attempt

    loaded = model.load()
    for number, line in enumerate(islice(lines, LINES_MAX + 1), 1):
        if not line.strip(_BLANK):
            continue
        try:
            _refuse_beyond_limit(number)
            row = _row(line, "text", "locale")
            locale = language.negotiate(row["locale"], language.LANGUAGES) if "locale" in row else None
            found = attempt(loaded, embedder, row["text"], locale=locale)
            said = found if more else {name: found[name] for name in FIELDS}
        except BellrockError as error:
            said = {"line": number, "error": str(error)}
        yield json.dumps(said, ensure_ascii=False)


def evaluate(embedder: Embedder, *, file: Path | None = None) -> list[dict[str, Any]]:
    """Return figures for all messages and by language, of a file of JSON lines {"text", "intent", "lang"} or of our own."""
    from bellrock.triage import model
    from bellrock.triage.corpus import corpus

    examples = _read(file) if file else corpus("evaluation")
    return _measure(model.load(), embedder, examples)


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
    tags = sorted({example.language for example in examples})
    rows = [{"language": "all", **asdict(evaluation.figures(judged, cpu_ms=cpu_ms))}]
    for tag in tags:
        own = [item for item in judged if item.example.language == tag]
        rows.append({"language": tag, **asdict(evaluation.figures(own, cpu_ms=cpu_ms))})
    return rows


def _read(file: Path) -> list[Example]:
    from bellrock.triage.corpus import Example
    from bellrock.triage.topics import NEAR_MISS, topics

    examples = []
    try:
        opened = file.open(encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise Invalid(f"{file}: {error.strerror}") from None
    with opened as stream:
        for number, line in enumerate(islice(stream, LINES_MAX + 1), 1):
            if line.strip(_BLANK):
                try:
                    _refuse_beyond_limit(number)
                    row = _row(line, "text", "intent", "lang")
                    guard.screen(row["text"])  # what no customer could send is no example either
                    topic = row.get("intent", "").rpartition(".")[2]
                    if topic not in {*topics(), NEAR_MISS}:
                        raise Invalid(f"no topic has this name: {topic!r}")
                    examples.append(Example(row["text"], topic, row.get("lang", language.SOURCE)))
                except BellrockError as error:
                    raise Invalid(f"{file.name}, line {number}: {error}") from None
    if not examples:
        raise Invalid(f"{file.name} has no messages")
    return examples


def _refuse_beyond_limit(number: int) -> None:
    if number > LINES_MAX:
        raise Invalid(f"no more than {LINES_MAX} lines are read at once")


def _row(line: str, *names: str) -> dict[str, str]:
    """Return the named fields of a JSON object, all of them texts, lone surrogates replaced; `text` has to be there.

    Raises Invalid.
    """
    if _NOT_UTF_8.search(line):
        raise Invalid("not UTF-8")
    try:
        row = json.loads(line.strip(_BLANK))
    except (ValueError, RecursionError):
        raise Invalid("not JSON") from None
    if not isinstance(row, dict) or "text" not in row:
        raise Invalid("not an object with a text")
    kept = {name: row[name] for name in names if row.get(name) is not None}
    if "text" not in kept or not all(isinstance(value, str) for value in kept.values()):
        raise Invalid(f"not a text: {', '.join(name for name in names if not isinstance(row.get(name, ''), str))}")
    return {name: value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for name, value in kept.items()}
