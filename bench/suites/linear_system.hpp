// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include <gpucompute/array.hpp>
#include <gpucompute/device.hpp>

namespace gpucompute::bench {

/// A x = b as HPL draws it: uniform in [-1/2, 1/2), the same in every run. A : (n, n) in C order, b : (n,), float64.
struct linear_system {
  array a, b;
  double norm_a;  ///< largest row sum of moduli
  double norm_b;  ///< largest modulus
};

/// @throw out_of_memory
linear_system random_system(std::int64_t n);

/// What solves on this device is loaded afterwards, so that no time has it in it. @throw device_unavailable
void make_ready_to_solve(const device& where);

/// How well x solves the system, measured here and not by who solved it: b - A x is summed in long double.
struct residual_of {
  double backward_error;  ///< max norm of b - A x over (norm(A) norm(x) + norm(b)), infinity norms
  double hpl;             ///< the same over n 2^-53: what HPL wants below 16
};
/// Infinite for an x that is not finite.
residual_of residual(const linear_system& system, std::span<const double> x);

/// What a backward error must not exceed to verify: 30 n 2^-53.
double backward_error_bar(std::int64_t n);

}  // namespace gpucompute::bench
