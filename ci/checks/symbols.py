# SPDX-License-Identifier: Apache-2.0
"""A shared object shows only the public C++ API, namespace gpucompute without its inner namespaces, and C entry points
gpucompute_*, and asks for no destructor of a static object, since programs may evaluate while theirs go:
symbols.py LIBRARY..."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from sources import CODE, ROOT, files

NAMESPACE = re.compile(r"^\s*(?:inline )?namespace ([\w:]+)(?! *=)\b", re.M)


def namespaces(*folders):
    """Names of all namespaces in the sources of these folders."""
    found = {name for path in files(ROOT, CODE, folders) for whole in NAMESPACE.findall((ROOT / path).read_text()) for name in whole.split("::")}
    return found - {"gpucompute"}


# What only the library's own sources open; a namespace that a public header opens is public.
INTERNAL = "|".join(sorted(namespaces("kernels", "cpu", "cuda", "bench") - namespaces("include")))
DECORATION = r"(vtable for |typeinfo for |typeinfo name for |VTT for |guard variable for |non-virtual thunk to )?"
PUBLIC = re.compile(rf"^{DECORATION}gpucompute::(?!({INTERNAL})::)|^gpucompute_\w+$|^_(init|fini)$")

OBJECT = "namespace { int made; struct s { ~s() { --made; } }; } "


def leaks(library):
    """Names that the library defines and must not show."""
    table = subprocess.run(["nm", "-D", "--defined-only", "--demangle", library], capture_output=True, text=True, check=True)
    names = [line.split(" ", 2)[2] for line in table.stdout.splitlines()]
    if not names:
        return [f"{library}: no symbols at all"]
    wanted = subprocess.run(["nm", "-D", "--undefined-only", library], capture_output=True, text=True, check=True).stdout
    destroys = ["a static object with a destructor (__cxa_atexit)"] if "__cxa_atexit" in wanted else []
    return [f"{library}: {name}" for name in [name for name in names if not PUBLIC.match(name)] + destroys]


def self_test():
    cases = [
        ("namespace gpucompute { int f() { return 1; } }", False),
        ('extern "C" int gpucompute_entry() { return 1; }', False),
        ("int stray() { return 1; }", True),
        ("namespace gpucompute::graph { int inner() { return 1; } }", True),
        ("namespace gpucompute::evaluation { int inner() { return 1; } }", True),
        ("namespace gpucompute { namespace detail { int of_a_public_header() { return 1; } } }", False),
        ("static int nothing = 1;", True),
        (OBJECT + "namespace gpucompute { void* f() { static s one; return &one; } }", True),
        (OBJECT + "namespace gpucompute { void* f() { static s& one = *new s; return &one; } }", False),
    ]
    for text, must_fail in cases:
        with tempfile.TemporaryDirectory() as folder:
            source, library = Path(folder, "a.cpp"), Path(folder, "a.so")
            source.write_text(text + "\n")
            subprocess.run(["c++", "-shared", "-fPIC", "-o", library, source], check=True)
            if bool(leaks(str(library))) != must_fail:
                print(f"self-test: {text} gave {leaks(str(library))}")
                return 1
    print(f"self-test: {len(cases)} libraries judged as expected")
    return 0


if __name__ == "__main__":
    if "--self-test" in sys.argv:
        sys.exit(self_test())
    found = [message for library in sys.argv[1:] for message in leaks(library)]
    print("\n".join(found))
    sys.exit(1 if found else 0)
