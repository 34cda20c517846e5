// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/cpu/interpret/loops.hpp"

namespace gpucompute::cpu::interpret {
namespace {

using testing::edges;
using testing::same;

template <typename To, typename From>
To converted(From value) {
  if constexpr (std::is_same_v<To, bool>) {
    return value != 0;
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    // Bounds as powers of two, which every real type holds: lowest <= value < highest + 1.
    const auto beyond = std::ldexp(1.0L, std::numeric_limits<To>::digits);
    const auto number = std::trunc(static_cast<long double>(value));
    if (number != number) {
      return 0;
    }
    if (number >= beyond) {
      return std::numeric_limits<To>::max();
    }
    return number < (std::is_signed_v<To> ? -beyond : 0.0L) ? std::numeric_limits<To>::min() : static_cast<To>(number);
  } else {
    return static_cast<To>(value);
  }
}

template <typename To, typename From>
void check_cast() {
  const std::vector<From> values = edges<From>();
  constexpr std::size_t capacity = 1024;
  From in[capacity];
  To out[capacity];
  const std::size_t count = std::min(values.size(), capacity);
  ASSERT_EQ(count, values.size());
  for (std::size_t i = 0; i < count; ++i) {
    in[i] = values[i];
  }
  for (const isa which : testing::instruction_sets()) {
    tables_for(which).cast[static_cast<std::size_t>(dtype_of<From>())][static_cast<std::size_t>(dtype_of<To>())](
        out, in, count);
    for (std::size_t i = 0; i < count; ++i) {
      const To expected = converted<To>(in[i]);
      ASSERT_TRUE(same(out[i], expected))
          << gpucompute::name(dtype_of<From>()) << " " << +in[i] << " to " << gpucompute::name(dtype_of<To>()) << ": "
          << +out[i] << " not " << +expected;
    }
  }
}

template <typename From>
void check_casts_from() {
  check_cast<bool, From>();
  check_cast<std::int8_t, From>();
  check_cast<std::int16_t, From>();
  check_cast<std::int32_t, From>();
  check_cast<std::int64_t, From>();
  check_cast<std::uint8_t, From>();
  check_cast<std::uint16_t, From>();
  check_cast<std::uint32_t, From>();
  check_cast<std::uint64_t, From>();
  check_cast<float, From>();
  check_cast<double, From>();
}

TEST(Casts, FromBool) { check_casts_from<bool>(); }
TEST(Casts, FromSignedIntegersWrap) {
  check_casts_from<std::int8_t>();
  check_casts_from<std::int16_t>();
  check_casts_from<std::int32_t>();
  check_casts_from<std::int64_t>();
}
TEST(Casts, FromUnsignedIntegersWrap) {
  check_casts_from<std::uint8_t>();
  check_casts_from<std::uint16_t>();
  check_casts_from<std::uint32_t>();
  check_casts_from<std::uint64_t>();
}
TEST(Casts, FromFloat32TruncatesAndSaturates) { check_casts_from<float>(); }
TEST(Casts, FromFloat64TruncatesAndSaturates) { check_casts_from<double>(); }

}  // namespace
}  // namespace gpucompute::cpu::interpret
