"""The first line: what a message is about, whether the bot may answer it, and the hand-over to a person when it may not."""

from bellrock.triage.commands import evaluate, run, table, train
from bellrock.triage.deciding import Answer, Ask, Decision, HandOver, Why
from bellrock.triage.entities import Entity, EntityKind, entities
from bellrock.triage.feedback import ask_for_person, give_feedback
from bellrock.triage.first_line import CustomerWrote, FirstLine
from bellrock.triage.model import ModelMismatch
from bellrock.triage.playbooks import deposits
from bellrock.triage.rules import Sign, signs
from bellrock.triage.texts import greeting
from bellrock.triage.topics import Gate, Topic, TopicUnknown, topic, topic_name, topics

__all__ = [
    "Answer",
    "Ask",
    "CustomerWrote",
    "Decision",
    "Entity",
    "EntityKind",
    "FirstLine",
    "Gate",
    "HandOver",
    "ModelMismatch",
    "Sign",
    "Topic",
    "TopicUnknown",
    "Why",
    "ask_for_person",
    "deposits",
    "entities",
    "evaluate",
    "give_feedback",
    "greeting",
    "run",
    "signs",
    "table",
    "topic",
    "topic_name",
    "topics",
    "train",
]
