// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

#include "bench/command/run_options.hpp"
#include "bench/report/progress_line.hpp"
#include "bench/report/result.hpp"
#include "bench/report/solve_table.hpp"
#include "bench/suites/gemm_ceiling.hpp"
#include "bench/suites/linear_system.hpp"
#include "bench/suites/raw_lapack.hpp"
#include "tests/bench/required.hpp"

namespace gpucompute::bench {
namespace {

using testing::HasSubstr;
using testing::Not;

result_row row_of(std::int64_t n) {
  return {.suite = "solve",
          .id = "random",
          .n = n,
          .dtype = "float64",
          .device = "cpu",
          .variant = "fused",
          .flops = lapack_flops(n),
          .solve = facts_of_order(n)};
}

TEST(LectureCounts, AreHalfOfLapacksAndTakeACenturyForAMillion) {
  EXPECT_DOUBLE_EQ(lapack_flops(3), 18);
  EXPECT_DOUBLE_EQ(lecture_flops(3), 9);
  const std::pair<std::int64_t, const char*> expected[] = {{10, "3.333 us"},        {100, "3.333 ms"},
                                                           {1'000, "3.333 s"},      {10'000, "55.56 min"},
                                                           {100'000, "38.58 days"}, {1'000'000, "1.056 centuries"}};
  for (const auto& [n, time] : expected) EXPECT_EQ(format_seconds(lecture_seconds(n)), time);
}

TEST(ExtrapolatedRow, IsMarkedEverywhereAndFailsNothing) {
  result_row row = row_of(1'000'000);
  row.reasons["triad_bytes_per_s"] = "not of memory";
  set_extrapolated(row, 3.5e6, 3e6, 4e6, "too long");
  const std::span<const result_row> rows(&row, 1);
  EXPECT_EQ(verdict(rows), exit_code::fine);
  EXPECT_THAT(to_text(rows), HasSubstr("~ 40.5 days"));
  EXPECT_THAT(to_text(rows), HasSubstr("extrapolated"));
  EXPECT_THAT(to_csv(rows), HasSubstr(",true,"));
  const std::string json = to_json(rows, {}, {});
  for (const char* text :
       {"\"extrapolated\": true", "\"median_s\": 3500000", "\"ci_high_s\": 4e+06", "\"samples\": []",
        "\"verified\": false", "\"stop_reason\": null", "\"stop_reason\": \"extrapolated: too long\""}) {
    EXPECT_THAT(json, HasSubstr(text));
  }
  EXPECT_EQ(disturbance(rows, 0.0), "");
}

TEST(ExtrapolatedRow, WithoutAnIntervalSaysWhy) {
  result_row row = row_of(100);
  set_extrapolated(row, 1, {}, {}, "one size");
  EXPECT_EQ(row.reasons.at("ci_low_s"), "extrapolated: one size");
  EXPECT_EQ(shown_spread(row), "none");
}

TEST(SolveTable, ShowsBothCountsAndTheShareOfGemm) {
  result_row row = row_of(1'000);
  row.median = 0.01;
  row.low = 0.0099;
  row.high = 0.0101;
  row.verified = true;
  row.stop_reason = "max_time";
  solve_facts facts = facts_of_order(row.n);
  facts.gemm_flops_per_s = 100e9;
  facts.hpl_residual = 0.0123;
  row.solve = facts;
  const std::string text = to_text(std::span<const result_row>(&row, 1));
  for (const char* cell : {" 66.7 ", " 33.3 ", " 66.7% ", " 0.012 ", " 3.333 s ", "±1%", "max_time"}) {
    EXPECT_THAT(text, HasSubstr(cell));
  }
  EXPECT_THAT(text, Not(HasSubstr("triad")));
}

TEST(SolveTable, SaysHowManyThreadsWereUsedAndWhyThereIsNoInterval) {
  result_row row = row_of(100);
  EXPECT_EQ(shown_threads(row), "1");
  row.most_threads = 2;
  row.median = 1;
  row.samples = {1, 1, 1};
  EXPECT_EQ(shown_threads(row), "1 of 2");
  EXPECT_EQ(shown_spread(row), "3 samples");
  const std::string text = to_text(std::span<const result_row>(&row, 1));
  EXPECT_THAT(text, HasSubstr(" 1 of 2 "));
  EXPECT_THAT(text, HasSubstr(" 3 samples "));
  EXPECT_THAT(about_solves(std::span<const result_row>(&row, 1)), HasSubstr("4 samples: fewer than 6"));
  row.threads = 2;
  EXPECT_EQ(shown_threads(row), "2");
}

TEST(SolveTable, StandsBesideTheOthers) {
  const result_row rows[] = {{.suite = "expr", .id = "E1"}, row_of(10)};
  const std::string text = to_text(rows);
  EXPECT_THAT(text, HasSubstr("of triad"));
  EXPECT_THAT(text, HasSubstr("\n\n"));
  EXPECT_THAT(text, HasSubstr("of GEMM"));
}

TEST(ProgressText, SaysWhatIsLeft) {
  EXPECT_EQ(progress_text("solve", 12.3, 52.0), "solve: 12 s, about 40 s left");
  EXPECT_EQ(progress_text("solve", 12.3, std::nullopt), "solve: 12 s");
  EXPECT_EQ(progress_text("solve", 600, 300), "solve: 10 min, longer than the 5 min expected");
}

/// The library of LAPACK that is installed, loaded as libgpucompute does.
class RawLapack : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"libopenblas.so.0", "liblapack.so.3"}) {
      if (dlopen(name, RTLD_NOW | RTLD_LOCAL) != nullptr) break;
    }
    if (!raw_lapack::find()) GTEST_SKIP() << "no LAPACK is installed";
  }
  static raw_lapack library() { return required(raw_lapack::find()); }
};

TEST_F(RawLapack, SolvesWithinTheBarOnAnyThreads) {
  for (const int threads : {1, 2}) {
    const raw_lapack one = library();
    const raw_lapack::thread_limit limit(one, threads);
    const linear_system system = random_system(200);
    array a = array::empty(float64, {200, 200}), x = array::empty(float64, {200});
    std::memcpy(a.data(), system.a.data(), 200 * 200 * sizeof(double));
    std::memcpy(x.data(), system.b.data(), 200 * sizeof(double));
    std::vector<int> pivots(200);
    ASSERT_TRUE(library().solve(a.values<double>().data(), pivots.data(), x.values<double>().data(), 200));
    EXPECT_LE(residual(system, x.values<double>()).backward_error, backward_error_bar(200));
  }
}

TEST_F(RawLapack, MultipliesInCOrder) {
  const double a[] = {1, 2, 3, 4}, b[] = {5, 6, 7, 8};
  double c[4] = {};
  library().multiply(a, b, c, 2);
  EXPECT_THAT(c, testing::ElementsAre(19, 22, 43, 50));
}

TEST_F(RawLapack, SaysThatAPivotIsZero) {
  double a[] = {1, 2, 2, 4}, b[] = {1, 1};
  int pivots[2];
  EXPECT_FALSE(library().solve(a, pivots, b, 2));
}

TEST_F(RawLapack, HasAGemmRateThatIsMeasuredOnce) {
  gemm_ceiling gemm;
  const sampling_options quick{.target_ci = 0.5, .max_time = 0.01};
  const double rate = required(gemm.flops_per_second(library(), 1, quick));
  EXPECT_GT(rate, 1e8);
  EXPECT_EQ(gemm.flops_per_second(library(), 1, quick), rate);
  std::vector<result_row> rows;
  gemm.deliver(rows);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].verified);
  EXPECT_EQ(rows[0].variant, "dgemm");
  EXPECT_GT(required(rows[0].error), 0.02);  // units of the last place, of sums of 1500 terms
}

}  // namespace
}  // namespace gpucompute::bench
