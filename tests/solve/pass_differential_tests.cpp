// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <gtest/gtest.h>
#include <string>

#include "tests/solve/dense.hpp"
#include "tests/solve/solvers.hpp"

// inspect() and copy() of every solver against the plain loops, over random dtypes, layouts and special values.

namespace gpucompute::testing {
namespace {

using solving::matrix_view;

/// Random memory and a matrix somewhere in it.
struct random_case {
  std::vector<std::byte> memory;
  matrix_view view;
  std::string words;
};

class generator {
 public:
  explicit generator(std::uint64_t seed) : bits_(seed) {}
  index below(index count) { return static_cast<index>(bits_() % static_cast<std::uint64_t>(count)); }
  bool one_in(index count) { return below(count) == 0; }
  double real() { return static_cast<double>(bits_() >> 11U) * 0x1p-52 - 1; }

 private:
  std::mt19937_64 bits_;
};

/// Mostly a plain number, at times one that is hard; finite unless `wild`.
template <typename Real>
Real hard_number(generator& next, bool wild) {
  constexpr auto limits = std::numeric_limits<Real>{};
  if (!next.one_in(20)) {
    return static_cast<Real>(next.real());
  }
  const Real hard[] = {Real(0),
                       Real(-0.0),
                       limits.denorm_min(),
                       -limits.min(),
                       std::ldexp(Real(1), limits.max_exponent / 2),
                       std::ldexp(Real(-1), limits.min_exponent / 2),
                       limits.infinity(),
                       -limits.infinity(),
                       limits.quiet_NaN()};
  return hard[next.below(wild ? 9 : 6)];
}

template <typename T>
T element(generator& next, bool wild) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(next.below(5) - (std::is_signed_v<T> ? 2 : 0));
  } else if constexpr (is_complex_number<T>) {
    const auto re = hard_number<real_of<T>>(next, wild);
    return {re, hard_number<real_of<T>>(next, wild)};
  } else {
    return hard_number<T>(next, wild);
  }
}

template <typename T>
random_case make_case(std::uint64_t seed) {
  generator next(seed);
  const index rows = next.below(90), columns = next.one_in(3) ? next.below(90) : rows;
  const index size = static_cast<index>(sizeof(T));
  const index gap = next.one_in(2) ? 0 : next.below(4), turned = next.below(2), odd = next.one_in(4) ? 1 : 0;
  const index inner = (turned == 1 ? columns : rows) + gap;
  index row_stride = turned == 1 ? inner * size : size, column_stride = turned == 1 ? size : inner * size;
  const bool spread = next.one_in(5);
  row_stride *= spread ? 2 : 1;
  column_stride *= spread ? 2 : 1;
  const bool up = next.one_in(4), left = next.one_in(4);
  random_case made;
  made.memory.resize(static_cast<std::size_t>((rows * row_stride + columns * column_stride) + 64));
  std::byte* const first = made.memory.data() + odd + (up && rows > 0 ? (rows - 1) * row_stride : 0) +
                           (left && columns > 0 ? (columns - 1) * column_stride : 0);
  made.view = {
      first, dtype_of<T>(), rows, columns, up ? -row_stride : row_stride, left ? -column_stride : column_stride};

  const index lower = next.one_in(3) ? next.below(4) : rows, upper = next.one_in(3) ? next.below(4) : columns;
  const index likeness = next.below(4);  // 1: symmetric, 2: Hermitian, but at times for one element
  const bool spoiled = next.one_in(3), wild = next.one_in(4);
  dense<T> a = filled<T>(rows, columns, [&](index i, index j) {
    const T value = element<T>(next, wild);
    return i - j > lower || j - i > upper ? T(0) : value;
  });
  for (index j = 0; j < columns && rows == columns; ++j) {
    for (index i = j; i < rows && (likeness == 1 || likeness == 2); ++i) {
      const T mirror = likeness == 2 ? conjugate(a(i, j)) : a(i, j);
      a(j, i) = i == j && likeness == 2 ? T(std::real(a(i, i))) : mirror;
    }
  }
  if (spoiled && rows > 0 && columns > 0) {
    a(next.below(rows), next.below(columns)) = T(1);
  }
  for (index j = 0; j < columns; ++j) {
    for (index i = 0; i < rows; ++i) {
      std::memcpy(first + i * made.view.row_stride + j * made.view.column_stride, &a(i, j), sizeof(T));
    }
  }
  made.words = std::string(name(made.view.type)) + " " + std::to_string(rows) + " by " + std::to_string(columns) +
               ", strides " + std::to_string(made.view.row_stride) + " " + std::to_string(made.view.column_stride) +
               ", seed " + std::to_string(seed);
  return made;
}

