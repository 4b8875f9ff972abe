"""Both encoders side by side: what one misses, the other often sees."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from bellrock.adapters.embed.e5 import MultilingualE5
from bellrock.adapters.embed.use import UniversalSentenceEncoder

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_MANY = 2_000


class BothEncoders:
    """Universal Sentence Encoder in the first 512 columns, multilingual-e5-small in the last 384."""

    def __init__(self) -> None:
        self._use, self._e5 = UniversalSentenceEncoder(), MultilingualE5()
        self.width = self._use.width + self._e5.width
        self.compared = slice(self._use.width, self.width)

    @property
    def name(self) -> str:
        return f"{self._use.name}+{self._e5.name}"

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """Return one row a text, shape (len(texts), 896), both parts of length 1. Training's many texts take two threads."""
        import numpy as np

        if len(texts) < _MANY:
            return np.hstack([self._use.embed(texts), self._e5.embed(texts)])
        with ThreadPoolExecutor(2) as threads:
            halves = list(threads.map(self._e5.embed, (texts[::2], texts[1::2])))
        found = np.empty((len(texts), self.width), dtype=np.float32)
        found[:, : self._use.width] = self._use.embed(texts)
        found[::2, self._use.width :], found[1::2, self._use.width :] = halves
        return found
