// SPDX-License-Identifier: Apache-2.0
#include "bench/suites/gemm_ceiling.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "bench/suites/linear_system.hpp"
#include "bench/suites/reference.hpp"

namespace gpucompute::bench {
namespace {

constexpr std::int64_t order = 1500;

/// The largest error of a few elements in units of the last place of |a| |b|; it is at most n/2.
double error_of(std::span<const double> a, std::span<const double> b, std::span<const double> c) {
  constexpr std::size_t n = order, step = 97;
  double worst = 0;
  for (std::size_t i = 0; i < n; i += step) {
    for (std::size_t j = i % step; j < n; j += step) {
      long double sum = 0, moduli = 0;
      for (std::size_t k = 0; k < n; ++k) {
        const long double term = static_cast<long double>(a[i * n + k]) * b[k * n + j];
        sum += term;
        moduli += std::abs(term);
      }
      worst = std::max(worst, ulp_error(c[i * n + j], {sum, moduli}, float64));
    }
  }
  return worst;
}

}  // namespace

std::optional<double> gemm_ceiling::flops_per_second(const raw_lapack& library, int threads,
                                                     const sampling_options& sampling) {
  const auto place = known_.find(threads);
  if (place != known_.end()) return place->second;
  result_row row{.suite = "ceilings",
                 .id = "gemm",
                 .n = order,
                 .dtype = "float64",
                 .device = "cpu",
                 .threads = threads,
                 .variant = "dgemm",
                 .tier = library.short_name()};
  row.reasons["triad_bytes_per_s"] = "the time is not one of moving memory";
  const linear_system system = random_system(order);
  array product = array::zeros(float64, {order, order});
  const auto a = system.a.values<double>();
  double* const c = product.values<double>().data();
  const raw_lapack::thread_limit limit(library, threads);
  const auto call = [&] { library.multiply(a.data(), a.data(), c, order); };
  call();
  const auto n = static_cast<double>(order);
  row.flops = 2 * n * n * n;
  row.bytes = 3 * 8 * n * n;
  row.error = error_of(a, a, product.values<double>());
  row.verified = 2 * *row.error <= static_cast<double>(order);
  std::optional<double> best;
  if (row.verified) {
    set_times(row, measure(call, sampling));
    best = *row.flops / std::ranges::min(row.samples);
  } else {
    set_not_verified(row, "the product did not verify");
  }
  rows_.push_back(std::move(row));
  return known_[threads] = best;
}

void gemm_ceiling::deliver(std::vector<result_row>& rows) {
  std::ranges::move(rows_, std::back_inserter(rows));
  rows_.clear();
}

}  // namespace gpucompute::bench
