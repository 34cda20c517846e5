// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <cstdint>

#include <gpucompute/solve.hpp>

namespace gpucompute::solving {

/// A product of numbers, as determinants are, without overflow or underflow on the way.
class product {
 public:
  void multiply(std::complex<double> factor);
  void change_sign() { mantissa_ = -mantissa_; }
  /// Times 2^exponent.
  void scale(std::int64_t exponent) { exponent_ += exponent; }

  bool is_number() const;
  /// Infinity, or 0, where it is beyond the range.
  std::complex<double> value() const;
  log_determinant logarithm() const;

 private:
  std::complex<double> mantissa_ = 1;
  std::int64_t exponent_ = 0;
};

}  // namespace gpucompute::solving
