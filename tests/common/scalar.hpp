// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>

#include "kernels/graph/graph.hpp"

// What primitives and library functions do to one element, written with <cmath> and plain C++ arithmetic.

namespace gpucompute::testing {

/// Any byte but 0 is a true bool.
template <typename T>
T from_bits(std::uint64_t bits) {
  if constexpr (std::is_same_v<T, bool>) {
    return (bits & 0xffU) != 0;
  }
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

template <typename T>
std::uint64_t to_bits(T value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

/// Calls visit(T{}) with the C++ type of a real dtype.
template <typename Visit>
auto with_type(dtype type, Visit visit) {
  switch (type) {
    case bool_:
      return visit(bool{});
    case int8:
      return visit(std::int8_t{});
    case int16:
      return visit(std::int16_t{});
    case int32:
      return visit(std::int32_t{});
    case int64:
      return visit(std::int64_t{});
    case uint8:
      return visit(std::uint8_t{});
    case uint16:
      return visit(std::uint16_t{});
    case uint32:
      return visit(std::uint32_t{});
    case uint64:
      return visit(std::uint64_t{});
    case float32:
      return visit(float{});
    default:
      return visit(double{});
  }
}

template <typename To, typename From>
To saturating_cast(From value) {
  if constexpr (std::is_same_v<To, bool>) {
    return value != From{};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    if (std::isnan(value)) {
      return 0;
    }
    const auto wide = static_cast<long double>(value);
    return wide >= static_cast<long double>(std::numeric_limits<To>::max())   ? std::numeric_limits<To>::max()
           : wide <= static_cast<long double>(std::numeric_limits<To>::min()) ? std::numeric_limits<To>::min()
                                                                              : static_cast<To>(value);
  } else {
    return static_cast<To>(value);
  }
}

inline std::uint64_t scalar_cast(std::uint64_t bits, dtype from, dtype to) {
  return with_type(from, [&](auto source) {
    return with_type(
        to, [&](auto target) { return to_bits(saturating_cast<decltype(target)>(from_bits<decltype(source)>(bits))); });
  });
}

template <typename T>
std::uint64_t scalar_integer(graph::op operation, T a, T b) {
  using U = std::make_unsigned_t<T>;
  using graph::op;
  const auto wrap = [](auto value) { return to_bits(static_cast<T>(value)); };
  const auto ua = static_cast<std::uint64_t>(static_cast<U>(a));
  const auto ub = static_cast<std::uint64_t>(static_cast<U>(b));
  constexpr int width = std::numeric_limits<U>::digits;
  const bool in_range = ub < static_cast<unsigned>(width);
  const bool overflows = std::is_signed_v<T> && b == static_cast<T>(-1);
  switch (operation) {
    case op::add:
      return wrap(ua + ub);
    case op::subtract:
      return wrap(ua - ub);
    case op::multiply:
      return wrap(ua * ub);
    case op::negative:
      return wrap(0 - ua);
    case op::abs:
      return wrap(a < T{0} ? 0 - ua : ua);
    case op::bitwise_and:
      return wrap(ua & ub);
    case op::bitwise_or:
      return wrap(ua | ub);
    case op::bitwise_xor:
      return wrap(ua ^ ub);
    case op::invert:
      return wrap(~ua);
    case op::left_shift:
      return wrap(in_range ? ua << ub : 0);
    case op::right_shift:
      return wrap(in_range ? a >> b : static_cast<T>(a < T{0} ? -1 : 0));
    case op::popcount:
      return to_bits(static_cast<std::uint8_t>(std::popcount(static_cast<U>(a))));
    case op::divide_truncated:
      return b == 0 ? 0 : overflows ? wrap(0 - ua) : wrap(a / b);
    case op::remainder_truncated:
      return b == 0 || overflows ? 0 : wrap(a % b);
    case op::power: {
      if (b < T{0}) {
        return wrap(a == 1 ? 1 : a == static_cast<T>(-1) ? ((ub & 1U) != 0 ? -1 : 1) : 0);
      }
      std::uint64_t result = 1;
      std::uint64_t base = ua;
      for (std::uint64_t left = ub; left != 0; left >>= 1U, base *= base) {
        result *= (left & 1U) != 0 ? base : 1;
      }
      return wrap(result);
    }
    default:
      throw std::logic_error("scalar: no integer " + std::string(graph::row(operation).name));
  }
}

/// log(hypot(a, b)), which passes through 0 on the unit circle.
inline long double log_hypot(long double a, long double b) {
  const long double x = std::fmax(std::fabs(a), std::fabs(b));
  const long double y = std::fmin(std::fabs(a), std::fabs(b));
  const bool near_one = !std::isunordered(a, b) && x < 2 && x + y > 0.5L;
  return near_one ? 0.5L * std::log1p((x - 1) * (x + 1) + y * y) : std::log(std::hypot(a, b));
}

template <typename T>
std::uint64_t scalar_floating(graph::op operation, T a, T b, T c) {
  using graph::op;
  switch (operation) {
    case op::add:
      return to_bits(a + b);
    case op::subtract:
      return to_bits(a - b);
    case op::multiply:
      return to_bits(a * b);
    case op::divide:
      return to_bits(a / b);
    case op::negative:
      return to_bits(-a);
    case op::abs:
      return to_bits(std::abs(a));
    case op::fma:
      return to_bits(std::fma(a, b, c));
    case op::copysign:
      return to_bits(std::copysign(a, b));
    case op::floor:
      return to_bits(std::floor(a));
    case op::ceil:
      return to_bits(std::ceil(a));
    case op::trunc:
      return to_bits(std::trunc(a));
    case op::rint:
      return to_bits(std::nearbyint(a));
    case op::nextafter:
      return to_bits(std::nextafter(a, b));
    case op::sqrt:
      return to_bits(std::sqrt(a));
    case op::cbrt:
      return to_bits(std::cbrt(a));
    case op::hypot:
      return to_bits(std::hypot(a, b));
    case op::log_hypot:
      return to_bits(static_cast<T>(log_hypot(a, b)));
    case op::exp:
      return to_bits(std::exp(a));
    case op::exp2:
      return to_bits(std::exp2(a));
    case op::expm1:
      return to_bits(std::expm1(a));
    case op::log:
      return to_bits(std::log(a));
    case op::log2:
      return to_bits(std::log2(a));
    case op::log10:
      return to_bits(std::log10(a));
    case op::log1p:
      return to_bits(std::log1p(a));
    case op::sin:
      return to_bits(std::sin(a));
    case op::cos:
      return to_bits(std::cos(a));
    case op::tan:
      return to_bits(std::tan(a));
    case op::arcsin:
      return to_bits(std::asin(a));
    case op::arccos:
      return to_bits(std::acos(a));
    case op::arctan:
      return to_bits(std::atan(a));
    case op::arctan2:
      return to_bits(std::atan2(a, b));
    case op::sinh:
      return to_bits(std::sinh(a));
    case op::cosh:
      return to_bits(std::cosh(a));
    case op::tanh:
      return to_bits(std::tanh(a));
    case op::arcsinh:
      return to_bits(std::asinh(a));
    case op::arccosh:
      return to_bits(std::acosh(a));
    case op::arctanh:
      return to_bits(std::atanh(a));
    case op::erf:
      return to_bits(std::erf(a));
    case op::erfc:
      return to_bits(std::erfc(a));
    case op::gamma:
      return to_bits(std::tgamma(a));
    case op::power:
      return to_bits(std::pow(a, b));
    case op::fmod:
      return to_bits(std::fmod(a, b));
    default:
      throw std::logic_error("scalar: no floating " + std::string(graph::row(operation).name));
  }
}

/// A primitive or library row on real elements of type `compute` (`where`: of the choices, args[0] being a bool).
inline std::uint64_t scalar_apply(graph::op operation, dtype compute, const std::uint64_t* args) {
  using graph::op;
  if (operation == op::where) {
    return from_bits<bool>(args[0]) ? args[1] : args[2];
  }
  return with_type(compute, [&](auto type) -> std::uint64_t {
    using T = decltype(type);
    const T a = from_bits<T>(args[0]);
    const int arity = graph::row(operation).arity;
    const T b = from_bits<T>(args[arity > 1 ? 1 : 0]);
    const T c = from_bits<T>(args[arity > 2 ? 2 : 0]);
    switch (operation) {
      case op::less:
        return to_bits(a < b);
      case op::less_equal:
        return to_bits(a <= b);
      case op::greater:
        return to_bits(a > b);
      case op::greater_equal:
        return to_bits(a >= b);
      case op::equal:
        return to_bits(a == b);
      case op::not_equal:
        return to_bits(a != b);
      case op::maximum:
      case op::minimum:
        if constexpr (std::is_floating_point_v<T>) {
          if (std::isnan(a) || std::isnan(b)) {
            return to_bits(std::numeric_limits<T>::quiet_NaN());
          }
          if (a == b) {
            return to_bits(std::signbit(a) == (operation == op::minimum) ? a : b);
          }
        }
        return to_bits((a < b) == (operation == op::minimum) ? a : b);
      default:
        break;
    }
    if constexpr (std::is_same_v<T, bool>) {
      switch (operation) {
        case op::bitwise_and:
          return to_bits(a && b);
        case op::bitwise_or:
          return to_bits(a || b);
        case op::bitwise_xor:
          return to_bits(a != b);
        case op::invert:
          return to_bits(!a);
        default:
          throw std::logic_error("scalar: no bool " + std::string(graph::row(operation).name));
      }
    } else if constexpr (std::is_integral_v<T>) {
      return scalar_integer(operation, a, b);
    } else {
      return scalar_floating(operation, a, b, c);
    }
  });
}

}  // namespace gpucompute::testing
