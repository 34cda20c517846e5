# SPDX-License-Identifier: Apache-2.0
"""Special values of the operations that are texts in ops.def, by NumPy: tests/data/graph/special.txt.

A line is `text type x [y] -> result`, numbers as hexadecimal floats, complex ones as `re,im`."""

import itertools
import sys

import numpy as np

PARTS = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e-20, 30.0, 711.0, -1e308, np.inf, -np.inf, np.nan]
UNARY = ["sqrt", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "arcsin", "arccos",
         "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "sign"]
REALS = [0.0, -0.0, 1.0, -1.0, 0.1, 2.5, -2.5, 3.0, -7.0, 1e-300, 1e17, -1e300, np.inf, -np.inf, np.nan]
BINARY_REAL = ["remainder", "floor_divide", "fmax", "fmin"]
INTEGERS = [0, 1, -1, 2, -2, 3, -3, 7, -7, 127, -128]
BINARY_INTEGER = ["remainder", "floor_divide", "fmod"]


def word(value):
    value = value.item()
    if isinstance(value, complex):
        return f"{value.real.hex()},{value.imag.hex()}"
    return value.hex() if isinstance(value, float) else str(value)


def lines():
    for name, x, y in itertools.product(UNARY, PARTS, PARTS):
        z = np.array([complex(x, y)])
        yield f"{name} complex128 {word(z[0])} -> {word(getattr(np, name)(z)[0])}"
    for name, x, y in itertools.product(BINARY_REAL, REALS, REALS):
        yield f"{name} float64 {x.hex()} {y.hex()} -> {word(getattr(np, name)(np.array([x]), np.array([y]))[0])}"
    for name, x, y in itertools.product(BINARY_INTEGER, INTEGERS, INTEGERS):
        a, b = np.array([x], np.int8), np.array([y], np.int8)
        yield f"{name} int8 {x} {y} -> {word(getattr(np, name)(a, b)[0])}"
    small = [p for p in PARTS if abs(p) < 1e3]
    for a, b, c, d in itertools.product(small[2:8], small[2:8], small[:8], small[:8]):
        z = np.array([complex(a, b)]) / np.array([complex(c, d)])
        yield f"divide complex128 {a.hex()},{b.hex()} {c.hex()},{d.hex()} -> {word(z[0])}"


if __name__ == "__main__":
    with np.errstate(all="ignore"):
        text = "\n".join(lines()) + "\n"
    open(sys.argv[1], "w").write(text)
