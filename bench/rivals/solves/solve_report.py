# SPDX-License-Identifier: Apache-2.0
"""The result file (bench/schema/results.schema.json) and its page, as of ../report.py."""

import statistics
import subprocess
import time

import blas
import report
import solve_bars
from tables import BATCH, LARGE, SMALL

PACKAGES = ("numpy", "scipy")


def environment(options):
    import solvers
    facts = report.environment(options.build, PACKAGES, solvers.EIGEN_FLAGS)
    facts["blas"] = {"ours": blas.description(options.blas), "scipy": blas.description(blas.bundled("scipy")),
                     "numpy": blas.description(blas.bundled("numpy")), "eigen": eigen_version(solvers.EIGEN_FLAGS), "reasons": {}}
    return facts


def eigen_version(flags):
    macros = ("WORLD", "MAJOR", "MINOR")
    text = "#include <Eigen/Core>\n" + " ".join(f"EIGEN_{macro}_VERSION" for macro in macros)
    run = subprocess.run(["g++", *flags, "-E", "-P", "-x", "c++", "-"], input=text, capture_output=True, text=True)
    return ".".join(run.stdout.split()[-3:]) if run.returncode == 0 else "not installed"


def document(rows, counts, facts, options, started):
    tool = {"name": "run_solves", "version": facts["build"]["version"], "target_ci": None, "max_time_s": options.seconds,
            "clock_resolution_s": time.get_clock_info("perf_counter").resolution, "started": started, "finished": report.now()}
    return {"schema_version": 1, "tool": tool, "environment": facts, "rows": rows, "bars": solve_bars.verdicts(rows, counts)}


def parts(rows):
    """Where the time of ours goes at the large orders, as shares of LAPACK's."""
    lines = []
    groups = solve_bars.grouped(rows)
    for (name, n, threads), group in groups.items():
        if name != LARGE or not {"fused", "fused unscreened", "inspect", "copy", "lapack"} <= set(group):
            continue
        whole = group["lapack"]["median_s"]
        phases = group["fused"].get("phases_s", {})
        screening = statistics.median(a - b for a, b in zip(group["fused"]["samples"], group["fused unscreened"]["samples"]))
        seconds = [group["fused"]["median_s"], group["copy"]["median_s"], group["inspect"]["median_s"], phases.get("inspect and copy"),
                   phases.get("factor"), phases.get("solve"), screening, phases.get("verify"), phases.get("condition")]
        lines.append([str(n), str(threads), f"{whole * 1e6:.5g}"] +
                     ["-" if one is None else f"{one * 1e6:.4g} ({one / whole:.1%})" for one in seconds])
    return lines


def table_of(rows, title, names):
    rows = [row for row in rows if row["id"] in names]
    who = list(dict.fromkeys(row["variant"] for row in rows))
    cells = {}
    for row in rows:
        cells.setdefault((row["id"], row["n"], row["threads"]), {})[row["variant"]] = report.cell(row)
    return [f"### {title}", "", *report.table([[*map(str, place), *(found.get(name, "") for name in who)] for place, found in cells.items()],
                                              ["system", "n", "threads", *who], 1), ""] if rows else []


def to_markdown(content):
    rows = content["rows"]
    verdict = {True: "pass", False: "FAIL", None: "not judged"}
    libraries = content["environment"]["blas"]
    reasons = dict.fromkeys(f"{row['id']} {row['variant']}: {row['reasons']['median_s']}" for row in rows if row["median_s"] is None)
    others = {row["id"] for row in rows} - {SMALL, LARGE, BATCH}
    lines = ["# Solves against rivals", "", "Made by `ci/rivals.sh`. All contestants of a row run in turns on the same systems, float64 in C order, one right-hand "
             "side; raw samples are in the JSON file of the same name.", "", *report.environment_lines(content),
             *(f"| BLAS of {who.replace('ours', 'ours and of `lapack`')} | {what} |" for who, what in libraries.items() if who not in ("eigen", "reasons")),
             f"| Eigen | {libraries['eigen']} |", "", "## Bars", "",
             *report.table([[bar["bar"], verdict[bar["passed"]], bar["figure"]] for bar in content["bars"]], ["bar", "", ""], 3), "",
             "## Times", "", "`fused` is this library's `solve`, inspected, verified and screened, with a solution of its own in each call; `unscreened` asks for no "
             "condition, `out` has memory for x, `told` names the structure, `mixed` has float32 factors, `planned` those of the default; others have A's precision (structures: the default's). `lapack` is getrf and getrs with a copy of A and b to memory "
             "that is there already, `fresh` to memory that each call takes. These and Eigen are called over and over in C++, SciPy and NumPy by Python, as they are "
             "used: at n = 4 that is most of their time.", "",
             "Median microseconds a call, in parentheses the backward error in units of 2^-53; - is explained below.", "",
             *table_of(rows, "Small", {SMALL}), *table_of(rows, "Large", {LARGE}), *table_of(rows, "Structures", others),
             *table_of(rows, "10,000 systems in one call", {BATCH})]
    if where := parts(rows):
        lines += ["### Where the time goes", "", "Microseconds, and in parentheses the share of LAPACK's time. `copy` is one memcpy of A, `inspect` explain_solve, which looks at A "
                  "and does no more; `screening` the difference of two calls, the median over the rounds; the rest as the solution's own account has it.", "",
                  *report.table(where, ["n", "threads", "lapack", "fused", "copy", "inspect", "inspect and copy", "factor", "solve", "screening", "verify", "condition"], 0), ""]
    return "\n".join(lines + [f"- {reason}" for reason in reasons]).rstrip() + "\n"
