// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "bench/suites/expression_case.hpp"
#include "bench/suites/reference.hpp"

namespace gpucompute::bench {
namespace {

using results = std::span<const array>;

template <int Ulp>
double bound(std::int64_t) {
  return Ulp;
}
/// Of a sum of n like-signed terms in any order: rounding errors add up as a random walk.
double bound_of_sum(std::int64_t n) { return 8 + 2 * std::sqrt(static_cast<double>(n)); }

/// An error function for expressions whose result has the inputs' common shape.
template <auto F>
double error_of(const case_data& data, results got) {
  return elementwise_error(data, got[0], {data.n}, F);
}

wide power_of_sine(wide sine) { return std::pow(sine, 3.2L); }

wide normal_cdf(wide x) { return std::erfc(-x / std::sqrt(2.0L)) / 2; }

expected option_price(const wide* x) {
  const wide K = x[0], V = x[1], S = x[2], r = x[3], T = x[4];
  const wide spread = V * std::sqrt(T);
  const wide d1 = (std::log(S / K) + (r + V * V / 2) * T) / spread;
  const wide bought = S * normal_cdf(d1), paid = K * std::exp(-r * T) * normal_cdf(d1 - spread);
  return {bought - paid, S + K};
}

wide normal_cdf_polynomial(wide x) {
  const wide k = 1 / (1 + 0.2316419 * std::abs(x));
  const wide tail = 0.3989422804014327 * std::exp(-x * x / 2) *
                    (k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429)))));
  return x > 0 ? 1 - tail : tail;
}

template <bool Call>
expected option_price_polynomial(const wide* x) {
  const wide root = std::sqrt(x[2]);
  const wide d1 = (std::log(x[0] / x[1]) + (0.02 + 0.045) * x[2]) / (0.3 * root);
  const wide c1 = normal_cdf_polynomial(d1), c2 = normal_cdf_polynomial(d1 - 0.3 * root);
  const wide strike = x[1] * std::exp(-0.02L * x[2]);
  return {Call ? x[0] * c1 - strike * c2 : strike * (1 - c2) - x[0] * (1 - c1), x[0] + x[1]};
}

double error_of_two_prices(const case_data& data, results got) {
  return std::max(elementwise_error(data, got[0], {data.n}, option_price_polynomial<true>),
                  elementwise_error(data, got[1], {data.n}, option_price_polynomial<false>));
}

wide selected(const wide* x) { return (x[0] > 2) || (x[1] * x[1] > 3 && !(x[0] * x[1] < 2)); }

/// Which points lie inside is decided in double, as the expression says.
double error_of_count(const case_data& data, results got) {
  const auto x = data.arrays[0].values<double>(), y = data.arrays[1].values<double>();
  const auto inside = [&](std::int64_t i) {
    const auto k = static_cast<std::size_t>(i);
    return static_cast<wide>(std::sqrt(x[k] * x[k] + y[k] * y[k]) < 1);
  };
  return row_error(got[0], 1, data.n, inside, [](wide sum) { return sum; });
}

double error_of_product_sum(const case_data& data, results got) {
  const auto a = data.arrays[0].values<double>(), b = data.arrays[1].values<double>();
  const auto term = [&](std::int64_t i) {
    return static_cast<wide>(a[static_cast<std::size_t>(i)]) * b[static_cast<std::size_t>(i)];
  };
  return row_error(got[0], 1, data.n, term, [](wide sum) { return sum; });
}

template <bool Norm>
double error_of_rows(const case_data& data, results got) {
  const auto a = data.arrays[0].values<double>();
  const dimensions& shape = data.arrays[0].shape();
  const auto term = [&](std::int64_t i) {
    const wide x = a[static_cast<std::size_t>(i)];
    return Norm ? x * x : x;
  };
  return row_error(got[0], shape[0], shape[1], term, [](wide sum) { return Norm ? std::sqrt(sum) : sum; });
}

double error_of_broadcast(const case_data& data, results got) {
  const std::int64_t side = data.arrays[1].size();
  return elementwise_error(data, got[0], {side, side}, [](const wide* x) { return expected(x[0] * x[1] + x[2]); });
}

double error_of_rotation(const case_data& data, results got) {
  return elementwise_error(data, got[0], {data.n},
                           [](const wide_complex* x) { return std::exp(wide_complex(x[0].imag(), -x[0].real())); });
}

using X = const wide*;

