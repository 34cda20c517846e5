// SPDX-License-Identifier: Apache-2.0
#include "bench/suites/reference.hpp"

#include <cmath>
#include <cstring>

namespace gpucompute::bench {
namespace {

const char* address(const array_view& values, const dimensions& shape, std::int64_t position) {
  const char* at = static_cast<const char*>(values.data());
  std::size_t axis = values.rank();
  for (std::size_t i = shape.rank(); i-- > 0 && axis > 0;) {
    --axis;
    if (values.shape()[axis] != 1) at += position % shape[i] * values.strides()[axis];
    position /= shape[i];
  }
  return at;
}

template <typename T>
T loaded(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

wide_complex element(const char* at, dtype type) {
  switch (type) {
#define GPUCOMPUTE_DTYPE(name, cpp, kind, bytes, numpy)                                \
  case name: {                                                                         \
    const cpp value = loaded<cpp>(at);                                                 \
    return {static_cast<wide>(std::real(value)), static_cast<wide>(std::imag(value))}; \
  }
#include <gpucompute/dtypes.def>
  }
  return 0;
}

/// std::real of a 64-bit integer goes through double.
wide whole_number(const char* at, dtype type) {
  return type == int64 ? static_cast<wide>(loaded<std::int64_t>(at)) : static_cast<wide>(loaded<std::uint64_t>(at));
}

}  // namespace

double unit_in_last_place(wide scale, dtype type) {
  if (!is_floating(type)) return 1;
  const bool single = type == float32;
  int exponent = 0;
  std::frexp(std::abs(scale), &exponent);
  if (scale == 0) exponent = -2000;
  const int least = single ? -126 : -1022;
  return std::ldexp(1.0, std::max(exponent - 1, least) - (single ? 23 : 52));
}

double ulp_error(wide got, const expected& right, dtype type) {
  if (std::isnan(got) && std::isnan(right.value)) return 0;
  if (got == right.value) return 0;
  if (!std::isfinite(got) || !std::isfinite(right.value)) return std::numeric_limits<double>::infinity();
  return static_cast<double>(std::abs(got - right.value) / unit_in_last_place(right.scale, type));
}

wide element_at(const array_view& values, const dimensions& shape, std::int64_t position) {
  const char* at = address(values, shape, position);
  const bool wide_integer = values.type() == int64 || values.type() == uint64;
  return wide_integer ? whole_number(at, values.type()) : element(at, values.type()).real();
}

wide_complex complex_element_at(const array_view& values, const dimensions& shape, std::int64_t position) {
  return element(address(values, shape, position), values.type());
}

std::vector<std::int64_t> sampled_positions(std::int64_t count) {
  constexpr std::int64_t all_of = 20'000, ends = 2'000, between = 16'000;
  std::vector<std::int64_t> positions;
  if (count <= all_of) {
    for (std::int64_t i = 0; i < count; ++i) positions.push_back(i);
    return positions;
  }
  for (std::int64_t i = 0; i < ends; ++i) {
    positions.push_back(i);
    positions.push_back(count - 1 - i);
  }
  // Places of every remainder modulo the vector width, not only multiples of the distance.
  for (std::int64_t i = 0; i < between; ++i) {
    positions.push_back(std::min(count - 1, i * (count / between) + i % 17));
  }
  return positions;
}

}  // namespace gpucompute::bench
