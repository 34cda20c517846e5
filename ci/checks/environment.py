# SPDX-License-Identifier: Apache-2.0
"""The library reads the environment in kernels/device/environment.cpp alone, and there only variables that
environment.hpp lists, from which docs/environment.md follows."""

import re

from sources import CODE, files, main

FOLDERS = {"include", "kernels", "cpu", "cuda"}
READER, LIST = "kernels/device/environment.cpp", "kernels/device/environment.hpp"
READS = re.compile(r"\b(?:secure_)?getenv\b|\benviron\b")
NAMED = re.compile(r"_?setting\(\s*\"(\w+)\"")
ROW = re.compile(r"^    \{\"(\w+)\",", re.M)


def check(root):
    listed = set(ROW.findall((root / LIST).read_text()))
    for path in files(root, CODE, FOLDERS):
        text = (root / path).read_text()
        if str(path) != READER and READS.search(text):
            yield f"{path}: reads the environment by itself; use setting() of {LIST}"
        yield from (f"{path}: {name} is not listed in {LIST}" for name in sorted(set(NAMED.findall(text)) - listed))


SOUND = {LIST: '    {"A", "a file",\n     "x"},\n', READER: "getenv(name);\n", "cpu/a.cpp": 'path_setting("A");\nfegetenv(&x);\n',
         "bench/b.cpp": 'getenv("B");\n'}
BROKEN = {"cuda/c.cpp": 'std::getenv("A");\n', "cpu/d.cpp": 'setting("D");\n', "kernels/e.cpp": "secure_getenv(name);\n"}
if __name__ == "__main__":
    main(check, BROKEN, SOUND)
