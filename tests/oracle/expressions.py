# SPDX-License-Identifier: Apache-2.0
"""Evaluates the text of an expression with NumPy under the rules of docs/language.md."""

import ast

import numpy as np
from make_differential import tolerance
from wiggle import Wiggler
from reference import EXACT, numpy_function

REDUCTIONS = {"sum", "prod", "min", "max", "mean", "var", "std", "any", "all", "count_nonzero", "argmin", "argmax"}
BINARY = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Mod: "remainder",
          ast.FloorDiv: "floor_divide", ast.Pow: "power", ast.BitAnd: "bitwise_and", ast.BitOr: "bitwise_or",
          ast.BitXor: "bitwise_xor", ast.LShift: "left_shift", ast.RShift: "right_shift"}  # fmt: skip
COMPARE = {ast.Lt: "less", ast.LtE: "less_equal", ast.Gt: "greater", ast.GtE: "greater_equal", ast.Eq: "equal",
           ast.NotEq: "not_equal"}  # fmt: skip
ORDERED = {"less", "less_equal", "greater", "greater_equal"}
NO_COMPLEX = {"maximum", "minimum", "fmax", "fmin", "clip"}
UNARY = {ast.USub: "negative", ast.UAdd: "positive", ast.Invert: "invert"}
OF_FLOATS = set(EXACT) - {"abs", "sign", "square", "power", "add", "subtract", "multiply", "divide"} | {
    "nextafter", "copysign", "rint"}  # fmt: skip
EXACT_OF_COMPLEX = {"add", "subtract", "multiply", "divide", "square", "reciprocal"}
WHOLE = range(-99, 100)  # literal exponents of complex numbers that multiply
EXACT_OF_REALS = {"abs", "add", "subtract", "multiply", "divide", "sqrt", "square", "reciprocal", "fma", "sign"}


class Refused(TypeError):
    """We refuse the types where NumPy does not."""


def literal(value):
    """Whether a value is a literal, which is weak. NumPy's float64 is a Python float too, but typed."""
    return isinstance(value, (int, float, complex)) and not isinstance(value, np.generic)


def function_type(arguments):
    """float32 where all arguments are bool or integers of at most 16 bits, else float64. A literal takes the type of
    the integers that it meets, but int64 among bools."""
    typed = [np.asarray(a).dtype for a in arguments if not literal(a)]
    wide = len(typed) < len(arguments) and all(t == bool for t in typed)
    return np.dtype("f8" if wide or max(t.itemsize for t in typed) > 2 else "f4")


