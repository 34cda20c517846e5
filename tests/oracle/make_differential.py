# SPDX-License-Identifier: Apache-2.0
"""Seeded random typed expressions over random shapes and strides, with NumPy's results.

    make_differential.py OUT.cases --count 2000 --seed 1

Results that follow from exact operations are compared by bits. Where a library function, complex arithmetic or a
reduction of reals takes part, the tolerance of each element is measured: the expression is evaluated again with each
such step's result moved at random by up to WIGGLE units in the last place, and what the element moves by, times a
margin, is allowed. An element that jumps (a comparison near its threshold) is not compared; their share is printed.
"""
import argparse

import numpy as np

import casefile
from random_expressions import Generator, Wiggler

RUNS = 6
MARGIN = 4.0


def tolerance(node, env, expected, rng):
    """float64 array of what each real component may differ by, or None for equal bits, and the number of jumps."""
    expected = np.asarray(expected)
    if node.exact:
        return None, 0
    real = expected.real.dtype if expected.dtype.kind == "c" else expected.dtype
    parts = lambda value: np.ascontiguousarray(value).reshape(-1).view(real)
    base = parts(expected)
    moved = np.zeros(base.size, np.float64)
    jumps = np.zeros(base.size, bool)
    for run in range(RUNS):
        other = parts(np.asarray(node.run(env, Wiggler(rng, flip=run % 2 == 0))).astype(expected.dtype))
        if real.kind != "f":
            jumps |= other != base
            continue
        both = np.isfinite(base) & np.isfinite(other)
        moved = np.maximum(moved, np.where(both, np.abs(other.astype(np.float64) - base.astype(np.float64)), 0))
        jumps |= ~both & ~((np.isnan(base) & np.isnan(other)) | (base == other))
    if expected.dtype.kind == "c":
        jumps |= np.isinf(base)
    if real.kind != "f":
        return np.where(jumps, np.inf, 0).astype(np.float64), int(jumps.sum())
    # In a discontinuous expression a wiggle may move an element across a step: far more than any rounding does.
    finite = np.where(np.isfinite(base), np.abs(base), 0).astype(np.float64)
    jumps |= moved > 0.01 * np.maximum(finite, 1e-30)
    limit = MARGIN * moved + 4 * np.finfo(real).eps * finite + 4 * float(np.finfo(real).smallest_subnormal)
    return np.where(jumps, np.inf, limit), int(jumps.sum())


def acceptable(expected):
    return np.asarray(expected).dtype.name in casefile.DTYPES


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cases, seen, jumped, compared, number = [], set(), 0, 0, 0
    while len(cases) < options.count:
        number += 1
        rng = np.random.default_rng([options.seed, number])
        generator = Generator(rng)
        try:
            node = generator.case()
            env = {name: view for name, view, _ in generator.inputs}
            expected = node.run(env, Wiggler())
        except (LookupError, TypeError, ValueError, OverflowError):
            continue  # no fitting input left, or NumPy refuses: errors have tests of their own
        if not acceptable(expected) or node.text in seen or len(node.text) > 2000:
            continue
        seen.add(node.text)
        limit, jumps = tolerance(node, env, expected, rng)
        jumped += jumps
        compared += np.asarray(expected).size
        cases.append(casefile.encode_case(f"seed {options.seed} case {number}", node.text, generator.inputs, expected, limit))
    size = casefile.write(options.out, cases)
    print(f"{len(cases)} cases of {number} tried, {size} bytes, "
          f"{jumped} of {compared} elements not compared: they jump ({100 * jumped / max(compared, 1):.2f} %)")


if __name__ == "__main__":
    main()
