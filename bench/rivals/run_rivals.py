# SPDX-License-Identifier: Apache-2.0
"""Times this library against NumPy, NumExpr, Numba, JAX and compiled loops on the same arrays, all of them in turn.

ci/rivals.sh builds what this needs and calls it. By hand:
    cmake --build BUILD --target gpubench gpubench_shim gpucompute_modules
    python -m pip install -r bench/rivals/requirements.txt
    python bench/rivals/run_rivals.py --build BUILD --json FILE --md FILE

Each number of threads is a process of its own that may use only so many processors, since JAX takes its threads from
there. In a process every round gives each contestant one sample, in an order drawn anew, so that all see the same
machine; ratios are taken round by round, with the 95 % order-statistic interval of their median. A row ends when the
bars it bears on are decided, and at the latest after --seconds and 7 rounds. All sizes on 1 and 2 threads take about
20 minutes. Files are written after every case; --resume goes on where a run of the same build ended.

Exit: 0 all bars are met, 1 one is missed, 2 usage, 5 a run broke off."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent


def wanted(options):
    """[(id, n)], in order; n is as used."""
    import cases
    import special
    found = []
    for case in cases.CASES:
        if re.search(options.filter, case.id):
            found += [(case.id, n) for n in dict.fromkeys(case.size(n) for n in options.n or case.sizes)]
    if re.search(options.filter, "E1") and (options.n is None or special.TOUCHED_SIZE in options.n):
        found.append(("touched", special.TOUCHED_SIZE))
    if re.search(options.filter, "E11") and (options.n is None or 10 in options.n):
        found.append(("E11", 10))
    return found


def inner(options):
    """One number of threads, in this process: a line of JSON for each (id, n), the list of its rows."""
    threads = options.inner
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    os.environ.update(OMP_NUM_THREADS=str(threads), NUMEXPR_MAX_THREADS=str(threads), NUMBA_NUM_THREADS=str(threads), JAX_PLATFORMS="cpu")
    import cases
    import contestants as make
    import special
    import timing
    done = {tuple(place) for place in json.loads(options.done)}
    shim = make.Shim(options.build / "lib/libgpubench_shim.so")
    with tempfile.TemporaryDirectory() as folder:
        hands = {name: make.build_hand(pathlib.Path(folder), flags) for name, flags in make.HAND_FLAGS.items()}
        for name, n in wanted(options):
            if (name, n) in done or time.time() > options.until:
                continue
            if name == "touched":
                rows = special.touched(threads, options.seconds, shim, hands)
            elif name == "E11":
                rows = special.first_results(threads, shim)
            else:
                rows = timing.time_case(cases.BY_ID[name], n, threads, options.seconds, shim, hands)
            print(json.dumps({"place": [name, n], "rows": rows}), flush=True)
            print(f"{name} n={n} {threads} thread(s): " + ", ".join(
                f"{row['variant']} {row['median_s'] * 1e6:.4g}" for row in rows if row["median_s"]) + " us", file=sys.stderr, flush=True)


def place_of(row):
    """What `wanted` calls the row."""
    import bars
    return {bars.TOUCHED: "touched", "E11a": "E11", "E11b": "E11"}.get(row["id"], row["id"]), row["n"]


def outer(options):
    import report
    from contestants import GXX
    rows, started, facts = [], report.now(), report.environment(options.build, report.PACKAGES, GXX[1:])
    if options.resume and options.json.exists():
        old = json.loads(options.json.read_text())
        if not report.same_machine(old["environment"], facts):
            print(f"run_rivals.py: --resume: expected rows of this machine, build and rivals in {options.json}, got others'", file=sys.stderr)
            return 2
        rows, started = old["rows"], old["tool"]["started"]

    def deliver():
        content = report.document(rows, facts, options, started)
        if options.json:
            report.write(options.json, report.to_json(content))
        if options.md:
            report.write(options.md, report.to_markdown(content))
        return content

    busy, processors = os.getloadavg()[0], len(os.sched_getaffinity(0))
    if busy > 0.5 * processors:
        print(f"run_rivals.py: others are at work here (load average {busy:.1f} on {processors} processors): times will be theirs as well",
              file=sys.stderr)
    until = time.time() + 60 * options.minutes
    for threads in options.threads:
        done = sorted({place_of(row) for row in rows if row["threads"] == threads})
        command = [sys.executable, __file__, *sys.argv[1:], "--inner", str(threads), "--done", json.dumps(done), "--until", str(until)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
            for line in run.stdout:
                rows += json.loads(line)["rows"]
                deliver()
        if run.returncode != 0:
            print(f"run_rivals.py: {threads} thread(s): the run ended with {run.returncode}; finished rows are kept", file=sys.stderr)
            return 5
    content = deliver()
    print(report.to_markdown(content), end="")
    return 1 if any(bar["passed"] is False for bar in content["bars"]) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the build folder with lib/libgpubench_shim.so")
    parser.add_argument("--threads", type=lambda s: [int(x) for x in s.split(",")], default=[1, 2])
    parser.add_argument("--n", type=lambda s: [int(float(x)) for x in s.split(",")], help="sizes; default: 1e3 to 1e7, or each case's own")
    parser.add_argument("--filter", default="", help="only ids with a match")
    parser.add_argument("--seconds", type=float, default=3, help="most seconds a row, for all contestants together; default: 3")
    parser.add_argument("--minutes", type=float, default=60, help="begin no row after this time; default: 60")
    parser.add_argument("--json", type=pathlib.Path, help="raw samples, environment, bars")
    parser.add_argument("--md", type=pathlib.Path, help="the page")
    parser.add_argument("--resume", action="store_true", help="keep the rows of --json and run what is missing there")
    parser.add_argument("--inner", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--done", default="[]", help=argparse.SUPPRESS)
    parser.add_argument("--until", type=float, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.resume and not options.json:
        parser.error("--resume needs --json")
    return inner(options) if options.inner else outer(options)


if __name__ == "__main__":
    sys.exit(main())
