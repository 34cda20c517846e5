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
using H = hand_loops;

/// float64 inputs with names of one letter.
std::vector<input_spec> reals(std::string_view letters, double low = 0.5, double high = 1.5,
                              layout where = layout::vector) {
  std::vector<input_spec> inputs;
  inputs.reserve(letters.size());
  for (std::size_t i = 0; i < letters.size(); ++i) inputs.push_back({letters.substr(i, 1), float64, low, high, where});
  return inputs;
}

std::vector<std::int64_t> up_to(std::int64_t largest) { return {1'000, 100'000, largest}; }

constexpr std::int64_t large = 10'000'000;

constexpr std::string_view matx =
    "spread = V*sqrt(T); d1 = (log(S/K) + (r + 0.5*V*V)*T)/spread; d2 = d1 - spread; "
    "S*(0.5*erfc(-0.7071067811865476*d1)) - K*exp(-r*T)*(0.5*erfc(-0.7071067811865476*d2))";
constexpr std::string_view matx_naive =
    "s = sqrt(T); s = V*s; t = S/K; t = log(t); u = 0.5*V; u = u*V; u = r + u; u = u*T; t = t + u; t = t/s; "
    "s = t - s; t = -0.7071067811865476*t; t = erfc(t); t = 0.5*t; t = S*t; s = -0.7071067811865476*s; "
    "s = erfc(s); s = 0.5*s; u = -r; u = u*T; u = exp(u); u = K*u; u = u*s; t = t - u";

constexpr std::string_view cupy =
    "root = sqrt(t); d1 = (log(s/x) + 0.065*t)/(0.3*root); d2 = d1 - 0.3*root; "
    "k1 = 1/(1 + 0.2316419*abs(d1)); k2 = 1/(1 + 0.2316419*abs(d2)); "
    "p1 = 0.3989422804014327*exp(-0.5*d1*d1)*(k1*(0.31938153 + k1*(-0.356563782 + k1*(1.781477937 + "
    "k1*(-1.821255978 + k1*1.330274429))))); "
    "p2 = 0.3989422804014327*exp(-0.5*d2*d2)*(k2*(0.31938153 + k2*(-0.356563782 + k2*(1.781477937 + "
    "k2*(-1.821255978 + k2*1.330274429))))); "
    "c1 = where(d1 > 0, 1 - p1, p1); c2 = where(d2 > 0, 1 - p2, p2); strike = x*exp(-0.02*t); "
    "call = s*c1 - strike*c2; put = strike*(1 - c2) - s*(1 - c1)";
constexpr std::string_view cupy_naive =
    "s0 = sqrt(t); s0 = 0.3*s0; d = s/x; d = log(d); u = 0.065*t; d = d + u; d = d/s0; s0 = d - s0; "
    "k = abs(d); k = 0.2316419*k; k = 1 + k; k = 1/k; p = k*1.330274429; p = -1.821255978 + p; p = k*p; "
    "p = 1.781477937 + p; p = k*p; p = -0.356563782 + p; p = k*p; p = 0.31938153 + p; p = k*p; u = -0.5*d; "
    "u = u*d; u = exp(u); u = 0.3989422804014327*u; p = u*p; b = d > 0; u = 1 - p; c1 = where(b, u, p); "
    "k = abs(s0); k = 0.2316419*k; k = 1 + k; k = 1/k; p = k*1.330274429; p = -1.821255978 + p; p = k*p; "
    "p = 1.781477937 + p; p = k*p; p = -0.356563782 + p; p = k*p; p = 0.31938153 + p; p = k*p; u = -0.5*s0; "
    "u = u*s0; u = exp(u); u = 0.3989422804014327*u; p = u*p; b = s0 > 0; u = 1 - p; c2 = where(b, u, p); "
    "u = -0.02*t; u = exp(u); u = x*u; call = s*c1; p = u*c2; call = call - p; c2 = 1 - c2; put = u*c2; "
    "c1 = 1 - c1; c1 = s*c1; put = put - c1";

