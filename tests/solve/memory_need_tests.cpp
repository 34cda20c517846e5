// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernels/solve/memory_need.hpp"

namespace gpucompute::testing {
namespace {

using solving::bytes_needed;
using solving::keep;

constexpr double sides = 1000.0 * (2 * 3 + 1) * 8;  // b's residual, x and a column for the screening

TEST(MemoryNeed, OfASolveIsOneCopyAndTheRightHandSides) {
  EXPECT_EQ(bytes_needed({1000, 1000, float64, 3, false}, keep::borrowed), 8e6 + sides);
  EXPECT_EQ(bytes_needed({1000, 200, float64, 3, false}, keep::borrowed), 1.6e6 + sides);
  EXPECT_EQ(bytes_needed({200, 1000, complex128, 3, false}, keep::borrowed), 2 * (1.6e6 + sides));
}

TEST(MemoryNeed, OfAFactorizationHoldsAToo) {
  EXPECT_EQ(bytes_needed({1000, 1000, float64, 3, false}, keep::copied), 16e6 + sides);
}

TEST(MemoryNeed, OfAMatrixGivenUpIsThatOfTheRightHandSides) {
  EXPECT_EQ(bytes_needed({1000, 1000, float64, 3, true}, keep::borrowed), sides);
  EXPECT_EQ(bytes_needed({1000, 1000, float64, 3, true}, keep::copied), sides);
}

}  // namespace
}  // namespace gpucompute::testing
