// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <numeric>
#include <random>

#include "cpu/runtime/drivers.hpp"
#include "cpu/runtime/processor.hpp"
#include "kernels/device/backend.hpp"
#include "tests/common/kernel_builder.hpp"
#include "tests/cpu/runtime/numbers.hpp"

namespace gpucompute::cpu {
namespace {

using testing::bind;
using testing::code_builder;
using testing::make_launch;
using testing::numbers;

/// a + b * c over float64; steps as given.
std::shared_ptr<lower::kernel> multiply_add(std::int32_t step_a = 1, std::int32_t step_b = 1, std::int32_t step_c = 1) {
  auto kernel = std::make_shared<lower::kernel>();
  kernel->inputs = {{float64, step_a}, {float64, step_b}, {float64, step_c}};
  kernel->outputs = {{float64, 1}};
  code_builder code(kernel->body);
  const auto a = code.load(0, float64);
  const auto b = code.load(1, float64);
  const auto c = code.load(2, float64);
  kernel->body.results = {code.apply(graph::op::add, float64, {a, code.apply(graph::op::multiply, float64, {b, c})})};
  return kernel;
}

TEST(Elementwise, PackedArraysOfAnyLength) {
  const auto device = device_layer::make_cpu_device();
  const auto kernel = multiply_add();
  const auto ready = device->prepare(kernel, {});
  for (const std::size_t n : {1U, 2U, 63U, 64U, 511U, 512U, 513U, 5000U}) {
    const auto a = numbers(n, 1), b = numbers(n, 2), c = numbers(n, 3);
    std::vector<double> out(n + 1, 99);
    lower::launch launch =
        make_launch(kernel, {static_cast<std::int64_t>(n)}, {bind(0, {8}), bind(1, {8}), bind(2, {8}), bind(3, {8})});
    void* const pointers[] = {const_cast<double*>(a.data()), const_cast<double*>(b.data()),
                              const_cast<double*>(c.data()), out.data()};
    device->run(*ready, launch, pointers, {});
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_EQ(out[i], a[i] + b[i] * c[i]) << n << " at " << i;
    }
    EXPECT_EQ(out[n], 99);
  }
}

TEST(Elementwise, BroadcastNegativeAndTransposedStridesInThreeDimensions) {
  const std::int64_t p = 3, q = 7, r = 130;
  const auto a = numbers(static_cast<std::size_t>(p * q * r), 1);  // (p, q, r), walked backwards along r
  const auto b = numbers(static_cast<std::size_t>(q), 2);          // (1, q, 1)
  const auto c = numbers(static_cast<std::size_t>(p * q * r), 3);  // (r, q, p) transposed
  const auto kernel = multiply_add(-1, 0, lower::any_step);
  lower::launch launch = make_launch(kernel, {p, q, r},
                                     {bind(0, {q * r * 8, r * 8, -8}), bind(1, {0, 8, 0}),
                                      bind(2, {8, p * 8, q * p * 8}), bind(3, {q * r * 8, r * 8, 8})});
  std::vector<double> expected;
  for (std::int64_t i = 0; i < p; ++i) {
    for (std::int64_t j = 0; j < q; ++j) {
      for (std::int64_t k = 0; k < r; ++k) {
        const auto at = [](const std::vector<double>& v, std::int64_t index) {
          return v[static_cast<std::size_t>(index)];
        };
        expected.push_back(at(a, (i * q + j) * r + r - 1 - k) + at(b, j) * at(c, (k * q + j) * p + i));
      }
    }
  }
  for (const isa which : {isa::avx2, isa::avx512}) {
    if (!supports(which)) {
      continue;
    }
    const interpret::interpreter run(kernel, which, false);
    for (const std::int64_t cut : {0L, 1L, 129L, 130L, 131L, 1000L, 2729L}) {
      std::vector<double> out(expected.size(), 99);
      void* const pointers[] = {const_cast<double*>(a.data()) + r - 1, const_cast<double*>(b.data()),
                                const_cast<double*>(c.data()), out.data()};
      const job work{*kernel, launch, pointers, run, run};
      run_elementwise(work, 0, cut);
      if (cut < p * q * r) {
        EXPECT_EQ(out.back(), 99);
      }
      run_elementwise(work, cut, p * q * r);
      EXPECT_EQ(out, expected) << "cut at " << cut;
    }
  }
}

TEST(Elementwise, OutputMayBeAnInput) {
  const auto device = device_layer::make_cpu_device();
  const auto kernel = multiply_add();
  const std::size_t n = 3000;
  const auto a = numbers(n, 1), c = numbers(n, 3);
  auto b = numbers(n, 2);
  const auto before = b;
  lower::launch launch =
      make_launch(kernel, {static_cast<std::int64_t>(n)}, {bind(0, {8}), bind(1, {8}), bind(2, {8}), bind(3, {8})});
  void* const pointers[] = {const_cast<double*>(a.data()), b.data(), const_cast<double*>(c.data()), b.data()};
  device->run(*device->prepare(kernel, {}), launch, pointers, {});
  for (std::size_t i = 0; i < n; ++i) {
    ASSERT_EQ(b[i], a[i] + before[i] * c[i]);
  }
}

TEST(Elementwise, TwoOutputsMaySwapTheirInputs) {
  auto kernel = std::make_shared<lower::kernel>();
  kernel->inputs = {{float64, 1}, {float64, 1}};
  kernel->outputs = {{float64, 1}, {float64, 1}};
  code_builder code(kernel->body);
  const auto a = code.load(0, float64);
  const auto b = code.load(1, float64);
  kernel->body.results = {b, a};
  auto x = numbers(2000, 1), y = numbers(2000, 2);
  const auto old_x = x, old_y = y;
  lower::launch launch = make_launch(kernel, {2000}, {bind(0, {8}), bind(1, {8}), bind(2, {8}), bind(3, {8})});
  void* const pointers[] = {x.data(), y.data(), x.data(), y.data()};
  const auto device = device_layer::make_reference_device();
  device->run(*device->prepare(kernel, {}), launch, pointers, {});
  EXPECT_EQ(x, old_y);
  EXPECT_EQ(y, old_x);
}

TEST(Elementwise, ComplexLanesAndParameters) {
  // out = (p * re(z)) + i * (im(z) - p)
  auto kernel = std::make_shared<lower::kernel>();
  kernel->inputs = {{complex64, 1}};
  kernel->outputs = {{complex64, 1}};
  kernel->parameters = {float32};
  code_builder code(kernel->body);
  const auto re = code.load(0, float32, 0);
  const auto im = code.load(0, float32, 1);
  const auto p = code.parameter(0, float32);
  kernel->body.results = {code.apply(graph::op::multiply, float32, {p, re}),
                          code.apply(graph::op::subtract, float32, {im, p})};
  std::vector<std::complex<float>> z(700), out(700);
  for (std::size_t i = 0; i < z.size(); ++i) {
    z[i] = {static_cast<float>(i), static_cast<float>(2 * i + 1)};
  }
  lower::launch launch = make_launch(kernel, {700}, {bind(0, {8}), bind(1, {8})});
  launch.parameters = {testing::to_bits(2.5F)};
  void* const pointers[] = {z.data(), out.data()};
  const auto device = device_layer::make_cpu_device();
  device->run(*device->prepare(kernel, {}), launch, pointers, {});
  for (std::size_t i = 0; i < z.size(); ++i) {
    ASSERT_EQ(out[i], std::complex<float>(2.5F * z[i].real(), z[i].imag() - 2.5F));
  }
}

TEST(Elementwise, UnalignedNumbersAndNonzeroBytesAsTrue) {
  // where(flag, x, -x) with x at odd addresses
  auto kernel = std::make_shared<lower::kernel>();
  kernel->inputs = {{bool_, 1}, {float64, 1, false}};
  kernel->outputs = {{float64, 1, false}};
  code_builder code(kernel->body);
  const auto flag = code.load(0, bool_);
  const auto x = code.load(1, float64);
  kernel->body.results = {
      code.apply(graph::op::where, float64, {flag, x, code.apply(graph::op::negative, float64, {x})})};
  const std::size_t n = 1000;
  const auto values = numbers(n, 5);
  std::vector<unsigned char> flags(n);
  std::iota(flags.begin(), flags.end(), 0);
  std::vector<char> memory(8 * n + 1), out(8 * n + 3);
  std::memcpy(memory.data() + 1, values.data(), 8 * n);
  lower::launch launch =
      make_launch(kernel, {static_cast<std::int64_t>(n)}, {bind(0, {1}), bind(1, {8}), bind(2, {8})});
  void* const pointers[] = {flags.data(), memory.data() + 1, out.data() + 3};
  const auto device = device_layer::make_cpu_device();
  device->run(*device->prepare(kernel, {}), launch, pointers, {});
  for (std::size_t i = 0; i < n; ++i) {
    double got;
    std::memcpy(&got, out.data() + 3 + 8 * i, 8);
    ASSERT_EQ(got, i % 256 != 0 ? values[i] : -values[i]);
  }
}

TEST(Elementwise, ZeroAndSingleElements) {
  const auto device = device_layer::make_cpu_device();
  const auto kernel = multiply_add();
  double a = 2, b = 3, c = 4, out = 99;
  void* const pointers[] = {&a, &b, &c, &out};
  lower::launch launch = make_launch(kernel, {0}, {bind(0, {8}), bind(1, {8}), bind(2, {8}), bind(3, {8})});
  device->run(*device->prepare(kernel, {}), launch, pointers, {});
  EXPECT_EQ(out, 99);
  launch.kept = {};
  launch.operands = {bind(0, {}), bind(1, {}), bind(2, {}), bind(3, {})};
  device->run(*device->prepare(kernel, {}), launch, pointers, {});
  EXPECT_EQ(out, 14);
}

}  // namespace
}  // namespace gpucompute::cpu
