# SPDX-License-Identifier: Apache-2.0
"""Cuts the arrays of tests/data/arrays out of SciPy's sample data: make_arrays.py FOLDER [SOURCES]. SOURCES holds
face.npy (768 x 1024 x 3 uint8), ascent.npy (512 x 512 uint8) and ecg.npy (108000 float32); without it they come from
scipy.datasets, which downloads them and wants pooch."""

import sys
from pathlib import Path

import numpy as np

PARTS = {"face": np.s_[300:348, 400:464], "ascent": np.s_[128:256, 128:256], "ecg": np.s_[:3600]}


def whole(name, sources):
    if sources:
        return np.load(Path(sources) / f"{name}.npy")
    import scipy.datasets

    made = {"ecg": "electrocardiogram"}.get(name, name)
    return np.asarray(getattr(scipy.datasets, made)(), np.float32 if name == "ecg" else np.uint8)


def main(folder, sources=None):
    for name, part in PARTS.items():
        np.save(Path(folder) / f"{name}.npy", np.ascontiguousarray(whole(name, sources)[part]))


if __name__ == "__main__":
    main(*sys.argv[1:])
