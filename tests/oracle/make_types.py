# SPDX-License-Identifier: Apache-2.0
"""Result types by NumPy 2: tests/data/language/types.txt.

A line is `TEXT ; NAMES ; RESULTS`: one result for each type of the names, the last name's varying fastest; `-` is an
error. Names are arrays, literals in TEXT are Python numbers."""

import itertools
import sys
import warnings

import numpy as np

TYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64",
         "complex64", "complex128"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>", "<", "<=", "==", "!="]
FUNCTIONS_2 = ["maximum", "minimum", "fmax", "fmin", "fmod", "arctan2", "hypot", "copysign", "nextafter", "logaddexp",
               "logaddexp2"]
FUNCTIONS_1 = ["sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh",
               "arctanh", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "abs", "sign",
               "floor", "ceil", "trunc", "round", "rint", "conj", "real", "imag", "isnan", "isinf", "isfinite",
               "signbit", "square", "ones_like", "copy", "bitwise_count", "sinc", "deg2rad", "angle", "positive"]
REDUCTIONS = ["sum", "prod", "min", "max", "mean", "var", "std", "any", "all", "count_nonzero", "argmin", "argmax"]
LITERALS = ["True", "2", "2.5", "1.5j"]


def result(text, names):
    values = {name: np.ones(2, kind) for name, kind in names.items()}
    space = {name: getattr(np, name) for name in FUNCTIONS_1 + FUNCTIONS_2 + REDUCTIONS + ["where", "clip"]}
    try:
        return str(np.asarray(eval(text, space, values)).dtype)
    except (TypeError, ValueError, OverflowError):
        return "error"


def cells():
    for kind in TYPES:
        one = {"a": kind}
        for text in ["-a", "~a", "+a", "where(a == a, a, 1)", "where(a == a, 2.5, a)", "clip(a, 0, 1)"]:
            yield text, one
        for name in FUNCTIONS_1 + REDUCTIONS:
            yield f"{name}(a)", one
        for literal in LITERALS:
            for operator in OPERATORS:
                yield f"a {operator} {literal}", one
                yield f"{literal} {operator} a", one
            for name in FUNCTIONS_2:
                yield f"{name}(a, {literal})", one
    for kind, other in itertools.product(TYPES, TYPES):
        both = {"a": kind, "b": other}
        for operator in OPERATORS:
            yield f"a {operator} b", both
        for name in FUNCTIONS_2:
            yield f"{name}(a, b)", both
        yield "where(a == a, a, b)", both
    for kinds in itertools.product(TYPES, repeat=3):
        three = dict(zip("abc", kinds))
        yield "clip(a, b, c)", three


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    by_text = {}
    for text, names in cells():
        by_text.setdefault((text, tuple(names)), []).append(result(text, names))
    with open(sys.argv[1], "w") as file:
        short = {kind: kind[0] + kind.lstrip("abcdefghijklmnopqrstuvwxyz") for kind in TYPES} | {"error": "-", "float16": "f16"}
        for (text, names), results in by_text.items():
            file.write(f"{text} ; {' '.join(names)} ; {' '.join(short[r] for r in results)}\n")
