# SPDX-License-Identifier: Apache-2.0
"""Operators between Python numbers: tests/data/language/literals.txt, lines `TEXT ; RESULT`. A result is a float's bits
in hexadecimal, True or False."""

import random
import struct
import sys

COMPARISONS = ["<", "<=", ">", ">=", "==", "!="]


def whole(generator):
    """An integer of up to 120 bits, often beside a power of two."""
    bits = generator.choice([3, 20, 52, 53, 54, 55, 63, 64, 65, 90, 120])
    value = generator.choice([generator.getrandbits(bits), 2**bits + generator.randint(-3, 3)])
    return value if generator.random() < 0.7 else -value


def beside(generator, value):
    """The float nearest to an integer, one of its neighbours, or one with a fraction."""
    near = float(value)
    return generator.choice([near, near * (1 + 2**-52), near * (1 - 2**-53), near + 0.5, near - 0.5, -near])


def texts():
    generator = random.Random(3)
    for text in ["0/-5", "-0/7", "0/5", "1/3", "115/2051", "2**53 / 3", "9007199254740993 / 1",
                 "9007199254740993 == 9007199254740992.0", "9007199254740993 > 9007199254740992.0",
                 "9007199254740993 == 9007199254740992.0 + 0j", "9007199254740992 == 9007199254740992.0 + 0j", "3 == 3j",
                 "True < 1.5", "True == 1.0", "2 != 2 + 0j"]:
        yield text
    for _ in range(800):
        yield f"({whole(generator)}) / ({whole(generator) or 1})"
    for _ in range(150):
        yield f"({generator.randint(-5000, 5000)}) / ({generator.randint(1, 5000)})"
    for _ in range(800):
        value = whole(generator)
        pair = [str(value), repr(beside(generator, value))]
        generator.shuffle(pair)
        yield f"({pair[0]}) {generator.choice(COMPARISONS)} ({pair[1]})"
    for _ in range(150):
        value = whole(generator)
        yield f"({value}) {generator.choice('+-*')} ({beside(generator, generator.randint(-9, 9))!r})"


def written(result):
    return str(result) if isinstance(result, bool) else struct.pack(">d", result).hex()


if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        for text in texts():
            file.write(f"{text} ; {written(eval(text))}\n")
