// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <memory_resource>
#include <numeric>

#include "tests/solve/api/systems.hpp"

// Many small systems in one call.

namespace gpucompute::tests {
namespace {

using SmallBatch = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, SmallBatch, testing::ValuesIn(solving_devices));

/// Two tiny rows that differ in one last digit: x is of moderate size, the solution of the screening beyond all numbers.
template <typename T>
dense_matrix<T> of_two_tiny_rows(int exponent, int difference) {
  constexpr std::int64_t n = 6;
  dense_matrix<T> a(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t r = i == 1 ? 0 : i;
    for (std::int64_t j = 0; j < n; ++j) {
      a(i, j) = static_cast<T>((7 * r + 5 * j + 3 * r * j) % 11 - 5);
    }
  }
  a(1, 0) += std::ldexp(T(1), difference);
  for (std::int64_t j = 0; j < n; ++j) {
    a(0, j) = std::ldexp(a(0, j), exponent);
    a(1, j) = std::ldexp(a(1, j), exponent);
  }
  return a;
}

template <typename T>
void expect_a_warning(int exponent, int difference, const solve_options& options) {
  const auto a = of_two_tiny_rows<T>(exponent, difference);
  std::vector<T> side;
  for (std::int64_t i = 0; i < a.rows; ++i) {
    side.push_back(std::accumulate(&a(i, 0), &a(i, 0) + a.columns, T(0)));
  }
  side[0] *= T(1.3);
  for (const std::int64_t count : {1, 2, 9, 20}) {
    std::vector<T> matrices, sides;
    std::vector<std::int64_t> all;
    for (std::int64_t i = 0; i < count; ++i) {
      matrices.insert(matrices.end(), a.values.begin(), a.values.end());
      sides.insert(sides.end(), side.begin(), side.end());
      all.push_back(i);
    }
    const solution s = solve(array_view(matrices.data(), {count, a.rows, a.rows}),
                             array_view(sides.data(), {count, a.rows, 1}), options);
    EXPECT_EQ(s.report.verdict, verdict::ill_conditioned) << count << "\n" << s.explain();
    EXPECT_EQ(s.report.doubtful, all);
  }
}

TEST_P(SmallBatch, AScreeningThatOverflowsIsNoGoodSign) {
  expect_a_warning<double>(-980, -50, on_device());
  expect_a_warning<float>(-110, -21, on_device());
}

/// What a call asked of the memory for arrays.
class counted final : public std::pmr::memory_resource {
 public:
  counted() : before_(set_host_memory(this)) {}
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() override { set_host_memory(before_); }

