"""The py3langid model, read without its package and without NumPy: 14 to 32 MB of memory instead of some eighty.

The package's file holds a byte automaton whose states yield features, and a table of log-probabilities by feature and
language (naive Bayes; Lui and Baldwin 2012, "langid.py"). Only our languages' columns are kept; the automaton is mapped
from an unnamed temporary file, so that only the pages in use count.
"""

from __future__ import annotations

import ast
import lzma
import math
import mmap
import shutil
import struct
import tempfile
import zipfile
from array import array
from collections import Counter
from collections.abc import Collection
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, NamedTuple

_TYPES = {"<u2": "H", "<u4": "I", "<i4": "i", "<f2": "H", "<f4": "f"}
_BYTES_MAX = 2_000


class _Table(NamedTuple):
    typecode: str
    shape: tuple[int, ...]
    offset: int
    length: int


class Model:
    """Scores the languages of a text by the byte sequences in it."""

    __slots__ = ("_automaton", "_features", "_prior", "_row", "_rows_of_features", "_unpack", "languages")

    def __init__(self, file: BinaryIO, wanted: Collection[str]) -> None:
        tables, labels = _directory(file)
        columns = [place for place, label in enumerate(labels) if label in wanted]
        self.languages = [labels[place] for place in columns]
        prior = _read(file, tables["pc"])
        self._prior = [prior[place] for place in columns]
        self._features = _sliced(_read(file, tables["ptc"]), len(labels), columns)
        self._unpack = struct.Struct(f"<{len(columns)}e").unpack_from
        self._row = _read(file, tables["nextmove_row"])
        self._rows_of_features = _read(file, tables["out_feat"])
        table = tables["nextmove"]
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        automaton = mapped[table.offset : table.offset + table.length]
        self._automaton = automaton.cast("H") if table.typecode == "H" else automaton.cast("I")

    def probabilities(self, text: str, among: Collection[str]) -> dict[str, float]:
        """Return how likely each of the named languages is; they sum to one."""
        raw = (text.lower() if text.isupper() else text).encode("utf-8", "replace")[:_BYTES_MAX]
        scores = self._scores(raw)
        chosen = {language: score for language, score in scores.items() if language in among}
        # The root of the length keeps the softmax calibrated for short and long texts.
        scale = 1.0 / math.sqrt(len(raw) or 1)
        best = max(chosen.values())
        weights = {language: math.exp((score - best) * scale) for language, score in chosen.items()}
        total = sum(weights.values())
        return {language: weight / total for language, weight in weights.items()}

    def _scores(self, raw: bytes) -> dict[str, float]:
        counts: Counter[int] = Counter()
        state = 0
        automaton, row, features = self._automaton, self._row, self._rows_of_features
        for byte in raw:
            state = automaton[(row[state] << 8) + byte]
            feature = features[state]
            if feature >= 0:
                counts[feature] += 1
        sums = list(self._prior) if counts else [0.0] * len(self._prior)
        width = 2 * len(self._prior)
        for feature, count in counts.items():
            weight = math.log1p(count)
            for place, value in enumerate(self._unpack(self._features, feature * width)):
                sums[place] += weight * value
        return dict(zip(self.languages, sums, strict=True))


@cache
def load(wanted: frozenset[str]) -> Model:
    """Load the model once a process, in about a second."""
    spec = find_spec("py3langid")
    assert spec is not None and spec.submodule_search_locations is not None, "the package py3langid is not installed"
    packed = Path(next(iter(spec.submodule_search_locations))) / "data" / "model.npz.xz"
    with tempfile.TemporaryFile(suffix=".npz") as file:
        with lzma.open(packed) as source:
            shutil.copyfileobj(source, file, length=1 << 20)
        file.flush()
        return Model(file, wanted)


def _directory(file: BinaryIO) -> tuple[dict[str, _Table], list[str]]:
    """Find the arrays in the uncompressed zip, each behind a header of the .npy format, version 1 or 2."""
    tables: dict[str, _Table] = {}
    labels: list[str] = []
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            if member.compress_type != zipfile.ZIP_STORED:
                raise ValueError(f"the language model's {member.filename} is compressed")
            file.seek(member.header_offset + 26)
            name_length, extra_length = struct.unpack("<HH", file.read(4))
            start = member.header_offset + 30 + name_length + extra_length
            file.seek(start)
            magic = file.read(8)
            long_header = magic[6] >= 2
            (header_length,) = struct.unpack("<I" if long_header else "<H", file.read(4 if long_header else 2))
            header = ast.literal_eval(file.read(header_length).decode("latin-1"))
            offset = file.tell()
            length = member.file_size - (offset - start)
            name = member.filename.removesuffix(".npy")
            if header["descr"].startswith("<U"):
                width = int(header["descr"][2:]) * 4
                raw = file.read(length)
                labels = [raw[at : at + width].decode("utf-32-le").rstrip("\0") for at in range(0, length, width)]
            else:
                tables[name] = _Table(_TYPES[header["descr"]], header["shape"], offset, length)
    return tables, labels


def _read(file: BinaryIO, table: _Table) -> array[int]:
    file.seek(table.offset)
    values: array[int] = array(table.typecode)
    values.frombytes(file.read(table.length))
    return values


def _sliced(table: array[int], width: int, columns: list[int]) -> bytes:
    """Keep some columns of a table of half floats, as rows again."""
    rows = len(table) // width
    kept = array("H", bytes(2 * rows * len(columns)))
    for place, column in enumerate(columns):
        kept[place :: len(columns)] = table[column::width]
    return kept.tobytes()
