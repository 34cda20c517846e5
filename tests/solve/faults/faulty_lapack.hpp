// SPDX-License-Identifier: Apache-2.0
#pragma once

// A BLAS and LAPACK library that passes every call on to a real one and, when told to, does not do one of them well.

namespace gpucompute::tests {

enum class fault : int {
  none,
  refused_argument,  ///< info is -3, nothing is done
  wild_info,         ///< info is far beyond every size
  wild_index,        ///< the first of the interchanges is far beyond every size
  no_number,         ///< the first element of every result is NaN
  wrong_number,      ///< the first element of every result is off by a thousandth
};

/// What the library exports: faulty_lapack_ready tells whether it found a real one; faulty_lapack_begin starts counting
/// calls, of which the k-th, from 1, or all from it on are faulty; faulty_lapack_end returns how many calls came.
using faulty_lapack_ready = int();
using faulty_lapack_begin = void(fault kind, long k, int and_later);
using faulty_lapack_end = long();

}  // namespace gpucompute::tests
