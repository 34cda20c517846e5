# SPDX-License-Identifier: Apache-2.0
"""Seeded random typed expressions over random shapes and strides, with NumPy's results.

    make_differential.py OUT.cases --count 2000 --seed 1

Results that follow from exact operations are compared by bits. Where a library function, complex arithmetic or a
reduction of reals takes part, the tolerance of each element is measured: the expression is evaluated again with each
such step's result moved at random by up to WIGGLE units in the last place, and what the element moves by, times a
margin, is allowed. An element that jumps (a comparison near its threshold, the edge of a domain) is not compared: it does
not move in proportion when the steps move less or more. Their share is printed and bounded.
"""
import argparse
import sys

import casefile
import numpy as np

from random_expressions import Generator
from wiggle import Wiggler

RUNS = 6
MARGIN = 4.0
SIZES = [1, 1 / 64, 64]  # of the moves
MOST_JUMPS = 0.005  # of all numbers, complex ones counted twice


def tolerance(node, env, expected, rng):
    """float64 array of what each real component may differ by, or None for equal bits, and the number of jumps."""
    expected = np.asarray(expected)
    if node.exact:
        return None, 0
    real = expected.real.dtype if expected.dtype.kind == "c" else expected.dtype
    parts = lambda value: np.ascontiguousarray(value).reshape(-1).view(real)
    base = parts(expected)
    moved = np.zeros((len(SIZES), base.size))
    jumps = np.zeros(base.size, bool)
    for size, furthest in zip(SIZES, moved):
        for run in range(RUNS):
            other = parts(np.asarray(node.run(env, Wiggler(rng, size, furthest=run % 2 == 0))).astype(expected.dtype))
            if real.kind != "f":
                jumps |= (other != base) & (size <= 1)
                continue
            both = np.isfinite(base) & np.isfinite(other)
            distance = np.where(both, np.abs(other.astype(np.float64) - base.astype(np.float64)), 0)
            np.maximum(furthest, distance, out=furthest)
            jumps |= ~both & ~((np.isnan(base) & np.isnan(other)) | (base == other)) & (size <= 1)
    if real.kind != "f":
        return np.where(jumps, np.inf, 0).astype(np.float64), int(jumps.sum())
    finite = np.where(np.isfinite(base), np.abs(base), 0).astype(np.float64)
    moved, *others = moved
    in_proportion = np.zeros(base.size, bool)
    for size, other in zip(SIZES[1:], others):  # a factor of 8 for chance
        in_proportion |= (other > moved * size / 8) & (other < moved * size * 8)
    few = 64 * float(np.finfo(real).smallest_subnormal)  # moves that have no smaller ones
    jumps |= (moved > 0.01 * finite) & (moved > few) & ~in_proportion
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
        compared += np.asarray(expected).size * (2 if np.iscomplexobj(expected) else 1)
        cases.append(casefile.encode_case(f"seed {options.seed} case {number}", node.text, generator.inputs, expected, limit))
    size = casefile.write(options.out, cases)
    print(f"{len(cases)} cases of {number} tried, {size} bytes, "
          f"{jumped} of {compared} numbers not compared: they jump ({100 * jumped / max(compared, 1):.2f} %)")
    if jumped > MOST_JUMPS * compared:
        sys.exit(f"more than {MOST_JUMPS:.1%} of the numbers jump: most cases would prove little")


if __name__ == "__main__":
    main()
