"""What every room stands on: ids, clock, errors, database, journal, cursors, texts, settings."""

from bellrock.core import clock, cursors, i18n, journal, logs, sequencer, settings, whispers
from bellrock.core.db import Database, DatabaseUnavailable, Transaction
from bellrock.core.errors import (
    BellrockError,
    Conflict,
    Invalid,
    NotFound,
    NotSignedIn,
    Refused,
    TooLarge,
    TooMany,
    Unavailable,
)
from bellrock.core.i18n import N_
from bellrock.core.ids import new_id, new_reference, reference_of
from bellrock.core.journal import FIRST_LINE, SYSTEM, Actor, Fact, Numbered
from bellrock.core.journeys import given, together
from bellrock.core.settings import Settings

__all__ = [
    "FIRST_LINE",
    "N_",
    "SYSTEM",
    "Actor",
    "BellrockError",
    "Conflict",
    "Database",
    "DatabaseUnavailable",
    "Fact",
    "Invalid",
    "NotFound",
    "NotSignedIn",
    "Numbered",
    "Refused",
    "Settings",
    "TooLarge",
    "TooMany",
    "Transaction",
    "Unavailable",
    "clock",
    "cursors",
    "given",
    "i18n",
    "journal",
    "logs",
    "new_id",
    "new_reference",
    "reference_of",
    "sequencer",
    "settings",
    "together",
    "whispers",
]
