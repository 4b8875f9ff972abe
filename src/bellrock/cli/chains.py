"""Commands about blockchains: chains identify."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bellrock.cli.frame import app, group

if TYPE_CHECKING:
    from bellrock.chains import Candidate, NearMiss

chains_app = group(None)
app.add_typer(chains_app, name="chains")


# With one command alone, Typer would leave out its name.
@chains_app.callback()
def chains_group() -> None:
    """Tell addresses and transaction ids apart.

    \b
    Example:
      bellrock chains identify TNDzfERDpxLDS2w1q6yaFC7pzqaSQ3Bg3r
    """


@chains_app.command()
def identify(
    text: Annotated[str, typer.Argument(help="An address, a transaction id, or a message that holds some.")] = "",
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Read lines from standard input: {"text"} or the text itself.')
    ] = False,
) -> None:
    """Say which networks an address or transaction id can belong to, one JSON object a line: always a set, never a guess.

    \b
    Example:
      bellrock chains identify 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed
      bellrock chains identify --jsonl < messages.jsonl
    """
    import json

    for line in sys.stdin if jsonl else [text]:
        if line.strip():
            print(json.dumps(_identified(_text_of(line.strip())), ensure_ascii=False), flush=True)


def _text_of(line: str) -> str:
    import json

    try:
        given = json.loads(line)
    except ValueError:
        return line
    return str(given["text"]) if isinstance(given, dict) and "text" in given else line


def _identified(text: str) -> dict[str, Any]:
    from bellrock import chains

    whole = chains.identify(text)
    readings = (whole,) if whole.candidates or whole.near else chains.find(text)
    return {
        "text": text,
        "candidates": [
            {"value": one.text, "start": one.start, "link": one.link and one.link.id, **_candidate(candidate)}
            for one in readings
            for candidate in one.candidates
        ],
        "near": [{"value": one.text, "start": one.start, **_near(miss)} for one in readings for miss in one.near],
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    from bellrock.chains import NOTES

    return {
        "kind": candidate.kind,
        "network": candidate.network.id,
        "name": candidate.network.name,
        "symbol": candidate.network.symbol,
        "form": candidate.form,
        "checked": candidate.checked,
        "is_test": candidate.network.is_test,
        "memo": candidate.network.memo,
        "tag": candidate.tag,
        "account": candidate.account,
        "notes": {note: NOTES[note] for note in candidate.notes},
    }


def _near(miss: NearMiss) -> dict[str, Any]:
    from bellrock.chains import WHYS

    return {
        "form": miss.form,
        "networks": [network.id for network in miss.networks],
        "why": miss.why,
        "explained": WHYS[miss.why],
        "position": miss.position(),
    }
