"""Both encoders side by side: what one misses, the other often sees."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

from bellrock.adapters.embed.e5 import MultilingualE5
from bellrock.adapters.embed.use import UniversalSentenceEncoder

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_MANY = 2_000
_SECONDS_MAX = 1_800
# Half of many texts is encoded in a process of its own: much of the work is Python's, where threads wait for each other.
_OTHER_HALF = """
import json, sys
from bellrock.adapters.embed.both import BothEncoders
sys.stdout.buffer.write(BothEncoders().side_by_side(json.load(sys.stdin)).tobytes())
"""


class BothEncoders:
    """Universal Sentence Encoder in the first 512 columns, multilingual-e5-small in the last 384."""

    def __init__(self) -> None:
        self._use, self._e5 = UniversalSentenceEncoder(), MultilingualE5()
        self.width = self._use.width + self._e5.width
        self.compared = slice(self._use.width, self.width)

    @cached_property
    def name(self) -> str:
        return f"{self._use.name}+{self._e5.name}"

    def embed(self, texts: Sequence[str]) -> NDArray[float32]:
        """Return one row a text, shape (len(texts), 896), both parts of length 1. Training's many texts take two processes."""
        import numpy as np

        if len(texts) < _MANY:
            return self.side_by_side(texts)
        found = np.empty((len(texts), self.width), dtype=np.float32)
        # Whatever the machine, the halves are the same ones, and so are the results.
        with ThreadPoolExecutor(1) as waiting:
            other = waiting.submit(_elsewhere, texts[1::2])
            found[::2] = self.side_by_side(texts[::2])
            found[1::2] = np.frombuffer(other.result(), dtype=np.float32).reshape(-1, self.width)
        return found

    def embed_parted(self, text: str, left: str) -> NDArray[float32]:
        """Return the rows of a text, of its beginning and of the rest; the columns of the first encoder are the whole's."""
        import numpy as np

        return np.hstack([np.repeat(self._use.embed([text]), 3, axis=0), self._e5.embed_parted(text, left)])

    def side_by_side(self, texts: Sequence[str]) -> NDArray[float32]:
        """Return the rows as `embed` does, encoded here."""
        import numpy as np

        return np.hstack([self._use.embed(texts), self._e5.embed(texts)])


def _elsewhere(texts: Sequence[str]) -> bytes:
    done = subprocess.run(
        [sys.executable, "-c", _OTHER_HALF],
        input=json.dumps(list(texts)).encode(),
        stdout=subprocess.PIPE,
        timeout=_SECONDS_MAX,
        check=True,
    )
    return done.stdout
