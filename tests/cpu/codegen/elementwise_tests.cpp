// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <gtest/gtest.h>

#include "tests/cpu/codegen/harness.hpp"
#include "tests/cpu/codegen/small_kernels.hpp"

namespace gpucompute::testing {
namespace {

template <typename T>
void expect_multiply_add(const cpu::compiled& code, std::int64_t extent, bool stream, std::int64_t offset = 0) {
  std::vector<T> x(static_cast<std::size_t>(extent)), y(x.size()), out(x.size() + 64, T(-7));
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = static_cast<T>(i) / T(3);
    y[i] = T(1) / static_cast<T>(i + 1);
  }
  std::vector<char*> data = {reinterpret_cast<char*>(x.data()), reinterpret_cast<char*>(y.data()),
                             reinterpret_cast<char*>(out.data() + offset)};
  const std::vector<std::int64_t> inner(3, sizeof(T)), outer(3, 0);
  const std::uint64_t parameter = to_bits(T(0.25));
  cpu::tile tile = {};
  tile.data = data.data();
  tile.inner = inner.data();
  tile.outer = outer.data();
  tile.inner_extent = extent;
  tile.outer_extent = 1;
  tile.parameters = &parameter;
  tile.stream = stream;
  code.run(&tile);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const T product = x[i] * y[i];
    ASSERT_EQ(out[i + static_cast<std::size_t>(offset)], product + T(0.25)) << "element " << i << " of " << extent;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(offset); ++i) ASSERT_EQ(out[i], T(-7));
  for (std::size_t i = x.size() + static_cast<std::size_t>(offset); i < out.size(); ++i) ASSERT_EQ(out[i], T(-7));
}

TEST(Elementwise, IsRightForEveryTailAndWritesNothingElse) {
  for (const cpu::isa set : instruction_sets()) {
    const cpu::compiled of_float64 = compile(multiply_add(float64), set),
                        of_float32 = compile(multiply_add(float32), set);
    for (std::int64_t extent = 1; extent <= 140; ++extent) {
      expect_multiply_add<double>(of_float64, extent, false);
      expect_multiply_add<float>(of_float32, extent, false);
    }
  }
}

TEST(Elementwise, StreamingStoresGiveTheSameForEveryAlignment) {
  for (const cpu::isa set : instruction_sets()) {
    const cpu::compiled of_float64 = compile(multiply_add(float64), set),
                        of_float32 = compile(multiply_add(float32), set);
    for (std::int64_t offset = 0; offset < 20; ++offset) {
      for (const std::int64_t extent : {1, 7, 33, 200, 1003}) {
        expect_multiply_add<double>(of_float64, extent, true, offset);
        expect_multiply_add<float>(of_float32, extent, true, offset);
      }
    }
  }
}

TEST(Elementwise, CallsLibraryFunctionsForEveryLane) {
  for (const cpu::isa set : instruction_sets()) {
    for (const dtype type : {float32, float64}) {
      const cpu::compiled code = compile(sine_plus(type), set);
      for (const std::int64_t extent : {1, 5, 16, 37}) {
        test_array x(type, extent, 1, {}), out(type, extent, 1, {});
        for (std::int64_t i = 0; i < extent; ++i) {
          const auto value = static_cast<double>(i) + 0.5;
          const std::uint64_t bits = type == float32 ? to_bits(static_cast<float>(value)) : to_bits(value);
          std::memcpy(x.at(i, 0), &bits, size_of(type));
        }
        run(code, {&x, &out}, {.inner_extent = extent});
        for (std::int64_t i = 0; i < extent; ++i) {
          const double expected = 3 * (static_cast<double>(i) + 0.5) + 1;
          EXPECT_EQ(out.get(i, 0), type == float32 ? to_bits(static_cast<float>(expected)) : to_bits(expected));
        }
      }
    }
  }
}

TEST(Elementwise, FastPrecisionTakesTheFastVariantWhereThereIsOne) {
  for (const cpu::isa set : instruction_sets()) {
    const cpu::compiled code = compile(sine_plus(float64), set, precision::fast);
    test_array x(float64, 3, 1, {}), out(float64, 3, 1, {});
    x.fill_bytes(0);
    run(code, {&x, &out}, {.inner_extent = 3});
    EXPECT_EQ(out.get(2, 0), to_bits(set == cpu::isa::avx512 ? 2.0 : 1.0));
  }
}

TEST(Elementwise, PreciseNeverContracts) {
  // 1 + 2^-30 squared minus its rounded square: 0 unless the product is kept exact.
  for (const cpu::isa set : instruction_sets()) {
    const cpu::compiled code = compile(multiply_add(float64), set);
    const double x = 1 + std::ldexp(1.0, -30);
    test_array a(float64, 9, 1, {}), out(float64, 9, 1, {});
    for (std::int64_t i = 0; i < 9; ++i) std::memcpy(a.at(i, 0), &x, sizeof x);
    run(code, {&a, &a, &out}, {.inner_extent = 9, .parameters = {to_bits(-(x * x))}});
    EXPECT_EQ(out.get(8, 0), to_bits(0.0));
  }
}

}  // namespace
}  // namespace gpucompute::testing
