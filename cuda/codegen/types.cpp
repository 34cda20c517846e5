// SPDX-License-Identifier: Apache-2.0
#include "cuda/codegen/types.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <iterator>

#include <gpucompute/error.hpp>

#include "kernels/array/digits.hpp"

namespace gpucompute::cuda {
namespace {

template <typename Float>
std::string hexadecimal(Float magnitude) {
  char text[64];
  const auto end = std::to_chars(std::begin(text), std::end(text), magnitude, std::chars_format::hex).ptr;
  return "0x" + std::string(text, end);
}

template <typename Unsigned>
std::string bit_pattern(Unsigned bits) {
  char text[24];
  return std::string(text, std::to_chars(std::begin(text), std::end(text), bits, 16).ptr);
}

/// Small whole numbers read as such; others are hexadecimal, which no compiler rounds, with the decimal beside it.
template <typename Float>
std::string floating_text(Float value, std::string_view suffix) {
  const Float magnitude = std::fabs(value);
  std::string text;
  if (magnitude == std::floor(magnitude) && magnitude < Float(1 << 20)) {
    text = std::to_string(static_cast<int>(magnitude)) + ".0" + std::string(suffix);
  } else {
    text = hexadecimal(magnitude) + std::string(suffix) + " /* " + shortest_digits(value) + " */";
  }
  return std::signbit(value) ? "(-" + text + ")" : text;
}

std::string signed_text(std::int64_t value, dtype type) {
  if (type == int64 && value == INT64_MIN) {
    return "(-9223372036854775807LL - 1)";
  }
  if (type == int32 && value == INT32_MIN) {
    return "(-2147483647 - 1)";
  }
  const std::string digits = std::to_string(value) + (type == int64 ? "LL" : "");
  return value < 0 ? "(" + digits + ")" : digits;
}

/// Types without a suffix for literals of their own.
std::string converted(dtype type, const std::string& literal) {
  return "(" + std::string(value_type(type)) + ")" + literal;
}

}  // namespace

std::string_view value_type(dtype type) {
  switch (type) {
    case bool_:
      return "bool";
    case int8:
      return "signed char";
    case int16:
      return "short";
    case int32:
      return "int";
    case int64:
      return "long long";
    case uint8:
      return "unsigned char";
    case uint16:
      return "unsigned short";
    case uint32:
      return "unsigned int";
    case uint64:
      return "unsigned long long";
    case float32:
      return "float";
    case float64:
      return "double";
    case complex64:
    case complex128:
      break;
  }
  throw internal_error("cuda::value_type: expected a real type, got " + std::string(name(type)));
}

std::string memory_type(dtype type) {
  if (type == bool_) {
    return "unsigned char";
  }
  return is_complex(type) ? "gc_complex<" + std::string(value_type(component(type))) + ">"
                          : std::string(value_type(type));
}

std::string_view wrapping_type(dtype type) { return size_of(type) == 8 ? "unsigned long long" : "unsigned int"; }

std::string literal_text(dtype type, std::uint64_t bits) {
  switch (type) {
    case bool_:
      return (bits & 0xff) != 0 ? "true" : "false";
    case int8:
      return converted(type, signed_text(static_cast<std::int8_t>(bits), type));
    case int16:
      return converted(type, signed_text(static_cast<std::int16_t>(bits), type));
    case int32:
      return signed_text(static_cast<std::int32_t>(bits), type);
    case int64:
      return signed_text(static_cast<std::int64_t>(bits), type);
    case uint8:
      return converted(type, std::to_string(static_cast<std::uint8_t>(bits)));
    case uint16:
      return converted(type, std::to_string(static_cast<std::uint16_t>(bits)));
    case uint32:
      return std::to_string(static_cast<std::uint32_t>(bits)) + "u";
    case uint64:
      return std::to_string(bits) + "ULL";
    case float32: {
      const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
      if (std::isfinite(value)) {
        return floating_text(value, "f");
      }
      return "__uint_as_float(0x" + bit_pattern(static_cast<std::uint32_t>(bits)) + "u)";
    }
    case float64: {
      const auto value = std::bit_cast<double>(bits);
      if (std::isfinite(value)) {
        return floating_text(value, "");
      }
      return "__longlong_as_double(0x" + bit_pattern(bits) + "LL)";
    }
    case complex64:
    case complex128:
      break;
  }
  throw internal_error("cuda::literal_text: expected a real type, got " + std::string(name(type)));
}

}  // namespace gpucompute::cuda
