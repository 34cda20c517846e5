# SPDX-License-Identifier: Apache-2.0
"""Times this library against NumPy, NumExpr, Numba, JAX and compiled loops on the same arrays, all of them in turn.

    cmake --build BUILD_FOLDER --target gpubench_shim gpucompute_modules
    python -m pip install -r requirements.txt
    python run_rivals.py --build BUILD_FOLDER [--threads 1,2] [--n N,...] [--filter RE] [--seconds S] [--json F] [--md F]

Each number of threads is a process of its own that may use only so many processors, since JAX takes its threads from
there. In a process every round gives each contestant one sample, in an order that rotates, so that all see the same
machine; ratios are taken round by round, with the 95 % order-statistic interval of their median."""

import argparse
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
ROUNDS_LEAST, ROUNDS_MOST = 7, 60
OURS = ("fused", "fast", "naive")
# Bars: see verdicts().
MEAN_AGAINST_NUMEXPR, AGAINST_BEST, AGAINST_FAST_MATH, NAIVE_AGAINST_NUMPY, SMALL_CALL = 3.5, 1.05, 1.35, 1.10, 1.5e-6


def median_interval(values):
    """(median, low, high): low and high are None below six values."""
    ordered, n = sorted(values), len(values)
    median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    below, rank = 0.0, 0
    for k in range(n // 2):
        below += math.comb(n, k) / 2**n
        if below > 0.025:
            break
        rank = k + 1
    return (median, ordered[rank - 1], ordered[n - rank]) if rank else (median, None, None)


def ulp(case, inputs, result):
    """Largest error on a sample of the elements, in units of the last place, against long double."""
    import numpy as np
    result = np.asarray(result)
    wide = {k: v.astype(np.clongdouble if v.dtype.kind == "c" else np.longdouble) if v.dtype.kind in "fc" else v
            for k, v in inputs.items()}
    if result.ndim == 1 and result.size > 20_000 and not case.shapes:
        places = np.linspace(0, result.size - 1, 20_000).astype(np.int64)
        wide, result = {k: v[places] for k, v in wide.items()}, result[places]
    right = np.asarray(eval(case.array, {"m": np, **wide}))
    if result.dtype.kind in "bi":
        return float(np.max(np.abs(result.astype(np.int64) - right.astype(np.int64))))
    unit = np.spacing(np.abs(right).astype(result.real.dtype)).astype(np.longdouble)
    return float(np.max(np.abs(result - right) / unit))


def contestants(case, inputs, n, threads, shim, hands):
    """{name: (run, result)}"""
    import numpy as np
    import contestants as make
    numpy_run, numpy_result = make.numpy_contestant(case, inputs)
    out = np.asarray(numpy_result())
    found = {"numpy": (numpy_run, numpy_result)}
    for kind in OURS:
        mine = np.empty_like(out)
        if kind == "naive" and threads > 1:
            continue
        try:
            found[kind] = (shim.make(kind, case.id if kind == "naive" else case.text, inputs, mine, threads), lambda m=mine: m)
        except RuntimeError as error:
            print(f"{case.id} {kind}: {error}", file=sys.stderr)
    for name, library in hands.items():
        mine = np.empty_like(out)
        run = make.hand(library, case, inputs, mine, n, threads)
        if run:
            found[name] = (run, lambda m=mine: m)
    rivals = {"numexpr": lambda: make.numexpr_contestant(case, inputs, out, threads),
              "numba": lambda: make.numba_contestant(case, inputs, out, threads, False),
              "numba fastmath": lambda: make.numba_contestant(case, inputs, out, threads, True),
              "jax": lambda: make.jax_contestant(case, inputs)}
    for name, make_rival in rivals.items():
        try:
            found[name] = make_rival()
        except Exception as error:  # what a rival cannot express is said and left out
            print(f"{case.id} {name}: {error}", file=sys.stderr)
    return {name: pair for name, pair in found.items() if pair}


def time_case(case, n, threads, seconds, shim, hands):
    inputs = case.make(n)
    everyone = contestants(case, inputs, n, threads, shim, hands)
    names = list(everyone)
    calls = {}
    for name, (run, _) in everyone.items():
        run(2)
        calls[name] = max(1, min(10_000, round(200e-6 / run(1))))
    samples = {name: [] for name in names}
    spent, rounds = 0.0, 0
    while rounds < ROUNDS_LEAST or (spent < seconds and rounds < ROUNDS_MOST):
        for i in range(len(names)):
            name = names[(i + rounds) % len(names)]
            samples[name].append(everyone[name][0](calls[name]))
            spent += samples[name][-1] * calls[name]
        rounds += 1
    rows = []
    for name, (run, result) in everyone.items():
        median, low, high = median_interval(samples[name])
        rows.append({"id": case.id, "n": n, "threads": threads, "who": name, "median_s": median, "ci_low_s": low,
                     "ci_high_s": high, "samples": samples[name], "ulp": ulp(case, inputs, result()),
                     "tier": run.tier() if hasattr(run, "tier") else None})
    return rows


def inner(options):
    """One number of threads, in this process."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:options.inner])
    os.environ.update(OMP_NUM_THREADS=str(options.inner), NUMEXPR_MAX_THREADS=str(options.inner), NUMBA_NUM_THREADS=str(options.inner),
                      JAX_PLATFORMS="cpu")
    import cases
    import contestants as make
    shim = make.Shim(options.build / "lib/libgpubench_shim.so")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        hands = {name: make.build_hand(pathlib.Path(folder), flags) for name, flags in make.HAND_FLAGS.items()}
        for case in cases.CASES:
            if not re.search(options.filter, case.id):
                continue
            for n in options.n or case.sizes:
                if case.shapes:
                    n = int(n**0.5) ** 2
                rows += time_case(case, n, options.inner, options.seconds, shim, hands)
                print(f"{case.id} n={n} {options.inner} thread(s): " + ", ".join(
                    f"{row['who']} {row['median_s'] * 1e6:.4g}" for row in rows if row["id"] == case.id and row["n"] == n) + " us",
                    file=sys.stderr, flush=True)
    json.dump(rows, sys.stdout)


def ratio(group, ours, theirs):
    """Our time over theirs, round by round: (median, low, high)."""
    return median_interval([a / b for a, b in zip(group[ours]["samples"], group[theirs]["samples"])])


def verdicts(rows):
    """[(bar, passed, what failed or the figure)]; a bar that no row bears on is left out."""
    import cases
    known = {case.id: case for case in cases.CASES}
    groups = {}
    for row in rows:
        groups.setdefault((row["id"], row["n"], row["threads"]), {})[row["who"]] = row
    logs, slower, best, fast, naive, small = [], [], [], [], [], []
    for (name, n, threads), group in groups.items():
        place = f"{name} n={n} threads={threads}"
        if "fused" not in group:
            continue
        largest = n >= 0.9 * known[name].sizes[-1]
        if threads == 2 and largest and known[name].in_mean and "numexpr" in group:
            logs.append(math.log(group["numexpr"]["median_s"] / group["fused"]["median_s"]))
        for rival in {"numpy", "numexpr"} & set(group):
            middle, low, _ = ratio(group, "fused", rival)
            slower.append((low is None or low <= 1, f"{place}: {middle:.2f}x {rival}'s time"))
        against = {"hand", "numba", "jax"} & set(group)
        if n >= 100_000 and against:
            rival = min(against, key=lambda who: group[who]["median_s"])
            middle, low, _ = ratio(group, "fused", rival)
            best.append((low is None or low <= AGAINST_BEST, f"{place}: {middle:.2f}x {rival}'s time"))
            if {"fast", "hand -ffast-math"} <= set(group):
                middle, low, _ = ratio(group, "fast", "hand -ffast-math")
                fast.append((low is None or low <= AGAINST_FAST_MATH, f"{place}: {middle:.2f}x"))
        if largest and {"naive", "numpy"} <= set(group) and threads == 1:
            middle, low, _ = ratio(group, "naive", "numpy")
            naive.append((low is None or low <= NAIVE_AGAINST_NUMPY, f"{place}: {middle:.2f}x"))
        if name in ("E1", "E2", "E6") and n == 1000 and threads == 1:
            seconds = group["fused"]["median_s"]
            small.append((seconds < SMALL_CALL, f"{place}: {seconds * 1e6:.2f} us"))
    bars = []
    if logs:
        mean = math.exp(sum(logs) / len(logs))
        bars.append((f"geometric mean against NumExpr at least {MEAN_AGAINST_NUMEXPR}x, 2 threads, {len(logs)} expressions",
                     mean >= MEAN_AGAINST_NUMEXPR, f"{mean:.2f}x"))
    for bar, checks in (("no row slower than NumPy or NumExpr", slower),
                        (f"no row with n >= 1e5 wholly above {AGAINST_BEST}x the best of hand, Numba, JAX", best),
                        (f"no fast row with n >= 1e5 wholly above {AGAINST_FAST_MATH}x hand -ffast-math", fast),
                        (f"naive at most {NAIVE_AGAINST_NUMPY}x NumPy at the largest n", naive),
                        (f"E1, E2, E6 at n = 1000 below {SMALL_CALL * 1e6} us a call", small)):
        if checks:
            failed = [what for passed, what in checks if not passed]
            bars.append((bar, not failed, "; ".join(failed) or f"{len(checks)} rows"))
    return bars


def markdown(rows, bars):
    who = list(dict.fromkeys(row["who"] for row in rows))
    lines = ["Microseconds a call (ULP).", "", "| id | n | threads | " + " | ".join(who) + " |", "|---|---:|---:|" + "---:|" * len(who)]
    for place in dict.fromkeys((row["id"], row["n"], row["threads"]) for row in rows):
        cells = {row["who"]: f"{row['median_s'] * 1e6:.4g} ({row['ulp']:.2g})" for row in rows
                 if (row["id"], row["n"], row["threads"]) == place}
        lines.append("| " + " | ".join([*map(str, place), *(cells.get(name, "") for name in who)]) + " |")
    lines += ["", "| bar | | |", "|---|---|---|"] + [f"| {bar} | {'pass' if passed else 'FAIL'} | {what} |" for bar, passed, what in bars]
    return "\n".join(lines) + "\n"


def versions():
    from importlib.metadata import version
    return {name: version(name) for name in ("numpy", "numexpr", "numba", "jax")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the build folder with lib/libgpubench_shim.so")
    parser.add_argument("--threads", type=lambda s: [int(x) for x in s.split(",")], default=[1, 2])
    parser.add_argument("--n", type=lambda s: [int(float(x)) for x in s.split(",")], help="sizes; default: each case's own")
    parser.add_argument("--filter", default="", help="only ids with a match")
    parser.add_argument("--seconds", type=float, default=3, help="for all contestants of a case together")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--md", type=pathlib.Path)
    parser.add_argument("--inner", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inner:
        return inner(options)
    rows = []
    for threads in options.threads:
        run = subprocess.run([sys.executable, __file__, *sys.argv[1:], "--inner", str(threads)], stdout=subprocess.PIPE, check=True)
        rows += json.loads(run.stdout)
    bars = verdicts(rows)
    text = markdown(rows, bars)
    if options.json:
        options.json.write_text(json.dumps({"schema_version": 1, "versions": versions(), "rows": rows, "bars": [
            {"bar": bar, "passed": passed, "figure": what} for bar, passed, what in bars]}, indent=1) + "\n")
    if options.md:
        options.md.write_text(text)
    print(text)
    return 0 if all(passed for _, passed, _ in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
