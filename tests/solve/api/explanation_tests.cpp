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

TEST_P(Explanation, AnInverseTellsWhatItsFactorsTook) {
  const auto a = random_matrix<double>(80, 80, 4);
  const std::string called = line_of(inverse(a.view(), on_device()).explain(), "time: ");
  EXPECT_EQ(called.find("factor 0 ns"), std::string::npos) << called;
  const std::string later = line_of(factorize(a.view(), on_device()).inverse().explain(), "time: ");
  EXPECT_NE(later.find("factor 0 ns"), std::string::npos) << later;
}

TEST_P(Explanation, OfABatchItSaysWhichSystemItSpeaksOf) {
  std::vector<double> numbers = random_numbers<double>(2 * 70 * 70, 1);
  std::fill(numbers.begin() + 70 * 70, numbers.end(), 0);
  for (std::size_t i = 0; i < 70; ++i) {
    numbers[70 * 70 + i * 71] = 1;
  }
  const array_view a(numbers.data(), {2, 70, 70});
  const auto b = random_numbers<double>(70, 2);
  const array_view side(b.data(), {70, 1});
  const std::string done = solve(a, side, on_device()).explain(), planned = explain_solve(a, side, on_device());
  EXPECT_NE(line_of(done, "found in the last system: 0 diagonals below"), "") << done;
  EXPECT_NE(line_of(done, "plan for the last system: division"), "") << done;
  EXPECT_NE(line_of(planned, "found in the first system: 69 diagonals below"), "") << planned;
}

TEST_P(Explanation, NoConditionIsBelowOne) {
  for (const std::int64_t n : {1, 4, 80}) {
    dense_matrix<double> identity(n, n);
    for (std::int64_t i = 0; i < n; ++i) {
      identity(i, i) = 1;
    }
    const solution s = solve(identity.view(), random_numbers<double>(n, 2), on_device());
    EXPECT_GE(s.report.condition_bound, 1) << s.explain();
  }
}

TEST_P(Explanation, WhatIsPredictedToBeFasterThanThePlanIsLeftOutForAReason) {
  const auto seconds_in = [](const std::string& line) {
    std::istringstream words(line.substr(line.find("predicted ") + 10));
    double value = 0;
    std::string unit;
    words >> value >> unit;
    unit = unit.substr(0, unit.find(';'));
    return value * (unit == "s" ? 1 : unit == "ms" ? 1e-3 : unit == "us" ? 1e-6 : 1e-9);
  };
  struct asked {
    std::int64_t order, sides;
    factor_precision factors;
    std::string why;
  };
  for (const asked& each :
       {asked{100, 1, factor_precision::automatic, "by default from order 500 on"},
        {600, 1, factor_precision::same, "the factors are to have A's precision"},
        {600, 4, factor_precision::automatic, "by default for at most one right-hand side in 200 rows"},
        {600, 1, factor_precision::automatic, ""}}) {
    for (const bool symmetric : {false, true}) {
      auto a = random_matrix<double>(each.order, each.order, 4);
      for (std::int64_t i = 0; symmetric && i < each.order; ++i) {
        for (std::int64_t j = 0; j < i; ++j) {
          a(i, j) = a(j, i);
        }
      }
      const auto b = random_numbers<double>(each.order * each.sides, 2);
      solve_options options = on_device();
      options.factors = each.factors;
      const std::string text = explain_solve(a.view(), array_view(b.data(), {each.order, each.sides}), options);
      const double planned = seconds_in(line_of(text, "plan: "));
      std::istringstream lines(text);
      bool faster = false;
      for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("  instead of ") && seconds_in(line) < planned) {
          faster = true;
          EXPECT_TRUE(line.ends_with("; " + each.why)) << text;
        }
      }
      EXPECT_EQ(faster, std::string(GetParam()) == "cpu" && !each.why.empty()) << text;
    }
  }
}

TEST_P(Explanation, FactorsInFloat32AreNoAlternativeForNumbersThatTheyCannotHoldOrThatAreGone) {
  constexpr std::int64_t n = 600;
  const auto b = random_numbers<double>(n, 2);
  const std::string narrow = "  instead of LU with partial pivoting in float32";
  for (const int exponent : {60, -600}) {
    auto a = random_matrix<double>(n, n, 4);
    for (double& each : a.values) {
      each = std::ldexp(each, exponent);
    }
    const std::string text = solve(a.view(), b, on_device()).explain();
    EXPECT_EQ(line_of(text, narrow).ends_with("; numbers out of the range that is safe in float32"),
              std::string(GetParam()) == "cpu")
        << text;
  }
  auto a = random_matrix<double>(n, n, 4);
  const std::string text = solve(overwrite(mutable_view(a.values.data(), {n, n})), b, on_device()).explain();
  EXPECT_EQ(line_of(text, narrow), "") << text;
}

TEST_P(Explanation, QRIsCalledLQWhereItIsThat) {
  for (const auto& [rows, columns, called] : {std::tuple(9, 4, "QR"), {4, 9, "LQ"}, {80, 80, "QR"}}) {
    solve_options options = on_device();
    options.method = method::qr;
    for (const operation op : {operation::none, operation::transpose}) {  // A's factors, whatever is solved by them
      options.operation = op;
      const auto a = random_matrix<double>(rows, columns, 4);
      const auto b = random_numbers<double>(op == operation::none ? rows : columns, 2);
      const std::string text = solve(a.view(), b, options).explain();
      EXPECT_TRUE(line_of(text, "plan: ").starts_with(std::string("plan: ") + called + ": ")) << text;
      EXPECT_FALSE(line_of(text, std::string("  ") + called + ": backward error ").empty()) << text;
    }
    const std::string made = factorize(random_matrix<double>(rows, columns, 4).view(), options).explain();
    EXPECT_FALSE(line_of(made, std::string("factors: ") + called).empty()) << made;
  }
}

TEST_P(Explanation, AFactorizationSpeaksOfNoRightHandSide) {
  const auto a = random_matrix<double>(80, 80, 4);
  const std::string text = factorize(a.view(), on_device()).explain();
  EXPECT_EQ(line_of(text, ""), "factorize: A 80 x 80 float64") << text;
  EXPECT_EQ(text.find("right-hand"), std::string::npos) << text;
  const std::string batch = factorize(array_view(a.values.data(), {2, 40, 40}), on_device()).explain();
  EXPECT_EQ(line_of(batch, ""), "factorize: A 40 x 40 float64, 2 systems") << batch;
}

TEST(Explanations, ASolutionThatNoCallGaveSaysSo) {
  EXPECT_EQ(solution().explain(),
            "explain: expected a solution that a call gave, got one made by default, or moved from\n");
}

TEST(Explanations, AVerdictHasAName) {
  EXPECT_EQ(name(verdict::good), "good");
  EXPECT_EQ(name(verdict::ill_conditioned), "ill_conditioned");
  EXPECT_EQ(name(verdict::inaccurate), "inaccurate");
}

TEST_P(Explanation, ASolveByFactorsThatAreThereTakesNoTimeToMakeThem) {
  const auto a = random_matrix<double>(80, 80, 4);
  const auto text = factorize(a.view(), on_device()).solve(random_numbers<double>(80, 2)).explain();
  EXPECT_TRUE(line_of(text, "time: ").starts_with("time: inspect and copy 0 ns, factor 0 ns, solve ")) << text;
}

}  // namespace
}  // namespace gpucompute::tests
