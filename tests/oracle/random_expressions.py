# SPDX-License-Identifier: Apache-2.0
"""Seeded random typed expressions over random shapes and strides, as text and as what NumPy makes of them."""
import warnings

import numpy as np

from reference import complex_quotient
from wiggle import Wiggler

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
REALS = ["float32", "float64"]
COMPLEXES = ["complex64", "complex128"]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, np.inf, -np.inf, np.nan, 1e-310, 5e-324, 1e300, -1e300, 1e-40, 3e38]
warnings.filterwarnings("ignore")
np.seterr(all="ignore")


class Node:
    """text: the expression; run(env, wiggle): NumPy's value; exact: no inexact step below."""

    def __init__(self, text, run, kind, exact):
        self.text, self.run, self.kind, self.exact = text, run, kind, exact


def extremum(pick_larger):
    """maximum/minimum with the documented rule for zeros: -0 is less than +0."""

    def apply(a, b):
        result = (np.maximum if pick_larger else np.minimum)(a, b)
        if np.asarray(result).dtype.kind != "f":
            return result
        both_zero = (np.asarray(a) == 0) & (np.asarray(b) == 0)
        negative = (np.signbit(a) & np.signbit(b)) if pick_larger else (np.signbit(a) | np.signbit(b))
        return np.where(both_zero, np.where(negative, -0.0, 0.0).astype(result.dtype), result)[()]

    return apply


def reduced_extremum(name, value, options):
    """min or max along axes with the documented rule for zeros: -0 is less than +0."""
    result = getattr(np, name)(value, **options)
    if value.dtype.kind != "f":
        return result
    zeros = (value == 0) & (np.signbit(value) == (name == "min"))
    sign = -0.0 if name == "min" else 0.0
    return np.where((result == 0) & np.any(zeros, **options), np.asarray(result).dtype.type(sign), result)[()]


def integer_cast(value, target):
    """int64 with uint64 gives float64, whose cast out of range is a documented departure: not a case."""
    if np.asarray(value).dtype.kind == "f":
        raise TypeError("a cast of a real to an integer")
    return np.asarray(value).astype(target)[()]


def numbers_of(node):
    """The node with 1.0 for NaN, whose sign is unspecified."""
    return Node(f"where({node.text} == {node.text}, {node.text}, 1.0)",
                lambda env, w: (lambda x: np.where(x == x, x, np.asarray(x).dtype.type(1)))(node.run(env, w))[()],
                "f", node.exact)


LIBRARY_1 = ["sin", "cos", "exp", "expm1", "log", "log1p", "log2", "log10", "tanh", "arctan", "arcsinh", "cbrt", "exp2",
             "sinh", "cosh", "tan", "arcsin", "arccos", "arccosh", "arctanh", "deg2rad", "rad2deg"]
# Without exp2, expm1 and log1p, of which NumPy loses digits.
LIBRARY_COMPLEX = ["exp", "log", "sin", "cos", "sqrt", "tanh", "sinh", "cosh", "tan", "arcsin", "arccos", "arctan", "arcsinh",
                   "arccosh", "arctanh", "log2", "log10", "square", "reciprocal"]
EXACT_1 = ["floor", "ceil", "trunc", "sqrt", "abs", "sign"]


