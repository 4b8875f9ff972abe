"""Where a case stands, in three answers: where it is, what happens next, when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bellrock.conversations import Conversation, Entry, kinds
from bellrock.core import N_


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: a short sentence, and a line that explains it. Both are msgids with values."""

    text: str
    more: str
    values: dict[str, Any]


def standing(conversation: Conversation, queue: dict[str, Any] | None) -> Answer:
    """Say where a case is now."""
    if not conversation.is_open:
        return Answer(N_("Settled"), N_("Write below and it is open again."), {})
    if conversation.holder == "agent":
        name = ((queue or {}).get("agent") or {}).get("name")
        if name:
            return Answer(N_("With %(name)s"), N_("One person has your case and knows all of it."), {"name": name})
        return Answer(N_("With one of us"), N_("One person has your case and knows all of it."), {})
    if conversation.holder == "queue":
        team = (queue or {}).get("team")
        if team:
            return Answer(
                N_("In line for a person from %(team)s"),
                N_("What you wrote is in the file; you need not explain it again."),
                {"team": team},
            )
        return Answer(
            N_("In line for a person"), N_("What you wrote is in the file; you need not explain it again."), {}
        )
    if conversation.status == "waiting":
        return Answer(
            N_("Answered by the assistant"), N_("A bot wrote the answer below. A person is one tap away."), {}
        )
    return Answer(N_("Received"), N_("The assistant, a bot, reads it first and passes on what it is not sure of."), {})


def next_step(conversation: Conversation) -> Answer:
    """Say what happens next."""
    if not conversation.is_open:
        return Answer(N_("Nothing more to do"), N_("You can come back to this page to read it."), {})
    if conversation.status == "waiting":
        return Answer(N_("We wait for your answer"), N_("If nothing is missing, you need do nothing."), {})
    if conversation.holder == "first_line":
        return Answer(N_("You get an answer or a person"), N_("Both appear on this page."), {})
    return Answer(N_("A person reads it and answers"), N_("The answer appears on this page."), {})


def when(
    conversation: Conversation, queue: dict[str, Any] | None, *, has_mail: bool, moment: Callable[[datetime], str]
) -> Answer:
    """Say when, as far as we know it; `moment` writes a time as the reader does."""
    told = N_("We write to you by e-mail when there is an answer.") if has_mail else N_("Look here again.")
    if not conversation.is_open:
        return Answer(N_("Closed"), N_("It stays readable here."), {})
    if queue and queue.get("opens_at"):
        opens = moment(datetime.fromisoformat(queue["opens_at"]))
        return Answer(N_("People are back: %(moment)s"), told, {"moment": opens})
    if queue and queue.get("answer_by"):
        by = moment(datetime.fromisoformat(queue["answer_by"]))
        return Answer(N_("Usually answered by: %(moment)s"), told, {"moment": by})
    if queue and queue.get("wait_max"):
        values = {"low": queue["wait_min"], "high": queue["wait_max"]}
        return Answer(N_("Usually %(low)s to %(high)s minutes"), told, values)
    if queue and queue.get("place"):
        return Answer(N_("Number %(place)s in line"), told, {"place": queue["place"]})
    if conversation.status == "waiting":
        return Answer(N_("Whenever suits you"), N_("Your case waits for you."), {})
    if conversation.holder == "first_line":
        return Answer(N_("Within minutes"), told, {})
    return Answer(N_("We cannot say it exactly yet"), told, {})


STEP_TEXTS = {
    kinds.OPENED: N_("You wrote to us"),
    kinds.HANDED_OVER: N_("Passed on to a person"),
    kinds.ASSIGNED: N_("One of us took your case"),
    kinds.RESOLVED: N_("Settled"),
    kinds.REOPENED: N_("Open again"),
}


def steps(entries: list[Entry]) -> list[tuple[str, Entry]]:
    """Return what has happened to a case, without its words; a case that goes back into a queue was not taken."""
    return [
        (STEP_TEXTS[entry.kind], entry)
        for entry in entries
        if entry.kind in STEP_TEXTS and (entry.kind != kinds.ASSIGNED or entry.data.get("agent"))
    ]
