"""Commands about the first line: triage train, run, evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bellrock.cli.frame import app, group

triage_app = group("Train, try and measure the first line.")
app.add_typer(triage_app, name="triage")


@triage_app.command()
def train(
    into: Annotated[Path, typer.Option(help="Folder for model.json, model.npz and tone.npz.")] = Path(
        "src/bellrock/triage/data"
    ),
) -> None:
    """Train the classifier on the written examples; deterministic. Needs the extra `train`."""
    from bellrock import triage
    from bellrock.app import build_embedder

    print(triage.train(build_embedder(), into=into))


@triage_app.command()
def run(
    text: Annotated[str, typer.Argument(help="One message.")] = "",
    jsonl: Annotated[bool, typer.Option("--jsonl", help='Read {"text", "locale"?} lines from standard input.')] = False,
    more: Annotated[
        bool,
        typer.Option("--more", help="Also the topics of a message about several, urgency, priority, mood and cues."),
    ] = False,
) -> None:
    """Say what the first line makes of messages, one JSON object a line.

    Prints {"lang", "intent", "confidence", "alternatives", "entities", "decision", "reasons"}, or {"line", "error"} for
    a line that cannot be read. Each is judged as a first message to a house that has every article.

    \b
    Examples:
      bellrock triage run "where is my deposit?"
      bellrock triage run --jsonl < messages.jsonl
    """
    import json

    from bellrock import triage
    from bellrock.app import build_embedder

    stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115 - whatever the machine speaks
    for line in triage.run(build_embedder(), stdin if jsonl else [json.dumps({"text": text})], more=more):
        print(line, flush=True)


@triage_app.command()
def evaluate(
    file: Annotated[Path | None, typer.Argument(help='Lines of {"text", "intent", "lang"}; else our own set.')] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but JSON.")] = False,
) -> None:
    """Measure accuracy, coverage, precision, what would be unsafe, time and memory; all and by language.

    A file has a message a line; `intent` is a topic's name or near_miss. One line that cannot be read ends it, and is named.

    \b
    Examples:
      bellrock triage evaluate
      bellrock triage evaluate ours.jsonl
      echo '{"text": "where is my deposit?", "intent": "deposit_not_credited", "lang": "en"}' > ours.jsonl
    """
    import json

    from bellrock import triage
    from bellrock.app import build_embedder

    rows = triage.evaluate(build_embedder(), file=file)
    for line in [json.dumps(rows)] if as_json else triage.table(rows):
        print(line)
