"""What the desk knows of danger in a case, each thing in words and with where it comes from. No score: a person weighs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bellrock import people, triage
from bellrock.conversations import Conversation, Entry, kinds
from bellrock.web.agent.lines import Line
from bellrock.web.agent.names import PROOF_STEPS, REASONS, TONES, topic_name
from bellrock.web.agent.reader import Reader

_MONEY, _DISTRESS, _BLOCKED = "money_at_risk", "distress", "blocked"
# Beside the topics where the first line protects at once.
_TOPICS = frozenset({"phishing_report", "account_frozen"})
_RESTRICTIONS = frozenset({"account_locked", "withdrawals_paused", "login_seen", "account_state"})
_QUIET = ["number", "0"]


@dataclass(frozen=True, slots=True)
class Risk:
    """One thing that is known. `at` is when it came up, `url` the line or the case that tells it, `reference` that case's."""

    text: str
    at: datetime | None = None
    url: str = ""
    reference: str = ""


def risks_of(
    reader: Reader,
    case: Conversation,
    entries: Sequence[Entry],
    lines: Sequence[Line],
    *,
    proof: int,
    block: people.Block | None = None,
    theirs: Sequence[Conversation] = (),
    view_key: str = "mine",
) -> list[Risk]:
    """Return what is known now, then what the timeline tells, newest first and the newest of each kind, then past cases.

    `entries` and `lines` are what this reader is shown of the case, `theirs` the customer's cases that they may see, newest
    first; `proof` is how far the customer has proven who they are, 0 to 2.
    """
    drawn = {line.id: line for line in lines}
    told: dict[str, Risk] = {}
    for entry in entries:
        if _is_silent(entry):
            continue
        line = drawn.get(entry.id)
        for key, text in _told(entry, line, reader):
            told.pop(key, None)
            told[key] = Risk(text, entry.at, f"#e-{entry.id}" if line else "")
    known = _of_topic(reader, case, entries, drawn, proof)
    if block is not None and not (_BLOCKED in told and told[_BLOCKED].at == block.blocked_at):
        known.append(Risk(reader.gettext("Blocked"), block.blocked_at))
    return [*known, *reversed(told.values()), *_past(reader, case, theirs, view_key)]


def _is_silent(entry: Entry) -> bool:
    """Say whether an entry is a message like most: neither erased nor with a secret, and nothing was found out for it."""
    if entry.kind not in kinds.MESSAGE_KINDS or entry.words is None:
        return False
    return "masked" not in entry.data and not entry.words.get("diagnosis")


def _told(entry: Entry, line: Line | None, reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield the kinds of danger that an entry tells of, each with its words."""
    _ = reader.gettext
    words = entry.words or {}
    if entry.kind in kinds.MESSAGE_KINDS:
        if entry.words is None:
            yield "erased", _("This message was erased.")
        if line and line.masked:
            yield line.masked, line.masked
    elif entry.kind in (kinds.DECIDED, kinds.HANDED_OVER):
        cues = entry.data.get("cues") or str((words.get("facts") or {}).get("tone", "")).split(", ")
        said = {entry.data.get("reason"), entry.data.get(kinds.WARNS), *cues}
        if _MONEY in said:
            yield _MONEY, _(REASONS[_MONEY])
        if _DISTRESS in said:
            heard = _(TONES[_DISTRESS])
            yield _DISTRESS, heard[:1].upper() + heard[1:]
    elif entry.kind == people.BLOCKED and line:
        yield _BLOCKED, line.sentence
    elif entry.kind == kinds.PROTECTED and line:
        yield line.sentence, line.sentence
    found = line and (line.found or (line.handed and line.handed.found))
    if found and _restricts(words.get("diagnosis") or {}):
        yield words["diagnosis"]["code"], found.sentence


def _restricts(diagnosis: Mapping[str, Any]) -> bool:
    """Say whether a diagnosis, as it is kept, tells of a lock, a pause, a hold or an unusual sign-in."""
    if diagnosis.get("code") != "account_state":
        return diagnosis.get("code") in _RESTRICTIONS
    values = diagnosis.get("values") or {}
    return any(values.get(name, _QUIET) != _QUIET for name in ("unusual", "holds"))


def _of_topic(
    reader: Reader, case: Conversation, entries: Sequence[Entry], drawn: Mapping[Any, Line], proof: int
) -> list[Risk]:
    """Return what the topic itself says: that it is a dangerous one, that it asks for more proof than there is."""
    topic = _topic(case.topic)
    if topic is None:
        return []
    texts = []
    if _is_dangerous(topic):
        texts.append(topic_name(topic.name, reader.language))
    if topic.level > proof:
        text = reader.gettext("This topic asks for more proof of identity: %(step)s")
        texts.append(text % {"step": reader.gettext(PROOF_STEPS[topic.level])})
    if not texts:
        return []
    for entry in reversed(entries):
        sets = entry.kind in (kinds.TOPIC_SET, kinds.DECIDED) and entry.id in drawn
        if sets and _topic(entry.data.get("topic")) == topic:
            return [Risk(text, entry.at, f"#e-{entry.id}") for text in texts]
    return [Risk(text) for text in texts]


def _past(reader: Reader, case: Conversation, theirs: Sequence[Conversation], view_key: str) -> list[Risk]:
    found: dict[str, Risk] = {}
    for item in theirs:
        topic = _topic(item.topic)
        if topic is None or item.id == case.id or item.spam_at is not None or not _is_dangerous(topic):
            continue
        url = f"/desk/conversations/{item.id}?view={view_key}"
        found.setdefault(
            topic.name, Risk(topic_name(topic.name, reader.language), item.created_at, url, item.reference)
        )
    return list(found.values())


def _topic(name: str | None) -> triage.Topic | None:
    return triage.topics().get(name.rpartition(".")[2]) if name else None


def _is_dangerous(topic: triage.Topic) -> bool:
    return topic.gate is triage.Gate.PROTECT or topic.name in _TOPICS
