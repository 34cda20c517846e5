// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <limits>
#include <random>

#include "kernels/graph/op.hpp"
#include "tests/common/scalar.hpp"

namespace gpucompute::testing {

/// Moves the results of inexact steps at random by as much as they may be off: library functions by their row's bound and
/// as much for <cmath>, reductions by what rounding does along the tree.
class error_source {
 public:
  explicit error_source(std::uint32_t seed) : random_(seed) {}

  void next_run() { odd_ = !odd_; }
  /// What may be anything: now one thing, in the next run another.
  double anything() const { return odd_ ? 0 : std::numeric_limits<double>::quiet_NaN(); }
  double move(double size) { return std::uniform_real_distribution<double>(-size, size)(random_); }
  std::uint64_t library(graph::op operation, dtype type, std::uint64_t bits) {
    const graph::ulp_bounds& ulp = graph::row(operation).ulp;
    if (type == float32) {
      return to_bits(moved(from_bits<float>(bits), 2 * ulp.cpu_float32));
    }
    return type == float64 ? to_bits(moved(from_bits<double>(bits), 2 * ulp.cpu_float64)) : bits;
  }

 private:
  template <typename T>
  T moved(T value, double units) {
    const T size = std::abs(value);
    const T unit = std::nextafter(size, std::numeric_limits<T>::infinity()) - size;
    // 0 stays: what is exactly 0 has no error.
    return std::isfinite(value) && value != 0 ? static_cast<T>(value + move(units) * unit) : value;
  }

  std::mt19937 random_;
  bool odd_ = false;
};

}  // namespace gpucompute::testing
