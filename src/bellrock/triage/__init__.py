"""The first line: what a message is about, whether the bot may answer it, and the hand-over to a person when it may not."""

from bellrock.triage.commands import evaluate, run, table, train
from bellrock.triage.deciding import Answer, Ask, Decision, HandOver, Why
from bellrock.triage.diagnosing import Diagnosing, needed
from bellrock.triage.entities import Entity, EntityKind, entities
from bellrock.triage.feedback import ask_for_person, give_feedback
from bellrock.triage.first_line import CustomerWrote, FirstLine
from bellrock.triage.gaps import Example, Gap, GapUnknown, close_gap, examples_of, open_gaps, suggest
from bellrock.triage.meaning import ArticleMeaning
from bellrock.triage.model import ModelMismatch
from bellrock.triage.phrasing import Phrasing
from bellrock.triage.playbooks import deposits
from bellrock.triage.playbooks.diagnosis import Chart
from bellrock.triage.playbooks.telling import Told, chart_of, told
from bellrock.triage.resolution import (
    GATE_LOST,
    GateNotLost,
    Standing,
    failed_max,
    give_back,
    judge,
    lost_gates,
    note,
    standings,
    watch,
)
from bellrock.triage.resolution import KINDS as OUTCOMES
from bellrock.triage.rules import Sign, signs
from bellrock.triage.texts import greeting
from bellrock.triage.topics import Gate, Topic, TopicUnknown, topic, topic_name, topics

__all__ = [
    "GATE_LOST",
    "OUTCOMES",
    "Answer",
    "ArticleMeaning",
    "Ask",
    "Chart",
    "CustomerWrote",
    "Decision",
    "Diagnosing",
    "Entity",
    "EntityKind",
    "Example",
    "FirstLine",
    "Gap",
    "GapUnknown",
    "Gate",
    "GateNotLost",
    "HandOver",
    "ModelMismatch",
    "Phrasing",
    "Sign",
    "Standing",
    "Told",
    "Topic",
    "TopicUnknown",
    "Why",
    "ask_for_person",
    "chart_of",
    "close_gap",
    "deposits",
    "entities",
    "evaluate",
    "examples_of",
    "failed_max",
    "give_back",
    "give_feedback",
    "greeting",
    "judge",
    "lost_gates",
    "needed",
    "note",
    "open_gaps",
    "run",
    "signs",
    "standings",
    "suggest",
    "table",
    "told",
    "topic",
    "topic_name",
    "topics",
    "train",
    "watch",
]
