"""Entries of the timeline: messages, notes and what happened between them, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from bellrock import guard, triage
from bellrock.conversations import Entry, kinds
from bellrock.core import N_
from bellrock.web.agent.diagnosed import Diagnosed, diagnosed
from bellrock.web.agent.lines import Began, HandedOver, Line, Telling, who
from bellrock.web.agent.names import CHANNELS, PRIORITIES, REASONS, TONES, fact_value, field_name, topic_name
from bellrock.web.agent.reader import Reader
from bellrock.web.agent.turns import TURNS


def lines_of(entries: list[Entry], telling: Telling) -> list[Line]:
    """Return the lines of a timeline; facts that colleagues need not read are left out."""
    days: dict[date, tuple[str, str]] = {}
    lines = [line for entry in entries if (line := _line(entry, telling, days)) is not None]
    return _with_seen(lines, telling)


def _line(entry: Entry, telling: Telling, days: dict[date, tuple[str, str]]) -> Line | None:
    day = telling.reader.format["local"](entry.at).date()
    if day not in days:
        days[day] = day.isoformat(), _day_name(entry.at, telling.reader)
    line = partial(Line, entry.id, entry.at, *days[day])
    if entry.kind in kinds.MESSAGE_KINDS:
        return _message(entry, line, telling)
    describe = _STEPS.get(entry.kind)
    if describe is None:
        return None
    return describe(entry, line, telling)


def _message(entry: Entry, line: Began, telling: Telling) -> Line:
    _ = telling.reader.gettext
    text = guard.render(entry.words.get("text", ""), _) if entry.words is not None else None
    files = tuple(telling.files[name] for name in entry.data.get("files", ()) if name in telling.files)
    masked = ", ".join(_(guard.label(guard.Kind(kind))) for kind in entry.data.get("masked", ()))
    original = guard.render(entry.words["original"], _) if entry.words and entry.words.get("original") else ""
    line = partial(
        line,
        text=text,
        files=files,
        masked=masked,
        is_redacted=entry.is_redacted,
        original=original,
        original_lang=(entry.data.get("translated") or {}).get("from", ""),
    )
    if entry.kind == kinds.NOTED:
        unknown = _("Integration") if entry.actor.kind == "integration" else _("A colleague")
        return line(look="note", icon="pen", author=telling.reader.names.get(entry.actor.id, unknown))  # type: ignore[arg-type]
    if entry.kind == kinds.RECEIVED:
        return line(
            look="customer",
            icon="person",
            author=telling.customer_name,
            via=_(CHANNELS[telling.channel]),
            lang=telling.language,
        )
    if entry.actor.kind == "agent":
        is_mine = entry.actor.id == telling.reader.agent.id
        name = telling.reader.names.get(entry.actor.id, _("A colleague"))  # type: ignore[arg-type]
        return line(look="ours", icon="reply", author=name, via=_("you") if is_mine else "")
    if entry.actor.kind == "integration":
        return line(look="ours", icon="app", author=_("Integration"))
    article = _("Answer from an article of the help centre") if (entry.data.get("extras") or {}).get("article") else ""
    found = None if entry.data.get("announces") else _diagnosed(entry, telling, has_answered=True)
    return line(look="bot", icon="lamp", author=_("First line"), via=_("bot"), article=article, found=found)


def _opened(entry: Entry, line: Began, telling: Telling) -> Line:
    _ = telling.reader.gettext
    channel = CHANNELS[entry.data["channel"]]
    sentence = _("Opened through %(channel)s, in %(language)s") % {
        "channel": _(channel),
        "language": telling.reader.tongue(entry.data["language"]),
    }
    if entry.data.get("claimed_urgent"):
        sentence = _("%(what)s. The customer marked it urgent") % {"what": sentence}
    fields = (entry.words or {}).get("fields") or {}
    return line(icon="plus", sentence=sentence, facts=_facts(fields, telling))


def _handed_over(entry: Entry, line: Began, telling: Telling) -> Line:
    _ = telling.reader.gettext
    team = telling.reader.team(entry.data.get("team"))
    sentence = _("%(who)s handed over to %(team)s") % {"who": who(entry, telling), "team": team or _("a person")}
    words = entry.words
    reason = entry.data.get("reason", "")
    handed = HandedOver(
        reason=_(REASONS[reason]) if reason in REASONS else reason,
        summary=words.get("summary") if words is not None else None,
        facts=list(_facts((words or {}).get("facts") or {}, telling)),
        found=_diagnosed(entry, telling),
        missing=_missing(words, telling),
    )
    return line(icon="hand", sentence=sentence, handed=handed)


def _assigned(entry: Entry, line: Began, telling: Telling) -> Line:
    _ = telling.reader.gettext
    by, agent = who(entry, telling), entry.data.get("agent")
    team = telling.reader.team(entry.data.get("team"))
    if agent is None:
        sentence = _("%(who)s put this into the queue of %(team)s") % {"who": by, "team": team or _("the team")}
    elif entry.actor.id is not None and str(entry.actor.id) == agent:
        sentence = _("%(who)s took this") % {"who": by}
    else:
        sentence = _("%(who)s gave this to %(to)s") % {"who": by, "to": telling.reader.colleague(UUID(agent))}
    return line(icon="person", sentence=sentence)


def _prioritised(entry: Entry, line: Began, telling: Telling) -> Line:
    _ = telling.reader.gettext
    priority = _(PRIORITIES.get(entry.data["priority"], entry.data["priority"]))
    sentence = _("%(who)s set the priority to %(priority)s") % {"who": who(entry, telling), "priority": priority}
    return line(icon="flag", sentence=sentence)


def _topic_set(entry: Entry, line: Began, telling: Telling) -> Line:
    _ = telling.reader.gettext
    sentence = _("Topic: %(topic)s, in %(language)s") % {
        "topic": topic_name(entry.data.get("topic"), telling.reader.language),
        "language": telling.reader.tongue(entry.data.get("language", telling.language)),
    }
    return line(icon="list", sentence=sentence)


def _snoozed(entry: Entry, line: Began, telling: Telling) -> Line:
    _ = telling.reader.gettext
    until = datetime.fromisoformat(entry.data["until"])
    time = telling.reader.appointment(until)
    sentence = _("%(who)s put this aside until %(time)s") % {"who": who(entry, telling), "time": time}
    return line(icon="moon", sentence=sentence)


def _woken(_: Entry, line: Began, telling: Telling) -> Line:
    return line(icon="bell", sentence=telling.reader.gettext("Back from snooze"))


def _resolved(entry: Entry, line: Began, telling: Telling) -> Line:
    sentence = telling.reader.gettext("%(who)s resolved this") % {"who": who(entry, telling)}
    return line(icon="done", sentence=sentence)


def _reopened(entry: Entry, line: Began, telling: Telling) -> Line:
    sentence = telling.reader.gettext("%(who)s opened this again") % {"who": who(entry, telling)}
    return line(icon="plus", sentence=sentence)


def _decided(entry: Entry, line: Began, telling: Telling) -> Line | None:
    _ = telling.reader.gettext
    if kinds.WARNS in entry.data:
        return _warned(entry, line, telling)
    topic = topic_name(entry.data.get("topic"), telling.reader.language)
    if not topic:
        return None
    sentence = _("First line understood: %(topic)s") % {"topic": topic}
    guesses = entry.data.get("guesses") or []
    if guesses:
        share = f"{guesses[0]['permille'] / 1000:.2f}"
        sentence = _("First line understood: %(topic)s, sure to %(share)s") % {"topic": topic, "share": share}
    return line(icon="lamp", sentence=sentence)


def _warned(entry: Entry, line: Began, telling: Telling) -> Line:
    """Say which danger the first line heard in an agent's case, with the team for it and the steps that protect."""
    _ = telling.reader.gettext
    code = entry.data[kinds.WARNS]
    what = _(REASONS[code]) if code in REASONS else _(TONES.get(code, code))
    offers = [_(triage.STEP_NAMES[step]) for step in entry.data.get("offers", ()) if step in triage.STEP_NAMES]
    facts = [
        (_("Team for this"), telling.reader.team(entry.data.get("team"))),
        (_("Protective steps"), ", ".join(offers)),
    ]
    sentence = _("First line heard danger in the customer's message: %(what)s") % {"what": what}
    return line(icon="warn", sentence=sentence, facts=tuple((name, value) for name, value in facts if value))


