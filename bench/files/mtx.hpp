// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gpucompute/array.hpp>

namespace gpucompute::bench {

/// A Matrix Market file as a dense matrix in C order, (rows, columns): `array` and `coordinate`; real and double as float64,
/// integer as int64, complex as complex128, pattern as float64 ones; general, symmetric, skew-symmetric and hermitian, whose
/// other triangle is filled in. Entries of one position add up, as they do for other readers. Blank lines and comments may
/// stand anywhere behind the first line.
/// @throw bad_input naming file and line for whatever else is there; out_of_memory before any memory is asked for when the
/// dense matrix is larger than what is left
array read_mtx(const std::string& path);

}  // namespace gpucompute::bench
