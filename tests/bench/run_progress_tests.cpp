// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "bench/command/run_progress.hpp"
#include "tests/bench/required.hpp"

namespace gpucompute::bench {
namespace {

result_row row_of(std::int64_t n, const char* variant) {
  return {.suite = "solve",
          .id = "random",
          .n = n,
          .device = "cpu",
          .threads = 2,
          .most_threads = 2,
          .variant = variant,
          .solve = facts_of_order(n)};
}

result_row measured(std::int64_t n, const char* variant, double seconds) {
  result_row row = row_of(n, variant);
  row.verified = true;
  row.median = seconds;
  return row;
}

TEST(RunProgress, CountsRowsAndShowsWhatAnExtrapolatedOneIsWorth) {
  run_progress told({row_of(10, "fused"), row_of(10'000, "lapack")}, 1);
  EXPECT_EQ(told.finished(measured(10, "fused", 1e-6)), "1 of 2 solve/random n=10 cpu 2 threads fused: 1 us");
  result_row row = row_of(10'000, "lapack");
  set_extrapolated(row, 6.04, 6.04 / 3.31, 6.04 * 3.31, "too long");
  EXPECT_EQ(told.finished(row), "2 of 2 solve/random n=10000 cpu 2 threads lapack: ~ 6 s /3.3 x3.3, extrapolated");
}

TEST(RunProgress, JudgesTheTimeLeftByThePaceAndCountsNothingThatWillBeExtrapolated) {
  double now = 100;
  std::vector<result_row> planned;
  for (const std::int64_t n : {10, 100, 1'000, 10'000}) {
    for (const char* const variant : {"lapack", "fused"}) planned.push_back(row_of(n, variant));
  }
  run_progress told(planned, 1, [&now] { return now; });
  EXPECT_FALSE(told.seconds_left());
  now += 2;
  told.finished(measured(10, "lapack", 1e-6));
  EXPECT_DOUBLE_EQ(required(told.seconds_left()), 10);
  now += 6;
  told.finished(measured(10, "fused", 1e-6));
  told.finished(measured(100, "lapack", 1e-5));
  told.finished(measured(100, "fused", 1e-5));
  EXPECT_DOUBLE_EQ(required(told.seconds_left()), 4);
  now += 4;
  told.finished(measured(1'000, "lapack", 1e-2));  // 10 s for n = 10000: too long
  told.finished(measured(1'000, "fused", 1e-4));
  EXPECT_DOUBLE_EQ(required(told.seconds_left()), 2);
  told.finished(measured(10'000, "fused", 0.1));
  EXPECT_FALSE(told.seconds_left());
  result_row row = row_of(10'000, "lapack");
  set_extrapolated(row, 10, {}, {}, "too long");
  told.finished(row);
  EXPECT_FALSE(told.seconds_left());
}

TEST(RunProgress, KnowsHowManyRowsEachSuiteHas) {
  for (const auto& suite : {run_expressions, run_solves, run_ceilings}) {
    run_request request{.sizes = {64}, .threads = {1, 2}, .devices = {}, .filter = {}, .sampling = {.max_time = 0.001}};
    for (const device_info& one : devices()) {
      if (one.name == "cpu") request.devices.push_back(one);
    }
    std::vector<result_row> rows, listed;
    std::size_t told = 0;
    suite(
        request, [&told](const result_row&) { ++told; }, rows);
    request.only_lists = true;
    suite(
        request, [](const result_row&) { FAIL(); }, listed);
    EXPECT_EQ(listed.size(), told);
    EXPECT_GT(told, 0U);
  }
}

}  // namespace
}  // namespace gpucompute::bench
