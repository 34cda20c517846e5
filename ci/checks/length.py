# SPDX-License-Identifier: Apache-2.0
"""Files stay near 150 lines; above 350 one needs a reason in long_files.txt. --report lists all above 150."""

import sys
from statistics import median

from sources import CODE, ROOT, files, main

SUFFIXES = CODE | {".py", ".sh", ".cmake", ".def"}
REPORTED, FORBIDDEN = 150, 350
EXCUSES = "ci/checks/long_files.txt"


def lengths(root):
    return {str(path): len((root / path).read_text().splitlines()) for path in files(root, SUFFIXES)}


def excuses(root):
    """Lines `path: reason`."""
    path = root / EXCUSES
    rows = path.read_text().splitlines() if path.exists() else []
    return dict(row.split(": ", 1) for row in rows if ": " in row and not row.startswith("#"))


def check(root):
    found, excused = lengths(root), excuses(root)
    for path, lines in found.items():
        if lines > FORBIDDEN and path not in excused:
            yield f"{path}: expected at most {FORBIDDEN} lines, got {lines} (cut it, or give a reason in {EXCUSES})"
    for path in excused:
        if found.get(path, 0) <= FORBIDDEN:
            yield f"{EXCUSES}: {path} needs no reason any more"


def report():
    found = lengths(ROOT)
    counts = sorted(found.values())
    print(f"{len(counts)} files, median {median(counts):.0f} lines, p90 {counts[len(counts) * 9 // 10]}, most {counts[-1]}")
    for path, lines in sorted(found.items(), key=lambda item: -item[1]):
        if lines > REPORTED:
            print(f"{lines:5} {path}")


LONG = "int x;\n" * (FORBIDDEN + 1)
SOUND = {"kernels/a.cpp": "int x;\n" * FORBIDDEN, "cpu/long.cpp": LONG, EXCUSES: "cpu/long.cpp: a table\n"}
BROKEN = {
    "kernels/b.cpp": LONG,
    "ci/b.py": LONG,
    EXCUSES: "# without the reason for cpu/long.cpp\n",
    "cpu/long.cpp": "int x;\n",
}
if __name__ == "__main__":
    report() if "--report" in sys.argv else main(check, BROKEN, SOUND)
