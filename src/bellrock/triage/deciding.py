"""The decision: a pure function from what is known about a message to what the first line does. Rules before any answer."""

from __future__ import annotations

from dataclasses import replace

from bellrock.conversations import HandOverReason, Priority
from bellrock.triage.decisions import (
    GREETING,
    PLEASANTRIES,
    Answer,
    Ask,
    Decision,
    HandOver,
    Situation,
    Why,
)
from bellrock.triage.greetings import MENU
from bellrock.triage.model import Thresholds
from bellrock.triage.rules import Sign
from bellrock.triage.thresholds import may_answer
from bellrock.triage.topics import NEAR_MISS, Gate, Topic, topics

TURNS_MAX = 2
"""After so many turns that did not settle the case, the next message goes to a person."""
ANSWERS_MAX = 4
"""After so many answers, whatever they were about, and after so many turns, even a fact that was asked for."""
ASKS_MAX = 1
CHOICES_MAX = 3
ASSIST_MARGIN_MIN = 0.2
# Nobody chooses these from a list: a person is one tap away beside it.
_NO_CHOICES = frozenset({NEAR_MISS, "talk_to_human", *PLEASANTRIES})
# Grave signals win over an even chance: as soon as protect topics together are this likely, safety comes first.
PROTECT_MIN = 0.35
# A part of a message is shorter and may be cut in the wrong place: of it, more is asked.
PART_PROTECT_MIN = 0.5


def decide(situation: Situation, limits: Thresholds) -> Decision:
    """Return what to do: hard rules, then protection, then an answer if every gate allows it, then a question, then a person.

    Of several topics the gravest leads; a person reads of the others too. Whoever lost their money and does not want to live
    is told of both, of their life first.
    """
    decision = _decided(situation, limits)
    if isinstance(decision, HandOver):
        if decision.is_protective and (why := _of_life(situation)) is not None:
            decision = replace(decision, reasons=(*decision.reasons, why))
        likely = _named_in_parts(situation, at_least=PART_PROTECT_MIN)
        return replace(decision, also=tuple(name for name in likely if name != decision.topic))
    return decision


def _of_life(situation: Situation) -> Why | None:
    """Return by what a message tells that somebody may not want to live; None where nothing does."""
    if Sign.DISTRESS in situation.signs:
        return Why.DISTRESS
    return Why.DESPAIR if situation.sounds_desperate else None


def _decided(situation: Situation, limits: Thresholds) -> Decision:
    if forced := _forced(situation):
        return forced
    if Sign.INSTRUCTS_BOT in situation.signs:
        return _to_person("not_sure", None, (Why.INSTRUCTS,))
    if situation.greets and situation.chosen is None and situation.greeted is not None:
        return _to_person("topic_needs_person", None, (Why.VIP,)) if situation.is_vip else _greeted(situation)
    if situation.wishes and not situation.is_vip and (wished := _in_their_language(situation)):
        return wished
    topic, is_sure = _topic(situation, limits)
    if situation.chosen is None and (protect := _protect(situation)):
        return protect
    if situation.sounds_desperate and not (is_sure and topic and topic.name in PLEASANTRIES):
        return _beside_themselves(topic)
    if situation.is_vip:
        return _to_person("topic_needs_person", topic, (Why.VIP,))
    if topic is not None and is_sure and topic.name in PLEASANTRIES:
        return _settled(situation, topic)
    if _is_used_up(situation):
        meant = topic if is_sure or not situation.answered else topics()[situation.answered[-1]]
        return _to_person("third_turn", _spoken_of(situation, meant), (Why.TURNS,))
    if situation.chosen is None and (several := _several(situation, limits)):
        return several
    if topic is not None and is_sure:
        return _settled(situation, topic)
    return _unsettled(situation, limits, topic)


def _is_used_up(situation: Situation) -> bool:
    """Say whether enough was tried. What was asked for or picked is looked at first: it was given in order to be."""
    return (
        situation.turns >= (TURNS_MAX if situation.chosen is None else ANSWERS_MAX)
        or len(situation.answered) >= ANSWERS_MAX
    )


def is_protected(label: str) -> bool:
    """Say whether a label of the classifier is a topic gated `protect`."""
    return label != NEAR_MISS and topics()[label].gate is Gate.PROTECT


