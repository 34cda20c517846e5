// SPDX-License-Identifier: Apache-2.0
// Compiled once a level of x86-64, into the namespace that CMake names.
#include <cmath>
#include <utility>

#include "bench/hand/hand.hpp"

namespace gpucompute::bench::GPUBENCH_HAND_LEVEL {
namespace {

std::int64_t pivot_row(const double* a, std::int64_t n, std::int64_t k) {
  std::int64_t best = k;
  for (std::int64_t i = k + 1; i < n; ++i) {
    if (std::fabs(a[i * n + k]) > std::fabs(a[best * n + k])) best = i;
  }
  return best;
}

}  // namespace

bool textbook_elimination(double* a, double* b, std::int64_t n) {
  for (std::int64_t k = 0; k < n; ++k) {
    const std::int64_t p = pivot_row(a, n, k);
    if (a[p * n + k] == 0) return false;
    if (p != k) {
      for (std::int64_t j = k; j < n; ++j) std::swap(a[k * n + j], a[p * n + j]);
      std::swap(b[k], b[p]);
    }
    const double* const top = a + k * n;
    for (std::int64_t i = k + 1; i < n; ++i) {
      double* const row = a + i * n;
      const double factor = row[k] / top[k];
      for (std::int64_t j = k + 1; j < n; ++j) row[j] -= factor * top[j];
      b[i] -= factor * b[k];
    }
  }
  for (std::int64_t i = n; i-- > 0;) {
    double sum = b[i];
    for (std::int64_t j = i + 1; j < n; ++j) sum -= a[i * n + j] * b[j];
    b[i] = sum / a[i * n + i];
  }
  return true;
}

}  // namespace gpucompute::bench::GPUBENCH_HAND_LEVEL
