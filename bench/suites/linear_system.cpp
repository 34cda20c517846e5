// SPDX-License-Identifier: Apache-2.0
#include "bench/suites/linear_system.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gpucompute/solve.hpp>

#include "bench/suites/random.hpp"

namespace gpucompute::bench {
namespace {

constexpr double roundoff = 0x1p-53;

double largest(std::span<const double> values) {
  double most = 0;
  for (const double one : values) most = std::max(most, std::abs(one));
  return most;
}

}  // namespace

void make_ready_to_solve(const device& where) {
  const double one = 1;
  solve(array_view(&one, {1, 1}), array_view(&one, {1}), {.device = where});
}

linear_system random_system(std::int64_t n) {
  linear_system system{array::empty(float64, {n, n}), array::empty(float64, {n}), 0, 0};
  double* const a = system.a.values<double>().data();
  double* const b = system.b.values<double>().data();
  const auto columns = static_cast<std::uint64_t>(n);
  double norm = 0;
#pragma omp parallel for schedule(static) reduction(max : norm)
  for (std::int64_t i = 0; i < n; ++i) {
    double sum = 0;
    for (std::int64_t j = 0; j < n; ++j) {
      const double value =
          uniform(columns, static_cast<std::uint64_t>(i) * columns + static_cast<std::uint64_t>(j), -0.5, 0.5);
      a[i * n + j] = value;
      sum += std::abs(value);
    }
    norm = std::max(norm, sum);
    b[i] = uniform(~columns, static_cast<std::uint64_t>(i), -0.5, 0.5);
  }
  system.norm_a = norm;
  system.norm_b = largest(system.b.values<double>());
  return system;
}

residual_of residual(const linear_system& system, std::span<const double> x) {
  const std::int64_t n = system.a.shape()[0];
  const double* const a = system.a.values<double>().data();
  const double* const b = system.b.values<double>().data();
  constexpr double infinite = std::numeric_limits<double>::infinity();
  const bool usable =
      static_cast<std::int64_t>(x.size()) == n && std::ranges::all_of(x, [](double one) { return std::isfinite(one); });
  if (!usable) return {infinite, infinite};
  double worst = 0;
#pragma omp parallel for schedule(static) reduction(max : worst)
  for (std::int64_t i = 0; i < n; ++i) {
    long double sum = b[i];
    for (std::int64_t j = 0; j < n; ++j) {
      sum -= static_cast<long double>(a[i * n + j]) * x[static_cast<std::size_t>(j)];
    }
    worst = std::max(worst, static_cast<double>(std::abs(sum)));
  }
  const double scale = system.norm_a * largest(x) + system.norm_b;
  const double error = worst == 0 ? 0 : worst / scale;
  return {error, error / (static_cast<double>(n) * roundoff)};
}

double backward_error_bar(std::int64_t n) { return 30 * static_cast<double>(n) * roundoff; }

}  // namespace gpucompute::bench
