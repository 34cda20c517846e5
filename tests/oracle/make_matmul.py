# SPDX-License-Identifier: Apache-2.0
"""What NumPy 2 makes of matmul and dot, and Python of `@`.

    python make_matmul.py tests/data/language

writes contractions.txt, lines `FUNCTION ; LEFT ; RIGHT ; RESULT` of operands and results written as `float64 2,3`, where
RESULT is `-` where NumPy refuses; and matmul_precedence.txt, as make_precedence.py its file."""

import itertools
import pathlib
import random
import sys

import make_precedence
import numpy as np
from make_types import TYPES

SHAPES = [(), (0,), (1,), (3,), (4,), (1, 3), (3, 1), (3, 4), (4, 3), (0, 3), (3, 0), (2, 3, 4), (2, 4, 3), (1, 4, 3),
          (2, 0, 4), (0, 4, 3), (2, 4, 0), (5, 1, 3, 4), (1, 2, 4, 3), (5, 2, 4, 1)]  # fmt: skip
FUNCTIONS = {"matmul": np.matmul, "dot": np.dot}
MOST = 32  # dimensions; what would have more counts as refused


def written(array):
    return f"{array.dtype} {','.join(map(str, array.shape)) or '-'}"


def line(function, left, right):
    try:
        made = np.asarray(FUNCTIONS[function](left, right))
        result = written(made) if made.ndim <= MOST else "-"
    except (ValueError, TypeError):
        result = "-"
    return f"{function} ; {written(left)} ; {written(right)} ; {result}\n"


def lines():
    for function in FUNCTIONS:
        for left, right in itertools.product(SHAPES, SHAPES):
            yield line(function, np.ones(left), np.ones(right))
        for left, right in itertools.product(TYPES, TYPES):
            yield line(function, np.ones((2, 3), left), np.ones((3, 2), right))
        for ranks in ((MOST, MOST), (MOST, 1), (2, MOST), (MOST // 2 + 1, MOST // 2 + 1), (MOST, 2), (MOST // 2 + 1, MOST // 2 + 2)):
            left, right = ((1,) * rank for rank in ranks)
            yield line(function, np.ones(left), np.ones(right))


def precedence():
    make_precedence.BINARY["@"] = "@"
    make_precedence.NAMES["MatMult"] = "@"
    for other in make_precedence.BINARY:
        yield from (f"a @ b {other} c", f"a {other} b @ c", f"-a @ ~b {other} +c", f"a {other} -b @ c ** d")
    generator = random.Random(11)
    for _ in range(100):
        words = []
        for name in "abcdefgh"[: generator.randint(3, 8)]:
            words += ["".join(generator.choices("-+~", k=generator.choice([0, 0, 1]))) + name,
                      generator.choice([*make_precedence.BINARY, "@", "@", "@"])]  # fmt: skip
        yield " ".join(words[:-1])


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    (folder / "contractions.txt").write_text("".join(lines()))
    (folder / "matmul_precedence.txt").write_text("".join(f"{text} ; {make_precedence.read(text)}\n" for text in precedence()))
