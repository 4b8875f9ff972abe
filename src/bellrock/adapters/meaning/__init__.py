"""What texts mean, asked of the process that has the encoder; behind the port `knowledge.port.Meaning`."""

from __future__ import annotations

from pathlib import Path

from bellrock.adapters.meaning.socket import MeaningServer, SocketMeaning
from bellrock.knowledge.port import Meaning

_NAME = "meaning.sock"


def build_meaning(data: Path) -> Meaning:
    """Return what asks the worker of this machine; it finds nothing while none answers."""
    return SocketMeaning(data / _NAME)


def build_meaning_server(data: Path, meaning: Meaning) -> MeaningServer:
    """Return the server that a worker keeps beside its data folder, for the web processes of this machine."""
    return MeaningServer(data / _NAME, meaning)
