// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <compare>

#include "kernels/language/weak.hpp"

// Python's arithmetic on int, float and complex, for operators whose operands are all literals.

namespace gpucompute::language {
namespace {

using graph::op;
using graph::weakness;

constexpr std::string_view too_large = "an integer beyond 128 bits";
constexpr std::string_view zero_division = "a division by zero";
constexpr std::string_view overflow = "a result too large for a float";

folded problem(std::string_view what) { return {std::nullopt, what}; }

struct floor_division {
  double quotient, remainder;
};

/// CPython's float_divmod; b is not 0.
floor_division divide_floor(double a, double b) {
  double mod = std::fmod(a, b);
  double quotient = (a - mod) / b;
  if (mod != 0) {
    if ((b < 0) != (mod < 0)) {
      mod += b;
      quotient -= 1;
    }
  } else {
    mod = std::copysign(0.0, b);
  }
  if (quotient == 0) {
    return {std::copysign(0.0, a / b), mod};
  }
  const double whole = std::floor(quotient);
  return {quotient - whole > 0.5 ? whole + 1 : whole, mod};
}

folded integer_power(wide_integer base, wide_integer exponent) {
  wide_integer result = 1;
  while (true) {
    if ((exponent & 1) != 0 && __builtin_mul_overflow(result, base, &result)) {
      return problem(too_large);
    }
    exponent >>= 1;
    if (exponent == 0) {
      return {weak_integer(result)};
    }
    if (__builtin_mul_overflow(base, base, &base)) {
      return problem(too_large);
    }
  }
}

__extension__ using magnitude = unsigned __int128;

magnitude magnitude_of(wide_integer value) {
  return value < 0 ? -static_cast<magnitude>(value) : static_cast<magnitude>(value);
}

/// a / b rounded once; b is not 0.
double true_quotient(wide_integer a, wide_integer b) {
  const magnitude divisor = magnitude_of(b);
  magnitude quotient = magnitude_of(a) / divisor;
  magnitude rest = magnitude_of(a) % divisor;
  // Two bits more than a float64 has, of which the last stands for all that follow.
  constexpr magnitude enough = magnitude{1} << 54;
  int exponent = 0;
  for (; a != 0 && quotient < enough; --exponent) {
    rest <<= 1;
    quotient = quotient << 1 | (rest >= divisor ? 1 : 0);
    rest -= rest >= divisor ? divisor : 0;
  }
  const double value = std::ldexp(static_cast<double>(quotient | (rest != 0 ? 1 : 0)), exponent);
  return (a < 0) != (b < 0) ? -value : value;
}

folded fold_integers(op operation, wide_integer a, wide_integer b) {
  wide_integer r = 0;
  switch (operation) {
    case op::add:
      return __builtin_add_overflow(a, b, &r) ? problem(too_large) : folded{weak_integer(r)};
    case op::subtract:
      return __builtin_sub_overflow(a, b, &r) ? problem(too_large) : folded{weak_integer(r)};
    case op::multiply:
      return __builtin_mul_overflow(a, b, &r) ? problem(too_large) : folded{weak_integer(r)};
    case op::divide:
      return b == 0 ? problem(zero_division) : folded{weak_floating(true_quotient(a, b))};
    case op::floor_divide:
    case op::remainder: {
      if (b == 0) {
        return problem(zero_division);
      }
      if (b == -1) {
        return operation == op::remainder ? folded{weak_integer(0)} : fold_integers(op::multiply, a, b);
      }
      const wide_integer mod = a % b;
      const bool adjust = mod != 0 && (mod < 0) != (b < 0);
      return {weak_integer(operation == op::remainder ? mod + (adjust ? b : 0) : a / b - (adjust ? 1 : 0))};
    }
    case op::power: {
      if (b >= 0) {
        return integer_power(a, b);
      }
      const double value = std::pow(static_cast<double>(a), static_cast<double>(b));
      return a == 0 ? problem(zero_division) : folded{weak_floating(value)};
    }
    case op::left_shift:
      if (b < 0) {
        return problem("a negative shift");
      }
      return a == 0    ? folded{weak_integer(0)}
             : b > 126 ? problem(too_large)
                       : fold_integers(op::multiply, a, wide_integer{1} << static_cast<int>(b));
    case op::right_shift:
      return b < 0 ? problem("a negative shift") : folded{weak_integer(a >> static_cast<int>(b > 127 ? 127 : b))};
    case op::bitwise_and:
      return {weak_integer(a & b)};
    case op::bitwise_or:
      return {weak_integer(a | b)};
    case op::bitwise_xor:
      return {weak_integer(a ^ b)};
    default:
      return {};
  }
}

folded fold_reals(op operation, double a, double b) {
  switch (operation) {
    case op::add:
      return {weak_floating(a + b)};
    case op::subtract:
      return {weak_floating(a - b)};
    case op::multiply:
      return {weak_floating(a * b)};
    case op::divide:
      return b == 0 ? problem(zero_division) : folded{weak_floating(a / b)};
    case op::floor_divide:
      return b == 0 ? problem(zero_division) : folded{weak_floating(divide_floor(a, b).quotient)};
    case op::remainder:
      return b == 0 ? problem(zero_division) : folded{weak_floating(divide_floor(a, b).remainder)};
    case op::power: {
      if (a == 0 && b < 0) {
        return problem(zero_division);
      }
      if (a < 0 && std::isfinite(a) && std::isfinite(b) && b != std::floor(b)) {
        return {weak_complex(std::pow(std::complex<double>(a), b))};
      }
      const double value = std::pow(a, b);
      return std::isinf(value) && std::isfinite(a) && std::isfinite(b) ? problem(overflow)
                                                                       : folded{weak_floating(value)};
    }
    default:
      return {};
  }
}

std::complex<double> product(std::complex<double> a, std::complex<double> b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// Smith's method, as CPython's; b is not 0.
std::complex<double> quotient(std::complex<double> a, std::complex<double> b) {
  const bool by_real = std::abs(b.real()) >= std::abs(b.imag());
  const double n = by_real ? b.real() : b.imag();
  const double d = by_real ? b.imag() : b.real();
  const double t = d / n;
  const double s = n + d * t;
  return by_real ? std::complex((a.real() + a.imag() * t) / s, (a.imag() - a.real() * t) / s)
                 : std::complex((a.real() * t + a.imag()) / s, (a.imag() * t - a.real()) / s);
}

/// CPython multiplies for whole exponents up to 100: (1+2j)**2 has no rounding.
std::complex<double> complex_power(std::complex<double> a, std::complex<double> b) {
  if (b.imag() != 0 || b.real() != std::floor(b.real()) || std::abs(b.real()) > 100) {
    return std::pow(a, b);
  }
  const auto whole = static_cast<unsigned>(std::abs(b.real()));
  std::complex<double> result = 1;
  std::complex<double> square = a;
  for (unsigned rest = whole; rest != 0; rest >>= 1U) {
    if ((rest & 1U) != 0) {
      result = product(result, square);
    }
    square = product(square, square);
  }
  return b.real() < 0 ? quotient(1, result) : result;
}

folded fold_complex(op operation, std::complex<double> a, std::complex<double> b) {
  switch (operation) {
    case op::add:
      return {weak_complex(a + b)};
    case op::subtract:
      return {weak_complex(a - b)};
    case op::multiply:
      return {weak_complex(product(a, b))};
    case op::divide:
      return b == 0.0 ? problem(zero_division) : folded{weak_complex(quotient(a, b))};
    case op::power: {
      if (b == 0.0) {
        return {weak_complex(1)};
      }
      if (a == 0.0) {
        return b.imag() != 0 || b.real() < 0 ? problem(zero_division) : folded{weak_complex(0)};
      }
      return {weak_complex(complex_power(a, b))};
    }
    default:
      return {};
  }
}

std::partial_ordering order_of(wide_integer a, double b) {
  constexpr double beyond = 0x1p127;
  const bool near = b >= -beyond && b < beyond;
  if (!near) {
    return std::isnan(b) ? std::partial_ordering::unordered
           : b < 0       ? std::partial_ordering::greater
                         : std::partial_ordering::less;
  }
  const auto whole = static_cast<wide_integer>(b);
  return a != whole ? std::partial_ordering(a <=> whole) : 0.0 <=> b - std::trunc(b);
}

/// Exact, also of an integer and a float.
std::partial_ordering order_of(const weak_value& a, const weak_value& b) {
  const bool a_whole = a.kind <= weakness::integer;
  const bool b_whole = b.kind <= weakness::integer;
  if (a_whole && b_whole) {
    return a.integer <=> b.integer;
  }
  return a_whole   ? order_of(a.integer, b.number.real())
         : b_whole ? 0 <=> order_of(b.integer, a.number.real())
                   : a.number.real() <=> b.number.real();
}

folded compare(op operation, const weak_value& a, const weak_value& b) {
  const std::partial_ordering order = order_of(a, b);
  if (operation == op::equal || operation == op::not_equal) {
    // The imaginary part of what is not complex is 0.
    const bool equal = order == 0 && a.number.imag() == b.number.imag();
    return {weak_boolean(equal == (operation == op::equal))};
  }
  if (std::max(a.kind, b.kind) == weakness::complex) {
    return {};
  }
  switch (operation) {
    case op::less:
      return {weak_boolean(order < 0)};
    case op::less_equal:
      return {weak_boolean(order <= 0)};
    case op::greater:
      return {weak_boolean(order > 0)};
    case op::greater_equal:
      return {weak_boolean(order >= 0)};
    default:
      return {};
  }
}

folded fold_unary(op operation, const weak_value& a) {
  const bool whole = a.kind <= weakness::integer;
  switch (operation) {
    case op::positive:
      return {whole ? weak_integer(a.integer) : a};
    case op::negative: {
      wide_integer r = 0;
      if (whole) {
        return __builtin_sub_overflow(wide_integer{0}, a.integer, &r) ? problem(too_large) : folded{weak_integer(r)};
      }
      return {a.kind == weakness::complex ? weak_complex(-a.number) : weak_floating(-a.number.real())};
    }
    case op::invert:
      // Python's ~True is -2 and on its way out; here bool literals are as bool arrays.
      return a.kind == weakness::boolean ? folded{weak_boolean(a.integer == 0)}
             : whole                     ? folded{weak_integer(~a.integer)}
                                         : folded{};
    case op::real:
      return {whole ? weak_integer(a.integer) : weak_floating(a.number.real())};
    case op::imag:
      return {whole ? weak_integer(0) : weak_floating(a.number.imag())};
    default:
      return {};
  }
}

}  // namespace

folded fold(op operation, std::span<const weak_value> operands) {
  if (operands.size() == 1) {
    return fold_unary(operation, operands[0]);
  }
  const weak_value& a = operands[0];
  const weak_value& b = operands[1];
  const folded compared = compare(operation, a, b);
  if (compared.value) {
    return compared;
  }
  const weakness widest = std::max(a.kind, b.kind);
  if (widest == weakness::complex) {
    return fold_complex(operation, as_complex(a), as_complex(b));
  }
  if (widest == weakness::floating) {
    return fold_reals(operation, as_double(a), as_double(b));
  }
  const folded result = fold_integers(operation, a.integer, b.integer);
  const bool logical = operation == op::bitwise_and || operation == op::bitwise_or || operation == op::bitwise_xor;
  return logical && widest == weakness::boolean ? folded{weak_boolean(result.value->integer != 0)} : result;
}

}  // namespace gpucompute::language
