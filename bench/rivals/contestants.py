# SPDX-License-Identifier: Apache-2.0
"""Everyone who computes a case: run(calls) computes it that often and returns seconds a call; results() is what it wrote."""

import ctypes
import functools
import pathlib
import subprocess
import textwrap
import time
from dataclasses import dataclass
from typing import Callable

import numpy as np

ROOT = pathlib.Path(__file__).parents[2]
HAND_FLAGS = {"hand": [], "hand -ffast-math": ["-ffast-math"]}
GXX = ["g++", "-std=c++20", "-O3", "-march=native", "-fopenmp"]


@dataclass
class Contestant:
    run: Callable
    results: Callable
    tier: Callable


class Array(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("type", ctypes.c_char_p), ("data", ctypes.c_void_p), ("rank", ctypes.c_int),
                ("shape", ctypes.POINTER(ctypes.c_int64)), ("strides", ctypes.POINTER(ctypes.c_int64))]


def described(name, values):
    whole = ctypes.c_int64 * values.ndim
    return Array(name.encode(), values.dtype.str[1:].encode(), values.ctypes.data, values.ndim, whole(*values.shape),
                 whole(*values.strides))


class Shim:
    """libgpubench_shim.so."""

    def __init__(self, path):
        self.library = ctypes.CDLL(str(path))
        self.library.gpubench_make.restype = ctypes.c_void_p
        self.library.gpubench_time.restype = ctypes.c_double
        self.library.gpubench_time.argtypes = [ctypes.c_void_p, ctypes.c_int64]
        self.library.gpubench_first_result.restype = ctypes.c_double
        self.library.gpubench_explain.argtypes = [ctypes.c_void_p]
        self.library.gpubench_free.argtypes = [ctypes.c_void_p]
        for name in ("gpubench_error", "gpubench_explain"):
            getattr(self.library, name).restype = ctypes.c_char_p

    def seconds(self, value):
        if value < 0:
            raise RuntimeError(self.library.gpubench_error().decode())
        return value

    def explain(self, one):
        text = self.library.gpubench_explain(one)
        if text is None:
            raise RuntimeError(self.library.gpubench_error().decode())
        return text.decode()

    def make(self, kind, text, inputs, outs, threads):
        """`outs`: a dict of arrays by the names of results; '' is the last statement's."""
        take = (Array * len(inputs))(*(described(name, values) for name, values in inputs.items()))
        give = (Array * len(outs))(*(described(name, values) for name, values in outs.items()))
        one = self.library.gpubench_make(kind.encode(), text.encode(), take, len(inputs), give, len(outs), threads)
        if not one:
            raise RuntimeError(self.library.gpubench_error().decode())
        made = Contestant(lambda calls: self.seconds(self.library.gpubench_time(one, calls)), lambda: list(outs.values()),
                          lambda: self.explain(one))
        made.once = functools.partial(self.library.gpubench_call, ctypes.c_void_p(one))
        made.free = lambda: self.library.gpubench_free(one)
        return made

    def first_result(self, text, inputs, out, threads):
        """Seconds from a text to its result in `out`."""
        take = (Array * len(inputs))(*(described(name, values) for name, values in inputs.items()))
        give = described("", out)
        return self.seconds(self.library.gpubench_first_result(text.encode(), take, len(inputs), ctypes.byref(give), threads))


def build_hand(folder, flags):
    """The compiled loops as g++ makes them on this machine. Linked apart: with -ffast-math, g++ links code into a shared
    library that turns denormals off for the whole process, every contestant included."""
    stem = folder / f"hand{''.join(flags)}"
    subprocess.run([*GXX, *flags, "-fPIC", f"-I{ROOT}", "-c", str(ROOT / "bench/rivals/hand_shim.cpp"), "-o", f"{stem}.o"], check=True)
    libraries = ["-lmvec"] if flags else []
    subprocess.run(["g++", "-fopenmp", "-shared", f"{stem}.o", "-o", f"{stem}.so", *libraries], check=True)
    library = ctypes.CDLL(f"{stem}.so")
    library.gpubench_hand_time.restype = ctypes.c_double
    return library


