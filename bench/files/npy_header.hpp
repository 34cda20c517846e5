// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <gpucompute/dimensions.hpp>
#include <gpucompute/dtype.hpp>

namespace gpucompute::bench {

/// What the dictionary at the head of a .npy file says.
struct npy_header {
  dtype type = float64;
  dimensions shape;
  bool fortran_order = false;
  bool swapped = false;  ///< stored in the other byte order
};

/// Reads "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }" and nothing but: a closed grammar with exactly
/// these three keys, in any order. The number of bytes that the shape needs fits a signed 64-bit integer.
/// @throw bad_input saying what is wrong; for an element type outside the library's, which one and why
npy_header parse_npy_header(std::string_view text);

/// Magic, version 1.0, length and dictionary, padded so that the data starts at a multiple of 64.
std::string format_npy_header(const npy_header& header);

}  // namespace gpucompute::bench
