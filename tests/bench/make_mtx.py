# SPDX-License-Identifier: Apache-2.0
"""Writes data/small_*.mtx, files of every kind, and data/mtx.expected, what SciPy reads from them and from
tests/data/matrices: python make_mtx.py. A line a file: name, dtype, rows, columns, CRC-32 of the dense matrix in C order."""

import pathlib
import zlib

import numpy as np
import scipy
from scipy.io import mmread

HERE = pathlib.Path(__file__).parent
MATRICES = HERE.parent / "data" / "matrices"
SMALL = {
    "array_real_general": "2 3\n1\n2.5\n-3e-300\n4\n5\n6e300\n",
    "array_integer_general": "2 2\n1\n-9223372036854775808\n3\n9223372036854775807\n",
    "array_complex_general": "2 2\n1 -1\n0 2\n3.5 0\n4 4\n",
    "array_real_symmetric": "3 3\n1\n2\n3\n4\n5\n6\n",
    "array_integer_symmetric": "2 2\n1\n2\n3\n",
    "array_real_skew-symmetric": "3 3\n1\n2\n3\n",
    "array_complex_skew-symmetric": "2 2\n1 2\n",
    "array_complex_hermitian": "2 2\n1 0\n2 3\n4 0\n",
    "coordinate_real_general": "% a comment\n3 4 4\n1 1 1.5\n3 4 -2\n2 1 1e-5\n1 4 0.1\n",
    "coordinate_double_general": "2 2 1\n2 1 7\n",
    "coordinate_integer_general": "2 3 3\n1 1 5\n2 3 -6\n1 1 7\n",
    "coordinate_complex_general": "2 2 2\n1 2 1 -1\n2 1 0.5 2\n",
    "coordinate_pattern_general": "3 3 3\n1 1\n3 2\n1 1\n",
    "coordinate_real_symmetric": "3 3 3\n1 1 1\n2 1 2\n3 2 3\n",
    "coordinate_integer_symmetric": "3 3 2\n3 3 1\n3 1 2\n",
    "coordinate_pattern_symmetric": "3 3 2\n1 1\n3 1\n",
    "coordinate_real_skew-symmetric": "3 3 2\n2 1 1\n3 2 -4\n",
    "coordinate_integer_skew-symmetric": "2 2 1\n2 1 9\n",
    "coordinate_complex_symmetric": "2 2 2\n1 1 1 1\n2 1 2 3\n",
    "coordinate_complex_hermitian": "2 2 2\n1 1 1 0\n2 1 2 3\n",
}
VARIANTS = {  # the same matrix in other spellings
    "spelling_crlf": "%%MatrixMarket matrix coordinate real general\r\n% x\r\n2 2 2\r\n1 1 1.5\r\n2 2 2\r\n",
    "spelling_no_newline": "%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1.5\n2 2 2",
    "spelling_blank_lines": "%%MatrixMarket matrix coordinate real general\n\n%\n\n2 2 2\n\n1 1 1.5\n2 2 2\n\n",
    "spelling_upper_case": "%%MatrixMarket MATRIX Coordinate Real GENERAL\n2\t2  2\n1\t1   1.5\n  2 2 2  \n",
    "spelling_duplicates": "%%MatrixMarket matrix coordinate real general\n2 2 4\n1 1 1\n2 2 1\n1 1 0.5\n2 2 1\n",
}
NUMPY_KINDS = {np.dtype(np.float64), np.dtype(np.int64), np.dtype(np.complex128)}


def expected(path):
    matrix = mmread(path)
    dense = np.ascontiguousarray(matrix.toarray() if scipy.sparse.issparse(matrix) else matrix)
    assert dense.dtype in NUMPY_KINDS, (path, dense.dtype)
    return f"{path.name} {dense.dtype} {dense.shape[0]} {dense.shape[1]} {zlib.crc32(dense.tobytes()):08x}"


def main():
    small = {name: f"%%MatrixMarket matrix {name.replace('_', ' ')}\n{text}" for name, text in SMALL.items()} | VARIANTS
    for name, text in small.items():
        (HERE / "data" / f"small_{name}.mtx").write_bytes(text.encode())
    paths = sorted((HERE / "data").glob("small_*.mtx")) + sorted(MATRICES.glob("*.mtx"))
    (HERE / "data" / "mtx.expected").write_text("\n".join(map(expected, paths)) + "\n")


if __name__ == "__main__":
    main()