def hand(library, name, inputs, outs, n, threads):
    pointers = (ctypes.c_void_p * len(inputs))(*(values.ctypes.data for values in inputs))
    results = (ctypes.c_void_p * len(outs))(*(values.ctypes.data for values in outs))
    rows = inputs[0].shape[0] if inputs[0].ndim == 2 else 1
    step = 1 if inputs[0].ndim == 2 else inputs[0].strides[0] // inputs[0].itemsize

    def run(calls):
        return library.gpubench_hand_time(name.encode(), pointers, results, ctypes.c_int64(n), ctypes.c_int64(rows),
                                          ctypes.c_int64(step), threads, ctypes.c_int64(calls))

    return Contestant(run, lambda: outs, lambda: "compiled")


def python(call, results, tier):
    """A contestant that Python calls; results(value) gives the arrays of what `call` returned."""
    def run(calls):
        begin = time.perf_counter()
        for _ in range(calls):
            call()
        return (time.perf_counter() - begin) / calls

    return Contestant(run, lambda: results(call()), lambda: tier)


def listed(value):
    return [np.asarray(one) for one in (value if isinstance(value, tuple) else (value,))]


def defined(arguments, body, scope):
    """def compute(ARGUMENTS): BODY. The texts are those of cases.py."""
    exec(f"def compute({', '.join(arguments)}):\n" + textwrap.indent(body.strip(), "    "), scope)
    return scope["compute"]


class WithErfc:
    """A module of array functions, and erfc, which NumPy leaves to SciPy."""

    def __init__(self, module, erfc):
        self.module, self.erfc = module, erfc

    def __getattr__(self, name):
        return getattr(self.module, name)


@functools.cache
def numpy_function(case):
    from scipy.special import erfc
    return defined(case.inputs, case.body(), {"m": WithErfc(np, erfc) if "erfc" in case.array else np})


def numpy_contestant(case, inputs):
    compute = numpy_function(case)
    return python(lambda: compute(*inputs.values()), listed, "numpy")


def numexpr_contestant(case, inputs, outs, threads):
    import numexpr
    numexpr.set_num_threads(threads)
    names = dict(inputs, scaler=-1j)
    texts = case.numexpr or [case.text]
    if outs[0].ndim == 0:
        return python(lambda: numexpr.evaluate(texts[0], names), listed, "numexpr")
    names.update(zip(case.outputs, outs))

    def call():
        for text, out in zip(texts, outs):
            numexpr.evaluate(text, names, out=out)

    return python(call, lambda _: outs, "numexpr")


@functools.cache
def numba_function(case, scalar, fastmath):
    """Compiled once for all sizes; results go to `out`, or out0, out1, ... where there are several."""
    import math

    import numba
    places = [f"out{i}" for i in range(len(case.outputs))] or ["out"]
    body = case.numba
    if body is None:
        *steps, end = case.body().strip().splitlines()
        values = end.strip().removeprefix("return ")
        # Results of CuPy's form are parted by ", "; no other text has that outside of parentheses.
        parts = values.split(", ") if case.outputs else [values]
        body = "\n".join([*steps, *([f"return {values}"] if scalar else [f"{p}[:] = {v}" for p, v in zip(places, parts)])])
    erfc = numba.vectorize(nopython=True)(lambda x: math.erfc(x))
    body = body.replace("m.prange", "prange").replace("m.erfc", "erfc").replace("m.", "np.")
    return numba.njit(parallel=True, fastmath=fastmath)(
        defined([*case.inputs, *places], body, {"np": np, "prange": numba.prange, "erfc": erfc}))


def numba_contestant(case, inputs, outs, threads, fastmath):
    import numba
    numba.set_num_threads(threads)
    scalar = outs[0].ndim == 0
    compute = numba_function(case, scalar, fastmath)
    return python(lambda: compute(*inputs.values(), *outs), lambda value: listed(value) if scalar else outs, "numba")


@functools.cache
def jax_function(case):
    import jax
    jax.config.update("jax_enable_x64", True)
    return jax.jit(defined(case.inputs, case.body(), {"m": WithErfc(jax.numpy, jax.scipy.special.erfc)}))


def jax_contestant(case, inputs):
    import jax
    compute = jax_function(case)
    arguments = [jax.numpy.asarray(values) for values in inputs.values()]
    return python(lambda: jax.block_until_ready(compute(*arguments)), listed, "jax")
