// SPDX-License-Identifier: Apache-2.0
#include "kernels/language/weak.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "kernels/array/digits.hpp"

namespace gpucompute::language {
namespace {

using graph::weakness;

bool truth(const weak_value& v) { return v.kind <= weakness::integer ? v.integer != 0 : v.number != 0.0; }

std::uint64_t bits_of(double value, dtype type) {
  return type == float32 ? std::bit_cast<std::uint32_t>(static_cast<float>(value))
                         : std::bit_cast<std::uint64_t>(value);
}

graph::literal integer_bits(wide_integer value, dtype type) {
  const auto bits = static_cast<std::uint64_t>(value);
  const std::size_t width = 8 * size_of(type);
  return {width == 64 ? bits : bits & ((std::uint64_t{1} << width) - 1), 0};
}

graph::literal number_bits(std::complex<double> value, dtype type) {
  if (!is_complex(type)) {
    return {bits_of(value.real(), type), 0};
  }
  const std::uint64_t re = bits_of(value.real(), component(type));
  const std::uint64_t im = bits_of(value.imag(), component(type));
  return type == complex64 ? graph::literal{re | im << 32U, 0} : graph::literal{re, im};
}

wide_integer highest(dtype type) {
  const std::size_t bits = 8 * size_of(type) - (is_signed(type) ? 1 : 0);
  return (wide_integer{1} << bits) - 1;
}
wide_integer lowest(dtype type) { return is_signed(type) ? -highest(type) - 1 : 0; }

}  // namespace

weak_value weak_boolean(bool value) { return {weakness::boolean, value ? 1 : 0, 0.0}; }
weak_value weak_integer(wide_integer value) { return {weakness::integer, value, 0.0}; }
weak_value weak_floating(double value) { return {weakness::floating, 0, value}; }
weak_value weak_complex(std::complex<double> value) { return {weakness::complex, 0, value}; }

weak_value to_weak(const weak_scalar& value) {
  struct visitor {
    weak_value operator()(bool v) const { return weak_boolean(v); }
    weak_value operator()(std::int64_t v) const { return weak_integer(v); }
    weak_value operator()(std::uint64_t v) const { return weak_integer(v); }
    weak_value operator()(double v) const { return weak_floating(v); }
    weak_value operator()(std::complex<double> v) const { return weak_complex(v); }
  };
  return std::visit(visitor{}, value.value);
}

double as_double(const weak_value& value) {
  return value.kind <= weakness::integer ? static_cast<double>(value.integer) : value.number.real();
}

std::complex<double> as_complex(const weak_value& value) {
  return value.kind <= weakness::integer ? as_double(value) : value.number;
}

std::string to_string(const weak_value& value) {
  switch (value.kind) {
    case weakness::boolean:
      return value.integer != 0 ? "True" : "False";
    case weakness::integer: {
      __extension__ using magnitude_type = unsigned __int128;
      auto rest = static_cast<magnitude_type>(value.integer);
      rest = value.integer < 0 ? -rest : rest;
      std::string digits;
      do {
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
        rest /= 10;
      } while (rest != 0);
      return (value.integer < 0 ? "-" : "") + digits;
    }
    case weakness::complex:
      return "(" + python_digits(value.number.real()) + (std::signbit(value.number.imag()) ? "" : "+") +
             python_digits(value.number.imag()) + "j)";
    case weakness::strong:
    case weakness::floating:
      break;
  }
  return python_digits(value.number.real());
}

int out_of_range(wide_integer value, dtype type) { return value < lowest(type) ? -1 : value > highest(type) ? 1 : 0; }

std::optional<graph::literal> to_literal(const weak_value& value, dtype type) {
  switch (kind(type)) {
    case dtype_kind::boolean:
      return value.kind == weakness::boolean ? std::optional(graph::literal{truth(value) ? 1U : 0U, 0}) : std::nullopt;
    case dtype_kind::signed_integer:
    case dtype_kind::unsigned_integer:
      if (value.kind > weakness::integer || out_of_range(value.integer, type) != 0) {
        return std::nullopt;
      }
      return integer_bits(value.integer, type);
    case dtype_kind::floating:
      return value.kind == weakness::complex ? std::nullopt : std::optional(number_bits(as_double(value), type));
    case dtype_kind::complex:
      return number_bits(as_complex(value), type);
  }
  return std::nullopt;
}

std::optional<graph::literal> cast_literal(const weak_value& value, dtype type) {
  if (type == bool_) {
    return graph::literal{truth(value) ? 1U : 0U, 0};
  }
  if (is_integer(type) && value.kind == weakness::floating) {
    const double x = value.number.real();
    if (std::isnan(x)) {
      return graph::literal{};
    }
    const bool below = x <= static_cast<double>(lowest(type));
    const bool above = x >= static_cast<double>(highest(type));
    return integer_bits(below ? lowest(type) : above ? highest(type) : static_cast<wide_integer>(x), type);
  }
  return to_literal(value, type);
}

}  // namespace gpucompute::language
