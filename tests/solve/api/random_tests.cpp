// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "tests/solve/api/systems.hpp"

// Systems drawn at random over types, structures, layouts, operations and options; each x is judged here.

namespace gpucompute::tests {
namespace {

using RandomSystems = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, RandomSystems, testing::ValuesIn(solving_devices));

enum class shape { general, upper, lower, diagonal, tridiagonal, banded, positive, hermitian, deficient };
constexpr structure promises[] = {structure::general,           structure::upper,       structure::lower,
                                  structure::diagonal,          structure::tridiagonal, structure::banded,
                                  structure::positive_definite, structure::symmetric,   structure::any};

template <typename T>
class drawn_system {
 public:
  explicit drawn_system(std::uint64_t seed) : draw_(seed) {
    constexpr std::int64_t orders[] = {1, 2, 3, 5, 7, 8, 9, 16, 17, 31, 32, 33, 63, 64, 65, 80};
    const std::int64_t n = orders[pick(16)];
    a = {pick(6) == 0 ? orders[pick(16)] : n, n};
    which = a.rows == n ? static_cast<shape>(pick(9)) : shape::general;
    op = static_cast<operation>(pick(3));
    fill();
    const int scale = pick(4) == 0 ? static_cast<int>(pick(sizeof(std::abs(T())) == 4 ? 70 : 900)) : 0;
    for (T& each : a.values) {
      each *= static_cast<T>(static_cast<decltype(std::abs(T()))>(std::ldexp(1.0, pick_sign_ ? scale : -scale)));
    }
    count = 1 + pick(3);
    b = dense_matrix<T>(op == operation::none ? a.rows : a.columns, count);
    std::ranges::generate(b.values, [&] { return random_number<T>(draw_); });
    lay_out();
  }

  std::int64_t pick(std::int64_t below) {
    return static_cast<std::int64_t>(draw_() % static_cast<std::uint64_t>(below));
  }

  array_view view() const { return {memory.data() + offset_, dtype_of<T>(), {a.rows, a.columns}, {row_, column_}}; }
  mutable_view writable() { return {memory.data() + offset_, dtype_of<T>(), {a.rows, a.columns}, {row_, column_}}; }

  shape which = shape::general;
  operation op = operation::none;
  dense_matrix<T> a{0, 0};
  dense_matrix<T> b{0, 0};
  std::int64_t count = 1;
  std::vector<char> memory;

 private:
  void fill() {
    const std::int64_t n = a.columns;
    const std::int64_t below = pick(n), above = pick(n);
    for (std::int64_t i = 0; i < a.rows; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        const std::int64_t off = j - i;
        const bool kept = which == shape::upper         ? off >= 0
                          : which == shape::lower       ? off <= 0
                          : which == shape::diagonal    ? off == 0
                          : which == shape::tridiagonal ? off >= -1 && off <= 1
                          : which == shape::banded      ? off >= -below && off <= above
                                                        : true;
        const T value = random_number<T>(draw_);
        a(i, j) = kept ? value : T(0);
        if ((which == shape::positive || which == shape::hermitian) && off <= 0) {
          a(j, i) = conjugate(a(i, j));
          a(i, j) = off == 0 ? T(std::real(value)) : a(i, j);
        }
      }
    }
    for (std::int64_t i = 0; i < std::min(a.rows, n); ++i) {
      const bool small = which == shape::general || which == shape::hermitian || which == shape::deficient;
      a(i, i) += small ? T(0) : T(static_cast<decltype(std::abs(T()))>(2 * n));
      if (which == shape::deficient) {
        a(i, 0) = n == 1 ? T(0) : a(i, n - 1);
      }
    }
    pick_sign_ = pick(2) == 0;
  }

  void lay_out() {
    const auto size = static_cast<std::int64_t>(sizeof(T));
    const std::int64_t pad = pick(3), way = pick(4);
    row_ = way % 2 == 0 ? size : (a.columns + pad) * size;
    column_ = way % 2 == 0 ? (a.rows + pad) * size : size;
    const std::int64_t last = (a.rows - 1) * row_ + (a.columns - 1) * column_;
    const std::int64_t shift = pick(8) == 0 ? 1 + pick(7) : 0;
    memory.assign(static_cast<std::size_t>(last + size + 8), 'x');
    offset_ = shift + (way >= 2 ? last : 0);
    row_ = way >= 2 ? -row_ : row_;
    column_ = way >= 2 ? -column_ : column_;
    for (std::int64_t i = 0; i < a.rows; ++i) {
      for (std::int64_t j = 0; j < a.columns; ++j) {
        std::memcpy(memory.data() + offset_ + i * row_ + j * column_, &a(i, j), sizeof(T));
      }
    }
  }

