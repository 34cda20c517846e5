// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <gpucompute/error.hpp>

#include "tests/lower/lowering.hpp"

// How matrix products are cut out of a program; planned() verifies every kernel.

namespace gpucompute::lower {
namespace {

const planned_input a{"a", float64, {20, 30}};
const planned_input b{"b", float64, {30, 20}};
const planned_input z{"z", complex64, {30, 20}};

using enum schedule;
using list = std::vector<schedule>;

TEST(Products, OfInputsAreOneLaunchThatWritesTheResult) {
  const plan made = planned("a @ b", {a, b});
  ASSERT_EQ(schedules(made), list{contract});
  EXPECT_TRUE(made.scratch_bytes.empty());
  EXPECT_EQ(made.launches[0].kept, (dimensions{20, 20}));
  EXPECT_EQ(made.launches[0].reduced, dimensions{30});
  EXPECT_EQ(made.launches[0].operands[0].kind, source_kind::input);
  EXPECT_EQ(made.launches[0].operands[2].kind, source_kind::result);
}

TEST(Products, StoreWhatIsComputedBefore) {
  EXPECT_EQ(schedules(planned("exp(a) @ (b + 1)", {a, b})), (list{elementwise, elementwise, contract}));
  EXPECT_EQ(schedules(planned("a @ z", {a, z})), (list{elementwise, elementwise, contract})) << "casts";
  EXPECT_EQ(schedules(planned("e = exp(a); (e @ b) @ e", {a, b})), (list{elementwise, contract, contract})) << "once";
}

TEST(Products, FuseWhatComesAfter) {
  EXPECT_EQ(schedules(planned("2*(a @ b) + 1", {a, b})), (list{contract, elementwise}));
  EXPECT_EQ(schedules(planned("sum((a @ b)**2)", {a, b})), (list{contract, reduce_inner}));
}

TEST(Products, OfProductsAndSumsReadThemWhereTheyLie) {
  EXPECT_EQ(schedules(planned("a @ b @ a", {a, b})), (list{contract, contract}));
  EXPECT_EQ(schedules(planned("sum(a, axis=0) @ b", {a, b})).back(), contract);
  EXPECT_EQ(planned("sum(a, axis=0) @ b", {a, b}).launches.size(), 2U);
}

TEST(Products, ComeAfterWhatTheyNeedAndBeforeTheirUsers) {
  const plan made = planned("p = a @ b; s = sum(p); (p/s) @ a + s", {a, b});
  EXPECT_EQ(schedules(made), (list{contract, reduce_inner, elementwise, contract, elementwise}));
}

TEST(Products, ThatNoWantedResultNeedsAreNotComputed) {
  EXPECT_EQ(schedules(planned("p = a @ b; a + 1", {a, b}, {{.result = 1}})), list{elementwise});
}

TEST(Products, OverTheirInputsGoThroughScratch) {
  const layout over{float64, {20, 20}, {160, 8}, true};
  const std::vector<overlap> apart = {overlap::none, overlap::none};
  const std::vector<overlap> exact = {overlap::exact, overlap::none};
  const std::vector<output_request> out = {{.result = 0, .given = true, .where = over}};
  EXPECT_EQ(schedules(planned("a @ b", {a, b}, out, apart)), list{contract});
  EXPECT_EQ(schedules(planned("a @ b", {a, b}, out, exact)), (list{contract, elementwise}));
}

TEST(Products, IntoMemoryThatIsNoBlockGoThroughScratch) {
  const auto into = [](const dimensions& strides, bool aligned = true) {
    return schedules(
        planned("a @ b", {a, b}, {{.result = 0, .given = true, .where = {float64, {20, 20}, strides, aligned}}}));
  };
  EXPECT_EQ(into({8, 160}), list{contract}) << "columns";
  EXPECT_EQ(into({800, 8}), list{contract}) << "gaps between rows";
  EXPECT_EQ(into({-160, 8}), (list{contract, elementwise}));
  EXPECT_EQ(into({320, 16}), (list{contract, elementwise}));
  EXPECT_EQ(into({160, 8}, false), (list{contract, elementwise}));
}

TEST(Products, OfNothingAreZerosByAKernel) {
  EXPECT_EQ(schedules(planned("a @ b", {{"a", float64, {3, 0}}, {"b", float64, {0, 4}}})), list{elementwise});
  EXPECT_TRUE(planned("a @ b", {{"a", float64, {0, 3}}, {"b", float64, {3, 4}}}).launches.empty());
}

TEST(Products, MergeTheDimensionsThatAllOperandsWalkAsOne) {
  const planned_input stack{"a", float64, {4, 5, 6, 30}};
  EXPECT_EQ(planned("a @ b", {stack, b}).launches[0].kept, (dimensions{120, 20}));
  EXPECT_EQ(planned("dot(a, b)", {stack, b}).launches[0].kept, (dimensions{120, 20}));
  EXPECT_EQ(planned("b @ a", {{"a", float64, {4, 5, 20, 7}}, b}).launches[0].kept, (dimensions{20, 30, 7}));
  EXPECT_EQ(planned("dot(a, s)", {stack, {"s", float64, {}}}).launches[0].kept, (dimensions{3600, 1}));
}

TEST(Products, OfShapesThatDoNotMeetAreRefusedWithoutACaretToo) {
  EXPECT_THROW(planned("a @ a", {a}), invalid_argument);
}

}  // namespace
}  // namespace gpucompute::lower