_RESULTS = {
    "taken": N_("done"),
    "taken_before": N_("done before"),
    "refused": N_("refused by the exchange"),
    "unknown": N_("not known whether it was done"),
}


def _protected(entry: Entry, line: Began, telling: Telling) -> Line | None:
    _ = telling.reader.gettext
    step, result = triage.STEP_NAMES.get(entry.data["step"]), _RESULTS.get(entry.data["result"])
    if step is None or result is None:  # what was asked for is told with what became of it
        return None
    values = {"step": _(step), "result": _(result)}
    return line(icon="lock", sentence=_("Protective step by the customer: %(step)s, %(result)s") % values)


_STEPS: dict[str, Callable[[Entry, Began, Telling], Line | None]] = {
    kinds.OPENED: _opened,
    kinds.HANDED_OVER: _handed_over,
    kinds.ASSIGNED: _assigned,
    kinds.PRIORITISED: _prioritised,
    kinds.TOPIC_SET: _topic_set,
    kinds.SNOOZED: _snoozed,
    kinds.WOKEN: _woken,
    kinds.RESOLVED: _resolved,
    kinds.REOPENED: _reopened,
    kinds.DECIDED: _decided,
    kinds.PROTECTED: _protected,
    **TURNS,
}


def _facts(fields: Mapping[str, Any], telling: Telling) -> tuple[tuple[str, str], ...]:
    gettext, language = telling.reader.gettext, telling.reader.language
    return tuple(
        (field_name(name, gettext), fact_value(name, str(value), language=language, gettext=gettext))
        for name, value in fields.items()
        if value
    )


