"""What a widget is told: each message in the form that its script reads, and where its thread stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from bellrock import triage
from bellrock.conversations import Entry
from bellrock.core import clock
from bellrock.web.shared.charts import draw

# What the script draws by itself; anything else of a message's extras stays here.
_EXTRAS = ("ask", "choices", "language", "otherwise", "picture", "proof", "steps", "taken")


def message_of(entry: Entry, names: Mapping[Any, str]) -> dict[str, Any]:
    """Return a message of a timeline as a widget reads it.

    `names` are the names of agents by id. A message with files or an article is `partial`: names of files and titles are
    not in the record, so the script reads the thread again, where `complete` has filled them in.
    """
    files = [{"id": str(file)} for file in entry.data.get("files", ())]
    extras = extras_of(entry)
    message: dict[str, Any] = {
        "id": str(entry.id),
        "author": {"kind": entry.actor.kind, "name": _name(entry, names)},
        "text": entry.words.get("text", "") if entry.words is not None else "",
        "at": clock.rfc3339(entry.at),
        "files": files,
        "extras": extras,
    }
    if chart := _chart(entry):
        message["chart"] = chart
    if entry.words is None:
        message["erased"] = True
    elif entry.words.get("original"):
        message["original"] = entry.words["original"]
    if files or "article" in extras:
        message["partial"] = True
    return message


def redaction_of(entry: Entry) -> dict[str, Any]:
    """Return what a widget is told when words were taken out of a message, or a part of its picture was painted over."""
    if "message" not in entry.data:
        return {"type": "changed", "cursor": str(entry.id)}
    text = entry.words.get("text", "") if entry.words is not None else ""
    return {"type": "redacted", "cursor": str(entry.id), "id": entry.data["message"], "text": text}


def complete(
    message: dict[str, Any],
    *,
    files: Mapping[UUID, Mapping[str, Any]],
    articles: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """Fill in what a message only names: its files and its article, by id. What is gone is left out."""
    extras = dict(message["extras"])
    if "article" in extras:
        found = articles.get(str(extras.pop("article")))
        if found is not None:
            extras["article"] = dict(found)
    named = [dict(files[UUID(file["id"])]) for file in message["files"] if UUID(file["id"]) in files]
    return {name: value for name, value in message.items() if name != "partial"} | {"files": named, "extras": extras}


def extras_of(entry: Entry) -> dict[str, Any]:
    """Return what comes with the words: an article, choices, a question, a notice about masked secrets (gravest first)."""
    given = entry.data.get("extras") or {}
    extras: dict[str, Any] = {name: given[name] for name in _EXTRAS if given.get(name)}
    if given.get("article_id"):
        extras["article"] = str(given["article_id"])
    masked = entry.data.get("masked")
    if masked and entry.actor.kind in ("customer", "visitor"):
        extras["notice"] = masked[0]
    return extras


def _chart(entry: Entry) -> str:
    """Return the drawing that belongs to an answer: SVG of our own, made of numbers."""
    kept = (entry.words or {}).get("chart")
    chart = triage.chart_of(kept)
    return str(draw(chart, language=kept["language"], key=entry.id.hex)) if kept and chart else ""


def seen_at(entries: list[Entry]) -> str:
    """Return the time up to which somebody has read the customer: whoever answered has read what came before."""
    answers: list[datetime] = [
        entry.at for entry in entries if entry.actor.kind in ("agent", "first_line") and entry.words is not None
    ]
    return clock.rfc3339(max(answers)) if answers else ""


def _name(entry: Entry, names: Mapping[Any, str]) -> str | None:
    """Customers know agents by their first name."""
    if entry.actor.kind != "agent" or entry.actor.id is None:
        return None
    return names.get(entry.actor.id, "").split(" ")[0] or None
