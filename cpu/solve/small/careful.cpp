// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

#include "cpu/solve/small/table.hpp"

namespace gpucompute::cpu::small {
namespace {

// The exponents of long double hold squares and sums of all that float64 can.
using wide = std::complex<long double>;

template <typename T>
class careful {
 public:
  careful(const task& work, std::int64_t system) : work_(work), of_(work.systems), system_(system), n_(of_.order) {}

  bool finite() const {
    for (std::int64_t i = 0; i < n_; ++i) {
      for (std::int64_t j = 0; j < n_; ++j) {
        if (!is_finite(a(i, j))) return false;
      }
      for (std::int64_t c = 0; c < of_.right_hand_sides; ++c) {
        if (!is_finite(b(i, c))) return false;
      }
    }
    return true;
  }
  long double norm() const {
    long double most = 0;
    for (std::int64_t i = 0; i < n_; ++i) {
      long double sum = 0;
      for (std::int64_t j = 0; j < n_; ++j) sum += std::abs(a(i, j));
      most = std::max(most, sum);
    }
    return most;
  }
  double backward_error(std::int64_t column, long double norm_a) const {
    long double norm_r = 0, norm_x = 0, norm_b = 0;
    bool valid = true;
    for (std::int64_t i = 0; i < n_; ++i) {
      wide r = b(i, column);
      norm_b = std::max(norm_b, std::abs(r));
      for (std::int64_t j = 0; j < n_; ++j) {
        const wide x = at(of_.x, of_.x_system, of_.x_row, of_.x_column, j, column);
        r -= a(i, j) * (work_.conjugated ? std::conj(x) : x);
        if (i == 0) {
          norm_x = std::max(norm_x, std::abs(x));
          valid = valid && is_finite(x);
        }
      }
      norm_r = std::max(norm_r, std::abs(r));
    }
    if (!valid) return std::numeric_limits<double>::quiet_NaN();
    return norm_r == 0 ? 0.0 : static_cast<double>(norm_r / (norm_a * norm_x + norm_b));
  }

 private:
  static bool is_finite(const wide& value) { return std::isfinite(value.real()) && std::isfinite(value.imag()); }
  wide at(const void* from, std::int64_t per_system, std::int64_t row, std::int64_t column, std::int64_t i,
          std::int64_t j) const {
    return wide(
        *reinterpret_cast<const T*>(static_cast<const char*>(from) + system_ * per_system + i * row + j * column));
  }
  wide a(std::int64_t i, std::int64_t j) const { return at(of_.a, of_.a_system, work_.row, work_.column, i, j); }
  wide b(std::int64_t i, std::int64_t column) const {
    const wide value = at(of_.b, of_.b_system, of_.b_row, of_.b_column, i, column);
    return work_.conjugated ? std::conj(value) : value;
  }

  const task& work_;
  const solving::small_systems& of_;
  std::int64_t system_, n_;
};

double condition_bound(long double norm_a, const findings& found) {
  const auto bound =
      static_cast<double>(norm_a / static_cast<long double>(found.scale) * static_cast<long double>(found.growth));
  return bound >= 0 ? bound : std::numeric_limits<double>::infinity();
}

template <typename T>
void judge(const task& work, std::int64_t system, const findings& found, solving::small_outcome& outcome,
           double* errors) {
  const careful<T> one(work, system);
  outcome.finite = one.finite();
  if (!outcome.finite) return;
  if (outcome.singular_at >= 0) return;
  const long double norm_a = one.norm();
  const std::int64_t all = work.systems.right_hand_sides;
  outcome.backward_error = 0;
  for (std::int64_t c = 0; c < all; ++c) {
    const double error = one.backward_error(c, norm_a);
    if (std::isnan(error) || error > outcome.backward_error) outcome.backward_error = error;  // NaN stays
    if (errors != nullptr) errors[system * all + c] = error;
  }
  if (work.systems.screened) {
    outcome.condition_bound = condition_bound(norm_a, found);
  }
}

}  // namespace

void report(const task& work, std::int64_t system, const findings& found, solving::small_outcome& outcome,
            double* errors) {
  outcome = {};
  outcome.singular_at = found.singular_at;
  if (!found.safe) {
    constexpr decltype(&judge<double>) of_type[] = {&judge<float>, &judge<double>, &judge<std::complex<float>>,
                                                    &judge<std::complex<double>>};
    of_type[static_cast<std::size_t>(work.systems.type) - static_cast<std::size_t>(float32)](work, system, found,
                                                                                             outcome, errors);
    return;
  }
  if (found.singular_at >= 0) return;
  outcome.backward_error = found.backward_error;
  if (work.systems.screened) {
    const double bound = found.norm / found.scale * found.growth;
    outcome.condition_bound = bound >= 0 ? bound : std::numeric_limits<double>::infinity();
  }
}

}  // namespace gpucompute::cpu::small
