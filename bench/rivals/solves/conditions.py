# SPDX-License-Identifier: Apache-2.0
"""Counts how often a solve warns of a condition beyond 1/u and how often it should.

    python bench/rivals/solves/conditions.py --build BUILD [--matrices 1000] [--json FILE]

1,000 matrices whose condition is 1e16 or more and 1,000 where it is below 1e8, each kind from several families, orders 5
to 100, half in C order and half in Fortran's. The condition in the 1-norm is that of the rounded matrix, computed in long double. A
warning is the verdict `ill_conditioned` or `inaccurate`, or a refusal because of a zero pivot.

Exit: 0 at most 1 in 100 of the ill-conditioned ones without a warning and none of the others with one, 1 otherwise."""

import argparse
import json
import pathlib
import sys

import numpy as np

sys.path.append(str(pathlib.Path(__file__).parents[1]))

ILL, WELL = 1e16, 1e8
LEAST, MOST = 5, 100


def orthogonal(n, draw):
    q, r = np.linalg.qr(draw.standard_normal((n, n)))
    return q * np.sign(np.diag(r))


def of_spectrum(values, draw):
    n = len(values)
    return orthogonal(n, draw) * values @ orthogonal(n, draw)


def shuffled(a, draw):
    """The same condition, no triangle to be seen, in half of the cases."""
    return a[draw.permutation(len(a))][:, draw.permutation(len(a))] if draw.random() < 0.5 else a


def decades(ill, draw, well_most=7.5):
    """From where the 1-norm makes 1e16 of it, so that many lie just beyond; what falls short is not used."""
    return draw.uniform(14, 18) if ill else draw.uniform(0, well_most)


def geometric(n, ill, draw):
    return of_spectrum(np.logspace(0, -decades(ill, draw), n), draw)


def one_small(n, ill, draw):
    return of_spectrum(np.append(np.ones(n - 1), 10 ** -decades(ill, draw)), draw)


def hilbert(n, ill, draw):
    n = n if ill else draw.integers(LEAST, 8)
    places = np.arange(n) + draw.uniform(0.2, 1.5) * (1 if ill else n)
    return shuffled(1 / np.add.outer(places, np.arange(n) + 1), draw)


def kahan(n, ill, draw):
    angle = draw.uniform(0.3, 1.4)
    a = np.triu(-np.cos(angle) * np.ones((n, n)), 1) + np.eye(n)
    return shuffled(np.sin(angle) ** np.arange(n)[:, None] * a, draw)


def triw(n, ill, draw):
    n = n if ill else draw.integers(LEAST, 20)
    return shuffled(np.triu(-draw.uniform(0.8, 1.3) * np.ones((n, n)), 1) + np.eye(n), draw)


def dependent(n, ill, draw):
    a = draw.standard_normal((n, n))
    column = draw.integers(n)
    others = np.delete(np.arange(n), column)
    combined = a[:, others] @ draw.standard_normal(n - 1)
    a[:, column] = combined + draw.standard_normal(n) * 10 ** -decades(ill, draw, 5) * np.abs(combined).max()
    return a


def graded(n, ill, draw):
    scales = np.logspace(0, -decades(ill, draw, 5), n)[draw.permutation(n)]
    a = draw.standard_normal((n, n))
    return a * scales if draw.random() < 0.5 else a * scales[:, None]


def integers(n, ill, draw):
    """A matrix of small integers that is singular, or that is not."""
    a = draw.integers(-9, 10, (n, n)).astype(float)
    if ill:
        first, second, third = draw.permutation(n)[:3]
        a[first] = a[second] - a[third]
    return a


def positive_definite(n, ill, draw):
    q = orthogonal(n, draw)
    a = q * np.logspace(0, -decades(ill, draw), n) @ q.T
    return (a + a.T) / 2


def normal(n, ill, draw):
    return draw.standard_normal((n, n)) + (0 if ill else draw.uniform(0, n) * np.eye(n))


FAMILIES = {"ill": (geometric, one_small, hilbert, kahan, triw, dependent, graded, integers, positive_definite),
            "well": (geometric, one_small, hilbert, kahan, triw, dependent, graded, integers, positive_definite, normal)}


def condition(a):
    """In the 1-norm, by Gauss and Jordan with the largest of all pivots; infinite for what is singular to long double."""
    n = len(a)
    work = np.hstack([a.astype(np.longdouble), np.eye(n, dtype=np.longdouble)])
    for i in range(n):
        row, column = np.unravel_index(np.abs(work[i:, i:n]).argmax(), (n - i, n - i))
        work[[i, i + row]] = work[[i + row, i]]
        work[:, [i, i + column]] = work[:, [i + column, i]]
        if work[i, i] == 0:
            return float("inf")
        work[i] /= work[i, i]
        factors = work[:, i].copy()
        factors[i] = 0
        work -= np.multiply.outer(factors, work[i])
    # Columns were exchanged, which only orders the rows of the inverse.
    largest = lambda m: np.abs(m).sum(axis=0).max()
    return float(largest(a) * largest(work[:, n:]))


def matrices(family, kind, count, seed):
    """(A, its condition), `count` of them that belong to the kind."""
    draw = np.random.default_rng(seed)
    found = 0
    for _ in range(100 * count):
        n = int(draw.integers(LEAST, MOST + 1))
        a = family(n, kind == "ill", draw)
        known = condition(a)
        if known >= ILL if kind == "ill" else known < WELL:
            found += 1
            yield (np.asfortranarray(a) if found % 2 else np.ascontiguousarray(a)), known
        if found == count:
            return
    raise RuntimeError(f"{family.__name__}: {count} matrices that are {kind}-conditioned, got {found}")


def count(shim, options, matrices_a_kind):
    """{kind: {family: {matrices, wrong, missed}}}; `wrong` is a warning too few or too many."""
    counts = {}
    for kind, families in FAMILIES.items():
        for i, family in enumerate(families):
            share = matrices_a_kind // len(families) + (i < matrices_a_kind % len(families))
            one = counts.setdefault(kind, {})[family.__name__] = {"matrices": 0, "wrong": 0, "examples": []}
            for a, known in matrices(family, kind, share, i) if share > 0 else ():
                verdict, bound = shim.verdict(a, np.ones(len(a)), options)
                one["matrices"] += 1
                if (verdict == 0) == (kind == "ill"):
                    one["wrong"] += 1
                    one["examples"].append(f"n={len(a)}: condition {known:.3g}, bound {bound:.3g}, verdict {verdict}")
    return counts


def main():
    import solvers
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the build folder with lib/libgpubench_shim.so")
    parser.add_argument("--matrices", type=int, default=1000, help="of each kind; default: 1000")
    parser.add_argument("--json", type=pathlib.Path)
    chosen = parser.parse_args()
    counts = count(solvers.Shim(chosen.build / "lib/libgpubench_shim.so"), solvers.options(), chosen.matrices)
    if chosen.json:
        chosen.json.write_text(json.dumps(counts, indent=1) + "\n")
    for kind, families in counts.items():
        print(kind)
        for family, one in families.items():
            print(f"  {family:18} {one['wrong']:4} wrong of {one['matrices']:4}", *one["examples"][:3], sep="   ")
    wrong = {kind: sum(one["wrong"] for one in families.values()) for kind, families in counts.items()}
    print(wrong)
    return int(wrong["well"] > 0 or wrong["ill"] * 100 > chosen.matrices)


if __name__ == "__main__":
    sys.exit(main())
