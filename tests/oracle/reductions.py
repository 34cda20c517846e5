# SPDX-License-Identifier: Apache-2.0
"""Every reduction on every dtype: axes, keepdims, lengths around lanes and leaves, nothing at all, NaN, ties, limits."""

import numpy as np
from casefile import encode_case, plain_input, view_input
from expressions import REDUCTIONS, answer
from values import COMPLEXES, DTYPES, NAMES, edges, kind, ordinary

SHAPE = (3, 4, 5)
AXES = ["", "axis=0", "axis=-1", "axis=1, keepdims=True", "axis=(0, 2)", "axis=(-1, 0), keepdims=True", "keepdims=True"]
LENGTHS = [1, 2, 31, 32, 33, 63, 64, 65, 1000]
LONG = [4095, 4096, 4097, 9000]  # around the leaves of the reduction tree
ONE_AXIS = {"argmin", "argmax"}
ORDERED = {"min", "max", "argmin", "argmax"}
REFUSED = [("sum(a, axis=3)", "any"), ("sum(a, axis=(0, 0))", "any"), ("sum(a, axis=-4)", "any"), ("argmin(a, axis=(0, 1))", "any")]


def values(dtype, shape, name=""):
    """Products stay in range but for integers, which wrap."""
    count = int(np.prod(shape))
    low, high = (0, 3.9) if kind(dtype) == "integer" else (-2, 2)
    if name == "prod":
        low, high = (1, 3.9) if kind(dtype) == "integer" else (0.8, 1.2)
    return ordinary(dtype, low, high, count, 3).reshape(shape)


def case(label, name, array, options=""):
    text = f"{name}(a{', ' if options else ''}{options})"
    result, limit = answer(text, {"a": array}, 3)
    dtype = array.dtype.str[1:]
    if name in ORDERED and dtype in COMPLEXES:
        result, limit = "type", None
    return encode_case(f"{name}/{NAMES[dtype]}/{label}", text, [(plain_input if array.base is None else view_input)("a", array)], result, limit)


def cases():
    for name in sorted(REDUCTIONS):
        for dtype in DTYPES:
            for options in AXES + (["ddof=1", "axis=0, ddof=1"] if name in ("var", "std") else []):
                if name in ONE_AXIS and "(" in options:
                    continue
                yield case("3x4x5", name, values(dtype, SHAPE, name), options)
                flat = values(dtype, SHAPE[1:], name)
                yield case("broadcast", name, np.broadcast_to(flat, SHAPE), options)
            yield case("0", name, np.zeros(0, dtype))
            for options in ("axis=0", "axis=1"):
                yield case("3x0", name, np.zeros((3, 0), dtype), options)
            if name not in ("prod", "var", "std", "mean") or kind(dtype) in ("float", "complex"):
                with np.errstate(all="ignore"):
                    yield case("edges", name, edges(dtype))
        for dtype in ("b1", "i4", "u8", "f4", "f8", "c16"):
            for length in LENGTHS:
                yield case(str(length), name, values(dtype, length, name))
        if name in ("var", "std"):
            for dtype in ("f8", "c16"):
                far = np.ascontiguousarray(1e9 + values(dtype, SHAPE)).astype(dtype)
                for options in ("", "axis=0", "axis=2"):
                    yield case("far from 0", name, far, options)
        for dtype in ("i1", "f4", "f8"):
            for length in LONG if name != "prod" else []:
                yield case(str(length), name, values(dtype, LONG[-1], name)[:length])
    for text, mistake in REFUSED:
        yield encode_case(text, text, [plain_input("a", values("f8", SHAPE))], mistake, None)
