# SPDX-License-Identifier: Apache-2.0
"""Nothing that belongs to one machine or to an unfinished thought is committed; every source names its licence."""

import re

from sources import CODE, files, main

COMMENTED = CODE | {".py", ".sh", ".def"}
TEXT = COMMENTED | {".md", ".cmake", ".txt", ".json", ".yml", ".svg"}
LICENCE = "SPDX-License-Identifier: Apache-2.0"
FORBIDDEN = [
    (re.compile(r"/(home|root|Users|work)/[\w.]"), "a path of one machine"),
    (re.compile(r"/tmp/\w"), "a path of one machine; temporary names come from the system"),
    (re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"), "unfinished work"),
    (re.compile(r"[ \t]+$"), "a space at the end of the line"),
]
OWN = "ci/checks/hygiene.py"  # names what it forbids


def check(root):
    for path in files(root, TEXT):
        text = (root / path).read_text()
        if path.suffix in COMMENTED and LICENCE not in "\n".join(text.splitlines()[:2]):
            yield f"{path}: expected '{LICENCE}' in the first two lines"
        if text and not text.endswith("\n"):
            yield f"{path}: expected a newline at the end of the file"
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, what in FORBIDDEN:
                if str(path) != OWN and pattern.search(line):
                    yield f"{path}:{number}: {what}: {line.strip()}"


SOUND = {"kernels/a.cpp": f"// {LICENCE}\nint x;\n", "docs/a.md": "The home/ folder, home/work.\n"}
BROKEN = {
    "kernels/b.cpp": "int x;\n",
    "ci/b.sh": f"# {LICENCE}\ncd /home/someone\n",
    "docs/b.md": "See /Users/someone\n",
    "docs/c.md": "In /tmp/file\n",
    "cpu/c.cpp": f"// {LICENCE}\nint x;  // FIXME\n",
    "cpu/d.cpp": f"// {LICENCE}\nint x; \n",
    "cpu/e.cpp": f"// {LICENCE}\nint x;",
}
if __name__ == "__main__":
    main(check, BROKEN, SOUND)
