# SPDX-License-Identifier: Apache-2.0
"""What is timed, by name and order; readable without NumPy."""

SMALL, LARGE, BATCH = "small", "large", "batch of 10000"
STRUCTURES = {  # in the library's words: in SciPy's
    "general": "general", "symmetric": "symmetric", "positive-definite": "positive definite", "upper": "upper triangular",
    "lower": "lower triangular", "banded": "banded", "tridiagonal": "tridiagonal", "diagonal": "diagonal"}
SIZES = {SMALL: (4, 8, 16, 32, 64), LARGE: (500, 2000, 4000), BATCH: (8,)} | {name: (100, 500, 2000) for name in STRUCTURES}