class Expression:
    """run(env, wiggle) is NumPy's value; exact says whether all its steps have fixed bits."""

    def __init__(self, text, env):
        self.tree = ast.parse(text, mode="eval").body
        self.exact = True
        self.run(env, Wiggler())

    def run(self, env, wiggle):
        self.env, self.wiggle = env, wiggle
        return self.value(self.tree)

    def value(self, node):
        return getattr(self, "visit_" + type(node).__name__)(node)

    def visit_Constant(self, node):
        return node.value

    def visit_Name(self, node):
        return self.env[node.id]

    def visit_Attribute(self, node):
        return getattr(np.asarray(self.value(node.value)), node.attr)[()]

    def visit_BinOp(self, node):
        left, right = self.value(node.left), self.value(node.right)
        if literal(left) and literal(right):
            return self.literal(node.op, left, right)
        return self.apply(BINARY[type(node.op)], left, right)

    def literal(self, op, left, right):
        """Literals combine to a literal, which stays weak."""
        return getattr(np, BINARY[type(op)])(left, right).item()

    def visit_UnaryOp(self, node):
        value = self.value(node.operand)
        if literal(value):
            return getattr(np, UNARY[type(node.op)])(value).item()
        return self.apply(UNARY[type(node.op)], value)

    def visit_Compare(self, node):
        name = COMPARE[type(node.ops[0])]
        left, right = self.value(node.left), self.value(node.comparators[0])
        if name in ORDERED and np.result_type(left, right).kind == "c":
            raise Refused
        return getattr(np, name)(left, right)

    def visit_Call(self, node):
        name, arguments = node.func.id, [self.value(a) for a in node.args]
        if name in REDUCTIONS:
            return self.reduce(name, arguments[0], {k.arg: ast.literal_eval(k.value) for k in node.keywords})
        return self.apply(name, *arguments)

    def apply(self, name, *arguments):
        kind = np.result_type(*arguments)
        if name in NO_COMPLEX and kind.kind == "c":
            raise Refused
        if name in OF_FLOATS and kind.kind in "biu":
            kind = function_type(arguments)
            arguments = [np.asarray(a).astype(kind)[()] for a in arguments]
        if name in ("complex", "round", "maximum", "minimum") or (name == "power" and self.integer_power(kind, arguments)):
            arguments = [np.asarray(a, kind) for a in arguments]
            result = numpy_function(name)(*arguments)
        else:
            result = (np.power if name == "power" else numpy_function(name))(*arguments)
        inexact = name in EXACT and name not in (EXACT_OF_COMPLEX if kind.kind == "c" else EXACT_OF_REALS)
        inexact &= not (name == "power" and kind.kind == "c" and literal(arguments[1]) and arguments[1] in WHOLE)
        if inexact and np.asarray(result).dtype.kind in "fc":
            self.exact = False
            return self.wiggle(result)
        return result

    @staticmethod
    def integer_power(kind, arguments):
        """An integer power whose exponent is no literal: negative exponents divide where NumPy refuses them."""
        return kind.kind in "iu" and not literal(arguments[1])

    def reduce(self, name, value, options):
        value = np.asarray(value)
        if name not in ("sum", "prod", "mean", "var", "std") or (name in ("sum", "prod") and value.dtype.kind not in "fc"):
            return getattr(np, name)(value, **options)
        self.exact = False
        kind = getattr(np, name)(np.ones((1,) * value.ndim, value.dtype)).dtype
        wide = value.astype({"f": np.longdouble, "c": np.clongdouble}.get(value.dtype.kind, np.float64))
        result = getattr(np, name)(wide, **options)
        if self.wiggle.rng is not None and name in ("sum", "prod", "mean"):
            move = self.wiggle.rng.uniform(-1, 1, (2, *np.shape(result)))
            move = move[0] + 1j * move[1] if value.dtype.kind == "c" else move[0]
            result = result + self.wiggle.size * move * self.bound(name, value, wide, result, options)
        return self.wiggle(np.asarray(result).astype(kind)[()])

    @staticmethod
    def bound(name, value, wide, result, options):
        """What rounding can do along the reduction tree: 32 lanes, leaves of 4096 elements, float32 in float64."""
        count = max(value.size // max(np.size(result), 1), 1)
        unit = np.finfo(np.complex128 if value.dtype.kind == "c" else np.float64).eps / 2
        if name == "prod":
            return count * unit * np.abs(result) * (4 if value.dtype.kind == "c" else 1)
        depth = min(count, 4096) / 32 + 6 + np.log2(max(count / 4096, 1))
        return depth * unit * getattr(np, name)(np.abs(wide), **options)


def names(text):
    """The variables in a text."""
    tree = ast.parse(text, mode="eval")
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    return sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called})


def answer(text, env, seed):
    """(result, tolerance) or the kind of mistake and None."""
    with np.errstate(all="ignore"):
        try:
            node = Expression(text, env)
            result = np.asarray(node.run(env, Wiggler()))
        except TypeError:
            return "type", None
        except (ValueError, OverflowError):
            return "any", None
        limit, jumps = tolerance(node, env, result, np.random.default_rng(seed))
    if jumps:
        raise ValueError(f"{text}: {jumps} elements could not be compared")
    return result, limit
