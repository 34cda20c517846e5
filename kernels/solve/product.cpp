// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/product.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace gpucompute::solving {
namespace {

std::complex<double> scaled(std::complex<double> value, int exponent) {
  return {std::ldexp(value.real(), exponent), std::ldexp(value.imag(), exponent)};
}

int exponent_of(std::complex<double> value) {
  int exponent = 0;
  std::frexp(std::max(std::abs(value.real()), std::abs(value.imag())), &exponent);
  return exponent;
}

}  // namespace

void product::multiply(std::complex<double> factor) {
  const int before = exponent_of(factor);
  mantissa_ *= scaled(factor, -before);
  const int after = exponent_of(mantissa_);
  mantissa_ = scaled(mantissa_, -after);
  exponent_ += before + after;
}

bool product::is_number() const { return std::isfinite(mantissa_.real()) && std::isfinite(mantissa_.imag()); }

std::complex<double> product::value() const {
  constexpr std::int64_t beyond = 4096;
  const std::complex<double> result = scaled(mantissa_, static_cast<int>(std::clamp(exponent_, -beyond, beyond)));
  return {result.real() + 0.0, result.imag() + 0.0};  // without a zero's sign
}

log_determinant product::logarithm() const {
  const double modulus = std::abs(mantissa_);
  if (modulus == 0) {
    return {0, -std::numeric_limits<double>::infinity()};
  }
  return {mantissa_ / modulus, std::log(modulus) + static_cast<double>(exponent_) * std::numbers::ln2};
}

}  // namespace gpucompute::solving