const expression_case cases[] = {
    {.id = "E1",
     .text = "a + b*c",
     .inputs = {{"a", float64, 0.5, 1.5}, {"b", float64, 0.5, 1.5}, {"c", float64, 0.5, 1.5}},
     .naive = "t = b*c; t = a + t",
     .flops = 2,
     .sizes = {1'000, 100'000, 10'000'000},
     .hand = &hand_loops::e1,
     .error = error_of<[](X x) { return expected(x[0] + x[1] * x[2]); }>,
     .tolerance = bound<4>},
    {.id = "E2",
     .text = "a**2 + b**2 + 2*a*b",
     .inputs = {{"a", float64, 0.5, 1.5}, {"b", float64, 0.5, 1.5}},
     .naive = "t = a**2; u = b**2; t = t + u; u = 2*a; u = u*b; t = t + u",
     .flops = 6,
     .sizes = {1'000, 100'000, 1'000'000, 10'000'000},
     .hand = &hand_loops::e2,
     .error = error_of<[](X x) { return expected(x[0] * x[0] + x[1] * x[1] + 2 * x[0] * x[1]); }>,
     .tolerance = bound<4>},
    {.id = "E3",
     .text = "a**2 + b**2 - 2*a*b*cos(c)",
     .inputs = {{"a", float64, 0.5, 1.5}, {"b", float64, 0.5, 1.5}, {"c", float64, 1, 3}},
     .naive = "t = a**2; u = b**2; t = t + u; u = 2*a; u = u*b; v = cos(c); u = u*v; t = t - u",
     .flops = 8,
     .sizes = {1'000, 100'000, 10'000'000},
     .hand = &hand_loops::e3,
     .error = error_of<[](X x) { return expected(x[0] * x[0] + x[1] * x[1] - 2 * x[0] * x[1] * std::cos(x[2])); }>,
     .tolerance = bound<16>},
    {.id = "E4a",
     .text = "sin(a) + log(b)*sqrt(c)",
     .inputs = {{"a", float64, 0.1, 3}, {"b", float64, 1, 10}, {"c", float64, 0, 10}},
     .naive = "t = sin(a); u = log(b); v = sqrt(c); u = u*v; t = t + u",
     .flops = 5,
     .sizes = {1'000, 100'000, 10'000'000},
     .hand = &hand_loops::e4a,
     .error = error_of<[](X x) { return expected(std::sin(x[0]) + std::log(x[1]) * std::sqrt(x[2])); }>,
     .tolerance = bound<8>},
    {.id = "E4b",
     .text = "exp(a) + tan(b) - sinh(c)",
     .inputs = {{"a", float64, 0, 1}, {"b", float64, 0, 1.5}, {"c", float64, 0, 0.75}},
     .naive = "t = exp(a); u = tan(b); t = t + u; u = sinh(c); t = t - u",
     .flops = 5,
     .sizes = {1'000, 100'000, 10'000'000},
     .hand = &hand_loops::e4b,
     .error = error_of<[](X x) { return expected(std::exp(x[0]) + std::tan(x[1]) - std::sinh(x[2])); }>,
     .tolerance = bound<32>},
    {.id = "E5a",
     .text = "2*y + 4*x",
     .inputs = {{"x", float64, 0.5, 1.5}, {"y", float64, 0.5, 1.5}},
     .naive = "t = 2*y; u = 4*x; t = t + u",
     .flops = 3,
     .sizes = {1'000, 100'000, 10'000'000},
     .hand = &hand_loops::e5a,
     .error = error_of<[](X x) { return expected(2 * x[1] + 4 * x[0]); }>,
     .tolerance = bound<4>},
    {.id = "E5b",
     .text = "sin(x)**3.2 + cos(y)**3.2",
     .inputs = {{"x", float64, 0.05, 3.05}, {"y", float64, -1.5, 1.5}},
     .naive = "t = sin(x); t = t**3.2; u = cos(y); u = u**3.2; t = t + u",
     .flops = 5,
     .sizes = {1'000, 100'000, 10'000'000},
     .hand = &hand_loops::e5b,
     .error = error_of<[](X x) { return expected(power_of_sine(std::sin(x[0])) + power_of_sine(std::cos(x[1]))); }>,
     .tolerance = bound<16>},
    {.id = "E6",
     .text = "((.25*x + .75)*x - 1.5)*x - 2",
     .inputs = {{"x", float64, 0, 1}},
     .naive = "t = .25*x; t = t + .75; t = t*x; t = t - 1.5; t = t*x; t = t - 2",
     .flops = 6,
     .sizes = {1'000, 100'000, 10'000'000},
     .hand = &hand_loops::e6,
     .error = error_of<[](X x) { return expected(((.25L * x[0] + .75L) * x[0] - 1.5L) * x[0] - 2); }>,
     .tolerance = bound<4>},
    {.id = "E7a",
     .text = "spread = V*sqrt(T); d1 = (log(S/K) + (r + 0.5*V*V)*T)/spread; d2 = d1 - spread; "
             "S*(0.5*erfc(-0.7071067811865476*d1)) - K*exp(-1*r*T)*(0.5*erfc(-0.7071067811865476*d2))",
     .inputs = {{"K", float32, 1, 100},
                {"V", float32, 0.1, 0.5},
                {"S", float32, 5, 30},
                {"r", float32, 0.01, 0.05},
                {"T", float32, 0.25, 10}},
     .naive = "s = sqrt(T); s = V*s; t = S/K; t = log(t); u = 0.5*V; u = u*V; u = r + u; u = u*T; t = t + u; t = t/s; "
              "s = t - s; t = -0.7071067811865476*t; t = erfc(t); t = 0.5*t; t = S*t; s = -0.7071067811865476*s; "
              "s = erfc(s); s = 0.5*s; u = -1*r; u = u*T; u = exp(u); u = K*u; u = u*s; t = t - u",
     .flops = 25,
     .sizes = {1'000, 100'000, 10'000'000},
     .hand = &hand_loops::e7a,
     .error = error_of<option_price>,
     .tolerance = bound<64>},
    {.id = "E7b",
     .text = "root = sqrt(t); d1 = (log(s/x) + (0.02 + 0.3*0.3/2)*t)/(0.3*root); d2 = d1 - 0.3*root; "
             "k1 = 1/(1 + 0.2316419*abs(d1)); k2 = 1/(1 + 0.2316419*abs(d2)); "
             "p1 = 0.3989422804014327*exp(-0.5*d1*d1)*(k1*(0.31938153 + k1*(-0.356563782 + k1*(1.781477937 + "
             "k1*(-1.821255978 + k1*1.330274429))))); "
             "p2 = 0.3989422804014327*exp(-0.5*d2*d2)*(k2*(0.31938153 + k2*(-0.356563782 + k2*(1.781477937 + "
             "k2*(-1.821255978 + k2*1.330274429))))); "
             "c1 = where(d1 > 0, 1 - p1, p1); c2 = where(d2 > 0, 1 - p2, p2); strike = x*exp(-0.02*t); "
             "call = s*c1 - strike*c2; put = strike*(1 - c2) - s*(1 - c1)",
     .inputs = {{"s", float64, 5, 30}, {"x", float64, 1, 100}, {"t", float64, 0.25, 10}},
     .outputs = {"call", "put"},
     .naive = "s0 = sqrt(t); s0 = 0.3*s0; d = s/x; d = log(d); u = 0.065*t; d = d + u; d = d/s0; s0 = d - s0; "
              "k = abs(d); k = 0.2316419*k; k = 1 + k; k = 1/k; p = k*1.330274429; p = -1.821255978 + p; p = k*p; "
              "p = 1.781477937 + p; p = k*p; p = -0.356563782 + p; p = k*p; p = 0.31938153 + p; p = k*p; u = -0.5*d; "
              "u = u*d; u = exp(u); u = 0.3989422804014327*u; p = u*p; b = d > 0; u = 1 - p; c1 = where(b, u, p); "
              "k = abs(s0); k = 0.2316419*k; k = 1 + k; k = 1/k; p = k*1.330274429; p = -1.821255978 + p; p = k*p; "
              "p = 1.781477937 + p; p = k*p; p = -0.356563782 + p; p = k*p; p = 0.31938153 + p; p = k*p; u = -0.5*s0; "
              "u = u*s0; u = exp(u); u = 0.3989422804014327*u; p = u*p; b = s0 > 0; u = 1 - p; c2 = where(b, u, p); "
              "u = -0.02*t; u = exp(u); u = x*u; call = s*c1; p = u*c2; call = call - p; c2 = 1 - c2; put = u*c2; "
              "c1 = 1 - c1; c1 = s*c1; put = put - c1",
     .flops = 60,
     .sizes = {1'000, 100'000, 10'000'000},
     .hand = &hand_loops::e7b,
     .error = error_of_two_prices,
     .tolerance = bound<64>},
    {.id = "E8a",
     .text = "(i2>2) | ((f3**2>3) & ~(i2*f3<2))",
     .inputs = {{"i2", int32, -5, 6}, {"f3", float64, -3, 3}},
     .naive = "b = i2 > 2; t = f3**2; c = t > 3; t = i2*f3; d = t < 2; d = ~d; c = c & d; b = b | c",
     .flops = 8,
     .sizes = {1'000, 100'000, 5'000'000},
     .hand = &hand_loops::e8,
     .error = error_of<[](X x) { return expected(selected(x)); }>,
     .tolerance = bound<0>},
    {.id = "E8b",
     .text = "(i2>2) | ((f3**2>3) & ~(i2*f3<2))",
     .inputs = {{"i2", int32, -5, 6, layout::strided}, {"f3", float64, -3, 3, layout::strided}},
     .naive = "b = i2 > 2; t = f3**2; c = t > 3; t = i2*f3; d = t < 2; d = ~d; c = c & d; b = b | c",
     .flops = 8,
     .sizes = {1'000, 100'000, 5'000'000},
     .hand = &hand_loops::e8,
     .error = error_of<[](X x) { return expected(selected(x)); }>,
     .tolerance = bound<0>},
    {.id = "E9a",
     .text = "sum(sqrt(x*x + y*y) < 1)",
     .inputs = {{"x", float64, 0, 1}, {"y", float64, 0, 1}},
     .naive = "t = x*x; u = y*y; t = t + u; t = sqrt(t); b = t < 1; s = sum(b)",
     .flops = 6,
     .sizes = {10'000, 10'000'000},
     .hand = &hand_loops::e9a,
     .error = error_of_count,
     .tolerance = bound<0>},
    {.id = "E9b",
     .text = "sum(a*b)",
     .inputs = {{"a", float64, 0, 1}, {"b", float64, 0, 1}},
     .naive = "t = a*b; s = sum(t)",
     .flops = 2,
     .sizes = {10'000, 10'000'000},
     .hand = &hand_loops::e9b,
     .error = error_of_product_sum,
     .tolerance = bound_of_sum},
    {.id = "E9c",
     .text = "sqrt(sum(a**2, axis=1))",
     .inputs = {{"a", float64, 0, 1, layout::rows_1024}},
     .naive = "t = a**2; s = sum(t, axis=1); s = sqrt(s)",
     .flops = 2,
     .sizes = {262'144, 10'485'760},
     .hand = &hand_loops::e9c,
     .error = error_of_rows<true>,
     .tolerance = bound<64>},
    {.id = "E9d",
     .text = "sum(x, axis=1)",
     .inputs = {{"x", float64, 0, 1, layout::rows_10}},
     .flops = 1,
     .sizes = {10'000, 10'000'000},
     .hand = &hand_loops::e9d,
     .error = error_of_rows<false>,
     .tolerance = bound<8>},
    {.id = "E9e",
     .text = "sum(x, axis=1)",
     .inputs = {{"x", float64, 0, 1, layout::ten_rows}},
     .flops = 1,
     .sizes = {10'000, 10'000'000},
     .hand = &hand_loops::e9d,
     .error = error_of_rows<false>,
     .tolerance = bound_of_sum},
    {.id = "E10a",
     .text = "63+(a*b)+(c**2)+b",
     .inputs = {{"a", float32, 0, 10}, {"b", float32, 0, 10}, {"c", float32, 0, 10}},
     .naive = "t = a*b; t = 63 + t; u = c**2; t = t + u; t = t + b",
     .flops = 5,
     .sizes = {1'000, 1'000'000, 10'000'000},
     .hand = &hand_loops::e10a,
     .error = error_of<[](X x) { return expected(63 + x[0] * x[1] + x[2] * x[2] + x[1]); }>,
     .tolerance = bound<4>},
    {.id = "E10b",
     .text = "a*b + c",
     .inputs = {{"a", float64, 0.5, 1.5, layout::column},
                {"b", float64, 0.5, 1.5, layout::row},
                {"c", float64, 0.5, 1.5, layout::row}},
     .naive = "t = a*b; t = t + c",
     .flops = 2,
     .sizes = {10'000, 1'000'000, 10'000'000},
     .hand = &hand_loops::e10b,
     .error = error_of_broadcast,
     .tolerance = bound<4>},
    {.id = "E13a",
     .text = "exp(-1j*x)",
     .inputs = {{"x", complex128, -1, 1}},
     .naive = "t = -1j*x; t = exp(t)",
     .flops = 2,
     .sizes = {1'000, 100'000, 1'000'000},
     .hand = &hand_loops::e13a,
     .error = error_of_rotation,
     .tolerance = bound<8>},
    {.id = "E13b",
     .text = "exp(-1j*x)",
     .inputs = {{"x", complex64, -1, 1}},
     .naive = "t = -1j*x; t = exp(t)",
     .flops = 2,
     .sizes = {1'000, 100'000, 1'000'000},
     .hand = &hand_loops::e13b,
     .error = error_of_rotation,
     .tolerance = bound<8>},
};

}  // namespace

std::span<const expression_case> expression_cases() { return cases; }

}  // namespace gpucompute::bench
