// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <set>

#include "kernels/evaluate/overlap.hpp"

namespace gpucompute::evaluation {
namespace {

using lower::overlap;

alignas(16) double memory[4096];

array_view at(std::int64_t byte, const dimensions& shape, const dimensions& strides, dtype type = float64) {
  return {reinterpret_cast<const char*>(memory) + byte, type, shape, strides};
}

overlap between(const array_view& a, const array_view& b) { return overlap_of(a.data(), a, b.data(), b); }

TEST(Overlap, NeighboursAreApart) {
  EXPECT_EQ(between(at(0, {10}, {8}), at(80, {10}, {8})), overlap::none);
  EXPECT_EQ(between(at(80, {10}, {8}), at(0, {10}, {8})), overlap::none);
}

TEST(Overlap, TheSameMemoryIsExact) { EXPECT_EQ(between(at(8, {10}, {16}), at(8, {10}, {16})), overlap::exact); }

TEST(Overlap, TheSameMemoryOfAnotherElementSizeIsPartial) {
  EXPECT_EQ(between(at(0, {10}, {8}), at(0, {10}, {8}, float32)), overlap::partial);
}

TEST(Overlap, AShiftByOneElementIsPartial) { EXPECT_EQ(between(at(0, {10}, {8}), at(8, {10}, {8})), overlap::partial); }

TEST(Overlap, AReversedViewIsPartial) { EXPECT_EQ(between(at(0, {10}, {8}), at(72, {10}, {-8})), overlap::partial); }

TEST(Overlap, RealAndImaginaryPartsAreApart) {
  EXPECT_EQ(between(at(0, {10}, {16}), at(8, {10}, {16})), overlap::none);
  EXPECT_EQ(between(at(0, {10}, {16}), at(152, {10}, {-16})), overlap::none);
}

TEST(Overlap, ColumnsOfOneMatrixAreApart) {
  EXPECT_EQ(between(at(0, {10, 3}, {64, 8}), at(24, {10, 5}, {64, 8})), overlap::none);
  EXPECT_EQ(between(at(0, {10, 4}, {64, 8}), at(24, {10, 5}, {64, 8})), overlap::partial);
}

TEST(Overlap, NothingOverlapsAnEmptyArray) { EXPECT_EQ(between(at(0, {0}, {8}), at(0, {10}, {8})), overlap::none); }

TEST(Overlap, AStrideAlongOneElementIsAnyNumber) {
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(between(at(0, {1, 10}, {lowest, 16}), at(8, {10, 1}, {16, lowest})), overlap::none);
  EXPECT_EQ(between(at(0, {1, 10}, {lowest, 16}), at(0, {1, 10}, {3, 16})), overlap::exact);
  EXPECT_TRUE(elements_are_apart(at(0, {1, 10}, {lowest, 8})));
}

TEST(Apart, ContiguousTransposedAndReversedViewsHaveElementsApart) {
  EXPECT_TRUE(elements_are_apart(at(0, {4, 5}, {40, 8})));
  EXPECT_TRUE(elements_are_apart(at(0, {4, 5}, {8, 32})));
  EXPECT_TRUE(elements_are_apart(at(400, {4, 5}, {-40, -8})));
}

TEST(Apart, StretchedAndSlidingViewsDoNot) {
  EXPECT_FALSE(elements_are_apart(at(0, {4, 5}, {0, 8})));
  EXPECT_FALSE(elements_are_apart(at(0, {4, 5}, {8, 8})));
  EXPECT_FALSE(elements_are_apart(at(0, {4}, {4})));
}

std::vector<std::int64_t> bytes_of(const array_view& a) {
  std::vector<std::int64_t> bytes;
  const auto base = reinterpret_cast<const char*>(a.data()) - reinterpret_cast<const char*>(memory);
  for (std::int64_t i = 0; i < a.shape()[0]; ++i) {
    for (std::int64_t j = 0; j < a.shape()[1]; ++j) {
      for (std::int64_t b = 0; b < static_cast<std::int64_t>(size_of(a.type())); ++b) {
        bytes.push_back(base + i * a.strides()[0] + j * a.strides()[1] + b);
      }
    }
  }
  return bytes;
}

TEST(Overlap, NoneIsNeverSaidOfArraysThatShareAByte) {
  std::mt19937 random(7);
  const auto pick = [&random](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  int proven = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    const auto view = [&] {
      const dtype type = pick(0, 1) == 0 ? float64 : float32;
      return at(pick(900, 1100), {pick(1, 5), pick(1, 5)}, {4 * pick(-20, 20), 4 * pick(-5, 5)}, type);
    };
    const array_view a = view();
    const array_view b = view();
    const std::vector<std::int64_t> in_a = bytes_of(a);
    const std::vector<std::int64_t> in_b = bytes_of(b);
    const std::set<std::int64_t> known(in_a.begin(), in_a.end());
    const bool share = std::any_of(in_b.begin(), in_b.end(), [&](std::int64_t byte) { return known.contains(byte); });
    const overlap said = between(a, b);
    ASSERT_FALSE(share && said == overlap::none)
        << to_string(a.shape()) << to_string(a.strides()) << " " << to_string(b.shape()) << to_string(b.strides());
    ASSERT_FALSE(elements_are_apart(a) && known.size() != in_a.size());
    proven += said == overlap::none ? 1 : 0;
  }
  EXPECT_GT(proven, 1000);
}

}  // namespace
}  // namespace gpucompute::evaluation
