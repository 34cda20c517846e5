# SPDX-License-Identifier: Apache-2.0
"""Writes and reads the case files that tests/common/case_file.cpp replays on every device and tier.

A case is one expression, its inputs as raw memory with byte strides, and the result that NumPy gives, with a
tolerance an element. Little-endian throughout.

    file    "GPUCASE1", uint32 number of cases, cases
    case    text label, text expression, uint8 number of inputs, inputs, expected
    input   text name, layout, int64 offset of the first element, uint32 bytes, bytes
    layout  uint8 dtype (row of dtypes.def), uint8 rank, int64 extents, int64 byte strides
    expected  uint8 dtype, uint8 rank, int64 extents, elements in C order,
            uint8 kind of tolerance: 0 bits, 1 one float32 a component and element (absolute; infinite: not compared)
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


def encode_input(name, array, buffer):
    """`array` is a view of `buffer`, a contiguous uint8 array."""
    offset = array.__array_interface__["data"][0] - buffer.__array_interface__["data"][0] if array.size else 0
    return (_text(name) + struct.pack("<B", DTYPES.index(array.dtype.name)) + _extents(array.shape) +
            struct.pack(f"<{array.ndim}q", *array.strides) + struct.pack("<qI", offset, buffer.size) + buffer.tobytes())


def encode_case(label, expression, inputs, expected, tolerance):
    """inputs: (name, array, buffer); tolerance: None for equal bits, or float32 array, one a real component."""
    expected = np.asarray(expected)
    parts = [_text(label), _text(expression), struct.pack("<B", len(inputs))]
    parts += [encode_input(*one) for one in inputs]
    parts += [struct.pack("<B", DTYPES.index(expected.dtype.name)), _extents(expected.shape),
              np.ascontiguousarray(expected).tobytes()]
    if tolerance is None:
        parts.append(b"\0")
    else:
        parts.append(b"\1" + np.ascontiguousarray(tolerance, dtype="<f4").tobytes())
    return b"".join(parts)


def write(path, cases):
    with open(path, "wb") as file:
        file.write(b"GPUCASE1" + struct.pack("<I", len(cases)))
        for case in cases:
            file.write(case)
