# SPDX-License-Identifier: Apache-2.0
"""Writes and reads the case files that tests/common/case_file.cpp replays on every device and tier.

A case is one expression, its inputs as raw memory with byte strides, and the result that NumPy gives, with a
tolerance an element. Little-endian throughout; a number without a type is in base 128, low digits first, the high bit
of a byte saying that more follow, and zigzag (0, -1, 1, -2, ...) where it is called signed.

    file    "GPUCASE3", number of blocks, blocks, number of cases, cases
    block   bytes, bytes: memory of inputs, elements of results, tolerances; equal ones are stored once
    case    text label, text expression, number of inputs, inputs, expected
    input   text name, layout, signed offset of the first element, block's number
    layout  uint8 dtype (row of dtypes.def), rank, extents, signed byte strides
    expected  uint8 dtype, rank, extents, number of the block of the elements in C order, tolerance;
            or uint8 255 and a text: the mistake that must be reported: type, shape, syntax, name or any
    tolerance  uint8 kind and what belongs to it: 0 equal bits; 1 number of a block with the upper 16 bits of one float64
            a component and element, rounded up (absolute; infinite: not compared); 2 the name of an operation, whose row
            of ops.def says how many ULP, and uint8 1 where zeros and infinities are compared without their signs
    text    bytes, UTF-8
"""
import struct

import baseline  # noqa: F401, before NumPy

import numpy as np

DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
          "float32", "float64", "complex64", "complex128"]


def _number(value):
    digits = bytearray()
    while value > 127:
        digits.append(value & 127 | 128)
        value >>= 7
    return bytes(digits + bytes([value]))


def _signed(value):
    return _number(2 * value if value >= 0 else -2 * value - 1)


def _text(value):
    data = value.encode()
    return _number(len(data)) + data


def _extents(values):
    return _number(len(values)) + b"".join(map(_number, values))


def _limits(tolerance):
    """The upper halves of upper halves of float64, rounded up: at most 1/16 more."""
    bits = np.ascontiguousarray(tolerance, dtype="<f8").view("<u8").reshape(-1)
    return ((bits >> np.uint64(48)) + ((bits & np.uint64(0xFFFFFFFFFFFF)) != 0)).astype("<u2").tobytes()


class Row:
    """The tolerance that the row of an operation gives; open_signs: of zeros and infinities."""

    def __init__(self, name, open_signs=False):
        self.name, self.open_signs = name, open_signs


class Block(bytes):
    """Bytes that stand in a case as the number of their block."""


def encode_input(name, array, buffer):
    """`array` is a view of `buffer`, a contiguous uint8 array."""
    offset = array.__array_interface__["data"][0] - buffer.__array_interface__["data"][0] if array.size else 0
    layout = struct.pack("<B", DTYPES.index(array.dtype.name)) + _extents(array.shape)
    return [_text(name) + layout + b"".join(map(_signed, (*array.strides, offset))), Block(buffer.tobytes())]


def encode_case(label, expression, inputs, expected, tolerance):
    """inputs: (name, array, buffer); expected: array or kind of mistake; tolerance: None for equal bits, a Row, or float64
    array, one a real component. The result is for write()."""
    parts = [_text(label), _text(expression), _number(len(inputs))]
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
        return parts + [b"\2", _text(tolerance.name), struct.pack("<B", tolerance.open_signs)]
    return parts + [b"\1", Block(_limits(tolerance))]


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
    body = b"".join(_number(blocks.setdefault(part, len(blocks))) if isinstance(part, Block) else part
                    for case in cases for part in case)
    with open(path, "wb") as file:
        file.write(b"GPUCASE3" + _number(len(blocks)))
        for block in blocks:
            file.write(_number(len(block)) + block)
        file.write(_number(len(cases)) + body)
        return file.tell()
