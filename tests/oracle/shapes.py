# SPDX-License-Identifier: Apache-2.0
"""Broadcasting, layouts and sizes: any strides, up to 32 dimensions, nothing at all, shapes that do not fit."""

import numpy as np
from casefile import encode_case, view_input
from expressions import answer

BROADCAST = [((5, 10), (10,)), ((5, 10), (5, 1)), ((1,), (7,)), ((), (3, 4)), ((), ()), ((4, 1, 3), (1, 5, 1)), ((0,), (1,)),
             ((0, 2, 4), (4,)), ((3, 0), (3, 1)), ((1,) * 32, (2,)), ((2,) + (1,) * 30 + (3,), (1, 3)), ((33, 17), (33, 17)),
             ((2, 3, 4, 5), (3, 1, 5)), ((1, 1), (1,))]  # fmt: skip
MISFITS = [((3,), (4,)), ((2, 3), (2,)), ((5, 1, 3), (4, 2)), ((0,), (2,))]
TEXTS = ["a + b", "a*b - a", "where(a < b, a, b)", "sqrt(a*a + b*b)", "a / (b + 1) > 2"]


def array(dtype, shape, seed=1):
    count = int(np.prod(shape))
    return ((np.arange(count) * 7 + seed) % 23).astype(dtype).reshape(shape)


def views():
    """Name -> (a, b) of equal shapes, one or both in an unusual layout."""
    base, plain = array("f8", (12, 14)), array("f8", (12, 14), 5)
    raw = np.zeros(12 * 14 * 8 + 3, np.uint8)
    unaligned = np.ndarray((12, 14), "f8", raw, offset=3)
    unaligned[...] = base
    records = np.zeros(40, np.dtype([("x", "u1"), ("f", "f4"), ("y", "i4")]))
    records["f"], records["y"] = np.arange(40) / 3, np.arange(40) - 20
    whole = records.view(np.uint8).reshape(-1)
    field = np.ndarray((40,), "f4", whole, offset=1, strides=(9,))
    other = np.ndarray((40,), "i4", whole, offset=5, strides=(9,))
    return {
        "every other row": (base[::2], plain[::2]), "every third column": (base[:, ::3], plain[:, 1::3]),
        "negative strides": (base[::-1, ::-1], plain), "half turned": (base[::-1], plain[:, ::-1]),
        "transposed": (base.T, plain.T), "one transposed": (base[:, :12].T, plain[:, :12]),
        "an offset": (base[3:7, 2:9], plain[1:5, 4:11]), "a column": (base[:, 3], plain[:, 4]),
        "stride zero": (np.broadcast_to(base[0], (12, 14)), plain), "both stride zero": (np.broadcast_to(base[:, :1], (12, 14)), np.broadcast_to(plain[:1], (12, 14))),
        "one number everywhere": (np.broadcast_to(base[2, 2], (12, 14)), plain), "unaligned": (unaligned, plain),
        "fields of records": (field, other), "Fortran order": (np.asfortranarray(base), np.asfortranarray(plain)),
        "Fortran with C": (np.asfortranarray(base), plain), "short rows": (base.reshape(-1, 2), plain.reshape(-1, 2)),
        "three dimensions, middle last": (base.reshape(3, 4, 14).transpose(0, 2, 1), plain.reshape(3, 4, 14).transpose(0, 2, 1)),
    }  # fmt: skip


def cases():
    for dtypes in (("f8", "f8"), ("i4", "f4"), ("u1", "i8"), ("c8", "f4")):
        for first, second in BROADCAST:
            for text in TEXTS[:2] if "c8" in dtypes else TEXTS:
                yield encoded(f"{first} with {second}", text, array(dtypes[0], first), array(dtypes[1], second, 5))
    for first, second in MISFITS:
        inputs = [view_input("a", array("f8", first)), view_input("b", array("f8", second))]
        yield encode_case(f"{first} does not fit {second}", "a + b", inputs, "shape", None)
    for label, (a, b) in views().items():
        for text in TEXTS + ["sum(a*b)", "max(a + b, axis=0)", "sum(a - b, axis=-1)", "a - mean(b)"]:
            yield encoded(label, text, a, b)


def encoded(label, text, a, b):
    result, limit = answer(text, {"a": a, "b": b}, 2)
    return encode_case(f"{label}, {a.dtype} and {b.dtype}", text, [view_input("a", a), view_input("b", b)], result, limit)