constexpr std::string_view mixed = "(i2>2) | ((f3**2>3) & ~(i2*f3<2))";
constexpr std::string_view mixed_naive =
    "b = i2 > 2; t = f3**2; c = t > 3; t = i2*f3; d = t < 2; d = ~d; c = c & d; b = b | c";

// clang-format off
// id, text, inputs, named results, naive steps (none where one operation alone leaves nothing to fuse), operations an element,
// sizes, compiled loop, error, largest error allowed
const expression_case cases[] = {
    {"E1", "a + b*c", reals("abc"), {}, "t = b*c; t = a + t", 2, up_to(large), &H::e1,
     error_of<[](X x) { return expected(x[0] + x[1] * x[2]); }>, bound<4>},
    {"E2", "a**2 + b**2 + 2*a*b", reals("ab"), {}, "t = a**2; u = b**2; t = t + u; u = 2*a; u = u*b; t = t + u", 6,
     {1'000, 100'000, 1'000'000, large}, &H::e2,
     error_of<[](X x) { return expected(x[0] * x[0] + x[1] * x[1] + 2 * x[0] * x[1]); }>, bound<4>},
    {"E3", "a**2 + b**2 - 2*a*b*cos(c)", {{"a", float64, 0.5, 1.5}, {"b", float64, 0.5, 1.5}, {"c", float64, 1, 3}}, {},
     "t = a**2; u = b**2; t = t + u; u = 2*a; u = u*b; v = cos(c); u = u*v; t = t - u", 8, up_to(large), &H::e3,
     error_of<[](X x) { return expected(x[0] * x[0] + x[1] * x[1] - 2 * x[0] * x[1] * std::cos(x[2])); }>, bound<16>},
    {"E4a", "sin(a) + log(b)*sqrt(c)", {{"a", float64, 0.1, 3}, {"b", float64, 1, 10}, {"c", float64, 0, 10}}, {},
     "t = sin(a); u = log(b); v = sqrt(c); u = u*v; t = t + u", 5, up_to(large), &H::e4a,
     error_of<[](X x) { return expected(std::sin(x[0]) + std::log(x[1]) * std::sqrt(x[2])); }>, bound<8>},
    {"E4b", "exp(a) + tan(b) - sinh(c)", {{"a", float64, 0, 1}, {"b", float64, 0, 1.5}, {"c", float64, 0, 0.75}}, {},
     "t = exp(a); u = tan(b); t = t + u; u = sinh(c); t = t - u", 5, up_to(large), &H::e4b,
     error_of<[](X x) { return expected(std::exp(x[0]) + std::tan(x[1]) - std::sinh(x[2])); }>, bound<32>},
    {"E5a", "2*y + 4*x", reals("xy"), {}, "t = 2*y; u = 4*x; t = t + u", 3, up_to(large), &H::e5a,
     error_of<[](X x) { return expected(2 * x[1] + 4 * x[0]); }>, bound<4>},
    {"E5b", "sin(x)**3.2 + cos(y)**3.2", {{"x", float64, 0.05, 3.05}, {"y", float64, -1.5, 1.5}}, {},
     "t = sin(x); t = t**3.2; u = cos(y); u = u**3.2; t = t + u", 5, up_to(large), &H::e5b,
     error_of<[](X x) { return expected(std::pow(std::sin(x[0]), 3.2L) + std::pow(std::cos(x[1]), 3.2L)); }>, bound<16>},
    {"E6", "((.25*x + .75)*x - 1.5)*x - 2", reals("x", 0, 1), {},
     "t = .25*x; t = t + .75; t = t*x; t = t - 1.5; t = t*x; t = t - 2", 6, up_to(large), &H::e6,
     error_of<[](X x) { return expected(((.25L * x[0] + .75L) * x[0] - 1.5L) * x[0] - 2); }>, bound<4>},
    {"E7a", matx,
     {{"K", float32, 1, 100}, {"V", float32, 0.1, 0.5}, {"S", float32, 5, 30}, {"r", float32, 0.01, 0.05}, {"T", float32, 0.25, 10}},
     {}, matx_naive, 24, up_to(large), &H::e7a, error_of<option_price>, bound<64>},
    {"E7b", cupy, {{"s", float64, 5, 30}, {"x", float64, 1, 100}, {"t", float64, 0.25, 10}}, {"call", "put"}, cupy_naive, 62,
     up_to(large), &H::e7b, error_of_two_prices, bound<64>},
    {"E8a", mixed, {{"i2", int32, -5, 6}, {"f3", float64, -3, 3}}, {}, mixed_naive, 8, up_to(5'000'000), &H::e8,
     error_of<[](X x) { return expected(selected(x)); }>, bound<0>},
    {"E8b", mixed, {{"i2", int32, -5, 6, layout::strided}, {"f3", float64, -3, 3, layout::strided}}, {}, mixed_naive, 8,
     up_to(5'000'000), &H::e8, error_of<[](X x) { return expected(selected(x)); }>, bound<0>},
    {"E9a", "sum(sqrt(x*x + y*y) < 1)", reals("xy", 0, 1), {},
     "t = x*x; u = y*y; t = t + u; t = sqrt(t); b = t < 1; s = sum(b)", 6, {10'000, large}, &H::e9a, error_of_count, bound<0>},
    {"E9b", "sum(a*b)", reals("ab", 0, 1), {}, "t = a*b; s = sum(t)", 2, {10'000, large}, &H::e9b, error_of_product_sum, bound_of_sum},
    {"E9c", "sqrt(sum(a**2, axis=1))", reals("a", 0, 1, layout::rows_1024), {}, "t = a**2; s = sum(t, axis=1); s = sqrt(s)", 2,
     {262'144, 10'485'760}, &H::e9c, error_of_rows<true>, bound<64>},
    {"E9d", "sum(x, axis=1)", reals("x", 0, 1, layout::rows_10), {}, "", 1, {10'000, large}, &H::e9d, error_of_rows<false>, bound<8>},
    {"E9e", "sum(x, axis=1)", reals("x", 0, 1, layout::ten_rows), {}, "", 1, {10'000, large}, &H::e9d, error_of_rows<false>, bound_of_sum},
    {"E10a", "63+(a*b)+(c**2)+b", {{"a", float32, 0, 10}, {"b", float32, 0, 10}, {"c", float32, 0, 10}}, {},
     "t = a*b; t = 63 + t; u = c**2; t = t + u; t = t + b", 5, {1'000, 1'000'000, large}, &H::e10a,
     error_of<[](X x) { return expected(63 + x[0] * x[1] + x[2] * x[2] + x[1]); }>, bound<4>},
    {"E10b", "a*b + c",
     {{"a", float64, 0.5, 1.5, layout::column}, {"b", float64, 0.5, 1.5, layout::row}, {"c", float64, 0.5, 1.5, layout::row}}, {},
     "t = a*b; t = t + c", 2, {10'000, 1'000'000, large}, &H::e10b, error_of_broadcast, bound<4>},
    {"E13a", "exp(-1j*x)", {{"x", complex128, -1, 1}}, {}, "t = -1j*x; t = exp(t)", 2, up_to(1'000'000), &H::e13a,
     error_of_rotation, bound<8>},
    {"E13b", "exp(-1j*x)", {{"x", complex64, -1, 1}}, {}, "t = -1j*x; t = exp(t)", 2, up_to(1'000'000), &H::e13b,
     error_of_rotation, bound<8>},
};
// clang-format on

}  // namespace

std::span<const expression_case> expression_cases() { return cases; }

}  // namespace gpucompute::bench
