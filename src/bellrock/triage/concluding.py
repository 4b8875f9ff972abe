"""What was found out changes a decision: it is told where topic, gate and proof allow, or goes to a person with the case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bellrock.triage.cases import Case
from bellrock.triage.decisions import Answer, Ask, Decision, HandOver, Why
from bellrock.triage.playbooks import telling
from bellrock.triage.playbooks.again import in_conversation
from bellrock.triage.playbooks.asking import Missing
from bellrock.triage.playbooks.book import Playbook, Says
from bellrock.triage.playbooks.diagnosis import Diagnosis
from bellrock.triage.playbooks.looking import Found
from bellrock.triage.questions import next_question
from bellrock.triage.topics import Gate, topics

FOR_CERTAIN = frozenset({Why.SURE, Why.CHOSEN, Why.FOLLOWS})
# A hand-over for any other reason stays one, whatever is found out.
MAY_BE_ANSWERED = frozenset({Why.GATE_ASSIST, Why.NO_ARTICLE, *FOR_CERTAIN})
# How an account stands and what its bonuses are is for whoever works on the case; so is that coins came here, but not for this
# account: whoever pastes strangers' transactions must not learn which addresses are ours, nor from papers who is a customer.
FOR_COLLEAGUES = frozenset({"account_state", "bonus", "deposit_not_yours", "kyc_duplicate"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision with what was found out for it. `is_told` says whether the customer may read it, `is_instead` of an article.

    `proof` is how far they had proven who they are, where that was looked at.
    """

    decision: Decision
    diagnosis: Diagnosis | None = None
    is_told: bool = False
    is_instead: bool = False
    proof: int | None = None

    def record(self, language: str) -> dict[str, Any] | None:
        """Return the diagnosis as it is sealed."""
        return telling.to_record(self.diagnosis, language) if self.diagnosis else None

    def words(self, language: str) -> str:
        """Return what the customer reads of it; empty where they may not."""
        return telling.answer(self.diagnosis, language) if self.diagnosis and self.is_told else ""


def concluded(
    decision: Decision,
    playbook: Playbook,
    case: Case,
    proof: int,
    found: Found,
    *,
    now: datetime,
    earlier: tuple[Diagnosis, ...] = (),
    newest: str = "",
) -> Outcome:
    """Return what a decision becomes with what a playbook's look-up found: told, asked for a fact, or passed on.

    `proof` is how far the customer has proven who they are (0 to 2), `earlier` what was concluded in this case before,
    `newest` the words that wait for an answer.
    """
    assert not isinstance(decision, Ask)
    topic = topics()[playbook.topic]
    may_tell = may_tell_of(decision, playbook, proof)
    if isinstance(found, Missing):
        if decision.also:
            return Outcome(decision)  # the other topics are dealt with now
        if may_tell and (fact := next_question(found.fact, playbook, case, newest)):
            reasons = (*decision.reasons, Why.FACT_MISSING)
            return Outcome(Ask((), reasons, fact=fact, topic=topic.name))
        return Outcome(decision)
    if found is None:
        return Outcome(decision)
    if isinstance(decision, Answer) and found.next_step == "correct":
        # What does not follow the rule is for a person, however well an article explains the rule.
        reasons = (*decision.reasons, Why.DIAGNOSED)
        handed = HandOver("topic_needs_person", topic.name, topic.queue, "normal", reasons, also=decision.also)
        return Outcome(handed, found, is_told=may_tell)
    if isinstance(decision, Answer):
        is_instead = playbook.says is Says.INSTEAD
        return Outcome(decision, found, is_told=may_tell and found.settles, is_instead=is_instead)
    news = in_conversation(found, playbook, case.answered, earlier, now=now)
    is_new = news is not None
    if news and found.settles and _may_tell_more(decision, playbook, proof):
        kept = tuple(why for why in decision.reasons if why in FOR_CERTAIN)
        return Outcome(Answer(topic.name, (*kept, Why.DIAGNOSED)), news, is_told=True, is_instead=True)
    if may_tell and found.settles and playbook.says is Says.INSTEAD and news:
        kept = tuple(why for why in decision.reasons if why in FOR_CERTAIN)
        return Outcome(Answer(topic.name, (*kept, Why.DIAGNOSED)), news, is_told=True, is_instead=True)
    if found.next_step == "prove" and 1 < topic.level <= proof:
        found = replace(found, next_step="proven")
    return Outcome(
        replace(decision, reasons=(*decision.reasons, Why.DIAGNOSED)),
        found,
        is_told=may_tell and is_new and playbook.says is Says.INSTEAD and found.code not in FOR_COLLEAGUES,
    )


def may_tell_of(decision: Decision, playbook: Playbook, proof: int) -> bool:
    """Say whether the customer may read what is found out, with such a proof of who they are."""
    topic = topics()[playbook.topic]
    return (
        topic.gate in (Gate.ANSWER, Gate.ASSIST)
        and topic.level <= proof
        and playbook.says is not Says.NOTHING
        and bool(FOR_CERTAIN & set(decision.reasons))
        and (isinstance(decision, Answer) or set(decision.reasons) <= MAY_BE_ANSWERED)
        and not (isinstance(decision, HandOver) and decision.is_protective)
    )


def _may_tell_more(decision: Decision, playbook: Playbook, proof: int) -> bool:
    """Say whether somebody who comes back to a topic may read what the article did not say, in place of a person."""
    topic, reasons = topics()[playbook.topic], set(decision.reasons)
    return (
        Why.REPEATED in reasons
        and bool(FOR_CERTAIN & reasons)
        and reasons <= {Why.REPEATED, *FOR_CERTAIN}
        and topic.gate is Gate.ANSWER
        and topic.level <= proof
        and playbook.says is not Says.NOTHING
    )
