"""Commands about blockchains: chains identify."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bellrock.cli.frame import app, group

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from bellrock.chains import Candidate, NearMiss

LINE_BYTES_MAX = 200_000
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

    for given in _texts(sys.stdin.buffer) if jsonl else [text]:
        if given is None:
            said: dict[str, Any] = {"text": None, "candidates": [], "near": [], "error": "no_text"}
        elif given.strip():
            said = _identified(given.strip())
        else:
            continue
        print(json.dumps(said, ensure_ascii=False), flush=True)


def _texts(stream: BinaryIO) -> Iterator[str | None]:
    """Yield the text of each line; None for a line that is too long, or an object without a text. Nothing stops the rest."""
    while line := stream.readline(LINE_BYTES_MAX):
        if line.endswith(b"\n") or len(line) < LINE_BYTES_MAX:
            yield _text_of(line.decode("utf-8", "replace").strip("\ufeff").strip())
            continue
        while (rest := stream.readline(LINE_BYTES_MAX)) and not rest.endswith(b"\n"):
            pass
        yield None


def _text_of(line: str) -> str | None:
    import json

    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        return line
    text = given.get("text") if isinstance(given, dict) else given if isinstance(given, str) else line
    # Half a surrogate pair can stand in JSON, and in no output.
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else None


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
