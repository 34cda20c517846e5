// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernels/lower/collapse.hpp"

namespace gpucompute::lower {
namespace {

/// A launch of float64 operands, inputs first, one output, collapsed.
launch collapsed(const dimensions& space, std::uint32_t mask, const std::vector<dimensions>& strides) {
  auto description = std::make_shared<kernel>();
  description->inputs.resize(strides.size() - 1);
  description->outputs.resize(1);
  if (mask != 0) {
    description->reducers.resize(1);
  }
  launch made;
  made.kernel = description;
  made.operands.resize(strides.size());
  collapse(space, mask, strides, made);
  if (mask != 0) {
    description->schedule = choose_schedule(space, mask, std::span(strides).first(strides.size() - 1));
  }
  classify(made, std::vector<bool>(strides.size(), true), *description);
  return made;
}

TEST(Collapse, ContiguousDimensionsBecomeOne) {
  const launch made = collapsed({2, 3, 4}, 0, {{96, 32, 8}, {96, 32, 8}});
  EXPECT_EQ(made.kept, dimensions({24}));
  EXPECT_EQ(made.operands[0].kept_strides, dimensions({8}));
  EXPECT_EQ(made.kernel->inputs[0].step, 1);
}

TEST(Collapse, ExtentsOfOneGo) {
  const launch made = collapsed({1, 5, 1}, 0, {{777, 16, 3}, {40, 8, 8}});
  EXPECT_EQ(made.kept, dimensions({5}));
  EXPECT_EQ(made.kernel->inputs[0].step, 2);
}

TEST(Collapse, AllExtentsOfOneLeaveNoDimension) {
  const launch made = collapsed({1, 1}, 0, {{8, 8}, {8, 8}});
  EXPECT_TRUE(made.kept.empty());
  EXPECT_EQ(made.kernel->outputs[0].step, 1);
  EXPECT_EQ(made.kernel->inputs[0].step, 0);
}

TEST(Collapse, OneOperandThatDoesNotWalkAsOneKeepsDimensionsApart) {
  const launch made = collapsed({4, 6}, 0, {{48, 8}, {0, 8}, {48, 8}});
  EXPECT_EQ(made.kept, dimensions({4, 6}));
}

TEST(Collapse, ABroadcastScalarDoesNotHinderMerging) {
  const launch made = collapsed({4, 6}, 0, {{48, 8}, {0, 0}, {48, 8}});
  EXPECT_EQ(made.kept, dimensions({24}));
  EXPECT_EQ(made.kernel->inputs[1].step, 0);
}

TEST(Collapse, TransposedInAndOutIsWalkedInMemoryOrder) {
  const launch made = collapsed({4, 6}, 0, {{8, 32}, {8, 32}});
  EXPECT_EQ(made.kept, dimensions({24}));
  EXPECT_EQ(made.kernel->inputs[0].step, 1);
}

TEST(Collapse, TheOutputDecidesTheOrder) {
  const launch made = collapsed({4, 6}, 0, {{8, 32}, {48, 8}});
  EXPECT_EQ(made.kept, dimensions({4, 6}));
  EXPECT_EQ(made.kernel->outputs[0].step, 1);
  EXPECT_EQ(made.kernel->inputs[0].step, 4);
}

TEST(Collapse, NegativeStridesStayNegative) {
  const launch made = collapsed({3, 4}, 0, {{-32, -8}, {32, 8}});
  EXPECT_EQ(made.kept, dimensions({12}));
  EXPECT_EQ(made.operands[0].kept_strides, dimensions({-8}));
  EXPECT_EQ(made.kernel->inputs[0].step, -1);
}

TEST(Collapse, FarOrBrokenStepsAreAny) {
  EXPECT_EQ(collapsed({9}, 0, {{40}, {8}}).kernel->inputs[0].step, any_step);
  const launch odd = collapsed({9}, 0, {{9}, {8}});
  EXPECT_EQ(odd.kernel->inputs[0].step, any_step);
  EXPECT_FALSE(odd.kernel->inputs[0].aligned);
}

TEST(Collapse, ReducedDimensionsStayInTheOrderOfTheArray) {
  const launch made = collapsed({4, 100}, 3, {{8, 32}, {0, 0}});
  EXPECT_EQ(made.reduced, dimensions({4, 100}));
  EXPECT_TRUE(made.kept.empty());
  EXPECT_EQ(made.kernel->schedule, schedule::reduce_inner);
}

TEST(Collapse, NeighbouringReducedDimensionsMerge) {
  const launch made = collapsed({5, 6, 7}, 6, {{336, 56, 8}, {8, 0, 0}});
  EXPECT_EQ(made.kept, dimensions({5}));
  EXPECT_EQ(made.reduced, dimensions({42}));
}

TEST(Schedule, RowsAreReducedAlongTheRow) {
  EXPECT_EQ(collapsed({50, 60}, 2, {{480, 8}, {8, 0}}).kernel->schedule, schedule::reduce_inner);
}

TEST(Schedule, ColumnsAreReducedAcrossResults) {
  EXPECT_EQ(collapsed({50, 60}, 1, {{480, 8}, {0, 8}}).kernel->schedule, schedule::reduce_outer);
}

TEST(Schedule, ShortReductionsRunAcrossResults) {
  EXPECT_EQ(collapsed({50, 3}, 2, {{24, 8}, {8, 0}}).kernel->schedule, schedule::reduce_outer);
}

TEST(Schedule, FewColumnsAreReducedAlongTheReduction) {
  EXPECT_EQ(collapsed({5000, 3}, 1, {{24, 8}, {0, 8}}).kernel->schedule, schedule::reduce_inner);
}

TEST(Schedule, ShortRunsOfALongerReductionRunAcrossResults) {
  const launch blocks = collapsed({64, 8, 64, 8}, 10, {{32768, 4096, 64, 8}, {512, 0, 8, 0}});
  EXPECT_EQ(blocks.reduced, dimensions({8, 8}));
  EXPECT_EQ(blocks.kernel->schedule, schedule::reduce_outer);
}

TEST(Schedule, StandingStatesHaveStepZero) {
  EXPECT_EQ(collapsed({50, 60}, 2, {{480, 8}, {8, 0}}).kernel->outputs[0].step, 0);
  EXPECT_EQ(collapsed({50, 60}, 1, {{480, 8}, {0, 8}}).kernel->outputs[0].step, 1);
}

}  // namespace
}  // namespace gpucompute::lower
