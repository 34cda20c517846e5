// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <numeric>

#include <gpucompute/array.hpp>
#include <gpucompute/error.hpp>

namespace gpucompute {
namespace {

TEST(Dimensions, MoreThanMaxRankIsRefused) {
  dimensions shape = dimensions::filled(max_rank, 1);
  EXPECT_THROW(shape.push_back(1), invalid_argument);
  EXPECT_THROW(dimensions::filled(max_rank + 1, 1), invalid_argument);
}

TEST(Dimensions, ElementCountOfAnEmptyShapeIsZeroWhateverTheRest) {
  constexpr std::int64_t huge = std::int64_t{1} << 40U;
  EXPECT_EQ(element_count({huge, huge, 0}), 0);
  EXPECT_EQ(element_count({}), 1);
  EXPECT_THROW(element_count({huge, huge}), invalid_argument);
  EXPECT_THROW(element_count({-1}), invalid_argument);
}

TEST(Dimensions, TextIsATuple) {
  EXPECT_EQ(to_string(dimensions{}), "()");
  EXPECT_EQ(to_string(dimensions{5}), "(5,)");
  EXPECT_EQ(to_string(dimensions{3, 4}), "(3, 4)");
}

TEST(Array, CopyIsDeepAndMoveIsNot) {
  array a = array::zeros(int32, {2, 3});
  array b = a;
  b.values<std::int32_t>()[0] = 7;
  EXPECT_EQ(a.values<std::int32_t>()[0], 0);
  const void* const memory = b.data();
  const array c = std::move(b);
  EXPECT_EQ(c.data(), memory);
}

TEST(Array, CopyOfAStridedViewIsInCOrder) {
  std::vector<std::int16_t> numbers(12);
  std::iota(numbers.begin(), numbers.end(), std::int16_t{0});
  // 3 x 4, transposed and walked backwards along the new first axis
  const array_view view(numbers.data() + 3, int16, {4, 3}, {-2, 8});
  const array copy = array::from(view);
  const std::int16_t expected[] = {3, 7, 11, 2, 6, 10, 1, 5, 9, 0, 4, 8};
  EXPECT_TRUE(std::equal(std::begin(expected), std::end(expected), copy.values<std::int16_t>().begin()));
}

TEST(Array, WrongTypeAndManyElementsAreRefusedByName) {
  const array a = array::zeros(float32, {2});
  EXPECT_THROW(a.values<double>(), invalid_argument);
  EXPECT_THROW(a.item<float>(), invalid_argument);
  EXPECT_EQ(array::zeros(float32, {1}).item<float>(), 0);
}

TEST(Array, MovedFromIsAsMadeByDefault) {
  array a = array::zeros(float32, {2, 3});
  const array b = std::move(a);
  EXPECT_EQ(b.shape(), dimensions({2, 3}));
  EXPECT_EQ(a.shape(), dimensions({0}));  // NOLINT(bugprone-use-after-move): what is promised
  EXPECT_EQ(a.type(), float64);
  EXPECT_TRUE(a.values<double>().empty());
  EXPECT_EQ(array::from(a).size(), 0);
  array c = array::zeros(int8, {4});
  a = std::move(c);
  EXPECT_EQ(a.shape(), dimensions({4}));
  EXPECT_EQ(c.shape(), dimensions({0}));  // NOLINT(bugprone-use-after-move)
}

TEST(Array, ElementsAtANullPointerAreRefused) {
  EXPECT_THROW(array::from(array_view(nullptr, float64, {3})), invalid_argument);
  EXPECT_THROW(array::adopt(nullptr, float64, {3}), invalid_argument);
  EXPECT_EQ(array::from(array_view(nullptr, float64, {3, 0})).shape(), dimensions({3, 0}));
}

TEST(Array, ANumberThatIsNoDtypeIsRefused) {
  const auto wrong = static_cast<dtype>(200);
  const double number = 0;
  EXPECT_THROW(array::empty(wrong, {1}), invalid_argument);
  EXPECT_THROW(array::adopt(std::make_shared<double>(), wrong, {1}), invalid_argument);
  EXPECT_THROW(array_view(&number, wrong, {1}), invalid_argument);
  EXPECT_THROW(array_view(&number, wrong, {1}, {8}), invalid_argument);
}

TEST(Array, ACopyOfAnEmptyAdoptedArrayIsOfItsTypeAndShape) {
  const array empty = array::adopt(nullptr, int32, {3, 0});
  const array copy = empty;  // NOLINT(performance-unnecessary-copy-initialization): what is tested
  EXPECT_EQ(copy.type(), int32);
  EXPECT_EQ(copy.shape(), dimensions({3, 0}));
  array assigned = array::zeros(float32, {2});
  assigned = empty;
  EXPECT_EQ(assigned.type(), int32);
  EXPECT_EQ(assigned.shape(), dimensions({3, 0}));
}

TEST(Array, AViewThatNoAddressSpaceHoldsIsRefused) {
  constexpr std::int64_t far = std::int64_t{1} << 62U;
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  const double number = 0;
  EXPECT_THROW(array_view(&number, float64, {std::int64_t{1} << 60U}), invalid_argument);
  EXPECT_THROW(array_view(&number, float64, {2}, {lowest}), invalid_argument);
  EXPECT_THROW(array_view(&number, float64, {3, 3}, {far / 4, far / 3}), invalid_argument);
  EXPECT_NO_THROW(array_view(&number, float64, {far}, {0}));
  EXPECT_NO_THROW(array_view(&number, float64, {1, 2}, {lowest, 8}));
  EXPECT_NO_THROW(array_view(&number, float64, {0, 7}, {lowest, lowest}));
}

TEST(Dimensions, StridesOfNoElementsMayWrap) {
  EXPECT_EQ(array_view(nullptr, float64, {0, std::int64_t{1} << 62U, 4}).size(), 0);
  EXPECT_EQ(c_strides({5, 0, 4}, 8), dimensions({32, 32, 8}));
}

TEST(Array, ViewNeedsOneStrideAnExtent) {
  const double number = 0;
  EXPECT_THROW(array_view(&number, float64, {1, 1}, {8}), invalid_argument);
}

TEST(Array, SizeBeyondAnAddressSpaceIsRefused) {
  EXPECT_THROW(array::empty(float64, {std::int64_t{1} << 61U}), invalid_argument);
}

}  // namespace
}  // namespace gpucompute
