// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <string>

#include "kernels/solve/problem.hpp"

namespace gpucompute::solving {

/// One element of host memory, whatever its dtype; integers beyond 2^53 rounded.
std::complex<double> entry_of(const matrix_view& a, std::int64_t row, std::int64_t column);

/// 2, -inf, (1+2j): all digits.
std::string digits_of(std::complex<double> value);

/// The first entry of one system, in C order as the caller sees A, that keeps it from having a structure, in words:
/// "A[3, 1] = 5".
std::string broken_promise(structure promise, const coefficients& a, std::int64_t system);

}  // namespace gpucompute::solving
