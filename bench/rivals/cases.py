# SPDX-License-Identifier: Apache-2.0
"""The expressions of the common set as each rival writes them, with inputs that are the same in every run."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Case:
    id: str
    text: str  # ours
    inputs: dict  # name: (dtype, low, high)
    array: str  # NumPy's, Numba's and JAX's, over the module `m`
    numexpr: str | None = None  # where it differs from `text`; "" where NumExpr cannot express it
    strided: bool = False
    sizes: tuple = (1_000, 100_000, 10_000_000)
    in_mean: bool = True  # counts in the geometric mean against NumExpr
    shapes: dict = field(default_factory=dict)  # name: "column" or "row" of a square

    def make(self, n):
        """The inputs by name; n is the number of elements of the result or of what is reduced."""
        arrays = {}
        for position, (name, (dtype, low, high)) in enumerate(self.inputs.items()):
            random = np.random.default_rng([position, *self.id.encode()])
            side = int(n**0.5)
            shape = {"column": (side, 1), "row": (side,)}.get(self.shapes.get(name), (2 * n if self.strided else n,))
            values = random.uniform(low, high, shape)
            if np.dtype(dtype).kind == "c":
                values = values + 1j * random.uniform(low, high, shape)
            if np.dtype(dtype).kind == "i":
                values = np.floor(values)
            arrays[name] = values.astype(dtype)[::2] if self.strided else values.astype(dtype)
        return arrays


def f8(*names, low=0.5, high=1.5):
    return {name: ("f8", low, high) for name in names}


CND = ("0.3989422804014327*m.exp(-0.5*{d}*{d})*({k}*(0.31938153+{k}*(-0.356563782+{k}*(1.781477937+{k}*(-1.821255978"
       "+{k}*1.330274429)))))")
D1 = "((m.log(s/x)+0.065*t)/(0.3*m.sqrt(t)))"
D2 = f"({D1}-0.3*m.sqrt(t))"


def cnd(d):
    tail = CND.format(d=d, k=f"(1/(1+0.2316419*m.abs({d})))")
    return f"m.where({d}>0,1-{tail},{tail})"


CALL = f"s*{cnd(D1)}-x*m.exp(-0.02*t)*{cnd(D2)}"

CASES = [
    Case("E1", "a + b*c", f8("a", "b", "c"), "a + b*c"),
    Case("E2", "a**2 + b**2 + 2*a*b", f8("a", "b"), "a**2 + b**2 + 2*a*b"),
    Case("E3", "a**2 + b**2 - 2*a*b*cos(c)", f8("a", "b") | f8("c", low=1, high=3), "a**2 + b**2 - 2*a*b*m.cos(c)"),
    Case("E4a", "sin(a) + log(b)*sqrt(c)", {"a": ("f8", 0.1, 3), "b": ("f8", 1, 10), "c": ("f8", 0, 10)},
         "m.sin(a) + m.log(b)*m.sqrt(c)"),
    Case("E4b", "exp(a) + tan(b) - sinh(c)", {"a": ("f8", 0, 1), "b": ("f8", 0, 1.5), "c": ("f8", 0, 0.75)},
         "m.exp(a) + m.tan(b) - m.sinh(c)"),
    Case("E5a", "2*y + 4*x", f8("x", "y"), "2*y + 4*x"),
    Case("E5b", "sin(x)**3.2 + cos(y)**3.2", {"x": ("f8", 0.05, 3.05), "y": ("f8", -1.5, 1.5)},
         "m.sin(x)**3.2 + m.cos(y)**3.2"),
    Case("E6", "((.25*x + .75)*x - 1.5)*x - 2", f8("x", low=0, high=1), "((.25*x + .75)*x - 1.5)*x - 2"),
    Case("E7b", CALL.replace("m.", ""), {"s": ("f8", 5, 30), "x": ("f8", 1, 100), "t": ("f8", 0.25, 10)}, CALL),
    Case("E8a", "(i2>2) | ((f3**2>3) & ~(i2*f3<2))", {"i2": ("i4", -5, 6), "f3": ("f8", -3, 3)},
         "(i2>2) | ((f3**2>3) & ~(i2*f3<2))", sizes=(1_000, 100_000, 5_000_000)),
    Case("E8b", "(i2>2) | ((f3**2>3) & ~(i2*f3<2))", {"i2": ("i4", -5, 6), "f3": ("f8", -3, 3)},
         "(i2>2) | ((f3**2>3) & ~(i2*f3<2))", sizes=(1_000, 100_000, 5_000_000), strided=True, in_mean=False),
    Case("E9a", "sum(sqrt(x*x + y*y) < 1)", f8("x", "y", low=0, high=1), "m.sum(m.sqrt(x*x + y*y) < 1)",
         numexpr="sum(where(sqrt(x*x + y*y) < 1, 1, 0))"),
    Case("E9b", "sum(a*b)", f8("a", "b", low=0, high=1), "m.sum(a*b)"),
    Case("E10a", "63+(a*b)+(c**2)+b", {name: ("f4", 0, 10) for name in "abc"}, "63+(a*b)+(c**2)+b"),
    Case("E10b", "a*b + c", f8("a", "b", "c"), "a*b + c", shapes={"a": "column", "b": "row", "c": "row"}),
    Case("E13a", "exp(-1j*x)", {"x": ("c16", -1, 1)}, "m.exp(-1j*x)", numexpr="exp(scaler*x)",
         sizes=(1_000, 100_000, 1_000_000)),
]
