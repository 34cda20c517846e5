// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>

#include "tests/common/case_file.hpp"
#include "tests/common/runs.hpp"

// Random typed expressions with NumPy's answers (tests/oracle/make_differential.py). GPUCOMPUTE_CASES names another
// file of cases; ci/nightly.sh makes long ones.

namespace gpucompute::testing {
namespace {

constexpr int most_shown = 15;

std::filesystem::path case_path() {
  const char* other = std::getenv("GPUCOMPUTE_CASES");
  return other != nullptr ? other : std::filesystem::path(GPUCOMPUTE_TEST_DATA) / "differential.cases";
}

/// The result, or the error's text.
struct outcome {
  array value;
  std::string error;
};

outcome run(const numpy_case& one, const run_on& where, int threads) {
  try {
    evaluate_options options;
    options.device = where.device;
    options.tier = where.tier;
    options.threads = threads;
    return {evaluate(one.text, one.arguments(), options), {}};
  } catch (const std::exception& failure) {
    return {{}, failure.what()};
  }
}

TEST(Differential, RandomExpressionsEqualNumPyAndEachOtherOnEveryTier) {
  const std::vector<numpy_case> cases = read_case_file(case_path());
  ASSERT_GE(cases.size(), 1000U);
  const std::vector<run_on> runs = all_runs();
  int misses = 0;
  const auto miss = [&misses](const numpy_case& one, const std::string& where, const std::string& what) {
    if (++misses <= most_shown) {
      ADD_FAILURE() << one.label << " on " << where << ": " << one.text << "\n  " << what;
    }
  };
  for (std::size_t index = 0; index < cases.size(); ++index) {
    const numpy_case& one = cases[index];
    const int threads = 1 + static_cast<int>(index % 3);
    const outcome first = run(one, runs[0], threads);
    const std::string against_numpy = first.error.empty() ? difference(one, first.value) : first.error;
    if (!against_numpy.empty()) {
      miss(one, runs[0].name, against_numpy);
      continue;
    }
    for (std::size_t tier = 1; tier < runs.size(); ++tier) {
      const outcome other = run(one, runs[tier], threads);
      const std::string between = other.error.empty() ? bit_difference(first.value, other.value) : other.error;
      if (!between.empty()) {
        miss(one, runs[tier].name + " against " + runs[0].name, between);
      }
    }
  }
  std::cout << cases.size() << " expressions on";
  for (const run_on& where : runs) {
    std::cout << (&where == runs.data() ? " " : ", ") << where.name;
  }
  std::cout << ": " << misses << " misses\n";
  EXPECT_EQ(misses, 0) << "of " << cases.size() << " cases; the first " << most_shown << " are shown";
}

}  // namespace
}  // namespace gpucompute::testing
