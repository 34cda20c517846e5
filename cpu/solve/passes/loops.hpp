// SPDX-License-Identifier: Apache-2.0
// Fills the table of one instruction set; included by one source a set, which defines GPUCOMPUTE_ISA.
#pragma once

#include "cpu/solve/passes/convert.hpp"
#include "cpu/solve/passes/moduli.hpp"

namespace gpucompute::cpu::passes::GPUCOMPUTE_ISA {

template <typename T>
std::int64_t first_nonzero(const void* from, std::int64_t count) {
  constexpr std::int64_t parts = sizeof(T) / sizeof(typename element<T>::part);
  const auto* values = static_cast<const typename element<T>::part*>(from);
  const std::int64_t length = count * parts;
  std::int64_t i = 0;
  for (; i + block <= length; i += block) {
    int found = 0;
    for (std::int64_t k = 0; k < block; ++k) found |= static_cast<int>(values[i + k] != 0);
    if (found != 0) break;
  }
  for (; i < length; ++i) {
    if (values[i] != 0) return i / parts;
  }
  return -1;
}

template <typename T>
std::int64_t last_nonzero(const void* from, std::int64_t count) {
  constexpr std::int64_t parts = sizeof(T) / sizeof(typename element<T>::part);
  const auto* values = static_cast<const typename element<T>::part*>(from);
  std::int64_t i = count * parts;
  for (; i >= block; i -= block) {
    int found = 0;
    for (std::int64_t k = 0; k < block; ++k) found |= static_cast<int>(values[i - block + k] != 0);
    if (found != 0) break;
  }
  while (--i >= 0) {
    if (values[i] != 0) return i / parts;
  }
  return -1;
}

template <typename T>
void compare(const void* a, const void* b, std::int64_t count, bool& symmetric, bool& hermitian) {
  const auto* x = static_cast<const T*>(a);
  const auto* y = static_cast<const T*>(b);
  int differ = 0;
  int conjugates_differ = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    if constexpr (element<T>::complex) {
      differ |= static_cast<int>(x[i].re != y[i].re) | static_cast<int>(x[i].im != y[i].im);
      conjugates_differ |= static_cast<int>(x[i].re != y[i].re) | static_cast<int>(x[i].im != -y[i].im);
    } else {
      differ |= static_cast<int>(x[i] != y[i]);
    }
  }
  if (differ != 0) symmetric = false;
  if ((element<T>::complex ? conjugates_differ : differ) != 0) hermitian = false;
}

template <typename From>
constexpr void add_conversions(convert_function (&to)[float_types]) {
  to[0] = to[1] = nullptr;
  if constexpr (!element<From>::complex) {
    to[float_index(float32)] = &convert<From, float>;
    to[float_index(float64)] = &convert<From, double>;
  }
  to[float_index(complex64)] = &convert<From, pair<float>>;
  to[float_index(complex128)] = &convert<From, pair<double>>;
}

template <typename T>
constexpr void add_type(table& made, dtype type) {
  const std::size_t index = float_index(type);
  made.moduli[index] = &moduli<T>;
  made.first_nonzero[index] = &first_nonzero<T>;
  made.last_nonzero[index] = &last_nonzero<T>;
  made.compare[index] = &compare<T>;
}

constexpr table make_table() {
  table made{};
#define GPUCOMPUTE_DTYPE(name, cpp, kind, bytes, numpy) \
  add_conversions<typename stored<cpp>::type>(made.convert[static_cast<std::size_t>(dtype::name)]);
#include <gpucompute/dtypes.def>
  add_type<float>(made, float32);
  add_type<double>(made, float64);
  add_type<pair<float>>(made, complex64);
  add_type<pair<double>>(made, complex128);
  return made;
}

constexpr table all = make_table();

}  // namespace gpucompute::cpu::passes::GPUCOMPUTE_ISA