  std::mt19937_64 draw_;
  bool pick_sign_ = true;
  std::int64_t row_ = 0, column_ = 0, offset_ = 0;
};

/// Least squares: what a backward error within its bar can leave of op(A)^H r, relative to that.
template <typename T>
double slope(const dense_matrix<T>& a, operation op, std::span<const T> x, std::span<const T> b) {
  const auto ax = product(a, op, x);
  long double norm = 0, sizes = 0, steepest = 0;
  for (const T& each : a.values) {
    norm += std::abs(std::complex<long double>(each));
  }
  for (std::size_t i = 0; i < b.size(); ++i) {
    sizes = std::max({sizes, std::abs(std::complex<long double>(b[i])), std::abs(ax[i])});
  }
  for (std::size_t j = 0; j < x.size(); ++j) {
    std::complex<long double> sum = 0;
    for (std::size_t i = 0; i < b.size(); ++i) {
      const auto row = static_cast<std::int64_t>(i), column = static_cast<std::int64_t>(j);
      const T entry = op == operation::none      ? conjugate(a(row, column))
                      : op == operation::adjoint ? a(column, row)
                                                 : conjugate(a(column, row));
      sum += std::complex<long double>(entry) * (std::complex<long double>(b[i]) - ax[i]);
    }
    steepest = std::max(steepest, std::abs(sum));
  }
  return static_cast<double>(steepest / (norm * sizes));
}

template <typename T>
void check(std::uint64_t seed, const char* device_name) {
  drawn_system<T> one(seed);
  const auto before = one.memory;
  const auto b_before = one.b.values;
  solve_options options{.operation = one.op, .device = device(device_name), .threads = static_cast<int>(one.pick(3))};
  options.assume = one.pick(3) == 0 ? promises[static_cast<std::size_t>(one.which)] : structure::any;
  options.factors = one.pick(5) == 0 ? factor_precision::float32 : factor_precision::automatic;
  options.condition = static_cast<condition>(one.pick(2));
  const bool gives_up = one.pick(6) == 0;
  SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << one.a.rows << " x " << one.a.columns);
  solution s;
  try {
    s = gives_up           ? solve(overwrite(one.writable()), one.b.view(), options)
        : one.pick(4) == 0 ? factorize(one.view(), options).solve(one.b.view(), options)
                           : solve(one.view(), one.b.view(), options);
  } catch (const singular_matrix&) {
    EXPECT_EQ(one.which, shape::deficient);
  }
  EXPECT_EQ(one.b.values, b_before);
  EXPECT_TRUE(gives_up || one.memory == before);
  if (s.x.size() == 0) {
    return;
  }
  EXPECT_EQ(s.report.verdict, one.which == shape::deficient ? verdict::ill_conditioned : verdict::good) << s.explain();
  for (std::int64_t k = 0; k < one.count; ++k) {
    std::vector<T> x, side;
    for (std::int64_t i = 0; i < s.x.shape()[0]; ++i) {
      x.push_back(s.x.values<T>()[static_cast<std::size_t>(i * one.count + k)]);
    }
    for (std::int64_t i = 0; i < one.b.rows; ++i) {
      side.push_back(one.b(i, k));
    }
    const bool square = one.a.rows == one.a.columns;
    const double error = square ? backward_error<T>(one.a, one.op, x, side) : slope<T>(one.a, one.op, x, side);
    EXPECT_LE(error, s.report.bar) << s.explain();
    EXPECT_TRUE(!square || gives_up ||
                error <= 2 * s.report.backward_errors[static_cast<std::size_t>(k)] + s.report.bar / 4);
  }
}

TEST_P(RandomSystems, AreSolvedAndJudgedRightWhateverTheyLookLike) {
  for (std::uint64_t seed = 0; seed < 1200 && !HasFailure(); ++seed) {
    check<double>(4 * seed, GetParam());
    check<float>(4 * seed + 1, GetParam());
    check<std::complex<double>>(4 * seed + 2, GetParam());
    check<std::complex<float>>(4 * seed + 3, GetParam());
  }
}

}  // namespace
}  // namespace gpucompute::tests
