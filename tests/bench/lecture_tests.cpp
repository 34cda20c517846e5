// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

#include "bench/command/lecture_solves.hpp"

namespace gpucompute::bench {
namespace {

using testing::HasSubstr;

result_row row_of(std::int64_t n, const char* variant, int threads) {
  result_row row{.suite = "solve",
                 .id = "random",
                 .n = n,
                 .dtype = "float64",
                 .device = "cpu",
                 .threads = threads,
                 .variant = variant,
                 .flops = lapack_flops(n),
                 .solve = facts_of_order(n)};
  if (row.variant != "textbook") row.most_threads = 2;
  return row;
}

result_row measured(std::int64_t n, const char* variant, int threads, double seconds) {
  result_row row = row_of(n, variant, threads);
  row.verified = true;
  row.median = seconds;
  row.low = 0.99 * seconds;
  row.high = 1.01 * seconds;
  row.samples = std::vector<double>(6, seconds);
  solve_facts facts = facts_of_order(n);
  facts.gemm_flops_per_s = 1e11;
  facts.hpl_residual = 0.0123;
  row.solve = facts;
  return row;
}

/// `factor`: of the interval; 0: none.
result_row extrapolated(std::int64_t n, const char* variant, int threads, double seconds, double factor) {
  result_row row = row_of(n, variant, threads);
  if (factor > 0) {
    set_extrapolated(row, seconds, seconds / factor, seconds * factor, "too long");
  } else {
    set_extrapolated(row, seconds, {}, {}, "too long");
  }
  return row;
}

std::vector<result_row> rows() {
  std::vector<result_row> all = {measured(10, "textbook", 1, 2.705e-7),
                                 measured(10, "lapack", 1, 6.377e-7),
                                 measured(10, "fused", 1, 7.18e-7),
                                 measured(10, "mixed", 1, 4.717e-6),
                                 measured(3000, "lapack", 2, 0.21),
                                 measured(3000, "fused", 2, 0.25),
                                 row_of(3000, "mixed", 2)};
  all[4].low = all[4].high = {};
  all[4].samples = {0.2, 0.21, 0.22, 0.23};
  set_skipped(all[6], "no such library");
  all.push_back(extrapolated(3000, "textbook", 1, 2.0494, 1.1));
  const double month = 365.25 / 12 * 86'400;
  all.push_back(extrapolated(1'000'000, "textbook", 1, 23.93 * month, 10.4));
  all.push_back(extrapolated(1'000'000, "lapack", 2, 19.93 * month, 26.42));
  all.push_back(extrapolated(1'000'000, "fused", 2, 2.135 * month, 3.21));
  all.push_back(extrapolated(1'000'000, "mixed", 2, 5.24 * month, 0));
  return all;
}

TEST(LectureSolves, ShowEveryTimeBesideItsIntervalAndWhoseEachColumnIs) {
  const std::string text = show_lecture_solves(rows());
  EXPECT_THAT(text, HasSubstr(R"(
A x = b of order n
         2011:
      n  about         textbook  95%           LAPACK  95%        this library  95%              float32  95%
     10  1 us          270.5 ns  ±1%         637.7 ns  ±1%              718 ns  ±1%             4.717 us  ±1%
   3000                ~ 2.05 s  ±9.5%         210 ms  4 samples        250 ms  ±1%                    -
1000000  1 century  ~ 24 months  /10 x10  ~ 20 months  /26 x26    ~ 2.1 months  /3.2 x3.2  ~ 5.24 months  none

                n^3/3 at  LAPACK:  this library:  this library:  this library:  this library:  float32:
      n      100 MFlop/s  threads        threads        GFLOP/s     % of dgemm   HPL residual   threads
     10         3.333 us        1              1          0.929         0.929%          0.012         1
   3000             90 s        2              2             72            72%          0.012         -
1000000  1.056 centuries        2              2                                                      2
)"));
}

TEST(LectureSolves, ExplainTheirNotationInLinesThatFitAScreen) {
  const std::string text = show_lecture_solves(rows());
  for (const char* const words : {"±0.24%: from 0.24 % less to 0.24 % more", "4 samples: fewer than 6",
                                  "~ 6 h /2.1 x2.1 from 6/2.1 to 6 x 2.1 hours", "none where too few sizes"}) {
    EXPECT_THAT(text, HasSubstr(words));
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(std::ranges::count_if(line, [](char c) { return (c & 0xc0) != 0x80; }), 120) << line;
  }
}

}  // namespace
}  // namespace gpucompute::bench