  std::size_t most() const { return most_; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    live_ += bytes;
    most_ = std::max(most_, live_);
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* at, std::size_t bytes, std::size_t alignment) override {
    live_ -= bytes;
    std::pmr::new_delete_resource()->deallocate(at, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::pmr::memory_resource* before_;
  std::size_t live_ = 0, most_ = 0;
};

TEST_P(SmallBatch, OneMatrixOfManySystemsIsKeptOnce) {
  constexpr std::int64_t n = 30, count = 1000;
  const auto a = random_matrix<double>(n, n, 1);
  const auto b = random_numbers<double>(count * n, 2);
  const double alone = solve(a.view(), array_view(b.data(), {n}), on_device()).report.rcond();
  const counted memory;
  const solution s = solve(a.view(), array_view(b.data(), {count, n, 1}), on_device());
  EXPECT_LT(memory.most(), 3 * b.size() * sizeof(double));
  EXPECT_EQ(s.report.rcond(), alone);
}

TEST(LargeBatch, FactorsOfAllSystemsAreKeptWithinALimit) {
  // Matrices that overlap each other: 1.3 MiB of input, whose factors are 375 MiB.
  constexpr std::int64_t n = 256, count = 750;
  const auto a = random_numbers<double>(n * n + count, 1);
  const auto b = random_numbers<double>(n, 2);
  const array_view all(a.data(), float64, {count, n, n}, {8, n * 8, 8});
  const counted memory;
  const solution s = solve(all, array_view(b.data(), {n, 1}), {.device = device("cpu")});
  EXPECT_LT(memory.most(), 300U << 20);
  double least = 1;
  for (const std::int64_t system : {std::int64_t{0}, count / 2, count - 1}) {
    least = std::min(
        least,
        solve(array_view(&a[static_cast<std::size_t>(system)], {n, n}), b, {.device = device("cpu")}).report.rcond());
  }
  EXPECT_LE(s.report.rcond(), least);
  EXPECT_GT(s.report.rcond(), 1e-9);
}

/// The answers of one matrix to `count` systems of `columns` sides, every fifth of which is 0 and has no error.
template <typename T>
void expect_answers(std::int64_t n, std::int64_t count, std::int64_t columns, bool column_by_column,
                    const solve_options& options) {
  const auto a = random_matrix<T>(n, n, 1);
  auto b = random_numbers<T>(count * n * columns, 2);
  const dimensions shape = {count, n, columns};
  constexpr auto size = static_cast<std::int64_t>(sizeof(T));
  const dimensions strides = column_by_column ? dimensions{n * columns * size, size, n * size}
                                              : dimensions{n * columns * size, columns * size, size};
  const auto at = [&](std::int64_t side, std::int64_t row) {
    return static_cast<std::size_t>((side / columns * strides[0] + row * strides[1] + side % columns * strides[2]) /
                                    size);
  };
  for (std::int64_t side = 0; side < count * columns; side += 5) {
    for (std::int64_t i = 0; i < n; ++i) {
      b[at(side, i)] = 0;
    }
  }
  std::vector<T> out(b.size(), T(99));
  solve_options into = options;
  into.out = mutable_view(out.data(), dtype_of<T>(), shape, strides);
  const array_view sides(b.data(), dtype_of<T>(), shape, strides);
  const solution made = solve(a.view(), sides, options);
  const solution s = solve(a.view(), sides, into);
  EXPECT_EQ(s.report.verdict, verdict::good);
  ASSERT_EQ(s.report.backward_errors.size(), static_cast<std::size_t>(count * columns));
  for (std::int64_t side = 0; side < count * columns; ++side) {
    std::vector<T> x, of_b;
    for (std::int64_t i = 0; i < n; ++i) {
      x.push_back(out[at(side, i)]);
      of_b.push_back(b[at(side, i)]);
      const auto in_c_order = static_cast<std::size_t>((side / columns * n + i) * columns + side % columns);
      ASSERT_EQ(made.x.values<T>()[in_c_order], x.back());
    }
    ASSERT_LE(backward_error<T>(a, options.operation, x, of_b), s.report.bar) << side;
    ASSERT_EQ(s.report.backward_errors[static_cast<std::size_t>(side)] == 0, side % 5 == 0) << side;
  }
}

TEST_P(SmallBatch, OneMatrixAnswersManySystemsHoweverTheyLie) {
  for (const std::int64_t count : {1, 2, 3, 63, 64, 65, 150}) {
    for (const std::int64_t columns : {1, 3}) {
      for (const bool column_by_column : {false, true}) {
        for (const operation op : {operation::none, operation::adjoint}) {
          solve_options options = on_device();
          options.operation = op;
          expect_answers<double>(7, count, columns, column_by_column, options);
          expect_answers<std::complex<double>>(20, count, columns, column_by_column, options);
        }
      }
    }
  }
}

TEST_P(SmallBatch, WhatIsWrongWithOneOfManySystemsOfOneMatrixIsNamed) {
  constexpr std::int64_t n = 5, count = 150;
  auto a = random_matrix<double>(n, n, 1);
  auto b = random_numbers<double>(count * n, 2);
  const array_view sides(b.data(), {count, n, 1});
  const auto index_of = [&] {
    try {
      solve(a.view(), sides, on_device());
    } catch (const non_finite& mistake) {
      return mistake.index();
    }
    return dimensions();
  };
  b[70 * n + 2] = std::nan("");
  b[140 * n + 1] = INFINITY;
  EXPECT_EQ(index_of(), (dimensions{70, 2, 0}));
  b[70 * n + 2] = b[140 * n + 1] = 1;
  std::ranges::fill_n(b.begin() + 71 * n, n, 1e308);
  for (std::int64_t j = 0; j < n; ++j) {
    a(1, j) *= 1e-3;
  }
  const solution s = solve(a.view(), sides, on_device());
  EXPECT_EQ(s.report.verdict, verdict::inaccurate);
  EXPECT_EQ(s.report.doubtful, std::vector<std::int64_t>{71});
  for (std::int64_t j = 0; j < n; ++j) {
    a(1, j) *= 1e-15;
  }
  std::vector<std::int64_t> all(count);
  std::iota(all.begin(), all.end(), 0);
  std::ranges::fill_n(b.begin() + 71 * n, n, 1);
  EXPECT_EQ(solve(a.view(), sides, on_device()).report.doubtful, all);
  std::ranges::fill(a.values, 1);
  try {
    solve(a.view(), sides, on_device());
    ADD_FAILURE() << "a singular matrix was solved";
  } catch (const singular_matrix& mistake) {
    EXPECT_EQ(mistake.system(), 0);
  }
}

TEST_P(SmallBatch, WhatIsSingularToWorkingPrecisionAloneIsSoInABatchAndUnscreened) {
  // Regular on paper, determinant 4e-18: LAPACK's rounding may come to a zero pivot, ours does not.
  std::vector<double> a;
  for (const int k : {0, 1}) {
    for (int i = 1; i <= 9; ++i) {
      a.push_back(k == 0 ? i * 0.1 : i == 9 ? 2 : i);
    }
  }
  const std::vector<double> b = {1, 2, 3};
  const auto judged = [&](const array_view& A) {
    try {
      const solution s = solve(A, b, on_device());
      EXPECT_LE(s.report.backward_error, s.report.bar);
      return std::pair(s.report.verdict, s.report.doubtful);
    } catch (const singular_matrix&) {
      return std::pair(verdict::good, std::vector<std::int64_t>{-1});
    }
  };
  solve_options unscreened = on_device();
  unscreened.condition = condition::never;
  const array_view alone(a.data(), {3, 3});
  const solution s = solve(alone, b, unscreened);
  EXPECT_EQ(judged(alone).first, verdict::ill_conditioned);
  EXPECT_EQ(judged(alone).second, std::vector<std::int64_t>());
  EXPECT_TRUE(std::ranges::equal(solve(alone, b, on_device()).x.values<double>(), s.x.values<double>()));
  EXPECT_EQ(judged(array_view(a.data(), {2, 3, 3})), std::pair(verdict::ill_conditioned, std::vector<std::int64_t>{0}));
}

TEST_P(SmallBatch, ASystemThatFailsLeavesThoseBehindItAsTheyWere) {
  constexpr std::int64_t n = 6, count = 21, bad = 3;
  for (const std::int64_t columns : {1, 2}) {
    for (const int fault : {0, 1, 2}) {
      auto a = random_numbers<double>(count * n * n, 1);
      auto b = random_numbers<double>(count * n * columns, 2);
      if (fault == 0) {
        std::ranges::fill_n(a.begin() + bad * n * n, n * n, 1);
      } else if (fault == 1) {
        a[bad * n * n + 4] = std::nan("");
      } else {
        b[static_cast<std::size_t>(bad * n * columns + 4)] = std::nan("");
      }
      std::vector<double> x(b.size(), 99);
      solve_options options = on_device();
      options.out = mutable_view(x.data(), {count, n, columns});
      EXPECT_THROW(solve(array_view(a.data(), {count, n, n}), array_view(b.data(), {count, n, columns}), options),
                   invalid_argument);
      EXPECT_TRUE(std::all_of(x.begin() + bad * n * columns, x.end(), [](double each) { return each == 99; })) << fault;
    }
  }
}

TEST_P(SmallBatch, OfMatricesThatAreGivenUpTheReportIsThatOfBorrowedOnes) {
  constexpr std::int64_t n = 8, gap = 3, count = 3;
  std::vector<double> a;
  for (std::int64_t i = 0; i < count; ++i) {
    auto one = random_matrix<double>(n, n, 4);
    for (std::int64_t j = 0; j < n && i == 1; ++j) {
      one(1, j) = one(0, j) * (1 + static_cast<double>(j % 2) * 0x1p-50);
    }
    a.insert(a.end(), one.values.begin(), one.values.end());
    a.insert(a.end(), gap, 0);
  }
  const auto b = random_numbers<double>(count * n, 2);
  const dimensions shape = {count, n, n}, strides = {(n * n + gap) * 8, n * 8, 8};
  const array_view sides(b.data(), {count, n, 1});
  const solution borrowed = solve(array_view(a.data(), float64, shape, strides), sides, on_device());
  ASSERT_EQ(borrowed.report.verdict, verdict::ill_conditioned);
  const solution given = solve(overwrite(mutable_view(a.data(), float64, shape, strides)), sides, on_device());
  EXPECT_EQ(given.report.verdict, verdict::ill_conditioned);
  EXPECT_EQ(given.report.doubtful, borrowed.report.doubtful);
  if (!std::isnan(given.report.rcond())) {  // as it may be once A is gone
    EXPECT_EQ(given.report.rcond(), borrowed.report.rcond());
  }
}

TEST_P(SmallBatch, PivotGrowthIsNoWarning) {
  constexpr std::int64_t n = 60, count = 2;
  std::mt19937_64 draw(1);
  std::vector<double> a;
  for (std::int64_t at = 0; at < count * n * n; ++at) {
    const std::int64_t i = at / n % n, j = at % n;
    const double nearly_one = 1 - 1e-3 * std::abs(random_number<double>(draw));
    a.push_back(i == j ? 1 : j == n - 1 ? nearly_one : j < i ? -nearly_one : 0);
  }
  // Exact, so that nothing but the screening sees how pivots grow: it may take a condition of 60 for one of 500.
  const std::vector<double> b(count * n, 0);
  const solution s = solve(array_view(a.data(), {count, n, n}), array_view(b.data(), {count, n, 1}),
                           {.method = method::lu, .device = device(GetParam())});
  EXPECT_EQ(s.report.verdict, verdict::good) << s.explain();
  EXPECT_EQ(s.report.backward_error, 0);
}

}  // namespace
}  // namespace gpucompute::tests
