// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>
#include <gtest/gtest.h>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>

#include "cpu/math/library.hpp"
#include "tests/cpu/instruction_sets.hpp"
#include "tests/cpu/math/call.hpp"

namespace gpucompute::cpu::math {
namespace {

TEST(math_library, FindsEveryEntryByNameAndType) {
  for (const isa set : {isa::avx2, isa::avx512}) {
    std::set<std::string> symbols;
    for (const entry& row : entries(set)) {
      EXPECT_EQ(find(row.name, row.type, set, false), &row) << row.symbol;
      EXPECT_NE(row.vector, nullptr);
      EXPECT_NE(row.block, nullptr);
      EXPECT_TRUE(symbols.insert(row.symbol).second) << row.symbol << " twice";
      EXPECT_TRUE(
          std::string(row.symbol).starts_with("gpucompute_" + std::string(name(set)) + "_" + std::string(row.name)));
    }
  }
}

TEST(math_library, HasNoEntryForOtherNamesOrTypes) {
  EXPECT_EQ(find("sine", float64, isa::avx2, false), nullptr);
  EXPECT_EQ(find("sin", int32, isa::avx2, false), nullptr);
  EXPECT_EQ(find("sin", complex128, isa::avx2, false), nullptr);
  EXPECT_EQ(find("power", bool_, isa::avx2, false), nullptr);
}

TEST(math_library, FastFallsBackToThePreciseFunction) {
  EXPECT_EQ(find("sin", float64, isa::avx2, true)->name, "sin_fast");
  EXPECT_EQ(find("sin", float64, isa::avx2, false)->name, "sin");
  EXPECT_EQ(find("erf", float64, isa::avx2, true)->name, "erf");
}

/// What a**b means, one multiplication after another.
template <typename T>
T power(T base, T exponent) {
  if constexpr (std::is_signed_v<T>) {
    if (exponent < 0) {
      if (base == 1) return 1;
      if (base == -1) return exponent % 2 == 0 ? 1 : -1;
      return 0;
    }
  }
  std::uint64_t result = 1;
  for (T i = 0; i < exponent; ++i) result *= static_cast<std::uint64_t>(base);
  return static_cast<T>(result);
}

template <typename T>
class integer_power : public ::testing::Test {};
using integer_types = ::testing::Types<std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                                       std::uint16_t, std::uint32_t, std::uint64_t>;
TYPED_TEST_SUITE(integer_power, integer_types);

TYPED_TEST(integer_power, IsRepeatedMultiplicationThatWraps) {
  using limits = std::numeric_limits<TypeParam>;
  std::vector<TypeParam> bases{limits::min(), limits::max(), static_cast<TypeParam>(limits::max() / 3)};
  for (int base = -12; base <= 12; ++base) bases.push_back(static_cast<TypeParam>(base));
  std::vector<TypeParam> a;
  std::vector<TypeParam> b;
  for (const TypeParam base : bases) {
    for (int exponent = std::is_signed_v<TypeParam> ? -5 : 0; exponent < 100; ++exponent) {
      a.push_back(base);
      b.push_back(static_cast<TypeParam>(exponent));
    }
    if constexpr (std::is_signed_v<TypeParam>) {
      a.push_back(base);
      b.push_back(limits::min());
    }
  }
  for (const isa set : testing::instruction_sets()) {
    const entry* function = find("power", dtype_of<TypeParam>(), set, false);
    ASSERT_NE(function, nullptr);
    const auto got = run_block(*function, a, b);
    for (std::size_t i = 0; i < a.size(); ++i) {
      ASSERT_EQ(got[i], power(a[i], b[i])) << function->symbol << '(' << +a[i] << ", " << +b[i] << ')';
    }
  }
}

TEST(integer_power_of_huge_exponents, Wraps) {
  const std::vector<std::uint64_t> a{2, 3, 0xffffffffffffffffU, 5, 0};
  const std::vector<std::uint64_t> b{1U << 31, 0x8000000000000000U, 0xffffffffffffffffU, 0x4000000000000000U, 1U << 20};
  for (const isa set : testing::instruction_sets()) {
    const auto got = run_block(*find("power", uint64, set, false), a, b);
    EXPECT_EQ(got, (std::vector<std::uint64_t>{0, 1, 0xffffffffffffffffU, 1, 0}));
  }
}

}  // namespace
}  // namespace gpucompute::cpu::math
