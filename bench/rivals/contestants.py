# SPDX-License-Identifier: Apache-2.0
"""Everyone who computes a case: make(calls) runs it that often and returns seconds a call; result() is what it wrote."""

import ctypes
import pathlib
import subprocess
import time

import numpy as np

ROOT = pathlib.Path(__file__).parents[2]
HAND_FLAGS = {"hand": [], "hand -ffast-math": ["-ffast-math"]}


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
        self.library.gpubench_tier.argtypes = [ctypes.c_void_p]
        for name in ("gpubench_error", "gpubench_tier"):
            getattr(self.library, name).restype = ctypes.c_char_p

    def make(self, kind, text, inputs, out, threads):
        arrays = (Array * len(inputs))(*(described(name, values) for name, values in inputs.items()))
        one = self.library.gpubench_make(kind.encode(), text.encode(), arrays, len(inputs), ctypes.byref(described("", out)), threads)
        if not one:
            raise RuntimeError(self.library.gpubench_error().decode())

        def run(calls):
            seconds = self.library.gpubench_time(one, calls)
            if seconds < 0:
                raise RuntimeError(self.library.gpubench_error().decode())
            return seconds

        run.tier = lambda: self.library.gpubench_tier(one).decode()
        return run


def build_hand(folder, flags):
    """The compiled loops as g++ makes them on this machine. Linked apart: with -ffast-math, g++ links code into a shared
    library that turns denormals off for the whole process, every contestant included."""
    stem = folder / f"hand{''.join(flags)}"
    subprocess.run(["g++", "-std=c++20", "-O3", "-march=native", "-fopenmp", *flags, "-fPIC", f"-I{ROOT}", "-c",
                    str(ROOT / "bench/rivals/hand_shim.cpp"), "-o", f"{stem}.o"], check=True)
    libraries = ["-lmvec"] if flags else []
    subprocess.run(["g++", "-fopenmp", "-shared", f"{stem}.o", "-o", f"{stem}.so", *libraries], check=True)
    library = ctypes.CDLL(f"{stem}.so")
    library.gpubench_hand_time.restype = ctypes.c_double
    return library


def hand(library, case, inputs, out, n, threads):
    pointers = (ctypes.c_void_p * len(inputs))(*(values.ctypes.data for values in inputs.values()))
    results = (ctypes.c_void_p * 1)(out.ctypes.data)
    first = next(iter(inputs.values()))
    rows = first.shape[0] if first.ndim == 2 else 1
    step = 1 if first.ndim == 2 else first.strides[0] // first.itemsize

    def run(calls):
        return library.gpubench_hand_time(case.id.encode(), pointers, results, ctypes.c_int64(n), ctypes.c_int64(rows),
                                          ctypes.c_int64(step), threads, ctypes.c_int64(calls))

    return run if run(1) >= 0 else None


def repeated(call):
    def run(calls):
        begin = time.perf_counter()
        for _ in range(calls):
            call()
        return (time.perf_counter() - begin) / calls

    return run


def numpy_contestant(case, inputs):
    code = compile(case.array, case.id, "eval")
    names = {"m": np, **inputs}
    return repeated(lambda: eval(code, names)), lambda: eval(code, names)


def numexpr_contestant(case, inputs, out, threads):
    import numexpr
    text = case.text if case.numexpr is None else case.numexpr
    if not text:
        return None
    numexpr.set_num_threads(threads)
    names = dict(inputs, scaler=-1j)
    if out.ndim == 0:
        return repeated(lambda: numexpr.evaluate(text, names)), lambda: numexpr.evaluate(text, names)
    mine = np.empty_like(out)
    return repeated(lambda: numexpr.evaluate(text, names, out=mine)), lambda: mine


def numba_contestant(case, inputs, out, threads, fastmath):
    import numba
    numba.set_num_threads(threads)
    names = ", ".join(inputs)
    body = f"return {case.array}" if out.ndim == 0 else f"out[:] = {case.array}"
    scope = {"m": np}
    exec(f"def compute({names}, out):\n    {body}", scope)  # the text is from cases.py
    compute = numba.njit(parallel=True, fastmath=fastmath)(scope["compute"])
    mine = np.empty_like(out)
    arguments = (*inputs.values(), mine)
    result = compute(*arguments)  # compiles
    return repeated(lambda: compute(*arguments)), (lambda: mine) if result is None else (lambda: compute(*arguments))


def jax_contestant(case, inputs):
    import jax
    jax.config.update("jax_enable_x64", True)
    scope = {"m": jax.numpy}
    compute = jax.jit(eval(f"lambda {', '.join(inputs)}: {case.array}", scope))
    arguments = [jax.numpy.asarray(values) for values in inputs.values()]
    compute(*arguments).block_until_ready()  # compiles
    return repeated(lambda: compute(*arguments).block_until_ready()), lambda: np.asarray(compute(*arguments))
