// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/samples.hpp"

#include <limits>

#include "tests/cuda/builder.hpp"

namespace gpucompute::cuda {
namespace {

using graph::op;
using lower::any_step;
using value = lower::value;

/// a**2 + b**2 + 2*a*b
lower::kernel lecture(dtype type, std::int32_t step = 1, bool aligned = true) {
  kernel_builder k;
  const value a = k.in(type, step, aligned), b = k.in(type), two = k.parameter(type);
  const value squares = k.apply(op::add, {k.apply(op::multiply, {a, a}), k.apply(op::multiply, {b, b})});
  k.out(type, {k.apply(op::add, {squares, k.apply(op::multiply, {k.apply(op::multiply, {two, a}), b})})});
  return k.done();
}

lower::kernel unary(op operation, dtype type) {
  kernel_builder k;
  k.out(type, {k.apply(operation, {k.in(type)})});
  return k.done();
}

lower::kernel binary(op operation, dtype type, std::int32_t left = 1, std::int32_t right = 1) {
  kernel_builder k;
  const value a = k.in(type, left);
  k.out(type, {k.apply(operation, {a, k.in(type, right)})});
  return k.done();
}

lower::kernel complex_product(dtype type, std::int32_t step) {
  kernel_builder k;
  const std::uint32_t a = k.input(type, step), b = k.input(type);
  const value ar = k.load(a), ai = k.load(a, 1), br = k.load(b), bi = k.load(b, 1);
  const value re = k.apply(op::subtract, {k.apply(op::multiply, {ar, br}), k.apply(op::multiply, {ai, bi})});
  const value im = k.apply(op::add, {k.apply(op::multiply, {ar, bi}), k.apply(op::multiply, {ai, br})});
  k.out(type, {re, im});
  return k.done();
}

lower::kernel conjugate_and_magnitude() {
  kernel_builder k;
  const std::uint32_t a = k.input(complex64, -1);
  const value re = k.load(a), im = k.load(a, 1);
  k.out(complex64, {re, k.apply(op::negative, {im})});
  k.out(float32, {k.apply(op::hypot, {re, im})});
  k.out(float32, {k.apply(op::arctan2, {im, re})}, any_step);
  return k.done();
}

lower::kernel casts() {
  kernel_builder k;
  const value x = k.in(float64), i = k.in(int64), flag = k.in(bool_);
  k.out(int8, {k.cast(x, int8)});
  k.out(uint64, {k.cast(x, uint64)});
  k.out(float32, {k.cast(x, float32)});
  k.out(bool_, {k.cast(i, bool_)});
  k.out(uint16, {k.cast(i, uint16)});
  k.out(float64, {k.cast(flag, float64)});
  return k.done();
}

lower::kernel literals() {
  kernel_builder k;
  const value x = k.in(float64), i = k.in(int64), f = k.in(float32), s = k.in(int16), u = k.in(uint64);
  value sum = x;
  for (const double c : {0.1, -0.0, 5e-324, -1.7976931348623157e308, std::numeric_limits<double>::infinity(), 1048577.0,
                         std::numeric_limits<double>::quiet_NaN()}) {
    sum = k.apply(op::add, {sum, k.constant(c)});
  }
  k.out(float64, {sum});
  k.out(int64, {k.apply(op::add, {i, k.constant(std::numeric_limits<std::int64_t>::min())})});
  k.out(float32, {k.apply(op::multiply, {f, k.constant(-0.1F)})});
  k.out(int16, {k.apply(op::subtract, {s, k.constant(static_cast<std::int16_t>(-3))})});
  k.out(uint64, {k.apply(op::multiply, {u, k.constant(std::numeric_limits<std::uint64_t>::max())})});
  return k.done();
}

lower::kernel parameters() {
  kernel_builder k;
  const value x = k.in(float32);
  const value f = k.parameter(float32), flag = k.parameter(bool_), i = k.parameter(int8), u = k.parameter(uint64);
  k.out(float32, {k.apply(op::where, {flag, x, f})});
  k.out(int8, {i});
  k.out(uint64, {u});
  return k.done();
}

lower::kernel bits() {
  kernel_builder k;
  const value a = k.in(int16), b = k.in(int16), flag = k.in(bool_), other = k.in(bool_);
  k.out(int16, {k.apply(op::bitwise_xor, {k.apply(op::bitwise_and, {a, b}), k.apply(op::invert, {a})})});
  k.out(int16, {k.apply(op::left_shift, {a, b})});
  k.out(int16, {k.apply(op::right_shift, {a, b})});
  k.out(uint8, {k.apply(op::popcount, uint8, {a})});
  k.out(bool_, {k.apply(op::bitwise_or, {flag, k.apply(op::invert, {other})})});
  return k.done();
}

lower::kernel polynomial() {
  kernel_builder k;
  const value x = k.in(float32);
  value sum = k.constant(0.25F);
  for (const float c : {0.75F, -1.5F, -2.0F}) {
    sum = k.apply(op::fma, {sum, x, k.constant(c)});
  }
  k.out(float32, {sum});
  return k.done();
}

lower::kernel select() {
  kernel_builder k;
  const value a = k.in(float64), b = k.in(float64, 0);
  const value less = k.apply(op::less, bool_, {b, a});
  k.out(float64, {k.apply(op::where, {less, k.apply(op::multiply, {a, b}), k.apply(op::divide, {a, b})})});
  k.out(bool_, {less});
  return k.done();
}

/// More operands than fit into 4 KB of parameters when the rank is high.
lower::kernel many_inputs() {
  kernel_builder k;
  value sum = k.in(float64, any_step);
  for (int i = 1; i < 40; ++i) {
    sum = k.apply(op::add, {sum, k.in(float64, any_step)});
  }
  k.out(float64, {sum});
  return k.done();
}

std::vector<sample> make_samples() {
  const variant flat, scalar{.vector_access = false}, wide{.wide_index = true}, three{.outer_rank = 2};
  return {
      {"lecture_float64", lecture(float64), flat},
      {"lecture_float32", lecture(float32), flat},
      {"lecture_int32", lecture(int32), flat},
      {"lecture_scalar_access", lecture(float64), scalar},
      {"lecture_wide_index", lecture(float64), wide},
      {"lecture_three_dimensions", lecture(float64, any_step), three},
      {"lecture_unaligned", lecture(float64, 1, false), flat},
      {"broadcast_three_dimensions", binary(op::subtract, float32, 0), three},
      {"stride_constants", binary(op::subtract, float32, -2, 3), flat},
      {"select_and_compare", select(), flat},
      {"polynomial_fma", polynomial(), flat},
      {"sine_and_unrolling", unary(op::sin, float32), flat},
      {"gamma_float64", unary(op::gamma, float64), flat},
      {"logaddexp_float64", binary(op::logaddexp, float64), flat},
      {"sinc_float32", unary(op::sinc, float32), flat},
      {"fmod_float64", binary(op::fmod, float64), flat},
      {"minimum_float32", binary(op::minimum, float32), flat},
      {"maximum_uint16", binary(op::maximum, uint16), flat},
      {"multiply_uint16_wraps", binary(op::multiply, uint16), flat},
      {"quotient_int64", binary(op::divide_truncated, int64), flat},
      {"remainder_int8", binary(op::remainder_truncated, int8), flat},
      {"power_int32", binary(op::power, int32), flat},
      {"bits_int16", bits(), flat},
      {"casts", casts(), flat},
      {"literals", literals(), flat},
      {"parameters", parameters(), flat},
      {"complex64_product", complex_product(complex64, 1), flat},
      {"complex128_product_strided", complex_product(complex128, any_step), three},
      {"complex64_three_results", conjugate_and_magnitude(), flat},
      {"block_in_memory", many_inputs(), {.outer_rank = 12}},
  };
}

}  // namespace

const std::vector<sample>& samples() {
  static const std::vector<sample> all = make_samples();
  return all;
}

}  // namespace gpucompute::cuda
