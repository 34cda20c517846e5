# SPDX-License-Identifier: Apache-2.0
"""Writes and reads the case files that tests/common/case_file.cpp replays on every device and tier.

A case is one expression, its inputs as raw memory with byte strides, and the result that NumPy gives, with a
tolerance an element. Little-endian throughout.

    file    "GPUCASE2", uint32 number of blocks, blocks, uint32 number of cases, cases
    block   uint32 bytes, bytes: memory of inputs, elements of results, tolerances; equal ones are stored once
    case    text label, text expression, uint8 number of inputs, inputs, expected
    input   text name, layout, int64 offset of the first element, uint32 block
    layout  uint8 dtype (row of dtypes.def), uint8 rank, int64 extents, int64 byte strides
    expected  uint8 dtype, uint8 rank, int64 extents, uint32 block of the elements in C order, tolerance;
            or uint8 255 and a text: the mistake that must be reported: type, shape, syntax, name or any
    tolerance  uint8 kind and what belongs to it: 0 equal bits; 1 uint32 block of one float64 a component and element
            (absolute; infinite: not compared); 2 the name of an operation, whose row of ops.def says how many ULP, and
            uint8 1 where a part of a complex number is measured against the larger part
    text    uint16 bytes, UTF-8
"""
import struct

import numpy as np

DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
          "float32", "float64", "complex64", "complex128"]


def _text(value):
    data = value.encode()
    return struct.pack("<H", len(data)) + data


def _extents(values):
    return struct.pack("<B", len(values)) + struct.pack(f"<{len(values)}q", *values)


class Row:
    """The tolerance that the row of an operation gives."""

    def __init__(self, name, normwise=False):
        self.name, self.normwise = name, normwise


class Block(bytes):
    """Bytes that stand in a case as the number of their block."""


def encode_input(name, array, buffer):
    """`array` is a view of `buffer`, a contiguous uint8 array."""
    offset = array.__array_interface__["data"][0] - buffer.__array_interface__["data"][0] if array.size else 0
    layout = struct.pack("<B", DTYPES.index(array.dtype.name)) + _extents(array.shape)
    return [_text(name) + layout + struct.pack(f"<{array.ndim}qq", *array.strides, offset), Block(buffer.tobytes())]


def encode_case(label, expression, inputs, expected, tolerance):
    """inputs: (name, array, buffer); expected: array or kind of mistake; tolerance: None for equal bits, a Row, or float64
    array, one a real component. The result is for write()."""
    parts = [_text(label), _text(expression), struct.pack("<B", len(inputs))]
    for one in inputs:
        parts += encode_input(*one)
    if isinstance(expected, str):
        return parts + [b"\xff", _text(expected)]
    expected = np.asarray(expected)
    parts += [struct.pack("<B", DTYPES.index(expected.dtype.name)), _extents(expected.shape),
              Block(np.ascontiguousarray(expected).tobytes())]
    if tolerance is None:
        return parts + [b"\0"]
    if isinstance(tolerance, Row):
        return parts + [b"\2", _text(tolerance.name), struct.pack("<B", tolerance.normwise)]
    return parts + [b"\1", Block(np.ascontiguousarray(tolerance, dtype="<f8").tobytes())]


def plain_input(name, array):
    """An input that owns its memory, in C order."""
    array = np.ascontiguousarray(array).reshape(np.shape(array))
    return name, array, array.reshape(-1).view(np.uint8) if array.size else np.zeros(0, np.uint8)


def view_input(name, array):
    """A view with the memory that it looks at."""
    base = array
    while isinstance(base.base, np.ndarray):
        base = base.base
    return name, array, base.ravel(order="K").view(np.uint8)


def write(path, cases):
    """Returns the number of bytes written."""
    blocks = {}
    body = b"".join(struct.pack("<I", blocks.setdefault(part, len(blocks))) if isinstance(part, Block) else part
                    for case in cases for part in case)
    with open(path, "wb") as file:
        file.write(b"GPUCASE2" + struct.pack("<I", len(blocks)))
        for block in blocks:
            file.write(struct.pack("<I", len(block)) + block)
        file.write(struct.pack("<I", len(cases)) + body)
        return file.tell()
