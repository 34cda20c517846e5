# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/conformance: what NumPy 2 and mpmath say about the cases of tests/conformance.

    python make_conformance.py [FOLDER]      needs numpy >= 2.4, scipy, mpmath"""

import sys
from pathlib import Path

import casefile
import functions
import promotion
import real_input
import reductions
import shapes
import suite

GROUPS = {"functions": functions, "suite": suite, "promotion": promotion, "reductions": reductions,
          "shapes": shapes, "real_input": real_input}

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "data/conformance"
    folder.mkdir(parents=True, exist_ok=True)
    for name, group in GROUPS.items():
        cases = list(group.cases())
        size = casefile.write(folder / f"{name}.cases", cases)
        print(f"{name}: {len(cases)} cases, {size} bytes")
