// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <iostream>
#include <regex>

#include "cpu/runtime/team.hpp"
#include "tests/common/case_file.hpp"
#include "tests/common/runs.hpp"

// Random typed expressions with NumPy's answers (tests/oracle/make_differential.py), as they are and as tiles of larger
// arrays. GPUCOMPUTE_CASES names another file of cases; ci/nightly.sh makes long ones.

namespace gpucompute::testing {
namespace {

// Read once, at the first launch: calls with more threads than cores belong to the tests on any machine.
const bool three_threads = setenv("GPUCOMPUTE_NUM_THREADS", "3", 1) == 0;
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

bool reduces(const numpy_case& one) {
  static const std::regex reduction("\\b(sum|prod|min|max|mean|var|std|any|all|count_nonzero|argmin|argmax)\\(");
  return std::regex_search(one.text, reduction);
}

template <typename T>
std::vector<T> times(const std::vector<T>& once, std::int64_t count) {
  std::vector<T> all;
  for (std::int64_t i = 0; i < count; ++i) {
    all.insert(all.end(), once.begin(), once.end());
  }
  return all;
}

/// The case so many times along a new first axis: every input's memory one copy after the other, `beside` bytes between
/// copies beyond those that keep them aligned. Its text must not reduce.
numpy_case tiled(const numpy_case& one, std::int64_t count, std::size_t beside) {
  numpy_case made;
  made.label = one.label + " times " + std::to_string(count);
  made.text = one.text;
  made.names = one.names;
  const std::size_t rank = one.expected.shape().rank();
  for (std::size_t i = 0; i < one.views.size(); ++i) {
    const array_view& view = one.views[i];
    std::vector<std::byte> block = one.memory[i];
    block.resize((block.size() + 15) / 16 * 16 + beside);
    dimensions shape{count}, strides{static_cast<std::int64_t>(block.size())};
    for (std::size_t axis = view.rank(); axis < rank; ++axis) {
      shape.push_back(1);
      strides.push_back(0);
    }
    for (std::size_t axis = 0; axis < view.rank(); ++axis) {
      shape.push_back(view.shape()[axis]);
      strides.push_back(view.strides()[axis]);
    }
    const std::vector<std::byte>& all = made.memory.emplace_back(times(block, count));
    const auto offset = static_cast<const std::byte*>(view.data()) - one.memory[i].data();
    made.views.emplace_back(all.data() + offset, view.type(), shape, strides);
  }
  dimensions shape{count};
  for (const std::int64_t extent : one.expected.shape()) {
    shape.push_back(extent);
  }
  made.expected = array::empty(one.expected.type(), shape);
  const std::size_t bytes = static_cast<std::size_t>(one.expected.size()) * size_of(one.expected.type());
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    std::memcpy(static_cast<std::byte*>(made.expected.data()) + i * bytes, one.expected.data(), bytes);
  }
  made.tolerance = times(one.tolerance, count);
  made.row = one.row;
  made.open_signs = one.open_signs;
  return made;
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
  std::size_t large = 0;
  const auto compare = [&](const numpy_case& one, std::size_t index) {
    const int threads = 1 + static_cast<int>(index % 3);
    const outcome first = run(one, runs[0], threads);
    const std::string against_numpy = first.error.empty() ? difference(one, first.value) : first.error;
    if (!against_numpy.empty()) {
      miss(one, runs[0].name, against_numpy);
      return;
    }
    for (std::size_t tier = 1; tier < runs.size(); ++tier) {
      const outcome other = run(one, runs[tier], threads);
      const std::string between = other.error.empty() ? bit_difference(first.value, other.value) : other.error;
      if (!between.empty()) {
        miss(one, runs[tier].name + " against " + runs[0].name, between);
      }
    }
  };
  const cpu::team_use before = cpu::used_teams();
  for (std::size_t index = 0; index < cases.size(); ++index) {
    const numpy_case& one = cases[index];
    compare(one, index);
    if (index % 10 == 9 && !one.views.empty() && one.expected.size() > 0 && !reduces(one)) {
      const std::int64_t elements = std::int64_t{5000} << (index / 10 % 6);
      compare(tiled(one, elements / one.expected.size(), index % 50 == 49 ? 1 : 0), index / 10);
      ++large;
    }
  }
  EXPECT_GT(large, cases.size() / 20);
  EXPECT_GT(cpu::used_teams().threads - before.threads, 2 * (cpu::used_teams().calls - before.calls))
      << "three at times";
  std::cout << cases.size() << " expressions, " << large << " of them of up to 160,000 elements, on";
  for (const run_on& where : runs) {
    std::cout << (&where == runs.data() ? " " : ", ") << where.name;
  }
  std::cout << ": " << misses << " misses\n";
  EXPECT_EQ(misses, 0) << "of " << cases.size() << " cases; the first " << most_shown << " are shown";
}

}  // namespace
}  // namespace gpucompute::testing
