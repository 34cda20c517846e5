// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>

#include "tests/solve/api/systems.hpp"

// The systems of a batch, however they lie and of whatever type.

namespace gpucompute::tests {
namespace {

using BatchLayout = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, BatchLayout, testing::ValuesIn(solving_devices));

double unknown(const solution& of, std::int64_t number) {
  return of.x.values<double>()[static_cast<std::size_t>(number)];
}

TEST_P(BatchLayout, SystemsInDimensionsThatFollowEachOtherAreOneBatch) {
  constexpr std::int64_t n = 40, count = 24;
  for (const std::int64_t matrices : {std::int64_t{1}, count}) {
    auto a = random_numbers<double>(matrices * n * n, 1);
    const auto b = random_numbers<double>(count * n, 2);
    const auto of = [&](const dimensions& batch, const dimensions& of_a) {
      dimensions shape_of_a = of_a, shape = batch;
      for (const std::int64_t extent : {n, n}) shape_of_a.push_back(extent);
      for (const std::int64_t extent : {n, std::int64_t{1}}) shape.push_back(extent);
      return std::pair(array_view(a.data(), shape_of_a), array_view(b.data(), shape));
    };
    const auto [flat_a, flat_b] = of({count}, {matrices});
    const solution flat = solve(flat_a, flat_b, on_device());
    const std::string plan = explain_solve(flat_a, flat_b, on_device());
    for (const dimensions& batch : {dimensions{4, 6}, {2, 1, 12}, {1, 24}, {24, 1}, {2, 3, 2, 2}}) {
      const auto [in_a, in_b] = of(batch, matrices == 1 ? dimensions{1} : batch);
      const solution s = solve(in_a, in_b, on_device());
      EXPECT_TRUE(std::ranges::equal(s.x.values<double>(), flat.x.values<double>()));
      EXPECT_EQ(explain_solve(in_a, in_b, on_device()), plan);
      EXPECT_EQ(s.report.rcond(), flat.report.rcond());
    }
    if (matrices == count) {
      // 15 of them as a batch of (3, 5), with a gap behind every five.
      const dimensions gaps = {8 * n * n * 8, n * n * 8, n * 8, 8}, of_b = {8 * n * 8, n * 8, 8, 8};
      const array_view apart(a.data(), float64, {3, 5, n, n}, gaps);
      const array_view sides(b.data(), float64, {3, 5, n, 1}, of_b);
      const solution s = solve(apart, sides, on_device());
      EXPECT_EQ(s.report.verdict, verdict::good);
      for (const std::int64_t system : {0, 4, 5, 14}) {
        const std::int64_t at = system / 5 * 8 + system % 5;
        EXPECT_NEAR(unknown(s, system * n + 7), unknown(flat, at * n + 7), 1e-9) << system;
      }
      std::ranges::fill_n(a.begin() + 9 * n * n, n * n, 1);
      try {
        const auto [in_a, in_b] = of({4, 6}, {4, 6});
        solve(in_a, in_b, on_device());
        ADD_FAILURE() << "a singular matrix was solved";
      } catch (const singular_matrix& mistake) {
        EXPECT_EQ(mistake.system(), 9);
        EXPECT_NE(std::string(mistake.what()).find("[1, 3]"), std::string::npos) << mistake.what();
      }
    }
  }
}

TEST_P(BatchLayout, BackwardsInAnyDimensionTheyAreTheSameSystems) {
  constexpr std::int64_t n = 5, count = 19, last = n - 1;
  const auto a = random_numbers<double>(count * n * n, 1);
  const auto b = random_numbers<double>(count * n, 2);
  const array_view straight(a.data(), {count, n, n}), sides(b.data(), {count, n, 1});
  const solution forwards = solve(straight, sides, on_device());
  const auto turned = [&](std::int64_t system, std::int64_t row, std::int64_t column) {
    const std::int64_t of_a =
        (system < 0 ? (count - 1) * n * n : 0) + (row < 0 ? last * n : 0) + (column < 0 ? last : 0);
    const std::int64_t of_b = (system < 0 ? (count - 1) * n : 0) + (row < 0 ? last : 0);
    return solve(array_view(a.data() + of_a, float64, {count, n, n}, {system * n * n * 8, row * n * 8, column * 8}),
                 array_view(b.data() + of_b, float64, {count, n, 1}, {system * n * 8, row * 8, 8}), on_device());
  };
  for (const auto& [system, row, column] : {std::array{-1, 1, 1}, {1, -1, 1}, {1, 1, -1}, {-1, -1, -1}, {1, -1, -1}}) {
    const solution s = turned(system, row, column);
    for (std::int64_t i = 0; i < count * n; ++i) {
      const std::int64_t of = system < 0 ? count - 1 - i / n : i / n, at = column < 0 ? last - i % n : i % n;
      const double expected = unknown(forwards, of * n + at);
      EXPECT_NEAR(unknown(s, i), expected, 1e-9 * (1 + std::abs(expected))) << system << " " << row << " " << column;
    }
  }
}

TEST_P(BatchLayout, OtherTypesAndUnevenStepsAreSolvedInTheSameWay) {
  constexpr std::int64_t n = 7, rows = 3, columns = 4, count = rows * columns;
  std::vector<float> b = random_numbers<float>(count * n, 2);
  std::vector<std::int32_t> a;
  for (const double each : random_numbers<double>(count * n * n, 1)) {
    a.push_back(static_cast<std::int32_t>(1000 * each));
  }
  const std::vector<double> wide_a(a.begin(), a.end()), wide_b(b.begin(), b.end());
  const dimensions in_a = {rows, columns, n, n}, in_b = {rows, columns, n, 1};
  const array_view same_a(wide_a.data(), in_a), same_b(wide_b.data(), in_b);
  const auto expect_same = [&](const array_view& A, const array_view& sides, const solution& wanted) {
    const solution s = solve(A, sides, on_device());
    EXPECT_TRUE(std::ranges::equal(s.x.values<double>(), wanted.x.values<double>()));
    EXPECT_EQ(s.report.backward_errors, wanted.report.backward_errors);
    EXPECT_EQ(s.report.rcond(), wanted.report.rcond());
    EXPECT_EQ(explain_solve(A, sides, on_device()), explain_solve(same_a, same_b, on_device()));
  };
  const solution plain = solve(same_a, same_b, on_device());
  expect_same(same_a, array_view(b.data(), in_b), plain);
  expect_same(array_view(a.data(), in_a), same_b, plain);
  expect_same(array_view(a.data(), in_a), array_view(b.data(), in_b), plain);
  // The same systems with rows and columns of the batch exchanged, and A or b of one row of it for all.
  const dimensions crosswise = {n * n * 8, columns * n * n * 8, n * 8, 8},
                   sides_crosswise = {n * 8, columns * n * 8, 8, 8};
  const solution s = solve(array_view(wide_a.data(), float64, {columns, rows, n, n}, crosswise),
                           array_view(wide_b.data(), float64, {columns, rows, n, 1}, sides_crosswise), on_device());
  for (std::int64_t k = 0; k < count * n; ++k) {
    const std::int64_t system = k / n;
    ASSERT_EQ(unknown(s, (system % columns * rows + system / columns) * n + k % n), unknown(plain, k));
  }
  const array_view one_row(wide_a.data(), float64, in_a, {0, n * n * 8, n * 8, 8});
  const array_view one_side(wide_b.data(), float64, in_b, {n * 8, 0, 8, 8});
  std::vector<double> all_a, all_b;
  for (std::int64_t i = 0; i < rows; ++i) {
    all_a.insert(all_a.end(), wide_a.begin(), wide_a.begin() + columns * n * n);
    for (std::int64_t j = 0; j < columns; ++j) {
      all_b.insert(all_b.end(), wide_b.begin() + i * n, wide_b.begin() + (i + 1) * n);
    }
  }
  expect_same(one_row, one_side, solve(array_view(all_a.data(), in_a), array_view(all_b.data(), in_b), on_device()));
}

}  // namespace
}  // namespace gpucompute::tests
