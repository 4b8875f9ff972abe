"""What the first line needs from outside: something that turns texts into vectors of meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts of any language into vectors; texts of like meaning get like vectors."""

    @property
    def name(self) -> str:
        """Name and version of the encoder: a trained head fits the encoder it was trained on, and no other."""

    @property
    def width(self) -> int:
        """Length of a vector."""

    @property
    def compared(self) -> slice:
        """The columns whose products say how like two texts are, across languages too."""

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """Return one row a text, shape (len(texts), width); each encoder's part has length 1. Uses no network."""

    def embed_parted(self, text: str, left: str) -> NDArray[float32]:
        """Return three rows like those of `embed`: of a text, of `left`, with which it begins, and of the rest of it.

        Both parts as they are read within the whole: rougher than by themselves, at hardly more cost than the whole alone.
        """