void expect_close(double is, double should, double relative) {
  if (is != should) {
    EXPECT_NEAR(is, should, relative * should);
  }
}

/// Bytes, but for what a NaN is made of.
template <typename T>
bool same(const dense<T>& one, const dense<T>& other) {
  for (index j = 0; j < one.columns(); ++j) {
    for (index i = 0; i < one.rows(); ++i) {
      const auto differ = [](auto x, auto y) {
        return std::isnan(x) ? !std::isnan(y) : std::memcmp(&x, &y, sizeof x) != 0;
      };
      if (differ(std::real(one(i, j)), std::real(other(i, j))) ||
          differ(std::imag(one(i, j)), std::imag(other(i, j)))) {
        return false;
      }
    }
  }
  return true;
}

template <typename To>
void compare_copies(solving::solver& tested, const random_case& one, generator& next) {
  dense<To> is(one.view.rows, one.view.columns), should = is, on_the_way = is, plain = is;
  const bool conjugated = next.one_in(2);
  const double scale = std::ldexp(1.0, static_cast<int>(next.below(9)) - 4);
  const int threads = 1 + static_cast<int>(next.below(2));
  tested.copy(one.view, conjugated, scale, is.block(), threads);
  cpu::naive_solver().copy(one.view, conjugated, scale, should.block(), 1);
  EXPECT_TRUE(same(is, should)) << "copied to " << name(dtype_of<To>());
  solving::inspection how;
  how.copy = on_the_way.block();
  how.threads = threads;
  if (tested.inspect(one.view, how).finite) {
    cpu::naive_solver().copy(one.view, false, 1, plain.block(), 1);
    EXPECT_TRUE(same(on_the_way, plain)) << "inspected and copied to " << name(dtype_of<To>());
  }
}

template <typename T>
void compare(solving::solver& tested, std::uint64_t seed) {
  const random_case one = make_case<T>(seed);
  SCOPED_TRACE(one.words);
  generator next(seed + 1);
  solving::inspection how;
  how.c_order = next.one_in(2);
  how.threads = 1 + static_cast<int>(next.below(2));
  const solving::facts is = tested.inspect(one.view, how), should = cpu::naive_solver().inspect(one.view, how);
  EXPECT_EQ(is.finite, should.finite);
  if (!should.finite) {
    EXPECT_EQ(is.first_non_finite, should.first_non_finite);
  } else {
    const bool single = sizeof(real_of<T>) == 4 && !std::is_integral_v<T>;
    const double relative = 100 * (single ? static_cast<double>(std::numeric_limits<float>::epsilon())
                                          : std::numeric_limits<double>::epsilon());
    expect_close(is.norm_one, should.norm_one, relative);
    expect_close(is.norm_inf, should.norm_inf, relative);
    expect_close(is.norm_max, should.norm_max, relative);
    EXPECT_EQ(is.lower_bandwidth, should.lower_bandwidth);
    EXPECT_EQ(is.upper_bandwidth, should.upper_bandwidth);
    EXPECT_EQ(is.symmetric, should.symmetric);
    EXPECT_EQ(is.hermitian, should.hermitian);
    EXPECT_EQ(is.positive_diagonal, should.positive_diagonal);
  }
  if constexpr (!is_complex_number<T>) {
    compare_copies<float>(tested, one, next);
    compare_copies<double>(tested, one, next);
  }
  compare_copies<std::complex<float>>(tested, one, next);
  compare_copies<std::complex<double>>(tested, one, next);
}

template <typename T>
class SolverPasses : public ::testing::Test {};
using elements = ::testing::Types<std::int8_t, std::int32_t, std::uint16_t, std::int64_t, float, double,
                                  std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(SolverPasses, elements);

TYPED_TEST(SolverPasses, SeeAndCopyWhatThePlainLoopsDo) {
  for (const tested_solver& tested : all_solvers()) {
    for (std::uint64_t seed = 0; seed < 150 && !this->HasFailure(); ++seed) {
      SCOPED_TRACE(tested.name);
      compare<TypeParam>(*tested.solver, seed);
    }
  }
}

}  // namespace
}  // namespace gpucompute::testing
