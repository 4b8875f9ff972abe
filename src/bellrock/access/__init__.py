"""Need to know: every look at a customer is written down, hidden data opens for a reason, and erasure is done and proved."""

from bellrock.access.erasure import (
    CUSTOMER_ERASED,
    MESSAGE_ERASED,
    Erasure,
    confirm,
    erase_customer,
    erase_message,
    erasures,
)
from bellrock.access.errors import ErasureUnknown, ReasonMissing, RevealCap, RevealRefused
from bellrock.access.looks import Look, Looked, forget_quiet, latest_looks, look, look_at_list, looks_at
from bellrock.access.reveals import CAP, REASONS, Field, Reason, note_cap, reveal, reveals_left

__all__ = [
    "CAP",
    "CUSTOMER_ERASED",
    "MESSAGE_ERASED",
    "REASONS",
    "Erasure",
    "ErasureUnknown",
    "Field",
    "Look",
    "Looked",
    "Reason",
    "ReasonMissing",
    "RevealCap",
    "RevealRefused",
    "confirm",
    "erase_customer",
    "erase_message",
    "erasures",
    "forget_quiet",
    "latest_looks",
    "look",
    "look_at_list",
    "looks_at",
    "note_cap",
    "reveal",
    "reveals_left",
]
