# SPDX-License-Identifier: Apache-2.0
"""clang-format 14 finds nothing to change (another version formats differently). --fix changes the files."""

import subprocess
import sys

from sources import CODE, ROOT, files, main

TOOL = "clang-format-14"


def sources(root):
    return [str(root / path) for path in files(root, CODE)]


def check(root):
    run = subprocess.run([TOOL, "--dry-run", "--Werror", f"--style=file:{ROOT}/.clang-format", *sources(root)],
                         capture_output=True, text=True)
    places = {line.split(": ")[0] for line in run.stderr.splitlines() if "clang-format-violations" in line}
    yield from (f"{place}: not as .clang-format says (python3 ci/checks/format.py --fix)" for place in sorted(places))
    if run.returncode and not places:
        yield run.stderr


SOUND = {"kernels/a.cpp": "int f(int x) { return x; }\n"}
BROKEN = {"kernels/b.cpp": "int f( int x ){return x;}\n", "tests/c.hpp": "int *p;\n"}
if __name__ == "__main__":
    if "--fix" in sys.argv:
        sys.exit(subprocess.run([TOOL, "-i", *sources(ROOT)]).returncode)
    main(check, BROKEN, SOUND)
