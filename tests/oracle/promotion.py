# SPDX-License-Identifier: Apache-2.0
"""All pairs of dtypes: the type that arithmetic, division, comparison, selection and functions of two give, literals
included; and casts of every dtype to every other."""

import numpy as np
from casefile import encode_case, plain_input
from expressions import answer
from values import DTYPES, INTEGERS, NAMES, edges, kind

PAIRS = ["a + b", "a * b", "a / b", "a < b", "a == b", "where(c, a, b)", "maximum(a, b)", "arctan2(a, b)", "a // b"]
LITERALS = ["a + 1", "1 - a", "a * 2.5", "a + 1j", "a / 2", "a // 2", "where(c, a, 2)", "where(c, a, 2.5)", "a + True",
            "maximum(a, 3)", "hypot(a, 2)", "a ** 2", "a ** 0.5", "2 ** a", "sum(a) + 1", "a + 300", "a - 300"]  # fmt: skip


def small(dtype, seed):
    values = (np.arange(9) * 7 + seed) % 11
    return (values - (4 if dtype not in INTEGERS or np.iinfo(dtype).min else 0)).astype(dtype)


def cast(values, target):
    """Saturates, NaN becomes 0, where NumPy's result depends on the machine; complex numbers do not become real."""
    source, to = kind(values.dtype.str[1:]), kind(target)
    if source == "complex" and to in ("integer", "float"):
        return "type"
    if source != "float" or to != "integer":
        return values.astype(target)
    info = np.iinfo(target)
    inside = np.clip(np.nan_to_num(values.astype("f8"), nan=0.0), float(info.min), float(info.max))
    with np.errstate(all="ignore"):
        result = np.where(inside >= float(info.max), info.max, np.trunc(inside).astype(target))
    return np.where(inside <= float(info.min), info.min, result).astype(target)


def cases():
    condition = np.arange(9) % 3 == 0
    for left in DTYPES:
        for text in LITERALS:
            env = {"a": small(left, 1), **({"c": condition} if "c" in text and "where" in text else {})}
            yield encoded(NAMES[left], text, env)
        for right in DTYPES:
            for text in PAIRS:
                env = {"a": small(left, 1), "b": small(right, 5), **({"c": condition} if "where" in text else {})}
                yield encoded(f"{NAMES[left]} and {NAMES[right]}", text, env)
            values = edges(left)
            with np.errstate(all="ignore"):
                yield encode_case(f"cast of {NAMES[left]}", f"{NAMES[right]}(a)",
                                  [plain_input("a", values)], cast(values, right), None)


def encoded(label, text, env):
    result, limit = answer(text, env, 1)
    return encode_case(label, text, [plain_input(*one) for one in env.items()], result, limit)
