# SPDX-License-Identifier: Apache-2.0
"""Compiles and runs the snippets of a page, and looks up what it names: snippets.py PAGE --compiler C++ --library LIBRARY
--gpubench PROGRAM

cpp      a whole program; compiled, run; a following `text` block is its output
console  lines `$ command` with the output below; ci/gpubench.sh stands for the gpubench that was built
sh       commands of this project, looked up but not run
cmake    must be what the consumer of tests/package writes
A line `...` in an output stands for any lines. Paths in links must exist, so must files and settings of this project that
stand in `code`. A table of operators, and a list of functions in `code`, are evaluated. A page without any of this fails."""

import argparse
import os
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
LINK = re.compile(r"\]\(([^):#]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FOLDERS = {"include", "kernels", "cpu", "cuda", "bench", "tests", "ci", "docs"}
SUFFIXES = {".hpp", ".def", ".md", ".py", ".sh"}


def matches(wanted, got):
    """Lines against lines, `...` standing for any number of them."""
    if not wanted:
        return not got
    if wanted[0] == "...":
        return any(matches(wanted[1:], got[i:]) for i in range(len(got) + 1))
    return bool(got) and wanted[0].rstrip() == got[0].rstrip() and matches(wanted[1:], got[1:])


def compared(what, wanted, got):
    if not matches(wanted.splitlines(), got.splitlines()):
        yield f"{what}: expected\n{wanted}got\n{got}"


def program(text, output, options, folder):
    source, binary = Path(folder, "snippet.cpp"), Path(folder, "snippet")
    source.write_text(text)
    library = Path(options.library)
    built = subprocess.run([options.compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", f"-I{ROOT}/include", source, library,
                            f"-Wl,-rpath,{library.parent}", "-o", binary], capture_output=True, text=True)  # fmt: skip
    if built.returncode:
        yield f"a program does not compile:\n{built.stderr}"
        return
    ran = subprocess.run([binary], capture_output=True, text=True)
    if ran.returncode:
        yield f"a program ends with {ran.returncode}:\n{ran.stderr}"
    elif output is not None:
        yield from compared("a program's output", output, ran.stdout)
    consumers = ROOT / "tests/package/consumer"
    if not any(consumer.read_text() == text for consumer in consumers.glob("*.cpp")):
        yield f"{consumers}: the page shows a program that is none of these"


def console(text, options, folder):
    script = Path(folder, "ci/gpubench.sh")
    script.parent.mkdir(exist_ok=True)
    script.write_text(f'#!/bin/sh\nexec "{options.gpubench}" "$@"\n')
    script.chmod(0o755)
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, wanted = part.partition("\n")
        ran = subprocess.run(command, shell=True, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        yield from compared(f"$ {command}", wanted, ran.stdout)


def known_commands(text):
    for line in text.splitlines():
        command = line.split()[0]
        if command.startswith("ci/") and not os.access(ROOT / command, os.X_OK):
            yield f"{command} is no script of this project"


def consumed(text):
    own = (ROOT / "tests/package/consumer/CMakeLists.txt").read_text()
    for line in text.splitlines():
        if line.strip() and line.strip() not in own:
            yield f"the consumer of tests/package does not write: {line}"


def exists(name):
    """A path of this project, or the name of one of its files."""
    return (ROOT / name).exists() or ("/" not in name and any(found for folder in FOLDERS for found in (ROOT / folder).rglob(name)))


def named_files(text):
    for span in CODE.findall(text):
        for word in span.split():
            path = Path(word.rstrip(",;:"))
            if path.parts and (path.suffix in SUFFIXES or (len(path.parts) > 1 and path.parts[0] in FOLDERS)):
                yield str(path)


def known_settings():
    """All words GPUCOMPUTE_... of the sources and of what builds them."""
    paths = [ROOT / "CMakeLists.txt", *(path for folder in FOLDERS - {"docs", "tests"} for path in (ROOT / folder).rglob("*"))]
    texts = (path.read_text() for path in paths if path.suffix in {".cpp", ".hpp", ".cmake", ".txt", ".sh"})
    return {word for text in texts for word in re.findall(r"\bGPUCOMPUTE_\w+", text)}


def language(text):
    """Expressions of the operators in a table of them and of functions in a list."""
    for table in re.findall(r"^\| operators\b.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.M):
        for row in table.splitlines():
            for operator in " ".join(CODE.findall(re.split(r"(?<!\\)\|", row)[1])).replace("\\|", "|").split():
                yield operator.replace("x", "a") if operator.endswith("x") else f"a {operator} b"
    for span in CODE.findall(text):
        if re.fullmatch(r"[a-z_]+( [a-z_]+){4,}", span):
            yield from (f"{name}(a)" for name in span.split())


def evaluated(expression, options):
    with tempfile.TemporaryDirectory() as folder:
        words = [f"a = int32(3); b = int32(2); {expression}"]
        if "@" in expression:  # of arrays alone
            vector = Path(folder, "vector.npy")
            header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}".ljust(117) + "\n"
            vector.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack("<2d", 3, 2))
            words = [expression, f"a={vector}", f"b={vector}"]
        ran = subprocess.run([options.gpubench, "eval", *words], capture_output=True, text=True)
    if ran.returncode or not ran.stdout:
        yield f"{expression} is not of the language: {ran.stderr}"


def check(page, text, options):
    plain = BLOCK.sub("", text)
    names = [*named_files(plain)]
    settings = re.findall(r"\bGPUCOMPUTE_[A-Z_]+", plain)
    expressions = [*language(plain)]
    if not (names or settings or expressions or LINK.findall(text) or {kind for kind, _ in BLOCK.findall(text)} - {"text"}):
        yield "nothing on this page can be checked"
    yield from (f"no such file: {name}" for name in names if not exists(name))
    if settings:
        yield from (f"nothing reads {name}" for name in sorted(set(settings) - known_settings()))
    for expression in expressions:
        yield from evaluated(expression, options)
    blocks = BLOCK.findall(text)
    with tempfile.TemporaryDirectory() as folder:
        for number, (kind, body) in enumerate(blocks):
            after = blocks[number + 1] if number + 1 < len(blocks) else ("", "")
            if kind == "cpp":
                yield from program(body, after[1] if after[0] == "text" else None, options, folder)
            elif kind == "console":
                yield from console(body, options, folder)
            elif kind == "sh":
                yield from known_commands(body)
            elif kind == "cmake":
                yield from consumed(body)
    for target in LINK.findall(text):
        if not (page.parent / target).exists():
            yield f"a link leads nowhere: {target}"


def self_test():
    options = argparse.Namespace(gpubench="/bin/echo", compiler="c++", library="none.so")
    page = ROOT / "README.md"
    sound = ["```console\n$ ci/gpubench.sh a\na\n```\n", "```console\n$ ci/gpubench.sh a\n...\n```\n", "[x](README.md)", "`ops.def` and `ci/test.sh -R x`",
             "`GPUCOMPUTE_TIER`", "| operators | |\n|---|---|\n| `+ \\| ~x` | |\n", "`sum min max any all`", "```sh\nci/test.sh\n```\n"]
    broken = ["```console\n$ ci/gpubench.sh a\nb\n```\n", "```console\n$ ci/gpubench.sh a\n```\n", "[x](nowhere.md)",
              "```sh\nci/nothing.sh\n```\n", "```cpp\nint main() { return x; }\n```\n", "```cmake\nfind_package(other)\n```\n",
              "no word", "```text\nno program\n```\n", "`kernels/nothing/`", "`nothing.hpp`", "`GPUCOMPUTE_NOTHING`"]  # fmt: skip
    wrong = [t for t in sound if list(check(page, t, options))] + [t for t in broken if not list(check(page, t, options))]
    print(f"self-test: {len(wrong)} of {len(sound) + len(broken)} pages judged wrongly", *wrong, sep="\n")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page", nargs="?", type=Path)
    for name in ("compiler", "library", "gpubench"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    found = list(check(options.page, options.page.read_text(), options))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
