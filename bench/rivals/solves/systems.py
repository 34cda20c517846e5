# SPDX-License-Identifier: Apache-2.0
"""The systems that are timed, and how wrong an x is."""

import numpy as np

from tables import BATCH

BAND, SYSTEMS, UNIT = 10, 10_000, 2.0**-53


def matrix(structure, n, draw):
    """Entries of all sizes, but no triangle of growing solutions."""
    a = draw.standard_normal((n, n))
    apart = np.subtract.outer(np.arange(n), np.arange(n))
    if structure == "symmetric":
        return a + a.T
    if structure == "positive-definite":
        return a @ a.T / n + np.eye(n)
    if structure in ("upper", "lower"):
        half = np.triu(a) if structure == "upper" else np.tril(a)
        return half / n + np.eye(n)
    if structure in ("banded", "tridiagonal", "diagonal"):
        width = {"banded": BAND, "tridiagonal": 1, "diagonal": 0}[structure]
        return np.where(abs(apart) <= width, a, 0) + np.where(apart == 0, np.copysign(2.0, a), 0)
    return a


def system(name, n):
    """(A, b) in C order."""
    draw = np.random.default_rng(n)
    if name == BATCH:
        return draw.standard_normal((SYSTEMS, n, n)), draw.standard_normal((SYSTEMS, n, 1))
    return np.ascontiguousarray(matrix(name, n, draw)), draw.standard_normal(n)


def backward_error(a, b, x):
    """The largest of all systems, in units of 2^-53; infinite where x is not finite or of another shape."""
    x = np.asarray(x)
    if x.shape != b.shape or not np.isfinite(x).all():
        return float("inf")
    a, b, x = (np.asarray(one).reshape(-1, *one.shape[-2:]) if one.ndim == 3 else one[None] for one in (a, b, x))
    b, x = (one.reshape(len(a), -1, 1) for one in (b, x))
    largest = lambda values: np.abs(values).max(axis=(1, 2))
    norm = np.abs(a).sum(axis=2).max(axis=1)
    return float((largest(b - a @ x) / (norm * largest(x) + largest(b))).max() / UNIT)
