# SPDX-License-Identifier: Apache-2.0
"""The committed data of the tests stays small: everything under tests/data together."""

from sources import main

MOST = 5_000_000  # bytes
FOLDER = "tests/data"


def check(root):
    sizes = {path.relative_to(root): path.stat().st_size for path in (root / FOLDER).rglob("*") if path.is_file()}
    total = sum(sizes.values())
    if total > MOST:
        largest = sorted(sizes, key=sizes.get, reverse=True)[:3]
        shown = ", ".join(f"{path} {sizes[path]}" for path in largest)
        yield f"{FOLDER}: expected at most {MOST} bytes in all, got {total} (largest: {shown})"


SOUND = {f"{FOLDER}/a/one.cases": "a" * (MOST - 1), f"{FOLDER}/two.txt": "a", "docs/large.md": "a"}
BROKEN = {f"{FOLDER}/b/one_byte_more.bin": "a"}
if __name__ == "__main__":
    main(check, BROKEN, SOUND)
