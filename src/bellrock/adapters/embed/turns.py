"""An encoder that several parts of a process share: the first line and search, each on threads of their own."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from bellrock.triage.port import Embedder

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class TakingTurns:
    """Lets one caller at a time encode: the weights are read once, and no engine has to be safe for threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._turn = Lock()

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def width(self) -> int:
        return self._embedder.width

    @property
    def compared(self) -> slice:
        return self._embedder.compared

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """Return what the encoder returns, once it is this caller's turn."""
        with self._turn:
            return self._embedder.embed(texts)

    def embed_parted(self, text: str, left: str) -> NDArray[float32]:
        """Return what the encoder returns, once it is this caller's turn."""
        with self._turn:
            return self._embedder.embed_parted(text, left)
