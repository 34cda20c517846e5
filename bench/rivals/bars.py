# SPDX-License-Identifier: Apache-2.0
"""What the times are held to, row by row and in all."""

import math

from cases import BY_ID, MEAN
from intervals import median_interval, ratio

MEAN_AGAINST_NUMEXPR, AGAINST_BEST, AGAINST_FAST_MATH, NAIVE_AGAINST_NUMPY = 3.5, 1.05, 1.35, 1.10
SMALL_CALL, FIRST_RESULT, SHARE_OF_TRIAD = 1.5e-6, 1e-3, 0.90
SMALL_CASES = ("E1", "E2", "E6")
TRIAD = "triad streaming"
TOUCHED = "E1 into touched memory"

SLOWER = "no row slower than NumPy or NumExpr"
BEST = f"no row with n >= 1e5 wholly above {AGAINST_BEST}x the best of hand, Numba, JAX"
FAST = f"no fast row with n >= 1e5 wholly above {AGAINST_FAST_MATH}x hand -ffast-math"
NAIVE = f"naive at most {NAIVE_AGAINST_NUMPY}x NumPy at the largest n, 1 thread"
SMALL = f"E1, E2, E6 at n = 1000 into out below {SMALL_CALL * 1e6} us a call"
FIRST = f"a new expression of 50 terms (E11) below {FIRST_RESULT * 1e3:g} ms to its first result at n = 10"
BANDWIDTH = f"E1 at n = 1e8 into touched memory at least {SHARE_OF_TRIAD:.0%} of the non-temporal triad, 2 threads"


def is_largest(case, n):
    return n >= 0.9 * case.sizes[-1]


def paired(case, n, threads, samples):
    """[(bar, ours, theirs, limit)] that bear on one row's samples: {contestant: seconds}."""
    found = []
    if "fused" in samples:
        found += [(SLOWER, "fused", rival, 1) for rival in ("numpy", "numexpr") if rival in samples]
        against = [who for who in ("hand", "numba", "jax") if who in samples]
        if n >= 100_000 and against:
            found.append((BEST, "fused", min(against, key=lambda who: median_interval(samples[who])[0]), AGAINST_BEST))
    if n >= 100_000 and {"fast", "hand -ffast-math"} <= set(samples):
        found.append((FAST, "fast", "hand -ffast-math", AGAINST_FAST_MATH))
    if threads == 1 and is_largest(case, n) and {"naive", "numpy"} <= set(samples):
        found.append((NAIVE, "naive", "numpy", NAIVE_AGAINST_NUMPY))
    return found


def decided(case, n, threads, samples):
    """Whether more rounds can be spared: each bar is met with its whole interval, or missed so after twenty rounds; and
    a ratio that counts in the mean is known to 5 %."""
    rounds = len(next(iter(samples.values())))
    for _, ours, theirs, limit in paired(case, n, threads, samples):
        _, low, high = ratio(samples, ours, theirs)
        if low is None or not (high <= limit or (low > limit and rounds >= 20)):
            return False
    if case.id in MEAN and is_largest(case, n) and {"fused", "numexpr"} <= set(samples):
        middle, low, high = ratio(samples, "fused", "numexpr")
        return low is not None and high - low < 0.05 * middle
    return True


def grouped(rows):
    """{(id, n, threads): {variant: row}} of the rows that were timed."""
    groups = {}
    for row in rows:
        if row["median_s"] is not None:
            groups.setdefault((row["id"], row["n"], row["threads"]), {})[row["variant"]] = row
    return groups


def mean_against_numexpr(groups):
    """(the ratios by id, what is left out and why)"""
    ratios, left_out = {}, {}
    for (name, n, threads), group in groups.items():
        if threads == 2 and name in MEAN and is_largest(BY_ID[name], n) and {"fused", "numexpr"} <= set(group):
            ratios[name] = group["numexpr"]["median_s"] / group["fused"]["median_s"]
    for name in MEAN:
        if name not in ratios:
            left_out[name] = BY_ID[name].cannot.get("numexpr", "not run")
    return ratios, left_out


def verdicts(rows):
    """[{bar, passed, figure}]; passed is None where no row bears on the bar."""
    groups = grouped(rows)
    checks = {bar: [] for bar in (SLOWER, BEST, FAST, NAIVE, SMALL, FIRST, BANDWIDTH)}
    for (name, n, threads), group in groups.items():
        place = f"{name} n={n} threads={threads}"
        if name == "E11a" and "fused" in group:
            row = group["fused"]
            checks[FIRST].append((row["ci_high_s"] < FIRST_RESULT,
                                  f"{place}: {row['median_s'] * 1e3:.3f} ms, at most {max(row['samples']) * 1e3:.3f}"))
        elif name == TOUCHED and threads == 2 and {"fused", TRIAD} <= set(group):
            share = median_interval([moved(pair) for pair in zip(group["fused"]["samples"], group[TRIAD]["samples"])])[0]
            checks[BANDWIDTH].append((share >= SHARE_OF_TRIAD, f"{place}: {share:.1%}"))
        elif name in BY_ID:
            samples = {who: row["samples"] for who, row in group.items()}
            for bar, ours, theirs, limit in paired(BY_ID[name], n, threads, samples):
                middle, low, _ = ratio(samples, ours, theirs)
                figure = low if bar in (BEST, FAST) else middle
                checks[bar].append((figure is not None and figure <= limit, f"{place}: {middle:.2f}x {theirs}'s time"))
            if name in SMALL_CASES and n == 1000 and "fused" in group:
                seconds = group["fused"]["median_s"]
                checks[SMALL].append((seconds < SMALL_CALL, f"{place}: {seconds * 1e6:.2f} us"))
    ratios, left_out = mean_against_numexpr(groups)
    mean = math.exp(sum(map(math.log, ratios.values())) / len(ratios)) if ratios else None
    figure = f"{mean:.2f}x: " + ", ".join(f"{name} {one:.2f}" for name, one in ratios.items()) if ratios else "no row bears on it"
    if ratios and left_out:
        figure += "; left out: " + ", ".join(f"{name} ({why})" for name, why in left_out.items())
    bars = [{"bar": f"geometric mean at least {MEAN_AGAINST_NUMEXPR}x NumExpr at the largest n, 2 threads",
             "passed": None if mean is None else mean >= MEAN_AGAINST_NUMEXPR, "figure": figure}]
    for bar, found in checks.items():
        figures = [what for passed, what in found if not passed] or [what for _, what in found if len(found) <= 6]
        bars.append({"bar": bar, "passed": all(passed for passed, _ in found) if found else None,
                     "figure": "; ".join(figures) or (f"{len(found)} rows" if found else "no row bears on it")})
    return bars


def moved(pair):
    """Our bandwidth over the triad's: E1 moves four arrays, the triad three."""
    ours, triad = pair
    return (4 / ours) / (3 / triad)