def _missing(words: Mapping[str, Any] | None, telling: Telling) -> tuple[str, ...]:
    """Name the facts that this topic needs and nobody has collected."""
    known = set((words or {}).get("facts") or {})
    needed = triage.needed(telling.topic) if telling.topic and words is not None else ()
    return tuple(field_name(name, telling.reader.gettext) for name in needed if name not in known)


def _diagnosed(entry: Entry, telling: Telling, *, has_answered: bool = False) -> Diagnosed | None:
    place = f"/desk/conversations/{telling.case_id}/evidence/{entry.id}" if telling.case_id else ""
    return diagnosed(entry.words, key=entry.id.hex, reader=telling.reader, has_answered=has_answered, evidence_at=place)


def _day_name(at: datetime, reader: Reader) -> str:
    _ = reader.gettext
    local, today = reader.format["local"](at).date(), reader.format["local"](reader.now).date()
    day = str(reader.format["day"](at))
    if local == today:
        return _("Today, %(day)s") % {"day": day}
    if (today - local).days == 1:
        return _("Yesterday, %(day)s") % {"day": day}
    return day


def _with_seen(lines: list[Line], telling: Telling) -> list[Line]:
    """Say under the last answer that the customer has seen it."""
    if telling.seen_at is None:
        return lines
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place]
        if line.look in ("ours", "bot"):
            if line.at <= telling.seen_at:
                seen = telling.reader.gettext("Seen %(time)s") % {
                    "time": telling.reader.format["short_moment"](telling.seen_at)
                }
                return [*lines[:place], replace(line, seen=seen), *lines[place + 1 :]]
            return lines
    return lines
