# SPDX-License-Identifier: Apache-2.0
"""Which BLAS and LAPACK library is which."""

import ctypes
import importlib
import os
import pathlib

SPELLINGS = [(prefix, suffix) for prefix in ("", "scipy_") for suffix in ("_", "", "_64_", "64_")]


def bundled(package):
    """The OpenBLAS that NumPy's or SciPy's wheel brings along; None where it has none."""
    folder = pathlib.Path(importlib.import_module(package).__file__).parents[1] / f"{package}.libs"
    return next((str(path) for path in sorted(folder.glob("lib*openblas*.so*"))), None)


def opened(name):
    """(library, the file that stands behind the name). 'scipy' is the one of SciPy's wheel."""
    if name == "scipy":
        name = bundled("scipy") or name
    library = ctypes.CDLL(name)
    stem = os.path.basename(name).split(".so")[0]
    mapped = {line.split()[-1] for line in open("/proc/self/maps") if "/" in line}
    named = os.path.realpath(name)
    return library, named if named in mapped else next(path for path in sorted(mapped) if os.path.basename(path).startswith(stem))


def spelled(library, routine):
    """(address, whether integers have 64 bits); the library has `routine` in one of the usual spellings."""
    for prefix, suffix in SPELLINGS:
        try:
            return ctypes.cast(getattr(library, prefix + routine + suffix), ctypes.c_void_p).value, "64" in suffix
        except AttributeError:
            pass
    raise LookupError(f"a LAPACK with {routine}, got a library without it")


def description(name):
    """What the library says of itself, and its file."""
    if name is None:
        return "not bundled"
    library, path = opened(name)
    for prefix in ("", "scipy_"):
        for suffix in ("", "64_"):
            config = getattr(library, f"{prefix}openblas_get_config{suffix}", None)
            if config:
                config.restype = ctypes.c_char_p
                return f"{config().decode().strip()} ({os.path.basename(path)})"
    return os.path.basename(path)
