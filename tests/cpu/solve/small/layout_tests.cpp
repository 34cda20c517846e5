// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "cpu/runtime/team.hpp"
#include "tests/cpu/solve/small/systems.hpp"

// Orders, counts, operations, strides and threads.

namespace gpucompute::testing {
namespace {

using solving::apply;

template <typename T>
class SmallSystems : public ::testing::Test {};
TYPED_TEST_SUITE(SmallSystems, float_types);

TYPED_TEST(SmallSystems, EveryOrderAndOperationInBothLayouts) {
  for_each_isa([] {
    std::mt19937_64 random(1);
    const std::int64_t most = cpu::largest_small(dtype_of<TypeParam>());
    ASSERT_GE(most, 8);
    for (std::int64_t n = 1; n <= most; ++n) {
      for (const apply op : every_apply) {
        for (const layout& of : {layout{n * n, 1, n}, layout{n * n, n, 1}, layout{n * n * 3 + 1, 2, 3 * n},
                                 layout{n * n * 3 + 1, 3 * n, 2}, layout{n * (n + 2), 1, n + 2}}) {
          for (const auto& [count, columns, b_row] :
               std::vector<std::array<std::int64_t, 3>>{{1, 1, 1}, {1, 1, 3}, {1, 2, 1}, {2, 2, 1}}) {
            SCOPED_TRACE("order " + std::to_string(n) + ", op " + std::to_string(static_cast<int>(op)) + ", count " +
                         std::to_string(count) + ", row stride " + std::to_string(of.row) + ", of b " +
                         std::to_string(b_row));
            small_case<TypeParam> one(count, n, columns, of, {columns * b_row * n, b_row, b_row * n});
            one.x_row = b_row == 1 ? 1 : 2;
            one.fill(random);
            one.run(op);
            for (std::int64_t s = 0; s < count; ++s) one.expect_solved(s);
          }
        }
      }
    }
  });
}

TYPED_TEST(SmallSystems, AreCopiedOnTheWay) {
  std::mt19937_64 random(7);
  for (const std::int64_t n : {1, 3, 8, 17}) {
    for (const std::int64_t count : {1, 9, 5000}) {
      small_case<TypeParam> one(count, n, 1);
      one.fill(random);
      one.run(apply::none, true, cpu::thread_budget());
      EXPECT_TRUE(std::equal(one.copies.begin(), one.copies.end(), one.a.begin(), one.a.begin() + count * n * n));
    }
  }
}

TYPED_TEST(SmallSystems, CountsAroundTheWidthOfRegisters) {
  for_each_isa([] {
    std::mt19937_64 random(2);
    for (const std::int64_t n : {1, 3, 7, 8, 16, 17, 40}) {
      for (const std::int64_t count : {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33}) {
        for (const apply op : {apply::none, apply::adjoint}) {
          SCOPED_TRACE(std::to_string(count) + " of order " + std::to_string(n));
          small_case<TypeParam> one(count, n, 1);
          one.fill(random);
          one.run(op);
          for (std::int64_t s = 0; s < count; ++s) one.expect_solved(s);
          // Gaps between the solutions stay as they were.
          for (std::int64_t s = 0; s < count; ++s)
            EXPECT_EQ(*(&one.at_x(s, n - 1, 0) + (s + 1 < count ? 1 : 0)) == TypeParam(77), s + 1 < count);
        }
      }
    }
  });
}

TYPED_TEST(SmallSystems, AnyNumberOfRightHandSidesOfAnyLayout) {
  for_each_isa([] {
    std::mt19937_64 random(3);
    for (const std::int64_t n : {2, 5, 12, 20, 50}) {
      for (const std::int64_t columns : {0, 1, 3, 4, 5, 8, 9, 17}) {
        for (const layout& of : {layout{n * columns + 1, 1, n}, layout{n * columns + 1, columns + 1, 1},
                                 layout{0, 1, n}, layout{0, 1, 0}, layout{columns, 0, 1}}) {
          for (const std::int64_t count : {1, 11}) {
            SCOPED_TRACE(std::to_string(count) + " of order " + std::to_string(n) + ", " + std::to_string(columns) +
                         " columns, row stride " + std::to_string(of.row));
            small_case<TypeParam> one(count, n, columns, {n * n, 1, n}, of);
            one.x_by_rows = of.column == 1;
            one.fill(random);
            one.run(apply::adjoint);
            for (std::int64_t s = 0; s < count; ++s) one.expect_solved(s);
          }
        }
      }
    }
  });
}

TYPED_TEST(SmallSystems, TheirBackwardErrorsAreNeitherPraisedNorBlamed) {
  for_each_isa([] {
    std::mt19937_64 random(9);
    for (const std::int64_t n : {2, 4, 8, 16, 24}) {
      for (const std::int64_t columns : {1, 3}) {
        for (const std::int64_t count : {1, 8}) {
          double said = 0, is = 0;  // rounding counts in each, less in their sum
          for (int round = 0; round < 40; ++round) {
            small_case<TypeParam> one(count, n, columns);
            one.fill(random);
            one.run();
            for (std::int64_t s = 0; s < count; ++s) {
              for (std::int64_t c = 0; c < columns; ++c) {
                said += one.errors[static_cast<std::size_t>(s * columns + c)];
                is += one.backward_error(s, c);
              }
            }
          }
          EXPECT_GT(said, 0.4 * is) << count << " of order " << n << ", " << columns << " columns";
          EXPECT_LT(said, 2.5 * is) << count << " of order " << n << ", " << columns << " columns";
        }
      }
    }
  });
}

TYPED_TEST(SmallSystems, OneMatrixForManyRightHandSides) {
  for_each_isa([] {
    std::mt19937_64 random(4);
    small_case<TypeParam> one(21, 6, 1, {0, 1, 6}, {6, 1, 6});
    one.fill(random);
    one.run();
    for (std::int64_t s = 0; s < 21; ++s) one.expect_solved(s);
  });
}

TYPED_TEST(SmallSystems, TheConditionIsBoundedFromBelow) {
  for_each_isa([] {
    std::mt19937_64 random(5);
    for (const std::int64_t n : {1, 4, 9, 15, 30, 45}) {
      for (const apply op : every_apply) {
        for (const std::int64_t count : {1, 9}) {
          small_case<TypeParam> one(count, n, 1);
          one.fill(random);
          one.run(op);
          for (std::int64_t s = 0; s < count; ++s) {
            const wide_matrix of = one.matrix(s);
            const auto condition = static_cast<double>(row_norm(of) * row_norm(inverse_of(of)));
            const double bound = one.outcomes[static_cast<std::size_t>(s)].condition_bound;
            EXPECT_LE(bound, condition * (1 + condition * unit_roundoff<TypeParam> * 100));
            EXPECT_GE(bound, condition / 1e4);
          }
          one.run(op, false);
          for (const auto& outcome : one.outcomes) EXPECT_EQ(outcome.condition_bound, 0);
        }
      }
    }
  });
}

TYPED_TEST(SmallSystems, NormsAreSumsOfTheRowsOfOpAHoweverItLies) {
  for_each_isa([] {
    std::mt19937_64 random(8);
    for (const std::int64_t n : {8, 13, 16}) {
      for (const layout& of : {layout{n * n, 1, n}, layout{n * n, n, 1}, layout{n * n * 3 + 1, 2, 3 * n}}) {
        for (const apply op : every_apply) {
          SCOPED_TRACE("order " + std::to_string(n) + ", op " + std::to_string(static_cast<int>(op)) + ", row stride " +
                       std::to_string(of.row));
          small_case<TypeParam> alone(1, n, 1, of, {n, 1, n});
          small_case<TypeParam> many(9, n, 1, of, {n, 1, n});
          alone.fill(random);
          for (std::int64_t i = 0; i < n; ++i) {
            // One row of ones: the largest sum of a column is hardly more than 1.
            for (std::int64_t j = 0; j < n; ++j) alone.at_a(0, i, j) = TypeParam(i == j || i == n / 2 ? 1 : 0);
            for (std::int64_t s = 0; s < 9; ++s) {
              many.at_b(s, i, 0) = alone.at_b(0, i, 0);
              for (std::int64_t j = 0; j < n; ++j) many.at_a(s, i, j) = alone.at_a(0, i, j);
            }
          }
          alone.run(op);
          many.run(op);
          const double condition = alone.outcomes[0].condition_bound;
          for (const auto& outcome : many.outcomes) {
            EXPECT_NEAR(outcome.condition_bound, condition, 1e-3 * condition);
          }
          many.expect_solved(8);
        }
      }
    }
  });
}

TYPED_TEST(SmallSystems, AreTheSameOnAnyNumberOfThreads) {
  std::mt19937_64 random(10);
  for (const std::int64_t n : {5, 15}) {
    small_case<TypeParam> one(4001, n, 1);
    one.fill(random);
    one.run();
    const auto of_one = one.x;
    one.run(apply::none, true, cpu::thread_budget());
    EXPECT_EQ(one.x, of_one);
  }
}

TYPED_TEST(SmallSystems, ThreadsShareThem) {
  std::mt19937_64 random(6);
  small_case<TypeParam> one(20000, 5, 1);
  one.fill(random);
  const auto before = cpu::used_teams();
  for (int round = 0; round < 20 && cpu::used_teams().calls == before.calls; ++round) {
    one.run(apply::none, true, cpu::thread_budget());
  }
  if (cpu::thread_budget() > 1) {
    EXPECT_GT(cpu::used_teams().calls, before.calls);
  }
  for (std::int64_t s = 0; s < one.count; s += 7) one.expect_solved(s);
}

TYPED_TEST(SmallSystems, OfOrderZeroHaveNothingToSay) {
  small_case<TypeParam> one(3, 0, 2);
  one.run();
  for (const auto& outcome : one.outcomes) {
    EXPECT_TRUE(outcome.finite);
    EXPECT_EQ(outcome.singular_at, -1);
    EXPECT_EQ(outcome.backward_error, 0);
  }
  for (const double error : one.errors) EXPECT_EQ(error, 0);
}

}  // namespace
}  // namespace gpucompute::testing
