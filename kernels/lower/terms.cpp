// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/terms.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace gpucompute::lower {
namespace {

template <typename From, typename To>
To convert(From value) {
  if constexpr (std::is_same_v<To, bool>) {
    return value != From{};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // The first value beyond the range is a power of two, hence exact in From; the highest value itself may not be.
    const From beyond = std::ldexp(From{1}, std::numeric_limits<To>::digits);
    const From lowest = std::is_signed_v<To> ? -beyond : From{0};
    return std::isnan(value) ? To{0}
           : value >= beyond ? std::numeric_limits<To>::max()
           : value <= lowest ? std::numeric_limits<To>::min()
                             : static_cast<To>(value);
  } else {
    return static_cast<To>(value);
  }
}

template <typename From>
std::uint64_t convert_to(std::uint64_t bits, dtype to) {
  From value;
  std::memcpy(&value, &bits, sizeof value);
  std::uint64_t result = 0;
  const auto store = [&result](auto converted) { std::memcpy(&result, &converted, sizeof converted); };
  switch (to) {
#define GPUCOMPUTE_DTYPE(id, cpp, kind, bytes, numpy)        \
  case dtype::id:                                            \
    if constexpr (dtype_kind::kind != dtype_kind::complex) { \
      store(convert<From, cpp>(value));                      \
    }                                                        \
    break;
#include <gpucompute/dtypes.def>
  }
  return result;
}

}  // namespace

std::uint64_t cast_bits(std::uint64_t bits, dtype from, dtype to) {
  switch (from) {
#define GPUCOMPUTE_DTYPE(id, cpp, kind, bytes, numpy)        \
  case dtype::id:                                            \
    if constexpr (dtype_kind::kind != dtype_kind::complex) { \
      return convert_to<cpp>(bits, to);                      \
    }                                                        \
    break;
#include <gpucompute/dtypes.def>
  }
  return 0;
}

std::size_t term_table::hash::operator()(const term& value) const {
  std::size_t seed = 0;
  const auto mix = [&seed](std::uint64_t part) {
    seed = (seed ^ part) * 0x9e3779b97f4a7c15ULL;
    seed ^= seed >> 32U;
  };
  mix(static_cast<std::uint64_t>(value.kind) | static_cast<std::uint64_t>(value.type) << 8U |
      static_cast<std::uint64_t>(value.operation) << 16U | static_cast<std::uint64_t>(value.lane) << 32U);
  mix(value.index);
  mix(value.bits);
  for (std::size_t i = 0; i < value.arity; ++i) {
    mix(value.args[i]);
  }
  return seed;
}

term_id term_table::intern(const term& candidate) {
  const auto [place, added] = known_.try_emplace(candidate, static_cast<term_id>(terms_.size()));
  if (added) {
    terms_.push_back(candidate);
  }
  return place->second;
}

term_id term_table::cast(term_id value, dtype type) {
  const term from = terms_[value];
  if (from.type == type) {
    return value;
  }
  if (from.kind == term_kind::literal || from.kind == term_kind::constant) {
    return intern({.kind = from.kind, .type = type, .bits = cast_bits(from.bits, from.type, type)});
  }
  return intern({.kind = term_kind::cast, .type = type, .arity = 1, .args = {value}});
}

term_id term_table::apply(graph::op operation, dtype type, std::initializer_list<term_id> args) {
  term made{
      .kind = term_kind::apply, .type = type, .operation = operation, .arity = static_cast<std::uint8_t>(args.size())};
  std::copy(args.begin(), args.end(), made.args.begin());
  return intern(made);
}

}  // namespace gpucompute::lower
