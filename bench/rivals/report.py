# SPDX-License-Identifier: Apache-2.0
"""The result file (bench/schema/results.schema.json) and its page. Both are written beside and renamed."""

import datetime
import json
import os
import subprocess
import time
from importlib.metadata import version

import bars

PACKAGES = ("numpy", "scipy", "numexpr", "numba", "jax")


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def environment(build, packages, flags):
    """gpubench's, the versions of the rivals and the flags of those that are compiled."""
    facts = json.loads(subprocess.run([build / "bin/gpubench", "env", "--json", "-"], stdout=subprocess.PIPE, check=True).stdout)
    gxx = subprocess.run(["g++", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[0]
    facts["rivals"] = {name: version(name) for name in packages} | {"hand_compiler": gxx, "hand_flags": " ".join(flags), "reasons": {}}
    return facts


def same_machine(one, other):
    """Whether rows of two environments may stand in one file."""
    def lasting(facts):
        return [facts["cpu"]["model"], facts["cpu"]["usable_threads"], facts["build"], facts["rivals"]]
    return lasting(one) == lasting(other)


def document(rows, facts, options, started):
    tool = {"name": "run_rivals", "version": facts["build"]["version"], "target_ci": None, "max_time_s": options.seconds,
            "clock_resolution_s": time.get_clock_info("perf_counter").resolution, "started": started, "finished": now()}
    return {"schema_version": 1, "tool": tool, "environment": facts, "rows": rows, "bars": bars.verdicts(rows)}


def write(path, text):
    partial = path.with_name(f".{path.name}.partial")
    with open(partial, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)


def to_json(content):
    """A line for each row and bar."""
    parts = [f" {json.dumps(key)}: " + (json.dumps(value, indent=1).replace("\n", "\n ") if key not in ("rows", "bars") else
                                        "[\n  " + ",\n  ".join(json.dumps(one) for one in value) + "\n ]")
             for key, value in content.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def table(lines, heads, left):
    return ["| " + " | ".join(heads) + " |", "|" + "".join("---|" if i < left else "---:|" for i in range(len(heads)))] + \
           ["| " + " | ".join(line) + " |" for line in lines]


def cell(row):
    if row["median_s"] is None:
        return "-"
    error = "" if row["error"] is None else f" ({row['error']:.2g})"
    return f"{row['median_s'] * 1e6:.4g}{error}"


def environment_lines(content):
    facts = content["environment"]
    cpu, memory, system, build, rivals = (facts[name] for name in ("cpu", "memory", "os", "build", "rivals"))
    caches = ", ".join(f"{name.removesuffix('_bytes')} {value // 1024:,} KiB" for name, value in cpu.items() if name.endswith("_bytes") and value)
    kind = "virtual machine" if cpu["virtual_machine"] else "machine"
    return table([
        ["processor", f"{cpu['model']}, {cpu['cores']} cores, {cpu['usable_threads']} usable threads, {kind}; {cpu['isa']}"],
        ["caches", caches], ["memory", f"{memory['total_bytes'] / 2**30:.1f} GiB, huge pages {memory['transparent_huge_pages']}"],
        ["system", f"{system['distribution']}, {system['kernel']}, load average {system['load_average']}"],
        ["library", f"{build['version']}, commit {build['commit']}, {build['compiler']}, {build['build_type']}: {build['flags']}"],
        ["compiled rivals", f"{rivals['hand_compiler']}: {rivals['hand_flags']}"],
        ["rivals", ", ".join(f"{name} {rivals[name]}" for name in PACKAGES if name in rivals)],
        ["run", f"{content['tool']['started']} to {content['tool']['finished']}, at most {content['tool']['max_time_s']:g} s a row"]],
        ["", ""], 2)


def to_markdown(content):
    rows = content["rows"]
    who = list(dict.fromkeys(row["variant"] for row in rows))
    cells, reasons = {}, {}
    for row in rows:
        cells.setdefault((row["id"], row["n"], row["threads"]), {})[row["variant"]] = cell(row)
        if row["median_s"] is None:
            reasons[f"{row['id']} {row['variant']}: {row['reasons']['median_s']}"] = None
    verdict = {True: "pass", False: "FAIL", None: "not judged"}
    lines = ["# Against rivals", "", "Made by `ci/rivals.sh`. All contestants of a row run in turns on the same arrays; raw samples are in the "
             "JSON file of the same name.", "", *environment_lines(content), "", "## Bars", "",
             *table([[bar["bar"], verdict[bar["passed"]], bar["figure"]] for bar in content["bars"]], ["bar", "", ""], 3), "",
             "## Times", "", "`fused`, `fast`, `naive` and the compiled loops are called over and over in C++, the rivals by Python, as they are used: at n = 1000 "
             "that is a large part of their time. `fused from Python` is ours with one `ctypes` call each time.", "",
             "Median microseconds a call, in parentheses the largest error in ULP (E11: of 1e6); - is explained below.", "",
             *table([[*map(str, place), *(found.get(name, "") for name in who)] for place, found in cells.items()],
                    ["id", "n", "threads", *who], 1), "", *(f"- {reason}" for reason in reasons)]
    return "\n".join(lines).rstrip() + "\n"
