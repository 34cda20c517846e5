// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <complex>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "bench/suites/expression_case.hpp"

namespace gpucompute::bench {

/// What references compute in: eleven bits more than a double.
using wide = long double;
using wide_complex = std::complex<wide>;

/// A right value; where terms cancel, `scale` is their magnitude, in whose last place the error is then counted.
struct expected {
  wide value;
  wide scale;
  expected(wide v, wide s) : value(v), scale(s) {}
  expected(wide v) : expected(v, v) {}  // NOLINT(google-explicit-constructor): most references return the value alone
};

/// One unit in the last place of a number of `scale`'s magnitude; 1 for integers and bool.
double unit_in_last_place(wide scale, dtype type);

/// |got - right| in units of the last place; 0 for equal infinities or two NaN, infinite where only one is finite.
double ulp_error(wide got, const expected& right, dtype type);

/// The number at a position of `shape` (C order), to which `values` is broadcast.
wide element_at(const array_view& values, const dimensions& shape, std::int64_t position);
wide_complex complex_element_at(const array_view& values, const dimensions& shape, std::int64_t position);

/// Both ends and 16,000 places between; all of them when there are no more than 20,000.
std::vector<std::int64_t> sampled_positions(std::int64_t count);

inline constexpr double wrong_shape = std::numeric_limits<double>::infinity();

/// The largest error over the sampled elements. f(x) gives what is right from the inputs' values at the element, a
/// `const wide*` or, for complex inputs, a `const wide_complex*` (then the error is counted in the last place of |value|).
template <typename F>
double elementwise_error(const case_data& data, const array& result, const dimensions& shape, F f) {
  if (result.shape() != shape) return wrong_shape;
  constexpr bool of_complex = std::is_invocable_v<F, const wide_complex*>;
  std::vector<std::conditional_t<of_complex, wide_complex, wide>> x(data.arguments.size());
  double worst = 0;
  for (const std::int64_t position : sampled_positions(result.size())) {
    for (std::size_t k = 0; k < x.size(); ++k) {
      const array_view& view = data.arguments[k].value.view();
      if constexpr (of_complex) {
        x[k] = complex_element_at(view, shape, position);
      } else {
        x[k] = element_at(view, shape, position);
      }
    }
    if constexpr (of_complex) {
      const wide_complex right = f(x.data());
      const wide_complex got = complex_element_at(result, shape, position);
      const dtype part = component(result.type());
      const wide magnitude = std::abs(right);
      worst = std::max({worst, ulp_error(got.real(), {right.real(), magnitude}, part),
                        ulp_error(got.imag(), {right.imag(), magnitude}, part)});
    } else {
      worst = std::max(worst, ulp_error(element_at(result, shape, position), f(x.data()), result.type()));
    }
  }
  return worst;
}

/// The largest error of sums over rows: row i of the result is finish(sum over j of term(i*columns + j)).
template <typename Term, typename Finish>
double row_error(const array& result, std::int64_t rows, std::int64_t columns, Term term, Finish finish) {
  if (result.size() != rows) return wrong_shape;
  double worst = 0;
  for (std::int64_t i = 0; i < rows; ++i) {
    wide sum = 0;
    for (std::int64_t j = 0; j < columns; ++j) sum += term(i * columns + j);
    worst = std::max(worst, ulp_error(element_at(result, {rows}, i), finish(sum), result.type()));
  }
  return worst;
}

}  // namespace gpucompute::bench
