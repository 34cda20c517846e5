// SPDX-License-Identifier: Apache-2.0
#include "tests/common/ulp.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <sstream>
#include <stdexcept>

#include "kernels/graph/op.hpp"

namespace gpucompute::testing {
namespace {

const graph::op_row& row_named(const std::string& name) {
  for (std::size_t i = 0; i < graph::op_count(); ++i) {
    const graph::op_row& row = graph::row(static_cast<graph::op>(i));
    if (row.name == name) {
      return row;
    }
  }
  throw std::runtime_error("no row of ops.def is called " + name);
}

double bound_of(const numpy_case& one) {
  const graph::ulp_bounds& ulp = row_named(one.row).ulp;
  const bool of_complex =
      std::any_of(one.views.begin(), one.views.end(), [](const array_view& view) { return is_complex(view.type()); });
  return of_complex ? ulp.complex : one.expected.type() == float32 ? ulp.cpu_float32 : ulp.cpu_float64;
}

/// Numbers of T between a and b, counted along the order of all numbers; the two zeros are one.
template <typename T>
double steps(T a, T b) {
  using bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
  const auto ordered = [](T value) {
    const bits raw = std::bit_cast<bits>(value);
    return static_cast<double>(raw < 0 ? std::numeric_limits<bits>::min() - raw : raw);
  };
  const bool close = std::signbit(a) == std::signbit(b);
  return close ? std::fabs(static_cast<double>(std::bit_cast<bits>(a) - std::bit_cast<bits>(b)))
               : std::fabs(ordered(a) - ordered(b));
}

/// `size`: the larger part of the expected complex number where errors are measured against it, else the number itself.
template <typename T>
bool near(T want, T got, T size, double allowed) {
  if (std::isnan(want) || std::isnan(got)) {
    return std::isnan(want) && std::isnan(got);
  }
  if (want == got) {
    return std::signbit(want) == std::signbit(got) || size != want;
  }
  if (size == want || !std::isfinite(want) || !std::isfinite(got)) {
    return steps(want, got) <= allowed;
  }
  const T unit = std::nextafter(std::fabs(size), std::numeric_limits<T>::infinity()) - std::fabs(size);
  return std::fabs(static_cast<long double>(want) - got) <= static_cast<long double>(allowed) * unit;
}

template <typename T>
std::string first_beyond(const numpy_case& one, const array& actual) {
  const double bound = bound_of(one);
  // Half a unit is the rounding of the expected result; a bound of one half then leaves no room at all.
  const double allowed = std::ceil(bound + 0.5) - 1;
  const auto* want = static_cast<const T*>(one.expected.data());
  const auto* got = static_cast<const T*>(actual.data());
  const std::size_t parts = is_complex(actual.type()) ? 2 : 1;
  for (std::size_t i = 0; i < static_cast<std::size_t>(actual.size()) * parts; ++i) {
    const T other = want[i ^ (parts - 1)];
    const T size = one.normwise && std::fabs(other) > std::fabs(want[i]) ? other : want[i];
    if (!near(want[i], got[i], size, allowed)) {
      std::ostringstream text;
      text.precision(std::numeric_limits<T>::max_digits10);
      text << "component " << i << ": expected " << want[i] << " within " << bound << " ULP, got " << got[i] << " ("
           << steps(want[i], got[i]) << " steps away)";
      return text.str();
    }
  }
  return {};
}

}  // namespace

std::string ulp_difference(const numpy_case& expected, const array& actual) {
  if (std::string layout = layout_difference(expected.expected, actual); !layout.empty()) {
    return layout;
  }
  return component(actual.type()) == float32 ? first_beyond<float>(expected, actual)
                                             : first_beyond<double>(expected, actual);
}

}  // namespace gpucompute::testing
