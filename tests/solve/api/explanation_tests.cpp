// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "tests/solve/api/systems.hpp"

namespace gpucompute::tests {
namespace {

using Explanation = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, Explanation, testing::ValuesIn(solving_devices));

/// The first line that begins so; empty where none does.
std::string line_of(const std::string& text, const std::string& begin) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(begin)) {
      return line;
    }
  }
  return {};
}

TEST_P(Explanation, TheEstimateOfTheConditionHasATimeOfItsOwn) {
  const auto time_of = [&](std::int64_t rows, std::int64_t columns, condition asked) {
    solve_options options = on_device();
    options.condition = asked;
    const auto a = random_matrix<double>(rows, columns, 4);
    return line_of(solve(a.view(), random_numbers<double>(rows, 2), options).explain(), "time: ");
  };
  const std::string none = ", condition 0 ns";
  EXPECT_TRUE(time_of(80, 80, condition::never).ends_with(none)) << time_of(80, 80, condition::never);
  for (const std::int64_t columns : {80, 40}) {  // least squares ask it for the rank
    const std::string told = time_of(80, columns, condition::always);
    EXPECT_NE(told.find(", condition "), std::string::npos) << told;
    EXPECT_FALSE(told.ends_with(none)) << told;
  }
}

TEST_P(Explanation, ASolveByFactorsThatAreThereTakesNoTimeToMakeThem) {
  const auto a = random_matrix<double>(80, 80, 4);
  const auto text = factorize(a.view(), on_device()).solve(random_numbers<double>(80, 2)).explain();
  EXPECT_TRUE(line_of(text, "time: ").starts_with("time: inspect and copy 0 ns, factor 0 ns, solve ")) << text;
}

}  // namespace
}  // namespace gpucompute::tests
