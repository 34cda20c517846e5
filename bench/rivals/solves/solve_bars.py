# SPDX-License-Identifier: Apache-2.0
"""What solves are held to."""

from bars import grouped
from intervals import ratio
from tables import BATCH, LARGE, SIZES, SMALL, STRUCTURES

AT_500, FROM_2000, AGAINST_SCIPY, AGAINST_LAPACK, MIXED, AGAINST_EIGEN, AGAINST_NUMPY = 1.10, 1.06, 2, 1.3, 1.3, 2, 4
MIXED_ORDER, SAME_ERROR = 4000, 1.0
UNWARNED, OF_ILL = 10, 1000

NEAR_LAPACK = (f"inspected, verified and screened at most {AT_500}x LAPACK with its copy at n = 500, {FROM_2000}x from n = 2000")
PLANNED = f"the same with factors as they are planned by default, float32 at n = 500, at most {AT_500}x LAPACK with its copy"
SMALL_SCIPY = f"n = 4 .. 64 at least {AGAINST_SCIPY}x faster than scipy.linalg.solve"
SMALL_NUMPY = "n = 4 .. 64 faster than numpy.linalg.solve"
SMALL_LAPACK = f"n = 4 .. 64 into out, without screening, at most {AGAINST_LAPACK}x getrf and getrs from C"
STRUCTURED = "no structure slower than scipy.linalg.solve, which looks for it as well"
TOLD = "no structure slower than scipy.linalg.solve where both are told of it"
MIXED_FASTER = f"float32 factors at least {MIXED}x faster than getrf and getrs at n = {MIXED_ORDER}"
MIXED_RIGHT = f"float32 factors with at most LAPACK's backward error at n = {MIXED_ORDER}"
BATCH_EIGEN = f"10,000 systems of 8 x 8 in one call, 1 thread, at least {AGAINST_EIGEN}x Eigen"
BATCH_NUMPY = f"10,000 systems of 8 x 8 in one call, 1 thread, at least {AGAINST_NUMPY}x NumPy"
ILL = "of 1,000 matrices with condition 1e16 or more at most 10 without a warning"
WELL = "of 1,000 matrices with condition below 1e8 none with a warning"
ANSWERED = "every solve of ours gives a right answer"
TIMED = (NEAR_LAPACK, PLANNED, SMALL_SCIPY, SMALL_NUMPY, SMALL_LAPACK, STRUCTURED, TOLD, MIXED_FASTER, BATCH_EIGEN, BATCH_NUMPY)


def fastest(samples, *names):
    """Of these, who is there."""
    there = [name for name in names if name in samples]
    return [min(there, key=lambda name: sorted(samples[name])[len(samples[name]) // 2])] if there else []


def paired(name, n, threads, samples):
    """[(bar, ours, theirs, limit)] that bear on one row's samples."""
    pairs = []
    if name == LARGE:
        pairs.append((NEAR_LAPACK, "fused", "lapack", AT_500 if n < 2000 else FROM_2000))
        if n < 2000:
            pairs.append((PLANNED, "planned", "lapack", AT_500))
        if n == MIXED_ORDER:
            pairs.append((MIXED_FASTER, "mixed", "lapack", 1 / MIXED))
    elif name == SMALL:
        pairs += [(SMALL_SCIPY, "fused", scipy, 1 / AGAINST_SCIPY) for scipy in fastest(samples, "scipy", "scipy told")]
        pairs += [(SMALL_NUMPY, "fused", "numpy", 1), (SMALL_LAPACK, "fused unscreened out", "lapack", AGAINST_LAPACK)]
    elif name == BATCH and threads == 1:
        pairs += [(BATCH_EIGEN, "fused", eigen, 1 / AGAINST_EIGEN) for eigen in fastest(samples, "eigen", "eigen columns")]
        pairs.append((BATCH_NUMPY, "fused", "numpy", 1 / AGAINST_NUMPY))
    elif name in STRUCTURES:
        pairs += [(STRUCTURED, "fused", "scipy", 1), (TOLD, "fused told", "scipy told", 1)]
    return [pair for pair in pairs if {pair[1], pair[2]} <= set(samples)]


def decided(name, n, threads, samples):
    """Whether more rounds can be spared: each bar is met or, after twenty rounds, missed with its whole interval."""
    rounds = len(next(iter(samples.values())))
    for _, ours, theirs, limit in paired(name, n, threads, samples):
        _, low, high = ratio(samples, ours, theirs)
        if low is None or not (high <= limit or (low > limit and rounds >= 20)):
            return False
    return True


def verdicts(rows, counts):
    """[{bar, passed, figure}]; passed is None where nothing bears on the bar. counts: what conditions.py found, or None."""
    checks = {bar: [] for bar in TIMED}
    right = []
    for (name, n, threads), group in grouped(rows).items():
        if name not in SIZES:
            continue
        samples = {who: row["samples"] for who, row in group.items()}
        place = f"{name} n={n} threads={threads}"
        for bar, ours, theirs, limit in paired(name, n, threads, samples):
            middle, low, high = ratio(samples, ours, theirs)
            spread = "" if low is None else f" ({low:.3f} to {high:.3f})"
            checks[bar].append((middle <= limit, f"{place}: {middle:.3f}x {theirs}'s time{spread}"))
        if name == LARGE and n == MIXED_ORDER and {"mixed", "lapack"} <= set(group):
            ours, theirs = (group[who]["error"] for who in ("mixed", "lapack"))
            right.append((ours <= SAME_ERROR * theirs, f"{place}: {ours:.3g} u, LAPACK {theirs:.3g} u"))
    checks[MIXED_RIGHT] = right
    checks[ANSWERED] = [(row["verified"], f"{row['id']} n={row['n']} threads={row['threads']} {row['variant']}"
                         + (f": {row['reasons']['median_s']}" if not row["verified"] else ""))
                        for row in rows if row["variant"].startswith(("fused", "mixed", "planned"))]
    bars = []
    for bar, found in checks.items():
        missed = [what for passed, what in found if not passed]
        met = [what for passed, what in found if passed]
        figure = "; ".join(missed) or "; ".join(met[:6]) or "no row bears on it"
        if missed or len(met) > 6:
            figure = f"{len(met)} of {len(found)} met. " + figure
        bars.append({"bar": bar, "passed": not missed if found else None, "figure": figure})
    return bars + [condition_bar(bar, kind, most, counts) for bar, kind, most in ((ILL, "ill", UNWARNED), (WELL, "well", 0))]


def condition_bar(bar, kind, most, counts):
    if counts is None:
        return {"bar": bar, "passed": None, "figure": "not run"}
    families = counts[kind]
    wrong, of = (sum(one[what] for one in families.values()) for what in ("wrong", "matrices"))
    return {"bar": bar, "passed": wrong <= most, "figure": f"{wrong} of {of}: " +
            ", ".join(f"{family} {one['wrong']} of {one['matrices']}" for family, one in families.items())}
