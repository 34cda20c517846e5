// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <type_traits>

namespace gpucompute {

/// Element type of an array. Values are stable: they follow the rows of dtypes.def.
enum class dtype : std::uint8_t {
#define GPUCOMPUTE_DTYPE(name, cpp, kind, bytes, numpy) name,
#include <gpucompute/dtypes.def>
};
using enum dtype;

enum class dtype_kind : std::uint8_t { boolean, signed_integer, unsigned_integer, floating, complex };

/// What a row of dtypes.def says.
struct dtype_row {
  std::string_view name;   ///< as written in an expression: "float32"; bool_ reads "bool"
  std::string_view numpy;  ///< type character and size of the NumPy array protocol, without byte order: "f4"
  dtype_kind kind;
  std::size_t bytes;  ///< size of one element
};

inline constexpr dtype_row dtype_rows[] = {
#define GPUCOMPUTE_DTYPE(name, cpp, kind, bytes, numpy) {#name, numpy, dtype_kind::kind, bytes},
#include <gpucompute/dtypes.def>
};
inline constexpr std::size_t dtype_count = std::size(dtype_rows);

constexpr const dtype_row& row(dtype type) { return dtype_rows[static_cast<std::size_t>(type)]; }
constexpr std::string_view name(dtype type) { return type == bool_ ? "bool" : row(type).name; }
constexpr dtype_kind kind(dtype type) { return row(type).kind; }
constexpr std::size_t size_of(dtype type) { return row(type).bytes; }
constexpr bool is_complex(dtype type) { return kind(type) == dtype_kind::complex; }
constexpr bool is_floating(dtype type) { return kind(type) == dtype_kind::floating; }
constexpr bool is_signed(dtype type) { return kind(type) == dtype_kind::signed_integer; }
constexpr bool is_unsigned(dtype type) { return kind(type) == dtype_kind::unsigned_integer; }
constexpr bool is_integer(dtype type) { return is_signed(type) || is_unsigned(type); }
/// float32 for complex64, float64 for complex128, any other type itself.
constexpr dtype component(dtype type) { return type == complex64 ? float32 : type == complex128 ? float64 : type; }

namespace detail {
template <typename T>
struct dtype_of_type;
#define GPUCOMPUTE_DTYPE(name, cpp, kind, bytes, numpy) \
  template <>                                           \
  struct dtype_of_type<cpp> {                           \
    static constexpr dtype value = dtype::name;         \
  };
#include <gpucompute/dtypes.def>

/// Standard integer types that are not themselves one of the fixed-width rows (`long long` where int64_t is `long`).
template <typename T>
constexpr dtype integer_dtype() {
  constexpr dtype signed_types[] = {int8, int16, int32, int64};
  constexpr dtype unsigned_types[] = {uint8, uint16, uint32, uint64};
  constexpr int log2 = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
  return std::is_signed_v<T> ? signed_types[log2] : unsigned_types[log2];
}

template <typename T, typename = void>
struct has_row : std::false_type {};
template <typename T>
struct has_row<T, std::void_t<decltype(dtype_of_type<T>::value)>> : std::true_type {};
}  // namespace detail

/// Types that can be elements of an array: those of dtypes.def and the standard integers of the same widths.
template <typename T>
concept element = detail::has_row<std::remove_cv_t<T>>::value ||
    (std::is_integral_v<T> && sizeof(T) <= 8 && !std::is_same_v<std::remove_cv_t<T>, wchar_t> &&
     !std::is_same_v<std::remove_cv_t<T>, char16_t> && !std::is_same_v<std::remove_cv_t<T>, char32_t>);

template <element T>
constexpr dtype dtype_of() {
  using U = std::remove_cv_t<T>;
  if constexpr (detail::has_row<U>::value) {
    return detail::dtype_of_type<U>::value;
  } else {
    return detail::integer_dtype<U>();
  }
}

}  // namespace gpucompute