def _forced(situation: Situation) -> HandOver | None:
    topic = _best(situation)
    if situation.has_secret:
        return HandOver("secret_shared", _name(topic), "security", "urgent", (Why.MASKED,), is_protective=True)
    if Sign.MONEY_AT_RISK in situation.signs:
        protected = topic if topic is not None and topic.gate is Gate.PROTECT else None
        return HandOver("money_at_risk", _name(protected), "security", "urgent", (Why.MONEY,), is_protective=True)
    if Sign.DISTRESS in situation.signs:
        return HandOver("topic_needs_person", None, "general", "urgent", (Why.DISTRESS,))
    if Sign.LEGAL in situation.signs:
        return HandOver("legal", "legal_or_regulatory", topics()["legal_or_regulatory"].queue, "high", (Why.LEGAL,))
    if Sign.ASKS_FOR_PERSON in situation.signs:
        # Danger that is told quietly beside the wish is no less danger, and brings a person too.
        if situation.chosen is None and (protect := _protect(situation)):
            return replace(protect, reasons=(Why.ASKED, *protect.reasons))
        return _to_person("asked_for_person", _spoken_of(situation, topic), (Why.ASKED,))
    return None


def _spoken_of(situation: Situation, topic: Topic | None) -> Topic | None:
    """Return what the case is about where a message only asks for a person: whoever knows the matter is to come."""
    is_wish = topic is None or topic.name in _NO_CHOICES
    return topics()[situation.answered[-1]] if is_wish and situation.answered else topic


def _protect(situation: Situation) -> HandOver | None:
    understanding = situation.understanding
    if understanding is None:
        return None
    leads = [part.guesses[0] for part in understanding.parts] if situation.chosen is None else []
    if inside := next(
        (lead.topic for lead in leads if is_protected(lead.topic) and lead.probability >= PART_PROTECT_MIN), None
    ):
        return _protected(inside, (Why.SEVERAL, Why.GATE_PROTECT))
    if understanding.protect < PROTECT_MIN:
        return None
    guarded = [guess.topic for guess in understanding.guesses if is_protected(guess.topic)]
    return _protected(guarded[0], (Why.GATE_PROTECT,)) if guarded else None


def _several(situation: Situation, limits: Thresholds) -> Decision | None:
    """Decide where parts of a message are surely about different topics: a person for all of them, or an answer to each."""
    names = _named_in_parts(situation)
    if len(names) < 2 or situation.understanding is None:
        return None
    found = [topics()[name] for name in names]
    # What the whole says to be a person's matter stays one, however its parts read.
    whole = topics().get(situation.understanding.guesses[0].topic)
    every = [*found, whole] if whole is not None and whole.gate is Gate.HUMAN else found
    for gate, why in ((Gate.HUMAN, Why.GATE_HUMAN), (Gate.ASSIST, Why.GATE_ASSIST)):
        if lead := next((topic for topic in every if topic.gate is gate), None):
            matters = [topic for topic in found if topic.name not in _NO_CHOICES]
            lead = matters[0] if lead.name in _NO_CHOICES and matters else lead  # a person who knows the matter
            return _to_person("topic_needs_person", lead, (Why.SEVERAL, why))
    is_free = all(
        name in situation.answerable and name not in {*situation.answered, *situation.lost, *situation.incidents}
        for name in names
    )
    if (
        is_free
        and situation.is_language_learnt
        and all(may_answer(part, limits) for part in situation.understanding.parts)
    ):
        return Answer(names[0], (Why.SURE, Why.SEVERAL), also=names[1:])
    return _to_person("not_sure", found[0], (Why.SEVERAL,))


def _named_in_parts(situation: Situation, *, at_least: float = 0.0) -> tuple[str, ...]:
    if situation.understanding is None or situation.chosen is not None:
        return ()
    leads = [part.guesses[0] for part in situation.understanding.parts]
    return tuple(dict.fromkeys(lead.topic for lead in leads if lead.probability >= at_least))


def _beside_themselves(topic: Topic | None) -> HandOver:
    known = topic if topic is not None and topic.name not in _NO_CHOICES else None
    queue = known.queue if known else "general"
    return HandOver("topic_needs_person", _name(known), queue, "urgent", (Why.DESPAIR,))


def _protected(topic: str, reasons: tuple[Why, ...]) -> HandOver:
    return HandOver("money_at_risk", topic, topics()[topic].queue, "urgent", reasons, is_protective=True)


def _settled(situation: Situation, topic: Topic) -> Decision:
    """Decide where the topic is known, by its gate."""
    why = (Why.FOLLOWS,) if situation.follows else (Why.CHOSEN,) if situation.chosen else (Why.SURE,)
    if topic.gate is Gate.PROTECT:
        return _protected(topic.name, (*why, Why.GATE_PROTECT))
    if topic.name in situation.incidents and topic.gate is not Gate.HUMAN and topic.name not in situation.answered:
        return Answer(topic.name, (*why, Why.INCIDENT), is_incident=True)
    if topic.gate is Gate.HUMAN:
        return _to_person("topic_needs_person", _spoken_of(situation, topic), (*why, Why.GATE_HUMAN))
    if topic.name in situation.lost:
        return _to_person("topic_needs_person", topic, (*why, Why.GATE_LOST))
    if topic.gate is Gate.ASSIST:
        return _to_person("topic_needs_person", topic, (*why, Why.GATE_ASSIST))
    if topic.name in situation.answered:
        return _again(situation, topic, (*why, Why.REPEATED))
    if topic.name not in situation.answerable:
        return _to_person("not_sure", topic, (*why, Why.NO_ARTICLE))
    return Answer(topic.name, why)


