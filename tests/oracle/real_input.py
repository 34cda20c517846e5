# SPDX-License-Identifier: Apache-2.0
"""Expressions that people write, on real data: a photograph's luminance and gamma, an electrocardiogram's z-score and RMS,
block means. tests/data/arrays holds parts of SciPy's sample data (face, ascent, electrocardiogram)."""

from pathlib import Path

import numpy as np
from casefile import encode_case, view_input
from expressions import answer, names

ARRAYS = Path(__file__).resolve().parents[1] / "data/arrays"
LUMINANCE = "0.2126*r + 0.7152*g + 0.0722*b"
IMAGE = [LUMINANCE, f"({LUMINANCE})/255", f"(({LUMINANCE})/255)**(1/2.2)",
         f"uint8(255*(({LUMINANCE})/255)**(1/2.2) + 0.5)", f"mean({LUMINANCE}, axis=0)", "maximum(maximum(r, g), b)",
         "float32(r)*0.2126 + float32(g)*0.7152 + float32(b)*0.0722", "r + g + b", "where((r > g) & (r > b), r, 0)"]  # fmt: skip
SIGNAL = ["(x - mean(x))/std(x)", "sqrt(mean(x**2))", "std(x, ddof=1)", "max(x) - min(x)", "argmax(x)",
          "count_nonzero(abs(x - mean(x)) > 3*std(x))", "sqrt(mean(float64(x)**2))"]  # fmt: skip
BLOCKS = ["mean(a, axis=(1, 3))", "max(a, axis=(1, 3))", "sum(a, axis=(1, 3))", "a - mean(a, axis=(1, 3), keepdims=True)"]


def cases():
    face, ecg, ascent = (np.load(ARRAYS / f"{name}.npy") for name in ("face", "ecg", "ascent"))
    blocks = ascent.reshape(ascent.shape[0] // 8, 8, ascent.shape[1] // 8, 8)
    groups = [("face", IMAGE, {"r": face[..., 0], "g": face[..., 1], "b": face[..., 2]}), ("ecg", SIGNAL, {"x": ecg}),
              ("ascent", BLOCKS, {"a": blocks})]  # fmt: skip
    for label, texts, env in groups:
        for text in texts:
            used = {n: env[n] for n in names(text)}
            result, limit = answer(text, used, 4)
            yield encode_case(label, text, [view_input(n, v) for n, v in used.items()], result, limit)
