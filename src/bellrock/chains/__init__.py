"""Blockchains: telling addresses and transaction ids apart, and what chains say of transactions."""

from bellrock.chains.models import NOTES, WHYS, Candidate, Family, Kind, Memo, NearMiss, Network, Note, Reading, Why
from bellrock.chains.networks import NetworkUnknown, network, networks
from bellrock.chains.reading import find, identify

__all__ = [
    "NOTES",
    "WHYS",
    "Candidate",
    "Family",
    "Kind",
    "Memo",
    "NearMiss",
    "Network",
    "NetworkUnknown",
    "Note",
    "Reading",
    "Why",
    "find",
    "identify",
    "network",
    "networks",
]
