# SPDX-License-Identifier: Apache-2.0
"""Special values of the operations that are texts in ops.def, by NumPy: tests/data/graph/special.txt.

A line `operation type` heads lines `x [y] result`; complex numbers are `re,im`."""

import itertools
import sys
from pathlib import Path

import baseline  # noqa: F401, before NumPy
import numpy as np
from reference import numpy_function, reference

PARTS = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e-20, 30.0, 711.0, -1e308, np.inf, -np.inf, np.nan]
UNARY = ["sqrt", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "arcsin", "arccos",
         "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "sign"]
REALS = [0.0, -0.0, 1.0, -1.0, 0.1, 2.5, -2.5, 3.0, -7.0, 1e-300, 1e17, -1e300, np.inf, -np.inf, np.nan]
BINARY_REAL = ["remainder", "floor_divide", "fmax", "fmin"]
INTEGERS = [0, 1, -1, 2, -2, 3, -3, 7, -7, 127, -128]
BINARY_INTEGER = ["remainder", "floor_divide", "fmod"]


def word(value):
    """The shortest text that reads back as the same number."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, complex):
        return f"{word(value.real)},{word(value.imag)}"
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def lines():
    for name in UNARY:
        yield f"{name} complex128"
        for x, y in itertools.product(PARTS, PARTS):
            z = np.array([complex(x, y)])
            # NumPy rounds the angle of exp2 first; one of 1e308 has no digits at all.
            if name != "exp2" or abs(y) != 1e308:
                value = reference(name, z) if name == "exp2" else numpy_function(name)(z)
                yield f"{word(z[0])} {word(value[0])}"
    for name in BINARY_REAL:
        yield f"{name} float64"
        for x, y in itertools.product(REALS, REALS):
            yield f"{word(x)} {word(y)} {word(getattr(np, name)(np.array([x]), np.array([y]))[0])}"
    for name in BINARY_INTEGER:
        yield f"{name} int8"
        for x, y in itertools.product(INTEGERS, INTEGERS):
            yield f"{x} {y} {word(getattr(np, name)(np.array([x], np.int8), np.array([y], np.int8))[0])}"
    small = [p for p in PARTS if abs(p) < 1e3]
    yield "divide complex128"
    for a, b, c, d in itertools.product(small[2:8], small[2:8], small[:8], small[:8]):
        first, second = complex(a, b), complex(c, d)
        yield f"{word(first)} {word(second)} {word((np.array([first]) / np.array([second]))[0])}"


if __name__ == "__main__":
    path = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "data/graph/special.txt"
    with np.errstate(all="ignore"):
        text = "\n".join(lines()) + "\n"
    Path(path).write_text(text)
