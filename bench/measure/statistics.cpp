// SPDX-License-Identifier: Apache-2.0
#include "bench/measure/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace gpucompute::bench {

std::optional<rank_interval> median_ranks(std::size_t samples, double confidence) {
  // The number of samples below the median is binomial(n, 1/2). Ranks (k, n + 1 - k) miss it when that number is below k
  // or above n - k: 2 P(X < k). Logarithms, since 2^-n underflows.
  const double tail = (1 - confidence) / 2;
  const auto n = static_cast<double>(samples);
  std::size_t rank = 0;
  double below = 0;
  for (std::size_t k = 0; 2 * k < samples; ++k) {
    const auto x = static_cast<double>(k);
    below += std::exp(std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1) - n * std::log(2.0));
    if (below > tail) break;
    rank = k + 1;
  }
  if (rank == 0) return std::nullopt;
  return rank_interval{rank, samples + 1 - rank};
}

double median_interval::relative_width() const {
  if (!low || !high) return std::numeric_limits<double>::infinity();
  return (*high - *low) / median;
}

median_interval estimate_median(std::span<const double> samples, double confidence) {
  if (samples.empty()) throw std::invalid_argument("estimate_median: expected at least one sample, got none");
  std::vector<double> sorted(samples.begin(), samples.end());
  std::ranges::sort(sorted);
  const std::size_t n = sorted.size();
  median_interval result{(sorted[(n - 1) / 2] + sorted[n / 2]) / 2, {}, {}};
  if (const auto ranks = median_ranks(n, confidence)) {
    result.low = sorted[ranks->low - 1];
    result.high = sorted[ranks->high - 1];
  }
  return result;
}

}  // namespace gpucompute::bench