def _again(situation: Situation, topic: Topic, why: tuple[Why, ...]) -> Decision:
    """Decide where the customer comes back to what was answered: the same answer only in the language that they write in now."""
    if situation.is_other_language and topic.gate is Gate.ANSWER and topic.name in situation.answerable:
        return Answer(topic.name, why)
    return _to_person("not_helped", topic, why)


def _unsettled(situation: Situation, limits: Thresholds, topic: Topic | None) -> Decision:
    """Decide where the topic is not known: one question, then a person; about what was answered already, a person at once."""
    if topic is not None and topic.name in situation.answered:
        return _again(situation, topic, (Why.UNSURE, Why.REPEATED))
    if situation.asks >= ASKS_MAX:
        return _to_person("not_sure", topic, (Why.ASKED_BEFORE,))
    if not situation.has_words:
        return Ask((), (Why.NO_WORDS,))
    understanding = situation.understanding
    if not situation.is_language_learnt or understanding is None:
        return _to_person("not_sure", topic, (Why.LANGUAGE,))
    choices = [guess for guess in understanding.guesses[:CHOICES_MAX] if guess.topic not in _NO_CHOICES]
    outside = sum(guess.probability for guess in understanding.guesses if guess.topic == NEAR_MISS)
    together = sum(guess.probability for guess in choices)
    # Vague words look like no topic at all: what counts is how much of the rest the choices hold.
    if understanding.guesses[0].topic in PLEASANTRIES and len(choices) < 2:
        return _greeted(situation, is_odd=True)
    if len(choices) >= 2 and together >= limits.ask_min * (1 - outside):
        return Ask(tuple(guess.topic for guess in choices), (Why.UNSURE,))
    return _to_person("not_sure", topic, (Why.UNSURE,))


def _greeted(situation: Situation, *, is_odd: bool = False) -> Decision:
    """Decide for somebody who greets and says nothing else, in other words each time: the menu, a word, then a person."""
    times = situation.greeted or 0
    if times == 0 and not is_odd and GREETING in situation.answerable:
        return Answer(GREETING, (Why.SURE,))
    if times == 0:
        return Ask((), (Why.UNSURE,))
    if times == 1:
        return Ask(MENU, (Why.UNSURE,))
    return Answer(GREETING, (Why.SURE,)) if times == 2 else _to_person("not_sure", None, (Why.ASKED_BEFORE,))


def _in_their_language(situation: Situation) -> Decision | None:
    """Decide for somebody who only wishes for a language: what was asked or answered last, in it; else a word to go on from.

    None where they picked a topic before they wrote.
    """
    if situation.asked is not None or situation.chosen is not None:
        return situation.asked
    last = situation.answered[-1] if situation.answered else None
    if last is None:
        return _greeted(situation)
    if last in situation.answerable and situation.is_other_language and topics()[last].gate is Gate.ANSWER:
        return Answer(last, (Why.REPEATED,))
    return Answer(GREETING, (Why.SURE,)) if GREETING in situation.answerable else Ask((), (Why.UNSURE,))


def _topic(situation: Situation, limits: Thresholds) -> tuple[Topic | None, bool]:
    """Return the likeliest topic and whether it is settled: chosen by the customer, or sure by the classifier."""
    if situation.chosen is not None:
        return topics()[situation.chosen], True
    best = _best(situation)
    if best is None or situation.understanding is None or not situation.is_language_learnt:
        return best, False
    if best.gate is Gate.ANSWER:
        return best, may_answer(situation.understanding, limits)
    guess, language = situation.understanding.guesses[0], situation.understanding.language
    is_likely = guess.probability >= limits.probability(best.name, language)
    # Where a question may do, nobody is fetched for what is hardly likelier than something else.
    is_apart = best.gate is not Gate.ASSIST or situation.understanding.margin >= ASSIST_MARGIN_MIN
    return best, is_likely and is_apart


def _best(situation: Situation) -> Topic | None:
    if situation.chosen is not None:
        return topics()[situation.chosen]
    if situation.understanding is None:
        return None
    return topics().get(situation.understanding.guesses[0].topic)


def _to_person(reason: HandOverReason, topic: Topic | None, reasons: tuple[Why, ...]) -> HandOver:
    if topic is None:
        return HandOver(reason, None, "general", "normal", reasons)
    priority: Priority = "high" if topic.is_urgent else "normal"
    return HandOver(reason, topic.name, topic.queue, priority, reasons)


def _name(topic: Topic | None) -> str | None:
    return topic.name if topic else None
