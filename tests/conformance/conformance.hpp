// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gpucompute/error.hpp>

#include "tests/common/case_file.hpp"
#include "tests/common/runs.hpp"

namespace gpucompute::testing {

/// Replays case files on one device and tier; counts which cells a group covers.
class Conformance : public ::testing::TestWithParam<run_on> {
 protected:
  static std::vector<numpy_case> read(const std::string& group);

  /// Throws where a tier is missing, which would otherwise run as another one.
  void SetUp() override { all_runs(); }
  void TearDown() override;

  evaluate_options options() const;
  /// Empty when the case gives what it must here; else what is wrong. The result comes out where wanted.
  std::string judge(const numpy_case& one, const std::vector<argument>& inputs, array* result = nullptr) const;
  /// Empty when `call` gives `expected` bit for bit, or, where the case is a mistake, that mistake.
  template <typename Call>
  std::string judge_call(const numpy_case& one, const array& expected, Call&& call) const {
    try {
      const array actual = call();
      return one.mistake.empty() ? bit_difference(expected, actual) : "expected a refusal, got a result";
    } catch (const std::exception& error) {
      return thrown(one, error);
    }
  }
  /// judge_call() of the case on three threads, of `repeated` inputs of so many elements or of as many more as it takes for
  /// three threads to work on it; fails where they never do.
  std::string judge_on_three_threads(const numpy_case& one, std::int64_t count) const;
  /// The first failures of a case are shown; the rest are counted.
  void report(const numpy_case& one, const std::string& detail, const std::string& found);

  /// One more case in the cell `operation/dtype/way`; the operation and the dtype are the label's first two words.
  void count(const numpy_case& one, const std::string& way, std::int64_t elements);
  /// Fails for each cell of `names` x all dtypes x `ways` in which nothing was compared; prints how many there are.
  void expect_all_cells(const char* what, const std::vector<std::string>& names, const std::vector<std::string>& ways);

  void run_all(const std::string& group);

 private:
  static std::string thrown(const numpy_case& one, const std::exception& error);

  std::set<std::string> failed_;
  struct cell {
    std::int64_t elements = 0;
    bool refused = false;
  };
  std::map<std::string, cell> cells_;
};

inline std::string name_of(const ::testing::TestParamInfo<run_on>& info) {
  std::string name = info.param.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

/// The elements of a C-ordered array again and again, along its first axis, until there are at least `count`.
array repeated(const array_view& source, std::int64_t count);

}  // namespace gpucompute::testing
