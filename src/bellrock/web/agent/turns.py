"""Turns of a case in the timeline: labels, spam, merges, splits, incidents, words taken out, a customer who may not write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bellrock import people
from bellrock.conversations import Entry, kinds
from bellrock.core import N_
from bellrock.web.agent.lines import Began, Line, Telling, who
from bellrock.web.agent.reader import isolate

Describe = Callable[[Entry, Began, Telling], Line | None]


def _says(text: str, icon: str, *, renews: bool = False) -> Describe:
    """Return what describes a turn by a sentence about who made it."""

    def describe(entry: Entry, line: Began, telling: Telling) -> Line:
        sentence = telling.reader.gettext(text) % {"who": who(entry, telling)}
        return line(icon=icon, sentence=sentence, renews=renews)

    return describe


def _other(text: str, icon: str, key: str) -> Describe:
    """Return what describes a turn by a sentence about another conversation, with a link to it."""

    def describe(entry: Entry, line: Began, telling: Telling) -> Line:
        reference = entry.data["reference"]
        sentence = telling.reader.gettext(text) % {"who": who(entry, telling), "reference": isolate(reference)}
        link = f"/desk/conversations/{entry.data[key]}?view={telling.view_key}" if entry.data.get(key) else ""
        return line(icon=icon, sentence=sentence, link=link, link_text=reference, renews=True)

    return describe


def _label(text: str) -> Describe:
    def describe(entry: Entry, line: Began, telling: Telling) -> Line | None:
        if not entry.label:
            return None
        sentence = telling.reader.gettext(text) % {"who": who(entry, telling), "label": isolate(entry.label)}
        return line(icon="tag", sentence=sentence)

    return describe


def _split(entry: Entry, line: Began, telling: Telling) -> Line:
    reader, count = telling.reader, len(entry.data["messages"])
    text = (
        N_("%(who)s moved %(count)s of the messages to %(reference)s")
        if entry.kind == kinds.SPLIT
        else N_("%(who)s began this with %(count)s of the messages of %(reference)s")
    )
    reference, other = entry.data["reference"], entry.data["into" if entry.kind == kinds.SPLIT else "from"]
    values = {"who": who(entry, telling), "count": reader.format["number"](count), "reference": isolate(reference)}
    link = f"/desk/conversations/{other}?view={telling.view_key}"
    return line(icon="next", sentence=reader.gettext(text) % values, link=link, link_text=reference, renews=True)


def _incident(entry: Entry, line: Began, telling: Telling) -> Line:
    _, title = telling.reader.gettext, telling.incidents.get(entry.data["incident"] or "")
    if title is None:
        sentence = _("%(who)s took the link to an incident off") % {"who": who(entry, telling)}
    else:
        sentence = _("%(who)s linked this to the incident %(title)s") % {
            "who": who(entry, telling),
            "title": isolate(title),
        }
    return line(icon="wave", sentence=sentence)


def _blocked(entry: Entry, line: Began, telling: Telling) -> Line:
    _, until = telling.reader.gettext, entry.data.get("until")
    if until:
        time = telling.reader.appointment(datetime.fromisoformat(until))
        sentence = _("%(who)s blocked the customer until %(time)s") % {"who": who(entry, telling), "time": time}
    else:
        sentence = _("%(who)s blocked the customer") % {"who": who(entry, telling)}
    return line(icon="lock", sentence=sentence)


TURNS: dict[str, Describe] = {
    kinds.LABELLED: _label(N_("%(who)s put the label %(label)s on")),
    kinds.UNLABELLED: _label(N_("%(who)s took the label %(label)s off")),
    kinds.SPAM_MARKED: _says(N_("%(who)s marked this as spam"), "spam"),
    kinds.SPAM_CLEARED: _says(N_("%(who)s said that this is no spam"), "done"),
    kinds.MERGED_IN: _other(N_("%(who)s merged %(reference)s into this"), "next", ""),
    kinds.UNMERGED_FROM: _other(N_("%(who)s took %(reference)s out again"), "next", "from"),
    kinds.UNMERGED: _other(N_("%(who)s took this out of %(reference)s again"), "next", "from"),
    kinds.SPLIT: _split,
    kinds.SPLIT_FROM: _split,
    kinds.INCIDENT_LINKED: _incident,
    kinds.REDACTED: _says(N_("%(who)s took words out of a message"), "lock", renews=True),
    kinds.FILE_REDACTED: _says(N_("%(who)s painted over a part of a picture"), "lock", renews=True),
    people.BLOCKED: _blocked,
    people.UNBLOCKED: _says(N_("%(who)s lets the customer write again"), "done"),
}
