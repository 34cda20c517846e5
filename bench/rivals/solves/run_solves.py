# SPDX-License-Identifier: Apache-2.0
"""Times solves of this library against LAPACK, SciPy, NumPy and Eigen on the same systems, all of them in turn.

ci/rivals.sh builds what this needs and calls it. By hand:
    cmake --build BUILD --target gpubench gpubench_shim gpucompute_modules
    python -m pip install -r bench/rivals/requirements.txt
    python bench/rivals/solves/run_solves.py --build BUILD --json FILE --md FILE

LAPACK (getrf and getrs from C, with their copy of A and b) is called in the library file that this library opened: --blas,
'scipy' for the one in SciPy's wheel. Each number of threads is a process of its own that may use only so many
processors. In a process every round gives each contestant one sample, in an order drawn anew; ratios are taken round by
round, with the 95 % order-statistic interval of their median. A row ends when the bars it bears on are decided, and at
the latest after --seconds and 7 rounds. Everything on 1 and 2 threads takes about 25 minutes. Files are written after
every row.

Exit: 0 all bars are met, 1 one is missed, 2 usage, 5 a run broke off."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parent))

# Idle threads of a BLAS wait for this long in a loop, and would take their processors from the next contestant.
PAUSE_SECONDS = 0.05


def wanted(options):
    """[(name, n)]"""
    import tables
    return [(name, n) for name, sizes in tables.SIZES.items() for n in sizes
            if re.search(options.filter, name) and n in (options.n or sizes)]


def time_row(name, n, threads, seconds, shim, library, eigen_library):
    """One row a contestant."""
    import explanation
    import solve_bars
    import solvers
    import systems
    import timing
    a, b = systems.system(name, n)
    found, rows = {}, {}
    for who, maker in solvers.makers(name, a, b, shim, library, eigen_library).items():
        row = rows[who] = timing.row_of(name, n, "float64", threads, who) | {"bytes": a.nbytes + 2 * b.nbytes}
        row["reasons"]["flops"] = "of the structure and the method"
        try:
            one = maker()
            if (x := one.results()) is not None:
                row["error"] = systems.backward_error(a, b, x)
                if not row["error"] <= 30 * n:
                    row["error"] = None
                    raise ArithmeticError(f"the result did not verify: a backward error above {30 * n} u, or no result")
            else:
                row["reasons"]["error"] = "a part of a solve has no x"
            found[who] = one
        except Exception as error:  # what goes wrong with a rival is written down, and the others go on
            row["tier"] = None
            timing.missing(row, f"{type(error).__name__}: {error}".splitlines()[0])
            print(f"{name} n={n} {who}: {error}", file=sys.stderr)
    pause = PAUSE_SECONDS if threads > 1 and n >= 100 else 0
    samples, calls, reason = timing.in_turns(found, seconds, lambda samples: solve_bars.decided(name, n, threads, samples), pause)
    for who, one in found.items():
        timing.timed(rows[who], samples[who], calls[who], reason)
        said = [one.tier() for _ in range(5 if "\n" in one.tier() else 1)]
        if phases := middle_phases([explanation.phases(text) for text in said]):
            rows[who]["phases_s"] = phases
        rows[who]["tier"] = explanation.way(said[0])
        if hasattr(one, "free"):
            one.free()
    return list(rows.values())


def middle_phases(runs):
    return {phase: sorted(run[phase] for run in runs)[len(runs) // 2] for phase in runs[0]}


def inner(options):
    """One number of threads, in this process: a line of JSON for each (name, n), the list of its rows."""
    threads = options.inner
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    os.environ |= {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    import blas
    import solvers
    library, os.environ["GPUCOMPUTE_BLAS"] = blas.opened(options.blas)
    shim = solvers.Shim(options.build / "lib/libgpubench_shim.so")
    with tempfile.TemporaryDirectory() as folder:
        eigen_library = solvers.build_eigen(folder)
        for name, n in wanted(options):
            rows = time_row(name, n, threads, options.seconds, shim, library, eigen_library)
            print(json.dumps({"rows": rows}), flush=True)
            print(f"{name} n={n} {threads} thread(s): " + ", ".join(
                f"{row['variant']} {row['median_s'] * 1e6:.4g}" for row in rows if row["median_s"]) + " us", file=sys.stderr, flush=True)
    if options.count:
        import conditions
        print(json.dumps({"counts": conditions.count(shim, solvers.options(), options.count)}), flush=True)


def outer(options):
    import report
    import solve_report
    rows, counts, started, facts = [], None, report.now(), solve_report.environment(options)

    def deliver():
        content = solve_report.document(rows, counts, facts, options, started)
        if options.json:
            report.write(options.json, report.to_json(content))
        if options.md:
            report.write(options.md, solve_report.to_markdown(content))
        return content

    busy, processors = os.getloadavg()[0], len(os.sched_getaffinity(0))
    if busy > 0.5 * processors:
        print(f"run_solves.py: others are at work here (load average {busy:.1f} on {processors} processors): times will be theirs as well",
              file=sys.stderr)
    for threads in options.threads:
        count = options.matrices if threads == options.threads[0] and re.search(options.filter, "conditions") else 0
        command = [sys.executable, __file__, *sys.argv[1:], "--inner", str(threads), "--count", str(count)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
            for line in run.stdout:
                got = json.loads(line)
                rows += got.get("rows", [])
                counts = got.get("counts", counts)
                deliver()
        if run.returncode != 0:
            print(f"run_solves.py: {threads} thread(s): the run ended with {run.returncode}; finished rows are kept", file=sys.stderr)
            return 5
    content = deliver()
    print(solve_report.to_markdown(content), end="")
    return 1 if any(bar["passed"] is False for bar in content["bars"]) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the build folder with lib/libgpubench_shim.so")
    parser.add_argument("--blas", default="libopenblas.so.0", help="file or name of the BLAS and LAPACK library, or 'scipy'; default: libopenblas.so.0")
    parser.add_argument("--threads", type=lambda s: [int(x) for x in s.split(",")], default=[1, 2])
    parser.add_argument("--n", type=lambda s: [int(float(x)) for x in s.split(",")], help="only these of each table's orders")
    parser.add_argument("--filter", default="", help="only tables with a match: small, large, batch, conditions, a structure")
    parser.add_argument("--seconds", type=float, default=10, help="most seconds a row, for all contestants together; default: 10")
    parser.add_argument("--matrices", type=int, default=1000, help="of each kind for the conditions; default: 1000")
    parser.add_argument("--json", type=pathlib.Path, help="raw samples, environment, bars")
    parser.add_argument("--md", type=pathlib.Path, help="the page")
    parser.add_argument("--inner", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    return inner(options) if options.inner else outer(options)


if __name__ == "__main__":
    sys.exit(main())
