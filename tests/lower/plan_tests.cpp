// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <gpucompute/error.hpp>

#include "kernels/lower/estimate.hpp"
#include "tests/lower/lowering.hpp"

namespace gpucompute::lower {
namespace {

const planned_input a{"a", float64, {1000}};
const planned_input b{"b", float64, {1000}};
const planned_input m{"m", float64, {200, 300}};

using enum schedule;
using list = std::vector<schedule>;

TEST(Stages, AnElementwiseExpressionIsOneLaunch) {
  EXPECT_EQ(schedules(planned("sin(a)*b + exp(a - b)/2", {a, b})), list{elementwise});
}

TEST(Stages, ASumWritesItsResultAtOnce) {
  const plan made = planned("sum(a*b)", {a, b});
  ASSERT_EQ(schedules(made), list{reduce_inner});
  EXPECT_EQ(made.launches[0].operands.back().kind, source_kind::result);
  EXPECT_TRUE(made.scratch_bytes.empty());
}

TEST(Stages, AComplexSumWritesBothPartsOfItsResult) {
  const plan made = planned("sum(z, axis=0)", {{"z", complex128, {50, 60}}});
  ASSERT_EQ(made.launches.size(), 1U);
  const auto& operands = made.launches[0].operands;
  EXPECT_EQ(operands[operands.size() - 2].offset, 0);
  EXPECT_EQ(operands.back().offset, 8);
  EXPECT_EQ(operands.back().kept_strides, dimensions({16}));
}

TEST(Stages, MeanAndVarOfTheSameValueShareOnePass) {
  const plan made = planned("mean(a) + var(a)", {a});
  ASSERT_EQ(schedules(made), (list{reduce_inner, elementwise}));
  EXPECT_EQ(made.launches[0].kernel->reducers.size(), 2U);
  EXPECT_EQ(made.launches[0].kernel->inputs.size(), 1U);
}

TEST(Stages, EqualReductionsAreOne) {
  const plan made = planned("sum(a) + mean(a)", {a});
  ASSERT_EQ(made.launches.size(), 2U);
  EXPECT_EQ(made.launches[0].kernel->reducers.size(), 1U);
}

TEST(Stages, ReductionsOverOtherAxesAreOtherPasses) {
  EXPECT_EQ(planned("sum(m, axis=0, keepdims=True) + sum(m, axis=1, keepdims=True)", {m}).launches.size(), 3U);
}

TEST(Stages, AReductionOfAReductionComesAfterIt) {
  const plan made = planned("sum((a - mean(a))**2)", {a});
  EXPECT_EQ(schedules(made).size(), 2U);
  EXPECT_EQ(made.launches[1].operands[1].kind, source_kind::scratch);
}

TEST(Stages, NamedResultsOfOneShapeShareALaunch) {
  const plan made = planned("x = a + b; y = a - b; x*y", {a, b}, {{.result = 0}, {.result = 1}, {.result = 2}});
  ASSERT_EQ(made.launches.size(), 1U);
  EXPECT_EQ(made.launches[0].kernel->outputs.size(), 3U);
}

TEST(Stages, AnUnwantedNamedResultIsNotStored) {
  const plan made = planned("x = a + b; x*2", {a, b});
  ASSERT_EQ(made.launches.size(), 1U);
  EXPECT_EQ(made.launches[0].kernel->outputs.size(), 1U);
}

TEST(Stages, NothingIsLaunchedForNoElements) {
  EXPECT_TRUE(planned("a + b", {{"a", float64, {0}}, {"b", float64, {0}}}).launches.empty());
  EXPECT_TRUE(planned("sum(m, axis=0)", {{"m", float64, {5, 0}}}).launches.empty());
}

TEST(Stages, ASumOfNothingIsFilledWithTheIdentity) {
  EXPECT_EQ(schedules(planned("sum(m, axis=0)", {{"m", float64, {0, 5}}})), list{elementwise});
}

TEST(Materialise, CheapValuesAreRecomputed) { EXPECT_EQ(planned("(a*2 + 1) - sum(a*2 + 1)", {a}).launches.size(), 2U); }

TEST(Materialise, AnExpensiveSharedValueIsStored) {
  const plan made = planned("p = gamma(a); p/sum(p)", {a});
  ASSERT_EQ(schedules(made), (list{elementwise, reduce_inner, elementwise}));
  EXPECT_EQ(made.scratch_bytes[made.launches[0].operands.back().index], 8000U);
  for (const instruction& step : made.launches[2].kernel->body.body) {
    EXPECT_FALSE(step.code == opcode::apply && step.operation == graph::op::gamma);
  }
}

TEST(Materialise, OneExponentialIsCheaperThanItsMemoryTraffic) {
  EXPECT_EQ(planned("p = exp(a); p/sum(p)", {a}).launches.size(), 2U);
}

TEST(Materialise, AFunctionOfARowIsNotRecomputedForEachRow) {
  const plan made = planned("exp(col)*sin(row)", {{"col", float64, {500, 1}}, {"row", float64, {400}}});
  ASSERT_EQ(made.launches.size(), 3U);
  EXPECT_EQ(made.launches.back().kernel->body.body.size(), 3U);
}

TEST(Materialise, AFewElementsRepayNoLaunch) {
  EXPECT_EQ(planned("exp(col)*sin(row)", {{"col", float64, {5, 1}}, {"row", float64, {4}}}).launches.size(), 1U);
}

/// x1 = sum(x0) + x0; x2 = sum(x1) + x1; ...
std::string chain(int links) {
  std::string text;
  for (int link = 1; link <= links; ++link) {
    const std::string last = "x" + std::to_string(link - 1);
    text += "x" + std::to_string(link) + " = sum(" + last;
    text += ") + " + last + "; ";
  }
  return text + "x" + std::to_string(links);
}

std::size_t longest_kernel(const plan& made) {
  std::size_t longest = 0;
  for (const launch& each : made.launches) {
    longest = std::max(longest, each.kernel->body.body.size());
  }
  return longest;
}

TEST(Materialise, AChainOfStatementsStartsFromANearValue) {
  const plan made = planned(chain(60), {{"x0", float64, {100000}}});
  EXPECT_LE(longest_kernel(made), 40U);
  EXPECT_LE(made.launches.size(), 61U + 10U);
}

TEST(Materialise, AShortChainIsRecomputed) {
  EXPECT_EQ(planned(chain(5), {{"x0", float64, {100000}}}).launches.size(), 6U);
}

TEST(Materialise, OfValuesThatTheSameLaunchesUseOnlyTheLastIsStored) {
  const plan made = planned("p = exp(exp(exp(exp(a)))); p/sum(p)", {a});
  ASSERT_EQ(schedules(made), (list{elementwise, reduce_inner, elementwise}));
  EXPECT_EQ(made.launches[0].kernel->body.body.size(), 5U);
}

TEST(Materialise, AChainAsLongAsTheTextNeedsNeitherStackNorMemory) {
  const plan made = planned(chain(3000), {{"x0", float64, {20000}}});
  EXPECT_LE(longest_kernel(made), 80U);
  std::size_t large = 0;
  for (const std::size_t bytes : made.scratch_bytes) {
    large += bytes > 8 ? 1 : 0;
  }
  EXPECT_LE(large, 2U);
}

TEST(Scratch, ValuesThatAreNeededTogetherLieApart) {
  const plan made = planned("p = gamma(a); q = gamma(b); (p + q)/(sum(p) + sum(q)) + sum(p/sum(q))", {a, b});
  for (const launch& each : made.launches) {
    const std::size_t inputs = each.kernel->inputs.size();
    for (std::size_t i = 0; i < each.operands.size(); ++i) {
      for (std::size_t k = std::max(i + 1, inputs); k < each.operands.size(); ++k) {
        EXPECT_FALSE(each.operands[i].kind == source_kind::scratch && each.operands[k].kind == source_kind::scratch &&
                     each.operands[i].index == each.operands[k].index);
      }
    }
  }
  std::size_t large = 0;
  for (const std::size_t bytes : made.scratch_bytes) {
    large += bytes == 8000 ? 1 : 0;
  }
  EXPECT_EQ(large, 2U);
}

output_request into(const dimensions& shape, const dimensions& strides, dtype type = float64) {
  return {.result = 0, .given = true, .where = {type, shape, strides, true}};
}

TEST(Outputs, ACastIsPartOfTheKernel) {
  const plan made = planned("a + b", {a, b}, {into({1000}, {4}, float32)});
  ASSERT_EQ(made.launches.size(), 1U);
  EXPECT_EQ(made.launches[0].kernel->outputs[0].type, float32);
  EXPECT_EQ(made.launches[0].kernel->body.body.back().code, opcode::cast);
}

TEST(Outputs, ARealResultInComplexMemoryHasAZeroImaginaryPart) {
  const plan made = planned("a + b", {a, b}, {into({1000}, {16}, complex128)});
  EXPECT_EQ(made.launches[0].kernel->body.results.size(), 2U);
}

TEST(Outputs, AResultIsBroadcastIntoALargerOutput) {
  const plan made = planned("a + b", {a, b}, {into({3, 1000}, {8000, 8})});
  ASSERT_EQ(made.launches.size(), 1U);
  EXPECT_EQ(made.launches[0].kept, dimensions({3, 1000}));
}

TEST(Outputs, ASmallerOutputIsRefused) {
  EXPECT_THROW(planned("a + b", {a, b}, {into({1}, {8})}), invalid_argument);
  EXPECT_THROW(planned("a + b", {a, b}, {into({}, {})}), invalid_argument);
}

TEST(Outputs, AnOutputWithoutElementsIsRefusedUnlessTheResultHasNone) {
  const planned_input none{"a", float64, {0}};
  EXPECT_THROW(planned("sum(a)", {a}, {into({0}, {8})}), invalid_argument);
  EXPECT_THROW(planned("a", {{"a", float64, {1}}}, {into({0}, {8})}), invalid_argument);
  EXPECT_TRUE(planned("a + 1", {none}, {into({0}, {8})}).launches.empty());
}

TEST(Outputs, InPlaceElementwiseNeedsNoScratch) {
  EXPECT_TRUE(planned("a + b", {a, b}, {into({1000}, {8})}, {overlap::exact, overlap::none}).scratch_bytes.empty());
}

TEST(Outputs, InPlaceAfterAReductionNeedsNoCopy) {
  EXPECT_EQ(planned("a - mean(a)", {a}, {into({1000}, {8})}, {overlap::exact}).launches.size(), 2U);
}

TEST(Outputs, PartialOverlapIsComputedAsideAndCopied) {
  const plan made = planned("a + b", {a, b}, {into({1000}, {8})}, {overlap::partial, overlap::none});
  ASSERT_EQ(made.launches.size(), 2U);
  EXPECT_EQ(made.launches[0].operands.back().kind, source_kind::scratch);
  EXPECT_EQ(made.launches[1].operands.back().kind, source_kind::result);
}

TEST(Outputs, AnInputThatIsReadAfterwardsIsNotOverwrittenEarly) {
  const plan made =
      planned("x = a*2; sum(b) + x", {a, b}, {{.result = 0, .given = true, .where = layout_of(b)}, {.result = 1}},
              {overlap::none, overlap::exact, overlap::none, overlap::none});
  EXPECT_EQ(made.launches.back().operands.back().kind, source_kind::result);
}

TEST(Estimate, CountsEachArrayOnceAndEachOperation) {
  const cost_estimate cost = estimate(planned("a*b + a", {a, b}));
  EXPECT_EQ(cost.bytes, 3 * 8000.0);
  EXPECT_EQ(cost.flops, 2 * 1000.0);
  EXPECT_EQ(cost.kernels, 1);
}

TEST(Estimate, AStretchedOperandIsReadOnce) {
  const cost_estimate cost = estimate(planned("m*row", {m, {"row", float64, {300}}}));
  EXPECT_EQ(cost.bytes, 2 * 480000.0 + 2400.0);
}

TEST(Estimate, AReductionCountsItsMerges) {
  const cost_estimate cost = estimate(planned("sum(a*b)", {a, b}));
  EXPECT_EQ(cost.bytes, 2 * 8000.0 + 8.0);
  EXPECT_EQ(cost.flops, 2 * 1000.0);
}

TEST(Estimate, ALibraryFunctionCountsItsRowsCost) {
  EXPECT_EQ(estimate(planned("sin(a)", {a})).flops, 1000.0 * graph::row(graph::op::sin).cost);
}

}  // namespace
}  // namespace gpucompute::lower
