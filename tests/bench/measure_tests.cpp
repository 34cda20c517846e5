// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <stdexcept>
#include <vector>

#include "bench/measure/environment.hpp"
#include "bench/measure/processor_clock.hpp"
#include "bench/measure/sampler.hpp"
#include "bench/measure/statistics.hpp"
#include "tests/bench/required.hpp"

namespace gpucompute::bench {
namespace {

TEST(ProcessorTimes, AreReadFromTheFirstLineOfProcStat) {
  const auto times = required(parse_processor_times("cpu  100 20 30 1000 50 6 7 80 9 0", 100));
  EXPECT_DOUBLE_EQ(times.busy, 2.43);
  EXPECT_DOUBLE_EQ(times.all, 12.93);
  for (const char* text : {"", "cpu", "cpu0 1 2 3 4 5 6 7 8", "cpu 1 2 3", "cpu  1 2 3 x 5 6 7 8"}) {
    EXPECT_FALSE(parse_processor_times(text, 100).has_value()) << text;
  }
}

TEST(MedianRanks, AreThoseOfTheExactBinomial) {
  const std::pair<std::size_t, rank_interval> expected[] = {
      {6, {1, 6}}, {8, {1, 8}}, {10, {2, 9}}, {20, {6, 15}}, {30, {10, 21}}, {52, {19, 34}}, {100, {40, 61}}};
  for (const auto& [samples, ranks] : expected) EXPECT_EQ(median_ranks(samples), ranks) << samples;
}

TEST(MedianRanks, NeedSixSamples) {
  for (std::size_t samples = 0; samples < 6; ++samples) EXPECT_FALSE(median_ranks(samples).has_value());
}

TEST(MedianRanks, HoldForSamplesWhosePowersUnderflow) {
  const rank_interval ranks = required(median_ranks(100'000));
  // Normal approximation: n/2 - 1.96 sqrt(n)/2.
  EXPECT_NEAR(static_cast<double>(ranks.low), 50'000 - 1.96 * std::sqrt(100'000.0) / 2, 1.5);
  EXPECT_EQ(ranks.low + ranks.high, 100'001U);
}

TEST(EstimateMedian, DoesNotDependOnTheOrder) {
  const std::vector<double> samples{5, 1, 4, 2, 3, 6};
  const median_interval estimate = estimate_median(samples);
  EXPECT_EQ(estimate.median, 3.5);
  EXPECT_EQ(estimate.low, 1);
  EXPECT_EQ(estimate.high, 6);
  EXPECT_EQ(estimate_median(std::vector<double>{2}).median, 2);
  EXPECT_FALSE(estimate_median(std::vector<double>{2}).low.has_value());
  EXPECT_THROW(estimate_median({}), std::invalid_argument);
}

/// How often the interval of `samples` skewed, heavy-tailed draws holds their true median.
double coverage(std::size_t samples, int rounds) {
  std::mt19937_64 random(17);
  std::lognormal_distribution<double> times(0, 1);  // median 1
  int held = 0;
  std::vector<double> drawn(samples);
  for (int round = 0; round < rounds; ++round) {
    for (double& one : drawn) one = times(random);
    const median_interval estimate = estimate_median(drawn);
    held += required(estimate.low) <= 1 && 1 <= required(estimate.high);
  }
  return static_cast<double>(held) / rounds;
}

TEST(EstimateMedian, TheIntervalHoldsTheMedianAsOftenAsItSays) {
  // At least 95 %, and above by no more than the discreteness of the ranks and three standard errors explain.
  for (const std::size_t samples : {6U, 10U, 20U, 52U, 100U}) {
    const double held = coverage(samples, 4000);
    EXPECT_GT(held, 0.94) << samples;
    EXPECT_LT(held, 0.985) << samples;
  }
}

/// A clock that moves only when told to, or by `reading` with each reading.
struct fake_clock {
  double now = 100;
  double reading = 1e-8;
  clock_function function() {
    return [this] { return now += reading; };
  }
};

TEST(Measure, StopsWhenTheIntervalIsNarrow) {
  fake_clock clock;
  std::mt19937 random(3);
  std::normal_distribution<double> noise(1e-3, 1e-5);
  const measurement result =
      measure([&] { clock.now += noise(random); }, {.target_ci = 0.01, .max_time = 10}, clock.function());
  EXPECT_EQ(result.reason, stop_reason::target_ci);
  EXPECT_LE(result.estimate.relative_width(), 0.01);
  EXPECT_NEAR(result.estimate.median, 1e-3, 1e-5);
  EXPECT_EQ(result.batch, 1);
  EXPECT_LT(result.samples.size(), 200U);
}

TEST(Measure, StopsWhenTheTimeIsOverAndSaysSo) {
  fake_clock clock;
  std::mt19937 random(3);
  std::uniform_real_distribution<double> noise(1e-3, 3e-3);
  const double begin = clock.now;
  const measurement result =
      measure([&] { clock.now += noise(random); }, {.target_ci = 1e-6, .max_time = 1}, clock.function());
  EXPECT_EQ(result.reason, stop_reason::max_time);
  EXPECT_LT(clock.now - begin, 1.01);
  EXPECT_GT(result.samples.size(), 300U);
  EXPECT_GT(result.estimate.relative_width(), 1e-6);
}

TEST(Measure, ACallLongerThanTheTimeGivesOneSampleWithoutAnInterval) {
  fake_clock clock;
  int calls = 0;
  const measurement result = measure([&] { ++calls, clock.now += 5; }, {.max_time = 1}, clock.function());
  EXPECT_EQ(result.samples.size(), 1U);
  EXPECT_EQ(calls, 2);  // one to warm up
  EXPECT_EQ(result.reason, stop_reason::max_time);
  EXPECT_FALSE(result.estimate.low.has_value());
}

TEST(Measure, CountsEverySampleOfABimodalClock) {
  fake_clock clock;
  int calls = 0;
  const measurement result = measure([&] { clock.now += ++calls % 2 == 0 ? 1e-3 : 2e-3; },
                                     {.max_time = 100, .max_samples = 50}, clock.function());
  EXPECT_EQ(result.reason, stop_reason::max_samples);
  ASSERT_EQ(result.samples.size(), 50U);
  EXPECT_EQ(std::ranges::count_if(result.samples, [](double s) { return s > 1.5e-3; }), 25);
}

TEST(Measure, BatchesCallsThatTheClockCannotResolve) {
  fake_clock clock{.reading = 1e-6};
  const measurement result = measure([&] { clock.now += 2e-6; }, {.max_time = 10}, clock.function());
  EXPECT_NEAR(result.resolution, 1e-6, 1e-9);
  EXPECT_GE(static_cast<double>(result.batch) * 3e-6, 50e-6);
  EXPECT_NEAR(result.estimate.median, 2e-6, 1e-7);
}

TEST(Measure, TheStoppingRuleKeepsMostOfTheCoverage) {
  std::mt19937_64 random(5);
  std::lognormal_distribution<double> times(0, 0.1);
  int held = 0;
  constexpr int rounds = 400;
  for (int round = 0; round < rounds; ++round) {
    fake_clock clock{.reading = 1e-9};
    const measurement result =
        measure([&] { clock.now += times(random); }, {.target_ci = 0.02, .max_time = 1e6}, clock.function());
    held += required(result.estimate.low) <= 1 && 1 <= required(result.estimate.high);
  }
  EXPECT_GT(held, 0.88 * rounds);
}

TEST(Clock, ResolutionIsPositiveAndBelowAMillisecond) {
  const double resolution = clock_resolution(steady_seconds);
  EXPECT_GT(resolution, 0);
  EXPECT_LT(resolution, 1e-3);
}

TEST(Environment, NamesNobodyUnlessAsked) {
  const auto has = [](const std::vector<fact_group>& groups, const std::string& name) {
    return std::ranges::any_of(groups, [&](const fact_group& group) { return group.name == name; });
  };
  EXPECT_FALSE(has(environment(false), "who"));
  EXPECT_TRUE(has(environment(true), "who"));
}

TEST(Environment, EveryUnknownFactHasAReason) {
  for (const fact_group& group : environment(true)) {
    for (const fact& one : group.facts) {
      EXPECT_EQ(std::holds_alternative<std::monostate>(one.value), !one.why.empty()) << group.name << "." << one.name;
    }
  }
}

}  // namespace
}  // namespace gpucompute::bench
