"""ONNX graphs, written node by node: the few fields of the format that onnxruntime reads.

The format is https://github.com/onnx/onnx/blob/main/onnx/onnx.proto in protobuf's wire encoding.
Its own package would be a dependency of 18 MB and a tenth of a second at every start.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

IR_VERSION = 8
OPSETS = {"": 17, "com.microsoft": 1}
OWN_OPS = {"MatMulIntegerToFloat"}
"""Of onnxruntime, in its own set; the others are the standard's."""

Attribute: TypeAlias = "int | float | str | Graph | Sequence[int]"

FLOAT32, INT64 = 1, 7
"""The format's numbers for them, as `Cast` asks for them."""

_DTYPES = {"float32": FLOAT32, "uint8": 2, "int8": 3, "int32": 6, "int64": INT64, "bool": 9}


class Graph:
    """A graph under construction; its values are known by their names."""

    def __init__(self, prefix: str = "") -> None:
        """Start with no node; in a graph within another the names of values need a `prefix`."""
        self._fields: list[bytes] = [_bytes(2, b"graph")]
        self._prefix, self._values = prefix, 0

    def input(self, name: str, dtype: str, *shape: str | int) -> str:
        """Declare an input, sizes that vary by name; return its own name."""
        self._fields.append(_bytes(11, _value_info(self._prefix + name, dtype, shape)))
        return self._prefix + name

    def constant(self, value: NDArray[np.generic] | np.generic | Sequence[int]) -> str:
        """Add an array, or a list of int64; return its name."""
        array = np.asarray(value)
        name = self._new_name()
        tensor = b"".join(_int(1, size) for size in array.shape)
        tensor += _int(2, _DTYPES[array.dtype.name]) + _bytes(8, name.encode())
        # Rows, little-endian, whatever the machine.
        content = np.asarray(array, array.dtype.newbyteorder("<")).tobytes()
        self._fields.append(_bytes(5, tensor + _bytes(9, content)))
        return name

    def op(self, kind: str, *inputs: str, **attributes: Attribute) -> str:
        """Add a node with one output; return the output's name. An input "" is left out."""
        [output] = self.ops(1, kind, *inputs, **attributes)
        return output

    def ops(self, outputs: int, kind: str, *inputs: str, **attributes: Attribute) -> list[str]:
        """Add a node with several outputs; return their names."""
        names = [self._new_name() for _ in range(outputs)]
        node = b"".join(_bytes(1, name.encode()) for name in inputs)
        node += b"".join(_bytes(2, name.encode()) for name in names) + _bytes(4, kind.encode())
        node += b"".join(_bytes(5, _attribute(*item)) for item in attributes.items())
        self._fields.append(_bytes(1, node + _bytes(7, _domain(kind).encode())))
        return names

    def output(self, name: str, value: str, dtype: str, *shape: str | int) -> None:
        """Give a value out under this name."""
        name = self._prefix + name
        node = _bytes(1, value.encode()) + _bytes(2, name.encode()) + _bytes(4, b"Identity")
        self._fields += [_bytes(1, node), _bytes(12, _value_info(name, dtype, shape))]

    def serialised(self) -> bytes:
        """Return the graph as a model, the content of an `.onnx` file."""
        opsets = (
            _bytes(8, _bytes(1, domain.encode()) + _int(2, version))
            for domain, version in OPSETS.items()
        )
        start = _int(1, IR_VERSION) + b"".join(opsets)
        # Weights are most of it; each copy would be memory at the start of every process.
        length = _varint(sum(map(len, self._fields)))
        return b"".join([start, _tag(7, 2), length, *self._fields])

    def _new_name(self) -> str:
        self._values += 1
        return f"{self._prefix}value_{self._values}"


def _domain(kind: str) -> str:
    return "com.microsoft" if kind in OWN_OPS else ""


def _value_info(name: str, dtype: str, shape: Iterable[str | int]) -> bytes:
    sizes = (_bytes(2, s.encode()) if isinstance(s, str) else _int(1, s) for s in shape)
    tensor = _int(1, _DTYPES[dtype]) + _bytes(2, b"".join(_bytes(1, size) for size in sizes))
    return _bytes(1, name.encode()) + _bytes(2, _bytes(1, tensor))


def _attribute(name: str, value: Attribute) -> bytes:
    start = _bytes(1, name.encode())
    if isinstance(value, float):
        return start + _tag(2, 5) + struct.pack("<f", value) + _int(20, 1)
    if isinstance(value, int):
        return start + _int(3, value) + _int(20, 2)
    if isinstance(value, Graph):
        return start + _bytes(6, b"".join(value._fields)) + _int(20, 5)
    if isinstance(value, str):
        return start + _bytes(4, value.encode()) + _int(20, 3)
    return start + b"".join(_int(8, each) for each in value) + _int(20, 7)


def _tag(field: int, wire_type: int) -> bytes:
    return _varint(field << 3 | wire_type)


def _int(field: int, value: int) -> bytes:
    # Negative numbers are written as 64 bits of two's complement.
    return _tag(field, 0) + _varint(value & (1 << 64) - 1)


def _bytes(field: int, content: bytes) -> bytes:
    return _tag(field, 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    return bytes([*encoded, value])
