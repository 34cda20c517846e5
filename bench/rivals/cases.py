# SPDX-License-Identifier: Apache-2.0
"""The expressions of the common set as each rival writes them, with inputs that are the same in every run."""

from dataclasses import dataclass, field

SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)


def whole(n):
    return n


# What n elements look like: (the n that is used, the shape of an input).
LAYOUTS = {
    "vector": (whole, lambda n: (n,)),
    "strided": (whole, lambda n: (2 * n,)),  # every second element is used
    "rows of 1024": (lambda n: max(1024, n // 1024 * 1024), lambda n: (n // 1024, 1024)),
    "rows of 10": (lambda n: n // 10 * 10, lambda n: (n // 10, 10)),
    "10 rows": (lambda n: n // 10 * 10, lambda n: (10, n // 10)),
    "outer product": (lambda n: int(n**0.5) ** 2, lambda n: (int(n**0.5),)),  # the first input is a column
}


@dataclass(eq=False)
class Case:
    id: str
    text: str  # ours
    inputs: dict  # name: (dtype, low, high)
    array: str  # NumPy's, Numba's and JAX's: an expression over the module `m`, or statements that end with `return`
    numexpr: list | None = None  # one text a result where it differs from `text`
    numba: str | None = None  # statements over the inputs and `out`, where Numba is better off with a loop
    cannot: dict = field(default_factory=dict)  # contestant: why it has no row
    layout: str = "vector"
    outputs: tuple = ()  # names of several results
    sizes: tuple = SIZES
    tolerance: float = 4  # ULP, of precise arithmetic; None: a sum of n terms in any order
    scale: str | None = None  # an expression whose last place counts where the result's terms cancel
    wide: bool = True  # whether the right result is computed in more digits than the inputs have

    def size(self, n):
        """n as used: the number of elements of the result or of what is reduced, in whole rows."""
        return LAYOUTS[self.layout][0](n)

    def make(self, n):
        """The inputs by name."""
        import numpy as np  # here, so that the bars can be read without it
        arrays = {}
        for position, (name, (dtype, low, high)) in enumerate(self.inputs.items()):
            random = np.random.default_rng([position, *self.id.encode()])
            values = random.uniform(low, high, LAYOUTS[self.layout][1](n))
            if np.dtype(dtype).kind == "c":
                values = values + 1j * random.uniform(low, high, values.shape)
            if np.dtype(dtype).kind == "i":
                values = np.floor(values)
            values = values.astype(dtype)
            if self.layout == "outer product" and position == 0:
                values = values[:, np.newaxis]
            arrays[name] = values[::2] if self.layout == "strided" else values
        return arrays

    def body(self):
        """Statements of a function that returns one result or a tuple of them."""
        return self.array if "return " in self.array else f"return {self.array}"

    def allowed(self, n):
        """As gpubench allows it."""
        return 8 + 2 * n**0.5 if self.tolerance is None else self.tolerance


def f8(*names, low=0.5, high=1.5):
    return {name: ("f8", low, high) for name in names}


ROW_LOOP = """
for i in m.prange(out.size):
    total = 0.0
    for j in range({x}.shape[1]):
        total += {term}
    out[i] = {finish}
"""
LONG_ROW_LOOP = """
for i in range(out.size):
    total = 0.0
    for j in m.prange(x.shape[1]):
        total += x[i, j]
    out[i] = total
"""
OUTER_LOOP = """
for i in m.prange(out.shape[0]):
    for j in range(out.shape[1]):
        out[i, j] = a[i, 0]*b[j] + c[j]
"""

# MatX's example: single precision, one result.
MATX = """
spread = V*{m}sqrt(T)
d1 = ({m}log(S/K) + (r + {f}(0.5)*V*V)*T)/spread
d2 = d1 - spread
{end} S*({f}(0.5)*{m}erfc({f}(-0.7071067811865476)*d1)) - K*{m}exp(-r*T)*({f}(0.5)*{m}erfc({f}(-0.7071067811865476)*d2))
"""
# CuPy's example: the five-term polynomial of Abramowitz and Stegun 26.2.17, both prices.
POLYNOMIAL = "(k{0}*(0.31938153 + k{0}*(-0.356563782 + k{0}*(1.781477937 + k{0}*(-1.821255978 + k{0}*1.330274429)))))"
CUPY = """
root = {m}sqrt(t)
d1 = ({m}log(s/x) + 0.065*t)/(0.3*root)
d2 = d1 - 0.3*root
k1 = 1/(1 + 0.2316419*{m}abs(d1))
k2 = 1/(1 + 0.2316419*{m}abs(d2))
p1 = 0.3989422804014327*{m}exp(-0.5*d1*d1)*""" + POLYNOMIAL.format(1) + """
p2 = 0.3989422804014327*{m}exp(-0.5*d2*d2)*""" + POLYNOMIAL.format(2) + """
c1 = {m}where(d1 > 0, 1 - p1, p1)
c2 = {m}where(d2 > 0, 1 - p2, p2)
strike = x*{m}exp(-0.02*t)
"""


def ours(text):
    return "; ".join(line.strip() for line in text.strip().splitlines())


def in_one_expression(text):
    """Local names put in where they are used, as NumExpr needs it."""
    import re
    known = {}
    for line in text.strip().splitlines():
        name, value = line.split(" = ")
        known[name] = "(" + re.sub(r"\b[a-z]+\d?\b", lambda word: known.get(word[0], word[0]), value) + ")"
    return known


ONE_OPERATION = {"naive": "one operation: it would be `fused`"}
PRICE = in_one_expression(CUPY.format(m=""))

CASES = [
    Case("E1", "a + b*c", f8("a", "b", "c"), "a + b*c"),
    Case("E2", "a**2 + b**2 + 2*a*b", f8("a", "b"), "a**2 + b**2 + 2*a*b"),
    Case("E3", "a**2 + b**2 - 2*a*b*cos(c)", f8("a", "b") | f8("c", low=1, high=3), "a**2 + b**2 - 2*a*b*m.cos(c)", tolerance=16),
    Case("E4a", "sin(a) + log(b)*sqrt(c)", {"a": ("f8", 0.1, 3), "b": ("f8", 1, 10), "c": ("f8", 0, 10)},
         "m.sin(a) + m.log(b)*m.sqrt(c)", tolerance=8),
    Case("E4b", "exp(a) + tan(b) - sinh(c)", {"a": ("f8", 0, 1), "b": ("f8", 0, 1.5), "c": ("f8", 0, 0.75)},
         "m.exp(a) + m.tan(b) - m.sinh(c)", tolerance=32),
    Case("E5a", "2*y + 4*x", f8("x", "y"), "2*y + 4*x"),
    Case("E5b", "sin(x)**3.2 + cos(y)**3.2", {"x": ("f8", 0.05, 3.05), "y": ("f8", -1.5, 1.5)},
         "m.sin(x)**3.2 + m.cos(y)**3.2", tolerance=16),
    Case("E6", "((.25*x + .75)*x - 1.5)*x - 2", f8("x", low=0, high=1), "((.25*x + .75)*x - 1.5)*x - 2"),
    Case("E7a", ours(MATX.format(m="", f="", end="")),
         {"K": ("f4", 1, 100), "V": ("f4", 0.1, 0.5), "S": ("f4", 5, 30), "r": ("f4", 0.01, 0.05), "T": ("f4", 0.25, 10)},
         MATX.format(m="m.", f="m.float32", end="return"), cannot={"numexpr": "it has no erfc"}, tolerance=64, scale="S + K"),
    Case("E7b", ours(CUPY.format(m="")) + "; call = s*c1 - strike*c2; put = strike*(1 - c2) - s*(1 - c1)",
         {"s": ("f8", 5, 30), "x": ("f8", 1, 100), "t": ("f8", 0.25, 10)},
         CUPY.format(m="m.") + "return s*c1 - strike*c2, strike*(1 - c2) - s*(1 - c1)",
         numexpr=[f"s*{PRICE['c1']} - {PRICE['strike']}*{PRICE['c2']}", f"call - s + {PRICE['strike']}"],  # put-call parity
         outputs=("call", "put"), tolerance=64, scale="s + x"),
    *(Case(f"E8{letter}", "(i2>2) | ((f3**2>3) & ~(i2*f3<2))", {"i2": ("i4", -5, 6), "f3": ("f8", -3, 3)},
           "(i2>2) | ((f3**2>3) & ~(i2*f3<2))", sizes=(*SIZES[:-1], 5_000_000), layout=layout, cannot=cannot, tolerance=0, wide=False)
      for letter, layout, cannot in (("a", "vector", {}), ("b", "strided", {"jax": "it has no strides and would time contiguous copies"}))),
    Case("E9a", "sum(sqrt(x*x + y*y) < 1)", f8("x", "y", low=0, high=1), "m.sum(m.sqrt(x*x + y*y) < 1)",
         numexpr=["sum(where(sqrt(x*x + y*y) < 1, 1, 0))"], tolerance=0, wide=False),
    Case("E9b", "sum(a*b)", f8("a", "b", low=0, high=1), "m.sum(a*b)", tolerance=None),
    Case("E9c", "sqrt(sum(a**2, axis=1))", f8("a", low=0, high=1), "m.sqrt(m.sum(a**2, axis=1))", layout="rows of 1024",
         sizes=(1_024, 10_240, 262_144, 1_048_576, 10_485_760), tolerance=64,
         numba=ROW_LOOP.format(x="a", term="a[i, j]*a[i, j]", finish="m.sqrt(total)"),
         cannot={"numexpr": "it has no operation after a reduction"}),
    Case("E9d", "sum(x, axis=1)", f8("x", low=0, high=1), "m.sum(x, axis=1)", layout="rows of 10", tolerance=8,
         numba=ROW_LOOP.format(x="x", term="x[i, j]", finish="total"), cannot=ONE_OPERATION),
    Case("E9e", "sum(x, axis=1)", f8("x", low=0, high=1), "m.sum(x, axis=1)", layout="10 rows", tolerance=None,
         numba=LONG_ROW_LOOP, cannot=ONE_OPERATION),
    Case("E10a", "63+(a*b)+(c**2)+b", {name: ("f4", 0, 10) for name in "abc"}, "63+(a*b)+(c**2)+b"),
    Case("E10b", "a*b + c", f8("a", "b", "c"), "a*b + c", layout="outer product", numba=OUTER_LOOP),
    Case("E13a", "exp(-1j*x)", {"x": ("c16", -1, 1)}, "m.exp(-1j*x)", numexpr=["exp(scaler*x)"], sizes=SIZES[:-1], tolerance=8),
    Case("E13b", "exp(-1j*x)", {"x": ("c8", -1, 1)}, "m.exp(m.complex64(-1j)*x)", sizes=SIZES[:-1], tolerance=8,
         cannot={"numexpr": "it has no complex64 and computes in complex128"}),
]

# The geometric mean against NumExpr, at the largest n of each: E1 to E6, E7 in float64, E8, E9's full sums, E10, E13.
MEAN = ("E1", "E2", "E3", "E4a", "E4b", "E5a", "E5b", "E6", "E7b", "E8a", "E8b", "E9a", "E9b", "E10a", "E10b", "E13a", "E13b")
BY_ID = {case.id: case for case in CASES}
