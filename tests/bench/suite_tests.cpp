// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <set>

#include "bench/process/failure.hpp"
#include "bench/suites/expression_case.hpp"
#include "bench/suites/reference.hpp"
#include "bench/suites/suite.hpp"
#include "bench/suites/variants.hpp"

namespace gpucompute::bench {
namespace {

/// Unwritten results of the right types and shapes, one for each name that differs from (n,) of the inputs' type.
std::vector<array> result_arrays(const expression_case& one, const case_data& data) {
  const std::string_view id = one.id;
  const array_view& first = data.arguments.front().value.view();
  if (id == "E7b") return {array::zeros(float64, {data.n}), array::zeros(float64, {data.n})};
  if (id.starts_with("E8")) return {array::zeros(bool_, {data.n})};
  if (id == "E9a") return {array::zeros(int64, {})};
  if (id == "E9b") return {array::zeros(float64, {})};
  if (id.starts_with("E9")) return {array::zeros(float64, {first.shape()[0]})};
  if (id == "E10b") return {array::zeros(float64, {first.shape()[0], first.shape()[0]})};
  return {array::zeros(first.type(), {data.n})};
}

class Case : public testing::TestWithParam<const expression_case*> {};

TEST_P(Case, HandLoopAgreesWithTheReferenceOnOneAndTwoThreads) {
  const expression_case& one = *GetParam();
  for (const std::int64_t n : {10'240, 123'456}) {
    for (const int threads : {1, 2}) {
      const case_data data = make_data(one, n);
      const variant hand = hand_variant(one, data, result_arrays(one, data), threads);
      hand.call();
      EXPECT_LE(one.error(data, hand.results()), one.tolerance(data.n)) << "n = " << n << ", threads = " << threads;
    }
  }
}

/// A wrong last element, or one of the wrong type's magnitude, must not verify.
TEST_P(Case, AWrongElementDoesNotVerify) {
  const expression_case& one = *GetParam();
  const case_data data = make_data(one, 10'240);
  const variant hand = hand_variant(one, data, result_arrays(one, data), 1);
  hand.call();
  std::vector<array> results = hand.results();
  auto* const bytes = static_cast<unsigned char*>(results.back().data());
  const std::size_t last = static_cast<std::size_t>(results.back().size()) * size_of(results.back().type());
  if (results.back().type() == bool_) {
    bytes[last - 1] ^= 1;
  } else {
    bytes[last - size_of(results.back().type()) + (results.back().type() == int64 ? 0 : 2)] ^= 0x80;
  }
  EXPECT_GT(one.error(data, results), one.tolerance(data.n));
}

TEST_P(Case, AnotherShapeDoesNotVerify) {
  const expression_case& one = *GetParam();
  const case_data data = make_data(one, 10'240);
  std::vector<array> results = result_arrays(one, data);
  for (array& result : results) result = array::zeros(result.type(), {7});
  EXPECT_EQ(one.error(data, results), std::numeric_limits<double>::infinity());
}

TEST_P(Case, InputsAreTheSameInEveryRunAndWithinTheirRange) {
  const expression_case& one = *GetParam();
  const case_data first = make_data(one, 10'240), second = make_data(one, 10'240);
  for (std::size_t k = 0; k < one.inputs.size(); ++k) {
    const array& values = first.arrays[k];
    const auto bytes = static_cast<std::size_t>(values.size()) * size_of(values.type());
    EXPECT_EQ(std::memcmp(values.data(), second.arrays[k].data(), bytes), 0);
    for (std::int64_t i = 0; i < values.size(); ++i) {
      const wide_complex x = complex_element_at(values, {values.size()}, values.rank() == 1 ? i : 0);
      ASSERT_TRUE(x.real() >= one.inputs[k].low && x.real() <= one.inputs[k].high) << static_cast<double>(x.real());
    }
  }
}

std::vector<const expression_case*> all_cases() {
  std::vector<const expression_case*> list;
  for (const expression_case& one : expression_cases()) list.push_back(&one);
  return list;
}

INSTANTIATE_TEST_SUITE_P(All, Case, testing::ValuesIn(all_cases()),
                         [](const auto& one) { return std::string(one.param->id); });

/// The whole way through the public API: compile, call, verify, on each tier that must be there.
void verify_variants(const expression_case& one, const char* tier) {
  const case_data data = make_data(one, 20'480);
  std::vector<variant> variants;
  variants.push_back(fused_variant(one, data, device("cpu"), 2, precision::precise));
  variants.push_back(fused_variant(one, data, device("reference"), 1, precision::precise));
  if (!one.naive.empty()) variants.push_back(naive_variant(one, data, device("cpu")));
  for (const variant& made : variants) {
    for (int i = 0; i < 2; ++i) made.call();  // in-place steps start anew in every call
    EXPECT_LE(one.error(data, made.results()), one.tolerance(data.n)) << made.name;
  }
  EXPECT_EQ(variants[0].tier(), tier);
  EXPECT_EQ(variants[1].tier(), "interpreter");
}

TEST_P(Case, EveryVariantVerifiesOnEveryTier) {
  for (const char* const tier : {"interpreter", "jit"}) {
    if (GPUCOMPUTE_EXPECT_JIT || tier != std::string_view("jit")) {
      SCOPED_TRACE(tier);
      setenv("GPUCOMPUTE_TIER", tier, 1);  // read whenever a kernel is prepared
      verify_variants(*GetParam(), tier);
      unsetenv("GPUCOMPUTE_TIER");
    }
  }
}

TEST(Cases, HaveDistinctIdsAndCoverTheCommonSet) {
  std::set<std::string_view> ids;
  for (const expression_case& one : expression_cases()) EXPECT_TRUE(ids.insert(one.id).second) << one.id;
  for (const char* id : {"E1", "E2", "E3", "E4a", "E5a", "E6", "E7a", "E8a", "E9a", "E10a", "E13a"}) {
    EXPECT_TRUE(ids.contains(id)) << id;
  }
}

TEST(Cases, RefuseASizeBelowOneRow) {
  const auto rows = std::ranges::find(expression_cases(), "E9c", &expression_case::id);
  EXPECT_THROW(make_data(*rows, 1000), bad_input);
}

TEST(UlpError, CountsInTheLastPlaceOfTheType) {
  EXPECT_EQ(ulp_error(1 + 0x1p-52L, wide(1), float64), 1);
  EXPECT_EQ(ulp_error(1 + 0x1p-23L, wide(1), float32), 1);
  EXPECT_EQ(ulp_error(0x1p-1074L, wide(0), float64), 1);
  EXPECT_EQ(ulp_error(3, wide(1), int64), 2);
  EXPECT_EQ(ulp_error(1, {0, 4}, float64), 0x1p50);
  const wide infinity = std::numeric_limits<wide>::infinity(), nan = std::numeric_limits<wide>::quiet_NaN();
  EXPECT_EQ(ulp_error(infinity, infinity, float64), 0);
  EXPECT_EQ(ulp_error(nan, nan, float64), 0);
  EXPECT_EQ(ulp_error(nan, wide(1), float64), std::numeric_limits<double>::infinity());
}

TEST(SampledPositions, HoldBothEndsAndStayInside) {
  for (const std::int64_t count : {0, 1, 19'999, 20'001, 1'000'003}) {
    const auto positions = sampled_positions(count);
    for (const std::int64_t position : positions) ASSERT_TRUE(position >= 0 && position < count);
    if (count > 0) {
      EXPECT_EQ(std::ranges::min(positions), 0);
      EXPECT_EQ(std::ranges::max(positions), count - 1);
    }
  }
}

TEST(Ceilings, BothTriadsVerifyAndGiveAPositiveRate) {
  const run_request request{
      .sizes = {1001}, .threads = {1, 2}, .devices = {}, .filter = {}, .sampling = {.max_time = 0.01}};
  std::vector<result_row> rows;
  run_ceilings(
      request, [](const result_row&) {}, rows);
  ASSERT_EQ(rows.size(), 4U);
  for (const result_row& row : rows) {
    EXPECT_TRUE(row.verified);
    EXPECT_GT(row.bytes_per_second().value_or(0), 0);
    EXPECT_LE(row.share_of_triad().value_or(2), 1);
  }
}

TEST(Selected, FindsTheIdOrTheWholeName) {
  const result_row row{
      .suite = "expr", .id = "E1", .n = 1000, .dtype = "float64", .device = "cpu", .threads = 2, .variant = "fused"};
  const auto finds = [&row](const char* filter) {
    return selected({.sizes = {}, .threads = {}, .devices = {}, .filter = std::regex(filter), .sampling = {}}, row);
  };
  EXPECT_TRUE(finds("^E1$"));
  EXPECT_TRUE(finds("/2/fused$"));
  EXPECT_TRUE(finds("^expr/E1/1000/float64/cpu/2/fused$"));
  EXPECT_FALSE(finds("E10"));
  EXPECT_FALSE(finds("naive"));
}

}  // namespace
}  // namespace gpucompute::bench
