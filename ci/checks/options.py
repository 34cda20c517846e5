# SPDX-License-Identifier: Apache-2.0
"""docs/building.md has a row for every option that CMake knows, and none for others."""

import re

from sources import files, main

OPTION = re.compile(r"^\s*(?:option\(|set\()(GPUCOMPUTE_\w+)(?: .*\bCACHE\b| \")", re.M)
ROW = re.compile(r"^\| `(GPUCOMPUTE_\w+)` \|", re.M)
PAGE = "docs/building.md"


def check(root):
    known = {name for path in files(root, {".cmake"}, {"ci"}) for name in OPTION.findall((root / path).read_text())}
    listed = set(ROW.findall((root / PAGE).read_text()))
    yield from (f"{PAGE}: {name} has no row" for name in sorted(known - listed))
    yield from (f"{PAGE}: {name} is no option of ci/cmake" for name in sorted(listed - known))


SOUND = {"ci/cmake/a.cmake": 'option(GPUCOMPUTE_A "A" ON)\nset(GPUCOMPUTE_B "" CACHE STRING "B")\nset(GPUCOMPUTE_OWN ${x})\n',
         PAGE: "| `GPUCOMPUTE_A` | ON | |\n| `GPUCOMPUTE_B` | | |\n"}
BROKEN = {"ci/cmake/b.cmake": 'option(GPUCOMPUTE_C "C" OFF)\n', PAGE: "| `GPUCOMPUTE_A` | ON | |\n",
          "ci/cmake/a.cmake": 'option(GPUCOMPUTE_A "A" ON)\n'}
if __name__ == "__main__":
    main(check, BROKEN, SOUND)
