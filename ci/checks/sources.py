# SPDX-License-Identifier: Apache-2.0
"""What the checks share: the project's files, and the way a check reports and shows that it can fail."""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = {".cpp", ".hpp", ".h", ".cu", ".cuh"}
SKIPPED = {"build", ".git", ".cache", "__pycache__", "data", "golden"}


def files(root, suffixes, folders=None):
    """Paths below root relative to it, sorted; build trees and data left out."""
    found = []
    for folder, names, members in os.walk(root):
        names[:] = [n for n in names if n not in SKIPPED and not n.startswith("build-")]
        for member in members:
            path = Path(folder, member).relative_to(root)
            if path.suffix in suffixes and (folders is None or path.parts[0] in folders):
                found.append(path)
    return sorted(found)


def main(check, broken, sound):
    """Runs `check(root)`, which yields messages. With --self-test: `broken` and `sound` map file names to texts; every
    broken file alone must be reported, and all sound ones together must not."""
    if "--self-test" in sys.argv:
        sys.exit(self_test(check, broken, sound))
    messages = list(check(ROOT))
    for message in messages:
        print(message)
    sys.exit(1 if messages else 0)


def self_test(check, broken, sound):
    trees = [({**sound, name: text}, True) for name, text in broken.items()] + [(sound, False)]
    for tree, must_fail in trees:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in tree.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            messages = list(check(Path(folder)))
        if bool(messages) != must_fail:
            extra = [name for name in tree if name not in sound]
            print(f"self-test: {extra or 'the sound tree'} gave {messages or 'no message'}")
            return 1
    print(f"self-test: {len(broken)} broken trees reported, the sound one passed")
    return 0
