// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace gpucompute::bench {

/// Positions in a sorted sample, counted from 1.
struct rank_interval {
  std::size_t low, high;
  friend bool operator==(const rank_interval&, const rank_interval&) = default;
};

/// The narrowest symmetric pair of order statistics that holds the median of a continuous distribution with at least
/// `confidence`, from the exact binomial; nothing where even the extremes do not (fewer than 6 for 95 %).
std::optional<rank_interval> median_ranks(std::size_t samples, double confidence = 0.95);

struct median_interval {
  double median;
  /// Nothing when there are too few samples for an interval.
  std::optional<double> low, high;

  /// Whole width relative to the median; infinite without an interval.
  double relative_width() const;
};

/// The samples may be in any order. @throw std::invalid_argument for none
median_interval estimate_median(std::span<const double> samples, double confidence = 0.95);

}  // namespace gpucompute::bench
