"""Blockchains: telling addresses and transaction ids apart, and what chains say of transactions."""

from bellrock.chains.facts import (
    Ability,
    ChainCannot,
    ChainMixedUp,
    ChainUnavailable,
    Fate,
    Fees,
    Movement,
    Outcome,
    Received,
    State,
    Tip,
    Transaction,
    TxidWrong,
)
from bellrock.chains.lookalikes import as_codes
from bellrock.chains.memory import MemoryChain
from bellrock.chains.models import NOTES, WHYS, Candidate, Family, Kind, Memo, NearMiss, Network, Note, Reading, Why
from bellrock.chains.names import Naming, explorer_page, linked, named, namings
from bellrock.chains.networks import NetworkUnknown, network, networks
from bellrock.chains.port import Chain
from bellrock.chains.reading import find, identify
from bellrock.chains.remembering import Remembering

__all__ = [
    "NOTES",
    "WHYS",
    "Ability",
    "Candidate",
    "Chain",
    "ChainCannot",
    "ChainMixedUp",
    "ChainUnavailable",
    "Family",
    "Fate",
    "Fees",
    "Kind",
    "Memo",
    "MemoryChain",
    "Movement",
    "Naming",
    "NearMiss",
    "Network",
    "NetworkUnknown",
    "Note",
    "Outcome",
    "Reading",
    "Received",
    "Remembering",
    "State",
    "Tip",
    "Transaction",
    "TxidWrong",
    "Why",
    "as_codes",
    "explorer_page",
    "find",
    "identify",
    "linked",
    "named",
    "namings",
    "network",
    "networks",
]