class Generator:
    def __init__(self, rng):
        self.rng = rng
        self.inputs = []
        self.shape = ()

    def pick(self, items):
        return items[self.rng.integers(len(items))]

    def chance(self, p):
        return self.rng.random() < p

    def values(self, dtype, count):
        kind = np.dtype(dtype).kind
        if kind == "b":
            return self.rng.integers(0, 2, count).astype(bool)
        if kind in "iu":
            info = np.iinfo(dtype)
            small = self.rng.integers(max(info.min, -9), 10, count)
            edges = self.rng.choice(np.array([info.min, info.max, 0, 1], dtype=dtype), count)
            return np.where(self.rng.random(count) < 0.8, small.astype(dtype), edges)
        if kind == "f":
            plain = self.rng.uniform(-4, 4, count).astype(dtype)
            special = self.rng.choice(np.array(SPECIAL).astype(dtype), count)
            return np.where(self.rng.random(count) < 0.85, plain, special)
        real = {"complex64": "float32", "complex128": "float64"}[np.dtype(dtype).name]
        result = np.empty(count, dtype)
        result.real = self.rng.uniform(-3, 3, count).astype(real)
        result.imag = self.rng.uniform(-3, 3, count).astype(real)
        return result

    def layout(self, dtype):
        """A view with a random layout of `self.shape` with some extents 1, and the memory it lies in."""
        shape = [1 if self.chance(0.15) else n for n in self.shape]
        shape = shape[self.rng.integers(len(shape) + 1) if self.chance(0.2) else 0:]
        order = list(self.rng.permutation(len(shape))) if self.chance(0.3) else list(range(len(shape)))
        steps = [int(self.pick([1, 1, 1, -1])) for _ in shape]
        if shape and self.chance(0.4):  # one axis only: the gaps are memory that the case file carries
            steps[int(self.rng.integers(len(shape)))] = int(self.pick([2, 3, -2]))
        extents = [shape[axis] * abs(steps[axis]) for axis in order]
        item = np.dtype(dtype).itemsize
        shift = int(self.rng.integers(1, item)) if item > 1 and self.chance(0.1) else 0
        memory = np.zeros(int(np.prod(extents)) * item + shift, np.uint8)
        base = np.ndarray(extents, dtype, memory, offset=shift)
        base[...] = self.values(dtype, base.size).reshape(extents)
        view = base.transpose(np.argsort(order)) if shape else base
        # The ellipsis keeps a 0-d view a view: without it NumPy hands out a copy.
        view = view[(*(slice(None, None, step) for step in steps), ...)]
        view = view[(*(slice(0, n) for n in shape), ...)]
        return view, memory

    def leaf(self, kind):
        if self.inputs and self.chance(0.4):
            same = [one for one in self.inputs if one[1].dtype.kind in kind]
            if same:
                name, view, _ = self.pick(same)
                return Node(name, lambda env, w, name=name: env[name], kind, True)
        choices = {"b": ["bool"], "i": INTEGERS, "f": REALS, "c": COMPLEXES}
        name = "abcdefgh"[len(self.inputs)] if len(self.inputs) < 8 else None
        if name is None:
            return self.leaf_again(kind)
        view, memory = self.layout(self.pick(choices[kind[0]]))
        self.inputs.append((name, view, memory))
        return Node(name, lambda env, w, name=name: env[name], kind, True)

    def leaf_again(self, kind):
        same = [one for one in self.inputs if one[1].dtype.kind in kind]
        if not same:
            raise LookupError("no input of that kind is left")
        name = self.pick(same)[0]
        return Node(name, lambda env, w: env[name], kind, True)

    def literal(self, kind):
        if kind == "f":
            value = self.pick([0.5, 2.0, 1.5, -3.25, 1e-3, 100.0])
        elif kind == "c":
            value = self.pick([1j, 2 - 1j, 0.5 + 0.25j])
        elif kind == "b":
            value = self.pick([True, False])
        else:
            value = self.pick([0, 1, 2, 3, 5, 7])
        text = f"({value!r})" if kind == "c" or (kind == "f" and value < 0) else repr(value)
        return Node(text, lambda env, w: value, kind, True)

    def expression(self, kind, depth):
        """A node whose value has dtype kind b, i (signed or unsigned), f or c."""
        if depth == 0:
            return self.leaf("iu" if kind == "i" else kind)
        return getattr(self, "make_" + kind)(depth - 1)

    def binary(self, kind, depth, tokens, exact=True):
        token, function = self.pick(tokens)
        left = self.expression(kind, depth)
        right = self.literal(kind) if self.chance(0.25) else self.expression(kind, self.rng.integers(depth + 1))
        if self.chance(0.5) and right.text[0] not in "0123456789(TF":
            left, right = right, left
        text = f"({left.text} {token} {right.text})" if not token.isidentifier() else f"{token}({left.text}, {right.text})"
        run = lambda env, w: function(left.run(env, w), right.run(env, w))
        if not exact:
            inner = run
            run = lambda env, w: w(inner(env, w))
        return Node(text, run, kind, exact and left.exact and right.exact)

    def select(self, kind, depth):
        condition, left, right = self.expression("b", depth), self.expression(kind, depth), self.expression(kind, depth)
        return Node(f"where({condition.text}, {left.text}, {right.text})",
                    lambda env, w: np.where(condition.run(env, w), left.run(env, w), right.run(env, w))[()],
                    kind, condition.exact and left.exact and right.exact)

    def unary(self, kind, name, argument, function, exact=True, call=True):
        run = lambda env, w: function(argument.run(env, w))
        if not exact:
            inner = run
            run = lambda env, w: w(inner(env, w))
        text = f"{name}({argument.text})" if call else f"({name}{argument.text})"
        return Node(text, run, kind, exact and argument.exact)

    def make_b(self, depth):
        choice = self.rng.integers(5)
        if choice == 0:
            return self.binary("b", depth, [("&", np.bitwise_and), ("|", np.bitwise_or), ("^", np.bitwise_xor)])
        if choice == 1:
            return self.unary("b", "~", self.expression("b", depth), np.invert, call=False)
        if choice == 2:
            name = self.pick(["isnan", "isinf", "isfinite", "signbit"])
            argument = self.expression("f", min(depth, 1))
            return self.unary("b", name, numbers_of(argument) if name == "signbit" else argument, getattr(np, name))
        node = self.binary(self.pick(["i", "f"]), depth, [
            ("<", np.less), ("<=", np.less_equal), (">", np.greater), (">=", np.greater_equal), ("==", np.equal),
            ("!=", np.not_equal)])
        return Node(node.text, node.run, "b", node.exact)

    def make_i(self, depth):
        choice = self.rng.integers(8)
        if choice <= 2:
            return self.binary("i", depth, [("+", np.add), ("-", np.subtract), ("*", np.multiply), ("//", np.floor_divide),
                                            ("%", np.remainder), ("maximum", extremum(True)),
                                            ("minimum", extremum(False))])
        if choice == 3:
            return self.binary("i", depth, [("&", np.bitwise_and), ("|", np.bitwise_or), ("^", np.bitwise_xor),
                                            ("<<", np.left_shift), (">>", np.right_shift)])
        if choice == 4:
            name = self.pick(["-", "~", "abs", "sign"])
            function = {"-": np.negative, "~": np.invert, "abs": np.abs, "sign": np.sign}[name]
            return self.unary("i", name, self.expression("i", depth), function, call=name.isidentifier())
        if choice == 5:
            target = self.pick(INTEGERS)
            return self.unary("i", target, self.expression(self.pick(["i", "b"]), depth), lambda x: integer_cast(x, target))
        if choice == 6:
            power = int(self.rng.integers(0, 5))
            base = self.expression("i", depth)
            return Node(f"({base.text})**{power}", lambda env, w: np.power(base.run(env, w), power), "i", base.exact)
        return self.select("i", depth)

    def make_f(self, depth):
        choice = self.rng.integers(11)
        if choice <= 3:
            return self.binary("f", depth, [("+", np.add), ("-", np.subtract), ("*", np.multiply), ("/", np.divide),
                                            ("//", np.floor_divide), ("%", np.remainder), ("maximum", extremum(True)),
                                            ("minimum", extremum(False))])
        if choice == 4 and self.chance(0.2):
            left, right = self.expression("f", depth), numbers_of(self.expression("f", min(depth, 1)))
            return Node(f"copysign({left.text}, {right.text})",
                        lambda env, w: np.copysign(left.run(env, w), right.run(env, w)), "f", left.exact and right.exact)
        if choice == 4:
            name = self.pick(EXACT_1)
            return self.unary("f", name, self.expression("f", depth), getattr(np, name))
        if choice in (5, 6):
            name = self.pick(LIBRARY_1)
            return self.unary("f", name, self.expression("f", depth), getattr(np, name), exact=False)
        if choice == 7 and self.chance(0.3):
            left, right = self.expression("f", depth), self.expression("f", min(depth, 1))

            def run(env, w):
                a, b = left.run(env, w), right.run(env, w)
                larger = np.where(np.isfinite(a) & np.isfinite(b), np.maximum(np.abs(a), np.abs(b)), 0)
                return w(np.logaddexp(a, b), larger[..., None])

            return Node(f"logaddexp({left.text}, {right.text})", run, "f", False)
        if choice == 7:
            return self.binary("f", depth, [("arctan2", np.arctan2), ("hypot", np.hypot)], exact=False)
        if choice == 8:
            target = self.pick(REALS)
            return self.unary("f", target, self.expression(self.pick(["i", "f", "b"]), depth), lambda x: np.asarray(x).astype(target)[()])
        if choice == 9:
            part = self.pick(["real", "imag"])
            return self.unary("f", part, self.expression("c", depth), getattr(np, part))
        return self.select("f", depth)

    def make_c(self, depth):
        choice = self.rng.integers(5)
        if choice <= 1:
            return self.binary("c", depth, [("+", np.add), ("-", np.subtract), ("*", np.multiply), ("/", complex_quotient)])
        if choice == 2:
            name, argument = self.pick(LIBRARY_COMPLEX), self.expression("c", depth)
            if name in ("square", "reciprocal"):
                return self.unary("c", name, argument, getattr(np, name))

            def run(env, w):
                value = argument.run(env, w)
                return w.turned(name, value, getattr(np, name)(value))

            return Node(f"{name}({argument.text})", run, "c", False)
        if choice == 3:
            target = self.pick(COMPLEXES)
            return self.unary("c", target, self.expression(self.pick(["f", "c"]), depth), lambda x: np.asarray(x).astype(target)[()])
        return self.select("c", depth)

    def reduction(self, depth):
        kind = self.pick(["b", "i", "f", "f", "f"])
        inner = self.expression(kind, depth)
        names = {"b": ["any", "all", "count_nonzero", "sum"], "i": ["sum", "min", "max", "mean", "prod"],
                 "f": ["sum", "mean", "var", "std", "min", "max", "argmin", "argmax"]}[kind]
        name = self.pick(names)
        env = {one[0]: one[1] for one in self.inputs}
        reduced = np.asarray(inner.run(env, Wiggler()))
        rank = reduced.ndim
        options, text = {}, ""
        if rank and self.chance(0.7):
            axis = int(self.rng.integers(-rank, rank))
            if rank > 1 and name not in ("argmin", "argmax") and self.chance(0.3):
                axis = tuple(int(one) for one in self.rng.permutation(rank)[:2])
            options["axis"], text = axis, f", axis={axis}"
        if name != "count_nonzero" and self.chance(0.3):
            options["keepdims"], text = True, text + ", keepdims=True"
        # By the dtype, not by the kind: int64 and uint64 meet in float64.
        inexact = name in ("mean", "var", "std") or (reduced.dtype.kind == "f" and name in ("sum", "prod"))

        def run(env, w):
            value = np.asarray(inner.run(env, w))
            if inexact:
                value = value if value.dtype.kind == "f" else value.astype(np.float64)
                value = np.asarray(w(value))  # the order of adding is free: as if each element were a little off
            if inexact and value.dtype == np.float32:
                result = getattr(np, name)(value.astype(np.float64), **options)
                return w(np.asarray(result).astype(np.float32)[()])
            if name in ("min", "max"):
                return reduced_extremum(name, value, options)
            result = getattr(np, name)(value, **options)
            return w(result) if inexact else np.asarray(result)[()]

        outer = Node(f"{name}({inner.text}{text})", run, "f" if inexact else "i", inner.exact and not inexact)
        if inexact and self.chance(0.4) and not (name in ("argmin", "argmax")):
            other = self.expression("f", 1)
            return Node(f"({other.text} - {outer.text})", lambda env, w: np.subtract(other.run(env, w), outer.run(env, w)), "f", False)
        return outer

    def case(self):
        rank = int(self.rng.integers(0, 5))
        self.shape = tuple(int(self.pick([1, 2, 3, 4, 5, 7, 8, 9, 17, 33])) for _ in range(rank))
        while np.prod(self.shape) > 40:
            self.shape = self.shape[1:]
        if self.chance(0.03) and self.shape:
            self.shape = (0,) + self.shape[1:]
        self.inputs = []
        if self.chance(0.25) and 0 not in self.shape:
            return self.reduction(int(self.rng.integers(0, 3)))
        return self.expression(self.pick(["b", "i", "f", "f", "c"]), int(self.rng.integers(1, 5)))
