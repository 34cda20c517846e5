// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <gpucompute/error.hpp>

#include "cpu/solve/inspect.hpp"
#include "cpu/solve/passes/instructions.hpp"
#include "tests/cpu/instruction_sets.hpp"
#include "tests/cpu/solve/passes/matrices.hpp"

namespace gpucompute {
namespace {

using testing::strided_matrix;

template <typename To, typename From>
To converted(From x, bool conjugate, double scale) {
  const auto part = [scale]<typename P>(auto value, P) {
    return scale == 1 ? static_cast<P>(value) : static_cast<P>(static_cast<double>(value) * scale);
  };
  if constexpr (is_complex(dtype_of<From>())) {
    const typename To::value_type p{};
    return {part(x.real(), p), part(conjugate ? -x.imag() : x.imag(), p)};
  } else if constexpr (is_complex(dtype_of<To>())) {
    return {part(x, typename To::value_type{}), 0};
  } else {
    return part(x, To{});
  }
}

/// A block with two rows of guards below each column.
template <typename To>
struct target {
  target(std::int64_t rows, std::int64_t columns)
      : elements(static_cast<std::size_t>((rows + 2) * columns + 1), To{77}),
        block{elements.data(), dtype_of<To>(), rows, columns, rows + 2} {}
  template <typename From>
  void expect_copy_of(const strided_matrix<From>& a, bool conjugate, double scale) const {
    for (std::int64_t j = 0; j < block.columns; ++j) {
      for (std::int64_t i = 0; i < block.rows + 2; ++i) {
        const To found = elements[static_cast<std::size_t>(i + j * block.leading)];
        ASSERT_EQ(found, i < block.rows ? converted<To>(a.get(i, j), conjugate, scale) : To{77}) << i << ", " << j;
      }
    }
  }
  std::vector<To> elements;
  solving::block block;
};

struct layout {
  std::int64_t row, column, odd_bytes;
};
std::vector<layout> layouts(std::int64_t m, std::int64_t n) {
  return {{1, m, 0},   {1, m + 3, 0},     {n, 1, 0}, {n + 5, 1, 0}, {-1, m, 0},
          {-n, -1, 0}, {3, 3 * m + 1, 0}, {0, 1, 0}, {1, m, 1}};
}

template <typename From, typename To>
void check_copies() {
  SCOPED_TRACE(std::string(name(dtype_of<From>())) + " to " + std::string(name(dtype_of<To>())));
  std::mt19937_64 random(1);
  for (const auto& [m, n] : {std::pair{1, 1}, {3, 5}, {17, 16}, {64, 130}, {130, 67}}) {
    for (const layout& each : layouts(m, n)) {
      strided_matrix<From> a(m, n, each.row, each.column, each.odd_bytes);
      fill(a, random);
      for (const auto& [conjugate, scale] : {std::pair{false, 1.0}, {true, 1.0}, {true, 0x1p-30}, {false, 4.0}}) {
        target<To> to(m, n);
        cpu::copy(a.view(), conjugate, scale, to.block, 2);
        to.expect_copy_of(a, conjugate, scale);
      }
      target<To> along(m, n);
      cpu::inspect(a.view(), {.copy = along.block, .threads = 2});
      along.expect_copy_of(a, false, 1);
    }
  }
}

template <typename From>
void check_all_targets() {
  if constexpr (!is_complex(dtype_of<From>())) {
    check_copies<From, float>();
    check_copies<From, double>();
  }
  check_copies<From, std::complex<float>>();
  check_copies<From, std::complex<double>>();
}

TEST(InspectCopy, AllTypesAndLayouts) {
  for (const cpu::isa set : testing::instruction_sets()) {
    SCOPED_TRACE(cpu::name(set));
    cpu::passes::use_instructions(set);
#define GPUCOMPUTE_DTYPE(name, cpp, kind, bytes, numpy) check_all_targets<cpp>();
#include <gpucompute/dtypes.def>
  }
  cpu::passes::use_instructions({});
}

TEST(InspectCopy, LargeOnesWithThreads) {
  std::mt19937_64 random(2);
  for (const layout& each : {layout{1, 900, 0}, layout{901, 1, 0}}) {
    strided_matrix<double> a(900, 901, each.row, each.column);
    fill(a, random);
    target<double> to(900, 901);
    target<double> along(900, 901);
    for (int round = 0; round < 5; ++round) {
      cpu::copy(a.view(), false, 1, to.block, 2);
      cpu::inspect(a.view(), {.copy = along.block, .threads = 2});
    }
    to.expect_copy_of(a, false, 1);
    along.expect_copy_of(a, false, 1);
  }
}

TEST(InspectCopy, ComplexIntoRealIsOurMistake) {
  strided_matrix<std::complex<double>> a(2, 2, 1, 2);
  target<double> to(2, 2);
  EXPECT_THROW(cpu::copy(a.view(), false, 1, to.block, 1), internal_error);
}

}  // namespace
}  // namespace gpucompute
