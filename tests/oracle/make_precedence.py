# SPDX-License-Identifier: Apache-2.0
"""How Python's own parser reads operators: tests/data/language/precedence.txt, lines `TEXT ; TREE`."""

import ast
import itertools
import random
import sys

BINARY = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "//": "floor_divide", "%": "remainder",
          "**": "power", "<<": "left_shift", ">>": "right_shift", "&": "bitwise_and", "|": "bitwise_or",
          "^": "bitwise_xor", "<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal", "==": "equal",
          "!=": "not_equal"}
NAMES = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**", "LShift": "<<",
         "RShift": ">>", "BitAnd": "&", "BitOr": "|", "BitXor": "^", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=",
         "Eq": "==", "NotEq": "!="}
UNARY = {"USub": "negative", "UAdd": "positive", "Invert": "invert"}


def tree(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.UnaryOp):
        return f"({UNARY[type(node.op).__name__]} {tree(node.operand)})"
    if isinstance(node, ast.Compare):
        if len(node.ops) > 1:
            raise ValueError("chained")
        return f"({BINARY[NAMES[type(node.ops[0]).__name__]]} {tree(node.left)} {tree(node.comparators[0])})"
    return f"({BINARY[NAMES[type(node.op).__name__]]} {tree(node.left)} {tree(node.right)})"


def read(text):
    try:
        return tree(ast.parse(text, mode="eval").body)
    except ValueError:
        return "chained"


def texts():
    for first, second in itertools.product(BINARY, BINARY):
        yield f"a {first} b {second} c"
        yield f"{'-+~'[len(first + second) % 3]}a {first} -b {second} ~c"
    generator = random.Random(7)
    for _ in range(400):
        words = []
        for name in "abcdefgh"[: generator.randint(3, 8)]:
            words.append("".join(generator.choices("-+~", k=generator.choice([0, 0, 1, 2]))) + name)
            words.append(generator.choice(list(BINARY)))
        yield " ".join(words[:-1])


if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        for text in texts():
            file.write(f"{text} ; {read(text)}\n")
