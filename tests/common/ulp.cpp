// SPDX-License-Identifier: Apache-2.0
#include "tests/common/ulp.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
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

bool of_complex(const numpy_case& one) {
  return std::any_of(one.views.begin(), one.views.end(),
                     [](const array_view& view) { return is_complex(view.type()); });
}

graph::complex_bound bound_of(const numpy_case& one) {
  const graph::ulp_bounds& ulp = row_named(one.row).ulp;
  return of_complex(one) ? ulp.complex : one.expected.type() == float32 ? ulp.cpu_float32 : ulp.cpu_float64;
}

std::complex<long double> element(const array_view& view, std::size_t index) {
  if (view.type() == complex64) {
    return static_cast<const std::complex<float>*>(view.data())[index];
  }
  return static_cast<const std::complex<double>*>(view.data())[index];
}

/// By what the bound of an element is multiplied: the exponent of a power where it is beyond the steady range, else 1.
/// Inputs lie in C order.
long double growth(const numpy_case& one, const graph::complex_bound& bound, std::size_t index) {
  if (bound.steady == 0) {
    return 1;
  }
  const std::complex<long double> first = element(one.views.front(), index);
  const std::complex<long double> exponent =
      one.views.size() == 1 ? first * std::log(2.0L) : element(one.views[1], index) * std::log(first);
  const long double size = std::abs(exponent);
  return size > bound.steady ? size : 1;  // 1 for NaN
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
/// `grown`: of the bound, beyond what it is of steady elements.
template <typename T>
bool near(T want, T got, T size, long double allowed, bool grown) {
  // A bound larger than any number's digits says nothing: of the power of a huge complex number nobody knows the angle.
  if (allowed >= std::ldexp(1.0L, std::numeric_limits<T>::digits)) {
    return true;
  }
  if (std::isnan(want) || std::isnan(got)) {
    return std::isnan(want) && std::isnan(got);
  }
  if (want == got) {
    return std::signbit(want) == std::signbit(got);
  }
  // Many units of a larger part that overflows leave the other one open.
  if (grown && std::isinf(size) && std::isfinite(want)) {
    return true;
  }
  // An infinity is no neighbour of the largest number.
  if (std::isinf(want) || std::isinf(got)) {
    return false;
  }
  if (size == want || !std::isfinite(size)) {
    return steps(want, got) <= allowed;
  }
  const T unit = std::nextafter(std::fabs(size), std::numeric_limits<T>::infinity()) - std::fabs(size);
  return std::fabs(static_cast<long double>(want) - got) <= allowed * unit;
}

template <typename T>
std::string first_beyond(const numpy_case& one, const array& actual) {
  const graph::complex_bound bound = bound_of(one);
  const auto* want = static_cast<const T*>(one.expected.data());
  const auto* got = static_cast<const T*>(actual.data());
  const std::size_t parts = is_complex(actual.type()) ? 2 : 1;
  for (std::size_t i = 0; i < static_cast<std::size_t>(actual.size()) * parts; ++i) {
    const T other = want[i ^ (parts - 1)];
    const T size = bound.of_larger && std::fabs(other) > std::fabs(want[i]) ? other : want[i];
    const bool open = one.open_signs && (want[i] == 0 || std::isinf(want[i]));
    // Half a unit is the rounding of the expected result; a bound of one half then leaves no room at all.
    const long double grown = growth(one, bound, i / parts);
    const long double allowed = std::ceil(bound.units * grown + 0.5L) - 1;
    if (!near(want[i], open ? std::copysign(got[i], want[i]) : got[i], size, allowed, grown > 1)) {
      std::ostringstream text;
      text.precision(std::numeric_limits<T>::max_digits10);
      text << "component " << i << ": expected " << want[i] << " within " << allowed + 0.5L << " ULP, got " << got[i]
           << " (" << steps(want[i], got[i]) << " steps away)";
      for (const array_view& view : one.views) {
        text << (is_complex(view.type()) ? ", of " : "");
        if (is_complex(view.type())) {
          text << element(view, i / parts);
        }
      }
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
