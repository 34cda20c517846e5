# SPDX-License-Identifier: Apache-2.0
"""The expressions that NumExpr's own test suite is made of, on every dtype, with arrays and with scalars among them."""

import numpy as np
from casefile import encode_case, plain_input, view_input
from expressions import answer, names
from values import DTYPES, NAMES

N = 21  # a vector of the widest registers and a tail

NUMEXPR = ["i4", "i8", "f4", "f8", "c16"]  # its own dtypes, on which scalars take part too
MIXED = ["b*c+d*e", "2*a+3*b", "-a", "sinh(a)", "2*a+(cos(3)+5)*sinh(cos(b))", "2*a+arctan2(a,b)", "arcsin(0.5)",
         "where(a != 0.0, 2, a)", "where(a > 10, b < a, b > a)", "where((a-10).real != 0.0, a, 2)",
         "0.25*(a<5)+0.33*(a>=5)", "cos(1+1)", "1+1", "1"]  # fmt: skip
SIDES = ["(a+1) {} (b+3)", "3 {} (b+3)", "(a+1) {} 4", "2 {} (b+3)", "(a+1) {} 2", "(a+1) {} -1", "(a+1) {} 0.5", "(a+1) {} 0"]
OPERATIONS = [side.format(op) for op in ("+", "-", "*", "/", "%", "**") for side in SIDES]
# What that suite leaves out, which is why NumExpr fails on it.
OPERATIONS += [side.format(op) for op in ("//", "&", "|", "^", "<<", ">>") for side in ("(a+1) {} (b+3)", "5 {} (b+3)", "(a+1) {} 3")]
COMPARISONS = [side.format(op) for op in ("<", "<=", "==", "!=", ">=", ">") for side in
               ("a/2+5 {} b", "a/2+5 {} 7", "7 {} b", "7.0 {} 5")]  # fmt: skip
ONE = ["copy", "ones_like", "sqrt", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh",
       "arccosh", "arctanh", "log", "log1p", "log10", "log2", "exp", "expm1", "abs", "conj", "real", "imag", "ceil",
       "floor", "trunc", "round", "sign", "isnan", "isinf", "isfinite", "signbit"]  # fmt: skip
TWO = ["arctan2", "fmod", "hypot", "nextafter", "copysign", "maximum", "minimum"]
FUNCTIONS = [f"a + {f}(b+c)" for f in ONE] + [t.format(f) for f in TWO for t in
             ("a + {}(b+c, d+1)", "a + {}(b+c, 1)", "a + {}(1, d+1)")]  # fmt: skip
POWERS = [f"(a+1)**{n}" for n in ("-7", "-2.5", "-1.5", "-1.3", "-.5", "0", "0.0", "1", "2.3", "2.5", "3")]
# Literals of whole numbers multiply: no digit is lost.
POWERS += ["(a+2j)**2", "(a+2j)**3", "(a-1j)**-2", "(a+2.5+2j)**(4+0j)", "(1+2j)**2", "(1+2j)**-2", "(2-3j)**5", "1j**2",
           "(1.5+2j)**0", "(1.5+2j)/(0.5-3j)", "(1.5+2j)**0.5"]  # fmt: skip
ALL = MIXED + OPERATIONS + COMPARISONS + FUNCTIONS + POWERS


def data(dtype):
    dtype = np.dtype(dtype)
    ramp = np.arange(N).astype(dtype)
    return {"a": np.arange(2 * N).astype(dtype)[::2], "b": (np.arange(N) / N).astype(dtype), "c": ramp, "d": ramp, "e": ramp}


def scalar(array):
    return array[array.size // 2 : array.size // 2 + 1].reshape(()).copy()


def cases():
    for number, text in enumerate(ALL):
        used = names(text)
        for dtype in DTYPES if used else ["f8"]:
            for mode in ("arrays", "a scalar", "b scalar"):
                changed = mode[0]
                if mode != "arrays" and (changed not in used or dtype not in NUMEXPR):
                    continue
                env = {n: v for n, v in data(dtype).items() if n in used}
                if mode != "arrays":
                    env[changed] = scalar(env[changed])
                result, limit = answer(text, env, number)
                inputs = [(view_input if v.ndim else plain_input)(n, v) for n, v in env.items()]
                yield encode_case(f"{NAMES[dtype]}, {mode}", text, inputs, result, limit)
