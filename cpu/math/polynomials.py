#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes polynomials.inc, or the file that is named: minimax polynomials of the functions that are this library's own. Needs mpmath.

Each row says which function of x a polynomial stands for, where, and how much an error at x counts in the result. The
coefficients are rounded one after another, from the lowest: those that follow make good for the rounding of it."""

import math
import struct
import sys
from pathlib import Path

import mpmath as mp

mp.mp.dps = 60
GRID = 600
LN2, PI = mp.log(2), mp.pi


def to_f32(x):
    return mp.mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def to_f64(x):
    return mp.mpf(float(x))


def value(coefficients, x):
    """Lowest power first."""
    total = mp.mpf(0)
    for c in reversed(coefficients):
        total = total * x + c
    return total


def alternating(errors, count):
    """Indices of `count` extrema whose signs alternate."""
    found = []
    for i, e in enumerate(errors):
        if found and (e > 0) == (errors[found[-1]] > 0):
            if abs(e) > abs(errors[found[-1]]):
                found[-1] = i
        else:
            found.append(i)
    while len(found) > count:
        found.pop(0 if abs(errors[found[0]]) < abs(errors[found[-1]]) else -1)
    return found


def minimax(points, targets, weights, count):
    """`count` coefficients: Remez's exchange on the points."""
    last = len(points) - 1
    reference = [round(last * (1 - math.cos(math.pi * (i + 0.5) / (count + 1))) / 2) for i in range(count + 1)]
    best, least = None, mp.inf
    for _ in range(12):
        rows = [[points[i] ** j for j in range(count)] + [(-1) ** k / weights[i]] for k, i in enumerate(reference)]
        solution = list(mp.lu_solve(mp.matrix(rows), mp.matrix([targets[i] for i in reference])))
        errors = [w * (t - value(solution[:count], x)) for x, t, w in zip(points, targets, weights)]
        worst = max(map(abs, errors))
        if worst < least:
            best, least = solution[:count], worst
        reference = alternating(errors, count + 1)
        if len(reference) <= count or worst <= abs(solution[count]) * mp.mpf("1.01"):
            break
    return best


def largest(points, targets, weights, coefficients):
    return max(abs(w * (t - value(coefficients, x))) for x, t, w in zip(points, targets, weights))


def fitted(function, weight, low, high, count, round_to):
    """Rounded coefficients, and the largest weighted error that they leave."""
    points = [low + (high - low) * (1 - mp.cos(mp.pi * (i + mp.mpf(1) / 2) / GRID)) / 2 for i in range(GRID)]
    rest = [function(x) for x in points]
    weights = [weight(x) for x in points]
    rounded, current = [], minimax(points, rest, weights, count)
    while current:
        rounded.append(round_to(current[0]))
        rest = [(t - rounded[-1]) / x for x, t in zip(points, rest)]
        weights = [w * abs(x) for x, w in zip(points, weights)]
        candidates = [current[1:]]
        if len(current) > 1:
            candidates.append(minimax(points, rest, weights, len(current) - 1))
        current = min(candidates, key=lambda c: largest(points, rest, weights, c))
    return rounded, max(abs(w * t) for w, t in zip(weights, rest))


def square_root_of(function):
    return lambda z: function(mp.sqrt(z))


def erfc_factor(u):
    a = 1 / u - 3
    return mp.exp(a * a) * mp.erfc(a) / u


HALF_LN2 = LN2 / 2 * (1 + mp.mpf(2) ** -10)  # the quotient of a reduction is itself rounded
QUARTER_PI = PI / 4 * (1 + mp.mpf(2) ** -10)
# name: what it is, function, weight, interval, number of coefficients in float64 and in float32
ROWS = {
    "exp": ("exp(r) = 1 + r + r^2 p(r)", lambda r: (mp.exp(r) - 1 - r) / r**2, lambda r: r**2 / mp.exp(r),
            -HALF_LN2, HALF_LN2, 10, 5),
    "expm1": ("exp(r) - 1 = r + r^2 / 2 + r^3 p(r)", lambda r: (mp.exp(r) - 1 - r - r**2 / 2) / r**3,
              lambda r: r**3 / mp.expm1(r), -HALF_LN2, HALF_LN2, 10, 5),
    "sinh": ("sinh(r) = r + r z p(z), z = r^2", square_root_of(lambda r: (mp.sinh(r) / r - 1) / r**2), lambda z: z,
             mp.mpf(0), HALF_LN2**2, 6, 3),
    "cosh": ("cosh(r) = 1 + z p(z), z = r^2", square_root_of(lambda r: (mp.cosh(r) - 1) / r**2), lambda z: z,
             mp.mpf(0), HALF_LN2**2, 6, 3),
    "tan": ("2 tan(r / 2) = r + r z p(z), z = r^2", square_root_of(lambda r: (2 * mp.tan(r / 2) / r - 1) / r**2), lambda z: z,
            mp.mpf(0), QUARTER_PI**2, 9, 4),
    "log": ("log(1 + f) = f - f^2 / 2 + f^3 p(f)", lambda f: (mp.log1p(f) - f + f**2 / 2) / f**3,
            lambda f: f**3 / mp.log1p(f), mp.sqrt(mp.mpf(1) / 2) - 1, mp.sqrt(2) - 1, None, 9),
    "exp_of_minus": ("exp(-r) = p(r), in float64", lambda r: mp.exp(-r), lambda r: mp.exp(r), -HALF_LN2, HALF_LN2, None, 7),
    "erfc": ("erfc(1 / u - 3) = exp(-(1 / u - 3)^2) u p(u), in float64", erfc_factor, lambda u: 1 / erfc_factor(u),
             1 / mp.mpf("13.5"), mp.mpf(1) / 3, None, 10),
}  # fmt: skip


def main():
    lines = ["// Written by polynomials.py: coefficients from the highest power down to the lowest.\n"]
    for kind, scalar, suffix, round_to, column in (("f64", "double", "", to_f64, -2), ("f32", "float", "F", to_f32, -1)):
        lines.append(f"template <>\nstruct polynomials<{kind}> {{\n")
        for name, (comment, function, weight, low, high, *counts) in ROWS.items():
            if counts[column] is None:
                continue
            wide = kind == "f32" and comment.endswith("in float64")
            coefficients, error = fitted(function, weight, low, high, counts[column], to_f64 if wide else round_to)
            numbers = ", ".join(float(c).hex() + ("" if wide else suffix) for c in reversed(coefficients))
            lines.append(f"  /// {comment}, within 2^{mp.nstr(mp.log(error, 2), 4)}\n")
            lines.append(f"  static constexpr {'double' if wide else scalar} {name}[] = {{{numbers}}};\n")
            print(kind, name, mp.nstr(mp.log(error, 2), 5))
        lines.append("};\n")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("polynomials.inc")
    target.write_text("".join(lines), encoding="ascii")


if __name__ == "__main__":
    main()
