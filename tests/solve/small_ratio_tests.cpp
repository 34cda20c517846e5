// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "cpu/solve/passes/instructions.hpp"
#include "tests/cpu/instruction_sets.hpp"
#include "tests/solve/matrices.hpp"
#include "tests/solve/ratio_log.hpp"
#include "tests/solve/solvers.hpp"

// LAPACK's ratios over LAPACK's general matrices, for systems that are solved without a library: in both layouts, on
// both sides of every order at which the kernels change, alone and side by side.

namespace gpucompute::testing {
namespace {

using solving::apply;

constexpr index orders_of_kernels[] = {1,  2,  3,  4,  5,  7,  8,  9,  12, 15, 16, 17, 23, 24,
                                       25, 31, 32, 33, 40, 41, 47, 48, 49, 56, 57, 63, 64};

template <typename T>
class SmallRatios : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_GE(solver_.largest_small(dtype_of<T>()), 32); }
  void TearDown() override { cpu::passes::use_instructions({}); }

  /// X of op(A) X = B; rows of A, B and X lie one behind the other, or columns.
  dense<T> solved(const dense<T>& a, apply op, const dense<T>& b, bool by_rows, index count) {
    const index n = a.rows(), columns = b.columns();
    constexpr auto size = static_cast<index>(sizeof(T));
    const dense<T> a_here = by_rows ? transpose(a) : a, b_here = by_rows ? transpose(b) : b;
    dense<T> x(b_here.rows(), b_here.columns());
    const index each = n * columns;
    std::vector<T> all(static_cast<std::size_t>(count * each));
    std::vector<solving::small_outcome> outcomes(static_cast<std::size_t>(count));
    solver_.solve_small({.count = count,
                         .order = n,
                         .right_hand_sides = columns,
                         .type = dtype_of<T>(),
                         .a = a_here.view().data,
                         .a_row = by_rows ? n * size : size,
                         .a_column = by_rows ? size : n * size,
                         .b = b_here.view().data,
                         .b_row = by_rows ? columns * size : size,
                         .b_column = by_rows ? size : n * size,
                         .x = all.data(),
                         .x_system = each * size,
                         .x_row = by_rows ? columns * size : size,
                         .x_column = by_rows ? size : n * size,
                         .op = op},
                        outcomes.data(), nullptr);
    EXPECT_TRUE(outcomes.back().finite);
    EXPECT_EQ(outcomes.back().singular_at, -1);
    std::copy(all.end() - each, all.end(), x.data());
    return by_rows ? transpose(x) : x;
  }

  /// The last of `count` such systems.
  void judge(const dense<T>& a, bool by_rows, index count) {
    const std::string label = std::string(by_rows ? "rows" : "columns") + (count > 1 ? " side by side" : "");
    const dense<T> inverse = solved(a, apply::none, identity<T>(a.rows()), by_rows, count);
    log_.expect(label + " get03", get03(a, inverse));
    for (const apply op : all_applies) {
      const dense<T> op_a = applied(op, a);
      const double rcond = reciprocal_condition(op_a, applied(op, inverse));
      for (const index columns : tested_right_hand_sides) {
        const dense<T> known = random_matrix<T>(a.rows(), columns, 17);
        const dense<T> b = op_a * known;
        const dense<T> x = solved(a, op, b, by_rows, count);
        log_.expect(label + " get02", get02(op_a, x, b));
        log_.expect(label + " get04", get04(x, known, rcond));
      }
    }
  }

  solving::solver& solver_ = cpu::lapack_solver();

 private:
  ratio_log log_;
};

using numbers = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(SmallRatios, numbers);

TYPED_TEST(SmallRatios, OfGeneralMatricesAreSmall) {
  for (const cpu::isa set : instruction_sets()) {
    cpu::passes::use_instructions(set);
    for (const matrix_type& type : types_of(family::general)) {
      for (const index n : orders_of_kernels) {
        if (type.zeros != zero_columns::none || n > this->solver_.largest_small(dtype_of<TypeParam>())) {
          continue;
        }
        SCOPED_TRACE(std::string(cpu::name(set)) + ", type " + name(type) + ", n = " + std::to_string(n));
        const auto a = make_matrix<TypeParam>(type, n, n, n, n, static_cast<int>(100 * type.number + n));
        for (const index count : {1, 2}) {
          this->judge(a, false, count);
          this->judge(a, true, count);
        }
      }
    }
  }
}

}  // namespace
}  // namespace gpucompute::testing
