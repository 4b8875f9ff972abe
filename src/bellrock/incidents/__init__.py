"""What is broken now: its state, what is said about it in each language, and the topics it answers."""

from bellrock.incidents.actions import change_state, describe, open_incident, set_topics
from bellrock.incidents.errors import BadIncident, IncidentNotFound
from bellrock.incidents.models import STATE_NAMES, Incident, Notice, State, Text
from bellrock.incidents.queries import answer_for, current, desk_list, incident

__all__ = [
    "STATE_NAMES",
    "BadIncident",
    "Incident",
    "IncidentNotFound",
    "Notice",
    "State",
    "Text",
    "answer_for",
    "change_state",
    "current",
    "describe",
    "desk_list",
    "incident",
    "open_incident",
    "set_topics",
]
