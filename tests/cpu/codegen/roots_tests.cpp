// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

#include "tests/common/kernel_builder.hpp"
#include "tests/cpu/codegen/harness.hpp"

namespace gpucompute::testing {
namespace {

constexpr graph::op orders[] = {graph::op::less, graph::op::less_equal, graph::op::greater, graph::op::greater_equal};

/// out = sqrt(x) OP p, or p OP sqrt(x)
lower::kernel root_compared(graph::op order, bool root_first, dtype type) {
  lower::kernel kernel;
  kernel.inputs = {{.type = type}};
  kernel.outputs = {{.type = bool_}};
  kernel.parameters = {type};
  code_builder make(kernel.body);
  const auto root = make.apply(graph::op::sqrt, type, {make.load(0, type)});
  const auto bound = make.parameter(0, type);
  kernel.body.results = {root_first ? make.apply(order, bool_, {root, bound})
                                    : make.apply(order, bool_, {bound, root})};
  return kernel;
}

template <typename T>
bool compared(graph::op order, T a, T b) {
  switch (order) {
    case graph::op::less:
      return a < b;
    case graph::op::less_equal:
      return a <= b;
    case graph::op::greater:
      return a > b;
    default:
      return a >= b;
  }
}

template <typename T>
using bits_of = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;

/// Bounds where the square is subnormal, at a power of two, above all numbers, or anywhere.
template <typename T>
std::vector<T> bounds(std::mt19937_64& random) {
  using limits = std::numeric_limits<T>;
  std::vector<T> all = {T(0),
                        T(-0.0),
                        T(1),
                        T(2),
                        T(-1),
                        limits::infinity(),
                        -limits::infinity(),
                        limits::min(),
                        limits::max(),
                        limits::lowest(),
                        limits::denorm_min(),
                        limits::quiet_NaN(),
                        std::bit_cast<T>(static_cast<bits_of<T>>(-1)),
                        std::sqrt(limits::max()),
                        std::sqrt(limits::denorm_min()),
                        std::sqrt(limits::min()),
                        std::sqrt(T(2)),
                        std::sqrt(T(0.5))};
  for (int exponent = limits::min_exponent / 2 - 30; exponent <= limits::max_exponent / 2 + 1; ++exponent) {
    const T power = std::ldexp(T(1), exponent);
    all.insert(all.end(), {power, std::nextafter(power, T(0)), std::nextafter(power, limits::infinity()),
                           std::sqrt(T(2)) * power, std::nextafter(std::sqrt(T(2)) * power, T(0))});
  }
  for (int i = 0; i < 1000; ++i) all.push_back(std::bit_cast<T>(static_cast<bits_of<T>>(random())));
  std::uniform_real_distribution<T> ordinary(0, 10);
  for (int i = 0; i < 1000; ++i) all.push_back(ordinary(random));
  return all;
}

/// Numbers whose root is near the bound, and special ones.
template <typename T>
std::vector<T> numbers_around(T bound) {
  using limits = std::numeric_limits<T>;
  std::vector<T> all = {T(0),  T(-0.0),       limits::infinity(),   -limits::infinity(),  limits::quiet_NaN(),
                        T(-1), limits::max(), limits::denorm_min(), -limits::denorm_min()};
  T below = bound * bound, above = below;
  for (int i = 0; i < 12; ++i) {
    all.insert(all.end(), {below, above});
    below = std::nextafter(below, -limits::infinity());
    above = std::nextafter(above, limits::infinity());
  }
  return all;
}

template <typename T>
void expect_the_roots_answers(dtype type, cpu::isa set, graph::op order, bool root_first) {
  const cpu::compiled code = compile(root_compared(order, root_first, type), set);
  std::mt19937_64 random(7);
  for (const T bound : bounds<T>(random)) {
    const std::vector<T> numbers = numbers_around(bound);
    const auto extent = static_cast<std::int64_t>(numbers.size());
    test_array x(type, extent, 1, {}), out(bool_, extent, 1, {});
    for (std::int64_t i = 0; i < extent; ++i) std::memcpy(x.at(i, 0), &numbers[static_cast<std::size_t>(i)], sizeof(T));
    run(code, {&x, &out}, {.inner_extent = extent, .parameters = {to_bits(bound)}});
    for (std::int64_t i = 0; i < extent; ++i) {
      const T root = std::sqrt(numbers[static_cast<std::size_t>(i)]);
      const bool expected = root_first ? compared(order, root, bound) : compared(order, bound, root);
      ASSERT_EQ(out.get(i, 0), expected ? 1U : 0U)
          << std::hexfloat << numbers[static_cast<std::size_t>(i)] << ' ' << bound;
    }
  }
}

TEST(Roots, ComparedWithANumberTheyAnswerAsTheyWouldWithoutARoot) {
  for (const cpu::isa set : instruction_sets()) {
    for (const graph::op order : orders) {
      for (const bool root_first : {true, false}) {
        SCOPED_TRACE(std::string(cpu::name(set)) + " " + std::string(graph::row(order).name) +
                     (root_first ? "" : ", mirrored"));
        expect_the_roots_answers<double>(float64, set, order, root_first);
        expect_the_roots_answers<float>(float32, set, order, root_first);
      }
    }
  }
}

}  // namespace
}  // namespace gpucompute::testing
