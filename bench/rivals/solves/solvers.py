# SPDX-License-Identifier: Apache-2.0
"""Everyone who solves: contestants as in ../contestants.py; results() is x, or None of a part of a solve."""

import ctypes
import pathlib
import subprocess

import numpy as np

import blas
import contestants as make
import tables

EIGEN_FLAGS = ["-std=c++20", "-O3", "-march=native", "-DNDEBUG", "-fPIC", "-shared", "-isystem", "/usr/include/eigen3"]


class Options(ctypes.Structure):
    _fields_ = [("assume", ctypes.c_char_p), ("condition", ctypes.c_char_p), ("factors", ctypes.c_char_p), ("into_x", ctypes.c_int)]


class Lapack(ctypes.Structure):
    _fields_ = [("factor", ctypes.c_void_p), ("solve", ctypes.c_void_p), ("positive_definite", ctypes.c_int), ("wide", ctypes.c_int),
                ("fresh_memory", ctypes.c_int)]


def options(assume="any", condition="screened", factors="same", into_x=False):
    return Options(assume.encode(), condition.encode(), factors.encode(), into_x)


class Shim(make.Shim):
    """Its part in solves/solve_shim.hpp. Results of a contestant are in `x`."""

    def __init__(self, path):
        super().__init__(path)
        for name in ("gpubench_make_solve", "gpubench_make_lapack", "gpubench_make_inspection"):
            getattr(self.library, name).restype = ctypes.c_void_p

    def contestant(self, pointer, x, borrowed):
        """`borrowed` lives as long as what is returned."""
        if not pointer:
            raise RuntimeError(self.library.gpubench_error().decode())
        pointer = ctypes.c_void_p(pointer)
        made = make.Contestant(lambda calls: self.seconds(self.library.gpubench_time(pointer, calls)), lambda: x,
                               lambda: self.explain(pointer))
        made.borrowed = borrowed
        made.free = lambda: self.library.gpubench_free(pointer)
        return made

    def solve(self, a, b, chosen):
        x = np.zeros_like(b)
        described = [make.described("", one) for one in (a, b, x)]
        made = self.library.gpubench_make_solve(*map(ctypes.byref, described), ctypes.byref(chosen))
        return self.contestant(made, x, (a, b, described, chosen))

    def inspection(self, a, b):
        described = [make.described("", one) for one in (a, b)]
        return self.contestant(self.library.gpubench_make_inspection(*map(ctypes.byref, described)), None, (a, b))

    def lapack(self, library, a, b, positive_definite=False, fresh_memory=False):
        x = np.zeros_like(b)
        described = [make.described("", one) for one in (a, b, x)]
        kind = "po" if positive_definite else "ge"
        (factor, wide), (solve, _) = (blas.spelled(library, f"d{kind}{what}") for what in ("trf", "trs"))
        routines = Lapack(factor, solve, positive_definite, wide, fresh_memory)
        made = self.library.gpubench_make_lapack(ctypes.byref(routines), *map(ctypes.byref, described))
        return self.contestant(made, x, (a, b))

    def verdict(self, a, b, chosen):
        """(0 good, 1 ill-conditioned, 2 inaccurate or 3 a zero pivot; the condition's lower bound)"""
        bound = ctypes.c_double()
        described = [make.described("", one) for one in (a, b)]
        found = self.library.gpubench_verdict(*map(ctypes.byref, described), ctypes.byref(chosen), ctypes.byref(bound))
        if found < 0:
            raise RuntimeError(self.library.gpubench_error().decode())
        return found, bound.value


def build_eigen(folder):
    made = pathlib.Path(folder) / "eigen.so"
    subprocess.run(["g++", *EIGEN_FLAGS, str(make.ROOT / "bench/rivals/solves/eigen_shim.cpp"), "-o", str(made)], check=True)
    library = ctypes.CDLL(str(made))
    library.gpubench_eigen_time.restype = ctypes.c_double
    return library


def eigen(library, a, b, in_c_order):
    if not in_c_order:
        a = np.ascontiguousarray(np.swapaxes(a, -1, -2))
    x, n, count = np.zeros_like(b), a.shape[-1], a.size // a.shape[-1] ** 2

    def run(calls):
        return library.gpubench_eigen_time(*(ctypes.c_void_p(one.ctypes.data) for one in (a, b, x)), ctypes.c_int64(n),
                                           ctypes.c_int64(count), in_c_order, ctypes.c_int64(calls))

    run(1)
    return make.Contestant(run, lambda: x, lambda: "eigen")


def python(call, tier):
    return make.python(call, lambda x: x, tier)


def makers(name, a, b, shim, library, eigen_library):
    """{contestant: what makes it} for one system of tables.py."""
    import scipy.linalg
    n = a.shape[-1]
    ours = lambda **chosen: lambda: shim.solve(a, b, options(**chosen))
    lapack = lambda **kind: lambda: shim.lapack(library, a, b, **kind)
    scipy_solve = lambda **kind: lambda: python(lambda: scipy.linalg.solve(a, b, **kind), "scipy")
    numpy_solve = {"numpy": lambda: python(lambda: np.linalg.solve(a, b), "numpy")}
    eigens = {"eigen": lambda: eigen(eigen_library, a, b, True), "eigen columns": lambda: eigen(eigen_library, a, b, False)}
    both = {"fused": ours(), "lapack": lapack()}
    unscreened = {"fused unscreened": ours(condition="never")}
    if name == tables.SMALL:
        return both | unscreened | numpy_solve | eigens | {
            "fused out": ours(into_x=True), "fused unscreened out": ours(condition="never", into_x=True),
            "scipy": scipy_solve(), "scipy told": scipy_solve(assume_a="general")}
    if name == tables.LARGE:
        rest = {"mixed": ours(factors="float32")} if n >= 2000 else numpy_solve | {"planned": ours(factors="automatic")}
        copied = np.empty_like(a)
        rest |= {"inspect": lambda: shim.inspection(a, b), "copy": lambda: python(lambda: np.copyto(copied, a), "numpy")}
        return both | unscreened | rest | {"fused out": ours(into_x=True), "lapack fresh": lapack(fresh_memory=True)}
    if name == tables.BATCH:
        return both | unscreened | numpy_solve | eigens | {"fused out": ours(into_x=True), "scipy": scipy_solve()}
    told = tables.STRUCTURES[name]
    found = {"fused": ours(factors="automatic"), "fused told": ours(assume=name, factors="automatic"), "scipy": scipy_solve(), "scipy told": scipy_solve(assume_a=told)}
    if name == "positive-definite":
        found["lapack cholesky"] = lapack(positive_definite=True)
    return found if name != "general" else found | {"lapack": lapack()}
