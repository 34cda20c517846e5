// SPDX-License-Identifier: Apache-2.0
// What NumPy 2 and mpmath say (tests/oracle/make_conformance.py), held against every device and tier.
#include <cstdlib>
#include <exception>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include <gpucompute/error.hpp>

#include "kernels/graph/op.hpp"
#include "tests/common/case_file.hpp"
#include "tests/common/runs.hpp"
#include "tests/conformance/layouts.hpp"

namespace gpucompute::testing {
namespace {

/// Failures shown in full; the rest are counted. GPUCOMPUTE_TEST_SHOW=1000 shows more.
int reported() {
  const char* wish = std::getenv("GPUCOMPUTE_TEST_SHOW");
  return wish != nullptr ? std::atoi(wish) : 40;
}

class Conformance : public ::testing::TestWithParam<run_on> {
 protected:
  static std::vector<numpy_case> read(const std::string& group) {
    return read_case_file(std::string(GPUCOMPUTE_TEST_DATA) + "/conformance/" + group + ".cases");
  }

  void SetUp() override { all_runs(); }  // throws where a tier is missing, which would otherwise run as another one

  /// Empty when the case gives what it must on this device and tier.
  std::string judge(const numpy_case& one, const std::vector<argument>& inputs, array* result = nullptr) const {
    try {
      array actual = evaluate(one.text, inputs, {.device = GetParam().device, .tier = GetParam().tier});
      std::string found = one.mistake.empty() ? difference(one, actual) : "expected a refusal, got a result";
      if (result != nullptr) {
        *result = std::move(actual);
      }
      return found;
    } catch (const invalid_argument& error) {
      return is_a(error, one.mistake) ? "" : refusal(one, error);
    } catch (const std::exception& error) {
      return std::string("threw ") + error.what();
    }
  }

  void report(const numpy_case& one, const std::string& detail, const std::string& found) {
    const bool first = failed_.insert(one.label + one.text).second;
    if (first && static_cast<int>(failed_.size()) <= reported()) {
      ADD_FAILURE() << one.label << detail << " on " << GetParam().name << ": " << one.text << "\n  " << found;
    }
  }

  void TearDown() override {
    if (!failed_.empty()) {
      ADD_FAILURE() << failed_.size() << " cases failed on " << GetParam().name;
    }
  }

  void run_all(const std::string& group) {
    const std::vector<numpy_case> cases = read(group);
    for (const numpy_case& one : cases) {
      if (const std::string found = judge(one, one.arguments()); !found.empty()) {
        report(one, "", found);
      }
    }
    std::cout << group << ": " << cases.size() << " cases on " << GetParam().name << '\n';
  }

 private:
  static bool is_a(const invalid_argument& error, const std::string& mistake) {
    return mistake == "any" || (mistake == "type" && dynamic_cast<const type_error*>(&error) != nullptr) ||
           (mistake == "shape" && dynamic_cast<const shape_error*>(&error) != nullptr) ||
           (mistake == "name" && dynamic_cast<const name_error*>(&error) != nullptr) ||
           (mistake == "syntax" && dynamic_cast<const syntax_error*>(&error) != nullptr);
  }
  static std::string refusal(const numpy_case& one, const invalid_argument& error) {
    const std::string wanted = one.mistake.empty() ? "a result" : "a mistake of kind " + one.mistake;
    return "expected " + wanted + ", got " + error.what();
  }

  std::set<std::string> failed_;
};

TEST_P(Conformance, NumExprsSuiteGivesWhatNumPyGives) { run_all("suite"); }
TEST_P(Conformance, TypesPromoteAndCastAsInNumPy) { run_all("promotion"); }
TEST_P(Conformance, ReductionsGiveWhatNumPyGives) { run_all("reductions"); }
TEST_P(Conformance, RealInputGivesWhatNumPyGives) { run_all("real_input"); }
TEST_P(Conformance, ShapesBroadcastAsInNumPy) { run_all("shapes"); }

// Every operation on every dtype in every layout. Layouts may not change a bit.
TEST_P(Conformance, FunctionsKeepTheirBoundsOnEveryDtypeAndLayout) {
  std::map<std::string, int> cells;  // operation/dtype/layout -> elements compared
  for (const numpy_case& one : read("functions")) {
    array plain;
    for (const layout which : all_layouts) {
      std::vector<laid_out> copies;
      std::vector<argument> inputs;
      for (std::size_t i = 0; i < one.views.size(); ++i) {
        copies.push_back(lay_out(one.views[i], which));
        inputs.push_back({one.names[i], copies.back().view});
      }
      array result;
      std::string found = judge(one, inputs, &result);
      if (which == layout::as_given) {
        plain = result;
      } else if (found.empty() && one.mistake.empty()) {
        found = bit_difference(plain, result);
      }
      if (!found.empty()) {
        report(one, ", " + std::string(name(which)), found);
      }
      cells[one.label + "/" + std::string(name(which))] += static_cast<int>(one.views.front().size());
    }
  }
  std::size_t covered = 0;
  for (std::size_t i = 0; i < graph::op_count(); ++i) {
    const graph::op_row& row = graph::row(static_cast<graph::op>(i));
    for (std::size_t type = 0; type < dtype_count && !row.internal; ++type) {
      for (const layout which : all_layouts) {
        const std::string cell = std::string(row.name) + "/" + std::string(gpucompute::name(static_cast<dtype>(type))) +
                                 "/" + std::string(name(which));
        covered += cells[cell] > 0 ? 1 : 0;
        EXPECT_GT(cells[cell], 0) << "no case covers " << cell;
      }
    }
  }
  std::cout << covered << " (operation, dtype, layout) cells covered on " << GetParam().name << '\n';
}

std::string name_of(const ::testing::TestParamInfo<run_on>& info) {
  std::string name = info.param.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(EveryTier, Conformance, ::testing::ValuesIn(planned_runs()), name_of);

}  // namespace
}  // namespace gpucompute::testing
