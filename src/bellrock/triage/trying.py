"""What the first line would do with a message, without a conversation: for the command line and for leads."""

from __future__ import annotations

from typing import Any

from bellrock import guard
from bellrock import language as languages
from bellrock.triage.deciding import decide
from bellrock.triage.decisions import Answer, Ask, HandOver, Situation
from bellrock.triage.entities import entities
from bellrock.triage.languages import language_of
from bellrock.triage.model import Model, Understanding
from bellrock.triage.port import Embedder
from bellrock.triage.rules import signs
from bellrock.triage.several import understood
from bellrock.triage.tone import sounds_desperate, tone, urgency_of
from bellrock.triage.topics import topics


def attempt(model: Model, embedder: Embedder, text: str, *, locale: str | None = None) -> dict[str, Any]:
    """Return language, intent, confidence, alternatives, entities, decision and reasons, ready for JSON.

    Assumes that every topic has a published article and that no incident is open.
    """
    guarded = guard.screen(text)
    language = language_of(guarded.text, prior=locale or languages.SOURCE)
    understanding = understood(model, embedder, guarded.text, language)
    stands = situation(guarded, understanding, model)
    decision = decide(stands, model.thresholds)
    best = understanding.guesses[0]
    heard = tone(guarded.text, language=language, signs=stands.signs, meaning=understanding.meaning)
    return {
        "lang": language,
        "intent": best.topic,
        "confidence": round(best.probability, 4),
        "alternatives": [
            {"intent": guess.topic, "confidence": round(guess.probability, 4)} for guess in understanding.guesses[1:]
        ],
        "topics": [
            {"intent": part.guesses[0].topic, "confidence": round(part.guesses[0].probability, 4)}
            for part in understanding.parts
        ]
        or [{"intent": best.topic, "confidence": round(best.probability, 4)}],
        "urgency": urgency_of(decision, heard, decision.topic or best.topic),
        "priority": urgency_of(decision, heard, decision.topic) if isinstance(decision, HandOver) else None,
        "mood": heard.mood.value,
        "cues": [cue.value for cue in heard.cues],
        "entities": [{"kind": entity.kind.value, "text": entity.text} for entity in entities(guarded.text)],
        "decision": deed(decision),
        "reasons": [reason.value for reason in decision.reasons],
    }


def situation(guarded: guard.GuardedText, understanding: Understanding, model: Model) -> Situation:
    """Return how things stand at a first message to a house that has every article and no incident."""
    return Situation(
        has_words=bool(guarded.text.strip()),
        has_secret=bool(guarded.findings),
        signs=signs(guarded.text, language=understanding.language),
        understanding=understanding,
        chosen=None,
        is_language_learnt=understanding.language in model.languages,
        answerable=tuple(topics()),
        incidents=(),
        turns=0,
        asks=0,
        sounds_desperate=sounds_desperate(understanding, guarded.text),
    )


def deed(decision: Answer | Ask | HandOver) -> str:
    """Return what a decision does, in a word: `answer`, `ask`, `protect` or `hand_over`."""
    if isinstance(decision, HandOver):
        return "protect" if decision.is_protective else "hand_over"
    return "answer" if isinstance(decision, Answer) else "ask"
