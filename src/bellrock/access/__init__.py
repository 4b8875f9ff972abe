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
from bellrock.access.errors import ErasureUnknown, HoldUnknown, OnHold, ReasonMissing, RevealCap, RevealRefused
from bellrock.access.holds import Hold, compare_rows, held, holds, place_hold, release_hold
from bellrock.access.looks import Look, Looked, forget_quiet, house_key, latest_looks, look, look_at_list, looks_at
from bellrock.access.reveals import CAP, REASONS, Field, Reason, note_cap, reveal, reveals_left
from bellrock.access.searching import QUERY_MAX, Found, FoundPage, find_exactly, search, snippet_of

__all__ = [
    "CAP",
    "CUSTOMER_ERASED",
    "MESSAGE_ERASED",
    "QUERY_MAX",
    "REASONS",
    "Erasure",
    "ErasureUnknown",
    "Field",
    "Found",
    "FoundPage",
    "Hold",
    "HoldUnknown",
    "Look",
    "Looked",
    "OnHold",
    "Reason",
    "ReasonMissing",
    "RevealCap",
    "RevealRefused",
    "compare_rows",
    "confirm",
    "erase_customer",
    "erase_message",
    "erasures",
    "find_exactly",
    "forget_quiet",
    "held",
    "holds",
    "house_key",
    "latest_looks",
    "look",
    "look_at_list",
    "looks_at",
    "note_cap",
    "place_hold",
    "release_hold",
    "reveal",
    "reveals_left",
    "search",
    "snippet_of",
]
