# SPDX-License-Identifier: Apache-2.0
"""Writes the .npy files of data/ with NumPy 2: python make_npy.py"""
import pathlib

import numpy as np

folder = pathlib.Path(__file__).parent / "data"
folder.mkdir(exist_ok=True)


def save(name, values, version=None):
    with open(folder / f"{name}.npy", "wb") as file:
        np.lib.format.write_array(file, values, version=version, allow_pickle=True)


numbers = np.arange(6).reshape(2, 3)
for dtype in ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "c8", "c16"):
    values = (numbers % 2 == 1) if dtype == "b1" else numbers.astype(dtype)
    save(dtype, values)
    save(dtype + "_fortran", np.asfortranarray(values))
    if np.dtype(dtype).itemsize > 1:
        save(dtype + "_big", values.astype(">" + dtype))
save("c16_parts", np.array([1 + 2j, -3.5 - 0.25j], ">c16"))
save("scalar", np.array(2.5))
save("empty", np.zeros((3, 0, 2), "f4"))
save("version2", numbers.astype("f8"), (2, 0))
save("version3", numbers.astype("f8"), (3, 0))
save("cube_fortran", np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)))

save("refused_float16", np.ones(2, "f2"))
save("refused_longdouble", np.ones(2, "g"))
save("refused_clongdouble", np.ones(2, "G"))
save("refused_structured", np.ones(2, [("a", "f8"), ("b", "i4")]))
save("refused_void", np.zeros(2, "V3"))
save("refused_object", np.array([1, None], object))
save("refused_unicode", np.array(["a", "bc"]))
save("refused_bytes", np.array([b"a", b"bc"]))
save("refused_datetime", np.array(["2020-01-01"], "M8[D]"))
np.savez(folder / "refused_archive.npz", a=np.ones(2))
