# SPDX-License-Identifier: Apache-2.0
"""Every row of ops.def on the edge values of every dtype and on ordinary ones."""

import re
from pathlib import Path

import numpy as np
from casefile import Row, encode_case, plain_input
from reference import open_signs, reference
from values import COMPLEXES, DTYPES, FLOATS, NAMES, edges, floating, kind, ordinary, pairs

OPS = Path(__file__).resolve().parents[2] / "include/gpucompute/ops.def"
ROW = re.compile(r"^GPUCOMPUTE_OP\((\w+), (\d), (\w+), .*?RANGE\(([^,]+), ([^)]+)\)", re.M)
OPERATORS = {"add": "a + b", "subtract": "a - b", "multiply": "a * b", "divide": "a / b", "floor_divide": "a // b",
             "remainder": "a % b", "power": "a ** b", "negative": "-a", "positive": "+a", "equal": "a == b",
             "not_equal": "a != b", "less": "a < b", "less_equal": "a <= b", "greater": "a > b", "greater_equal": "a >= b",
             "bitwise_and": "a & b", "bitwise_or": "a | b", "bitwise_xor": "a ^ b", "invert": "~a",
             "left_shift": "a << b", "right_shift": "a >> b"}  # fmt: skip
# Departures from NumPy (docs/language.md): NumPy orders complex numbers by parts, we refuse.
REFUSED_COMPLEX = {"less", "less_equal", "greater", "greater_equal", "maximum", "minimum", "fmax", "fmin", "clip"}
FLOAT_RULES = {"floating", "floating_real", "angle", "make_complex"}
REAL_RULES = {"floating_real", "predicate_real", "make_complex"}


def rows():
    """(name, arity, rule, low, high) of every operation that a text can name."""
    return [(n, int(k), rule, float(lo), float(hi)) for n, k, rule, lo, hi in ROW.findall(OPS.read_text())]


def text_of(name, arity):
    return OPERATORS.get(name) or f"{name}({', '.join('abc'[:arity])})"


def expected(name, rule, arguments):
    """An array, or None where the types are refused."""
    dtype = arguments[-1].dtype.str[1:]
    if dtype in COMPLEXES and (name in REFUSED_COMPLEX or rule in REAL_RULES):
        return None
    if rule == "true_divide" and dtype not in COMPLEXES + FLOATS:
        arguments = [a.astype("f8") for a in arguments]
    if rule in FLOAT_RULES:
        arguments = [a.astype(floating(dtype)) for a in arguments]
    return reference(name, *arguments)


def argument_sets(name, arity, dtype, low, high, seed):
    """Edges, then ordinary values: lists of `arity` arrays."""
    few = edges(dtype, few=True)
    a, b = pairs(few, few)
    if name == "where":
        return [[np.arange(len(a)) % 3 > 0, a, b]]
    plain = [ordinary(dtype, low, high, 37, seed + i) for i in range(arity)]
    return [[edges(dtype)] if arity == 1 else [a, b, np.roll(a, 7)][:arity], plain]


def cases():
    for seed, (name, arity, rule, low, high) in enumerate(rows()):
        for dtype in DTYPES:
            yield from cases_of(f"{name}/{NAMES[dtype]}", text_of(name, arity), name, rule,
                                argument_sets(name, arity, dtype, low, high, seed))


def cases_of(label, text, name, rule, sets):
    for arguments in sets:
        result = expected(name, rule, arguments)
        if result is None:
            yield encode_case(label, text, [plain_input(n, a[:2]) for n, a in zip("abc", arguments)], "type", None)
            return
        unsigned = open_signs(name, *arguments)
        for part in (~unsigned, unsigned):
            if part.any():
                limit = None if kind(result.dtype.str[1:]) in ("bool", "integer") else Row(name, part is unsigned)
                inputs = [plain_input(n, a[part]) for n, a in zip("abc", arguments)]
                yield encode_case(label, text, inputs, result[part], limit)
