// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include <gpucompute/array.hpp>

#include "bench/report/result.hpp"
#include "bench/suites/linear_system.hpp"
#include "bench/suites/raw_lapack.hpp"

namespace gpucompute::bench {

/// One way of solving a system, ready to be timed.
struct solve_variant {
  std::function<void()> call;
  std::function<std::span<const double>()> x;  ///< what the last call found
  std::function<std::string()> tier;           ///< what the last call did it with
  std::function<int()> threads;                ///< that the last call used
};

/// `textbook`: plain loops on one thread, with the copy of A and b that it writes over. `system` must outlive it.
solve_variant textbook_variant(const linear_system& system);

/// `lapack`: getrf and getrs of the library as it is, with its copy of A and b. Both must outlive it.
solve_variant lapack_variant(const linear_system& system, const raw_lapack& library, int threads);

/// `fused`: gpucompute::solve as it is by default. `mixed`: with factors in float32.
solve_variant library_variant(const linear_system& system, const std::string& device, int threads, bool mixed);

/// Bytes that any of them needs beside the system, at least: a copy of A.
double bytes_beside(std::int64_t n);

}  // namespace gpucompute::bench
