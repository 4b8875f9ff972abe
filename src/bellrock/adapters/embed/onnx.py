"""Writes an ONNX model: as much of its protocol buffers as a small encoder needs, so that no package is needed to build it.

Field numbers are those of onnx.proto3 (https://github.com/onnx/onnx, Apache-2.0).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

MICROSOFT = "com.microsoft"
"""The domain of onnxruntime's own operators."""
_IR_VERSION, _OPSET = 8, 17
_FLOAT, _TYPES = 1, {"float32": 1, "uint8": 2, "int32": 6, "int64": 7}


class Graph:
    """A graph as it is written: nodes in the order in which they are computed, constants, inputs and outputs."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._count = 0

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """Add a constant and return its name."""
        dims = b"".join(_number(1, size) for size in values.shape)
        tensor = dims + _number(2, _TYPES[values.dtype.name]) + _text(8, name) + _bytes(9, values.tobytes())
        self._parts.append(_bytes(5, tensor))
        return name

    def node(
        self, operator: str, inputs: Sequence[str], *, outputs: int = 1, domain: str = "", **settings: int | float
    ) -> Any:
        """Add a node and return the name of what it yields, a list of names when it yields several."""
        self._count += 1
        names = [f"{operator}{self._count}.{place}" for place in range(outputs)]
        node = b"".join(_text(1, name) for name in inputs) + b"".join(_text(2, name) for name in names)
        node += _text(4, operator) + b"".join(_bytes(5, _attribute(name, value)) for name, value in settings.items())
        self._parts.append(_bytes(1, node + _text(7, domain)))
        return names[0] if outputs == 1 else names

    def input(self, name: str, kind: str, shape: Sequence[str | int]) -> str:
        """Add an input and return its name; a size that is a word may be any."""
        self._parts.append(_bytes(11, _value(name, _TYPES[kind], shape)))
        return name

    def output(self, name: str, shape: Sequence[str | int]) -> None:
        """Say that something of float32 is an output."""
        self._parts.append(_bytes(12, _value(name, _FLOAT, shape)))

    def model(self) -> bytes:
        """Return the model as a file would hold it."""
        graph = b"".join(self._parts) + _text(2, "encoder")
        opsets = _bytes(8, _text(1, "") + _number(2, _OPSET)) + _bytes(8, _text(1, MICROSOFT) + _number(2, 1))
        return _number(1, _IR_VERSION) + _bytes(7, graph) + opsets


def _value(name: str, kind: int, shape: Sequence[str | int]) -> bytes:
    dims = b"".join(_bytes(1, _number(1, size) if isinstance(size, int) else _text(2, size)) for size in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, dims)))


def _attribute(name: str, value: int | float) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + struct.pack("<Bf", 2 << 3 | 5, value) + _number(20, 1)
    return _text(1, name) + _number(3, value) + _number(20, 2)


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value & 0xFFFF_FFFF_FFFF_FFFF)


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])
