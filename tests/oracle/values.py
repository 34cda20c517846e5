# SPDX-License-Identifier: Apache-2.0
"""Edge values of each dtype."""

import itertools

import numpy as np

BOOL, SIGNED, UNSIGNED = ["b1"], ["i1", "i2", "i4", "i8"], ["u1", "u2", "u4", "u8"]
INTEGERS, FLOATS, COMPLEXES = SIGNED + UNSIGNED, ["f4", "f8"], ["c8", "c16"]
DTYPES = BOOL + INTEGERS + FLOATS + COMPLEXES
NAMES = {"b1": "bool", "i1": "int8", "i2": "int16", "i4": "int32", "i8": "int64", "u1": "uint8", "u2": "uint16",
         "u4": "uint32", "u8": "uint64", "f4": "float32", "f8": "float64", "c8": "complex64", "c16": "complex128"}  # fmt: skip


def kind(dtype):
    return "bool" if dtype in BOOL else "integer" if dtype in INTEGERS else "float" if dtype in FLOATS else "complex"


def floating(dtype):
    """The dtype in which functions of reals compute: a departure from NumPy's float16 for 8 and 16 bits."""
    return dtype if dtype in FLOATS + COMPLEXES else "f4" if dtype in ("b1", "i1", "i2", "u1", "u2") else "f8"


def edges(dtype, few=False):
    """Special values, limits, and neighbours of places where functions turn; `few` for products of such lists."""
    if dtype == "b1":
        return np.array([False, True])
    if dtype in INTEGERS:
        info = np.iinfo(dtype)
        values = {0, 1, 3, info.bits - 1, info.bits, info.max}
        values |= {-1, -2, -7, info.min, info.min + 1} if info.min else {2, 7}
        if not few:
            values |= {2, 7, 8, info.max - 1, info.max // 2, info.max // 2 + 1}
            values |= {-3, -8, info.min // 2} if info.min else set()
        return np.array(sorted(values), dtype)
    if dtype in COMPLEXES:
        part = "f4" if dtype == "c8" else "f8"
        parts = _complex_parts(part)
        grid = np.array([complex(x, y) for x, y in itertools.product(parts, parts)])
        return grid[::11].astype(dtype) if few else grid.astype(dtype)
    positive = _few_floats(dtype) if few else _floats(dtype)
    return np.concatenate([[np.nan], positive, -positive]).astype(dtype)


def _few_floats(dtype):
    info = np.finfo(dtype)
    return np.array([0, info.smallest_subnormal, 0.5, 1, 1 + info.eps, 3, 10.25, info.max, np.inf], dtype)


def _floats(dtype):
    info = np.finfo(dtype)
    one, limit = np.array(1, dtype), np.log(np.array(info.max, dtype))
    values = [0, info.smallest_subnormal, info.tiny / 4, info.tiny, info.eps / 2, info.eps, 1e-5, 0.01, 0.25, 0.5, 0.75,
              np.nextafter(one, 0), 1, 1 + info.eps, 1.5, np.pi / 2, 2, 2.5, 3, np.pi, 4, 5, 6.5, 10.25, 27.25, 33, 36.5,
              limit, np.nextafter(limit, np.array(np.inf, dtype)), limit + 0.6, limit + 1.5, 100, 150.5, 170.5, 171.5, 746,
              1e4, 1e10, 2.0 ** info.nmant, 2.0 ** (info.nmant + 1), float(info.max) ** 0.5, info.max, np.inf]  # fmt: skip
    return np.array(values, dtype)


def _complex_parts(part):
    info = np.finfo(part)
    overflow = np.log(float(info.max)) + 0.5  # of exp, but not of its product with a small cosine or sine
    return np.array([0.0, -0.0, 0.5, 1, -1, np.inf, -np.inf, np.nan, info.smallest_subnormal, info.tiny, -2.5, 40, -800, overflow,
                     float(info.max) ** 0.5, 0.9 * float(info.max)], part)  # fmt: skip


def pairs(first, second):
    """All pairs of two lists as two arrays."""
    grid = list(itertools.product(range(len(first)), range(len(second))))
    return first[[i for i, _ in grid]], second[[j for _, j in grid]]


def ordinary(dtype, low, high, count, seed):
    """Evenly spread over an interval, the same on every run and every NumPy."""
    low, high = (max(low, 0), min(high, 100)) if dtype in UNSIGNED else (low, high)
    fractions = (np.arange(count) * 0.6180339887498949 + seed * 0.137) % 1.0
    if dtype == "b1":
        return fractions < 0.5
    if dtype in INTEGERS:
        bound = np.iinfo(dtype).max
        return np.floor(np.clip(low, -bound, bound) + fractions * (min(high, bound) - np.clip(low, -bound, bound))).astype(dtype)
    if dtype in COMPLEXES:
        other = (np.arange(count) * 0.7548776662466927 + seed * 0.311) % 1.0
        return ((low + fractions * (high - low)) + 1j * (low + other * (high - low))).astype(dtype)
    return (low + fractions * (high - low)).astype(dtype)
