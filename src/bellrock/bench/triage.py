"""`bellrock bench triage`: what the first line understands, in every language, and what public sets say of the same code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bellrock.app import build_embedder
from bellrock.bench import triage_heard, triage_public, triage_search
from bellrock.bench.report import Figure
from bellrock.core import clock
from bellrock.triage import commands, evaluation, model, sounding
from bellrock.triage.corpus import corpus

SHARED = Path(__file__).resolve().parents[4] / "shared"
MESSAGES = 400
_TIMED = """
import json, resource, sys, time
from pathlib import Path
import bellrock.app
from bellrock.triage import model
from bellrock.triage.trying import attempt
rows = json.load(sys.stdin)
head, embedder = model.load(), bellrock.app.build_embedder()
# What is read once a process, as the model of languages that share a script, is read before.
for text, locale in rows[::20]:
    attempt(head, embedder, text, locale=locale)
started = time.process_time()
for text, locale in rows:
    attempt(head, embedder, text, locale=locale)
spent = (time.process_time() - started) * 1000 / len(rows)
# The most that this program took: Linux counts in ru_maxrss what the process that started it had taken before.
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
most = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), None)
print(json.dumps([spent, (most or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024]))
"""


def run_triage(*, only: frozenset[str] = frozenset(), quick: bool = False) -> list[Figure]:
    """Measure the figures of the first line; `only` names parts: topics, several, tone, train, cost, search, language, banking77,
    clinc150, addresses, deposits. What needs the folder `shared` beside the checkout is skipped without it.

    `quick` looks at every tenth message and trains on a tenth of the public sets; its figures are no evidence.
    """
    step = 10 if quick else 1
    parts: dict[str, Callable[[], Iterable[Figure]]] = {
        "topics": lambda: _topics(step),
        "several": lambda: triage_heard.several(model.load(), build_embedder(), step=step),
        "tone": lambda: triage_heard.tones(model.load(), build_embedder(), step=step),
        "train": _train,
        "cost": _cost,
        "search": lambda: triage_search.measure(build_embedder(), step=step),
        "language": lambda: triage_public.languages(SHARED, step=step),
        "banking77": lambda: triage_public.banking77(SHARED, build_embedder(), step=step),
        "clinc150": lambda: triage_public.clinc150(SHARED, build_embedder(), step=step),
        "addresses": _addresses,
        "deposits": _deposits,
    }
    figures: list[Figure] = []
    for name, part in parts.items():
        if not only or name in only:
            sys.stderr.write(f"measuring {name} …\n")
            figures += part()
    return figures


def _topics(step: int) -> list[Figure]:
    """Measure on the evaluation set, which nothing was trained or tuned on."""
    judged, _ = evaluation.judge(model.load(), build_embedder(), corpus("evaluation")[::step])
    rows = {"": evaluation.figures(judged, cpu_ms=0)}
    for tag in sorted({item.example.language for item in judged}):
        rows[tag] = evaluation.figures([item for item in judged if item.example.language == tag], cpu_ms=0)
    everything = rows.pop("")
    bars = {
        "topic.accuracy": ("accuracy", 0.92, "least"),
        "answer.coverage": ("coverage", 0.70, "least"),
        "answer.precision": ("precision", 0.95, "least"),
        "answer.unsafe": ("unsafe", 0, "most"),
        "answer.out_of_scope": ("out_of_scope", 0.03, "most"),
    }
    found = [
        _with_worst(
            name,
            float(getattr(everything, field) or 0),
            bar,
            sense,
            {tag: getattr(row, field) for tag, row in rows.items()},
        )
        for name, (field, bar, sense) in bars.items()
    ]
    worst = min(rows, key=lambda tag: rows[tag].accuracy or 0)
    found.insert(1, Figure("topic.worst_language", rows[worst].accuracy or 0, "share", 0.87, "least", note=worst))
    return found


def _with_worst(name: str, value: float, bar: float, sense: Any, by_language: dict[str, float | None]) -> Figure:
    """Return a figure whose note has every language, the worst first."""
    known = {tag: share for tag, share in by_language.items() if share is not None}
    ordered = sorted(known, key=lambda tag: known[tag], reverse=sense == "most")
    is_count = name == "answer.unsafe"
    note = " ".join(f"{tag} {known[tag]:.0f}" if is_count else f"{tag} {known[tag]:.3f}" for tag in ordered)
    return Figure(name, value, "count" if is_count else "share", bar, sense, note=f"worst {note}")


def _train() -> list[Figure]:
    """Train anew as `bellrock triage train` does, and compare with what is shipped: the same on a processor of the same kind."""
    started = clock.monotonic()
    embedder = build_embedder()
    with TemporaryDirectory() as folder:
        commands.train(embedder, into=Path(folder))
        seconds = clock.monotonic() - started
        again, tone = model.load(Path(folder)), sounding.load(Path(folder)).version
    shipped = model.load()
    same = evaluation.agreement(again, shipped, embedder, corpus("calibration"))
    note = f"share of held-back messages; trained {again.version} {tone}, shipped {shipped.version} {sounding.load().version}"
    return [
        Figure("train.seconds", seconds, "s", 300, note=f"on {os.cpu_count()} cores"),
        Figure("train.same", same, "share", 0.97, "least", note=note),
    ]


def _cost() -> list[Figure]:
    """Measure a process of its own: what one message costs from the guard to the decision, and the memory it has taken."""
    examples = corpus("calibration")
    rows = [[example.text, example.language] for example in examples[:: max(1, len(examples) // MESSAGES)]]
    done = subprocess.run(
        [sys.executable, "-c", _TIMED], input=json.dumps(rows), capture_output=True, text=True, timeout=600, check=True
    )
    spent, memory = json.loads(done.stdout)
    return [
        Figure(
            "message.cpu_ms",
            spent,
            "ms",
            25,
            note=f"guard, language, topic, facts, decision; {len(rows)} messages",
        ),
        Figure("process.memory_mb", memory, "MB", 800, note="most it ever took"),
    ]


def _addresses() -> Sequence[Figure]:
    from bellrock.bench import triage_addresses

    return triage_addresses.measure()


def _deposits() -> Sequence[Figure]:
    from bellrock.bench import triage_deposits

    return triage_deposits.measure()
