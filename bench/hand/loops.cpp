// SPDX-License-Identifier: Apache-2.0
// Compiled once a level of x86-64, into the namespace that CMake names.
#include <cmath>
#include <complex>
#include <immintrin.h>

#include "bench/hand/hand.hpp"

namespace gpucompute::bench::GPUBENCH_HAND_LEVEL {
namespace {

template <typename T>
const T* in(const hand_call& call, int index) {
  return static_cast<const T*>(call.in[index]);
}
template <typename T>
T* out(const hand_call& call, int index) {
  return static_cast<T*>(call.out[index]);
}

/// body(i) for every element, cut evenly over the threads.
template <typename Body>
void each(const hand_call& call, Body body) {
  const std::int64_t n = call.n;
#pragma omp parallel for num_threads(call.threads) schedule(static) firstprivate(body)
  for (std::int64_t i = 0; i < n; ++i) body(i);
}

template <typename F>
void unary(const hand_call& call, F f) {
  each(call, [a = in<double>(call, 0), r = out<double>(call, 0), f](std::int64_t i) { r[i] = f(a[i]); });
}
template <typename F>
void binary(const hand_call& call, F f) {
  each(call, [a = in<double>(call, 0), b = in<double>(call, 1), r = out<double>(call, 0), f](std::int64_t i) {
    r[i] = f(a[i], b[i]);
  });
}
template <typename T, typename F>
void ternary(const hand_call& call, F f) {
  each(call, [a = in<T>(call, 0), b = in<T>(call, 1), c = in<T>(call, 2), r = out<T>(call, 0), f](std::int64_t i) {
    r[i] = f(a[i], b[i], c[i]);
  });
}

void e1(const hand_call& call) {
  ternary<double>(call, [](double a, double b, double c) { return a + b * c; });
}
void e2(const hand_call& call) {
  binary(call, [](double a, double b) { return a * a + b * b + 2 * a * b; });
}
void e3(const hand_call& call) {
  ternary<double>(call, [](double a, double b, double c) { return a * a + b * b - 2 * a * b * std::cos(c); });
}
void e4a(const hand_call& call) {
  ternary<double>(call, [](double a, double b, double c) { return std::sin(a) + std::log(b) * std::sqrt(c); });
}
void e4b(const hand_call& call) {
  ternary<double>(call, [](double a, double b, double c) { return std::exp(a) + std::tan(b) - std::sinh(c); });
}
void e5a(const hand_call& call) {
  binary(call, [](double x, double y) { return 2 * y + 4 * x; });
}
void e5b(const hand_call& call) {
  binary(call, [](double x, double y) { return std::pow(std::sin(x), 3.2) + std::pow(std::cos(y), 3.2); });
}
void e6(const hand_call& call) {
  unary(call, [](double x) { return ((.25 * x + .75) * x - 1.5) * x - 2; });
}

float normal_cdf(float x) { return 0.5F * std::erfc(x * -0.70710678F); }

void e7a(const hand_call& call) {
  const float *K = in<float>(call, 0), *V = in<float>(call, 1), *S = in<float>(call, 2), *r = in<float>(call, 3),
              *T = in<float>(call, 4);
  float* price = out<float>(call, 0);
  each(call, [=](std::int64_t i) {
    const float spread = V[i] * std::sqrt(T[i]);
    const float d1 = (std::log(S[i] / K[i]) + (r[i] + 0.5F * V[i] * V[i]) * T[i]) / spread;
    price[i] = S[i] * normal_cdf(d1) - K[i] * std::exp(-r[i] * T[i]) * normal_cdf(d1 - spread);
  });
}

/// The five-term polynomial of Abramowitz and Stegun 26.2.17.
double normal_cdf_polynomial(double x) {
  const double k = 1 / (1 + 0.2316419 * std::abs(x));
  const double tail =
      0.3989422804014327 * std::exp(-0.5 * x * x) *
      (k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429)))));
  return x > 0 ? 1 - tail : tail;
}

void e7b(const hand_call& call) {
  const double *s = in<double>(call, 0), *x = in<double>(call, 1), *t = in<double>(call, 2);
  double *bought = out<double>(call, 0), *sold = out<double>(call, 1);
  each(call, [=](std::int64_t i) {
    const double root = std::sqrt(t[i]);
    const double d1 = (std::log(s[i] / x[i]) + (0.02 + 0.045) * t[i]) / (0.3 * root);
    const double c1 = normal_cdf_polynomial(d1);
    const double c2 = normal_cdf_polynomial(d1 - 0.3 * root);
    const double strike = x[i] * std::exp(-0.02 * t[i]);
    bought[i] = s[i] * c1 - strike * c2;
    sold[i] = strike * (1 - c2) - s[i] * (1 - c1);
  });
}

void e8(const hand_call& call) {
  const auto* whole = in<std::int32_t>(call, 0);
  const auto* real = in<double>(call, 1);
  bool* r = out<bool>(call, 0);
  if (call.step == 1) {
    each(call, [=](std::int64_t i) { r[i] = (whole[i] > 2) | ((real[i] * real[i] > 3) & !(whole[i] * real[i] < 2)); });
  } else {
    each(call, [=, step = call.step](std::int64_t k) {
      const std::int64_t i = k * step;
      r[k] = (whole[i] > 2) | ((real[i] * real[i] > 3) & !(whole[i] * real[i] < 2));
    });
  }
}

void e9a(const hand_call& call) {
  const double *x = in<double>(call, 0), *y = in<double>(call, 1);
  std::int64_t count = 0;
#pragma omp parallel for simd num_threads(call.threads) schedule(static) reduction(+ : count)
  for (std::int64_t i = 0; i < call.n; ++i) count += std::sqrt(x[i] * x[i] + y[i] * y[i]) < 1;
  *out<std::int64_t>(call, 0) = count;
}

void e9b(const hand_call& call) {
  const double *a = in<double>(call, 0), *b = in<double>(call, 1);
  double sum = 0;
#pragma omp parallel for simd num_threads(call.threads) schedule(static) reduction(+ : sum)
  for (std::int64_t i = 0; i < call.n; ++i) sum += a[i] * b[i];
  *out<double>(call, 0) = sum;
}

void e9c(const hand_call& call) {
  const double* a = in<double>(call, 0);
  double* r = out<double>(call, 0);
#pragma omp parallel for num_threads(call.threads) schedule(static)
  for (std::int64_t row = 0; row < call.rows; ++row) {
    const double* at = a + row * call.columns;
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t j = 0; j < call.columns; ++j) sum += at[j] * at[j];
    r[row] = std::sqrt(sum);
  }
}

/// Few long rows: the threads share each of them.
void row_sums_long(const hand_call& call) {
  const double* a = in<double>(call, 0);
  for (std::int64_t row = 0; row < call.rows; ++row) {
    const double* at = a + row * call.columns;
    double sum = 0;
#pragma omp parallel for simd num_threads(call.threads) schedule(static) reduction(+ : sum)
    for (std::int64_t j = 0; j < call.columns; ++j) sum += at[j];
    out<double>(call, 0)[row] = sum;
  }
}

void e9d(const hand_call& call) {
  constexpr std::int64_t many_rows = 64;
  if (call.rows < many_rows) return row_sums_long(call);
  const double* a = in<double>(call, 0);
  double* r = out<double>(call, 0);
#pragma omp parallel for num_threads(call.threads) schedule(static)
  for (std::int64_t row = 0; row < call.rows; ++row) {
    const double* at = a + row * call.columns;
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t j = 0; j < call.columns; ++j) sum += at[j];
    r[row] = sum;
  }
}

void e10a(const hand_call& call) {
  ternary<float>(call, [](float a, float b, float c) { return 63 + a * b + c * c + b; });
}

void e10b(const hand_call& call) {
  const double *a = in<double>(call, 0), *b = in<double>(call, 1), *c = in<double>(call, 2);
  double* r = out<double>(call, 0);
#pragma omp parallel for num_threads(call.threads) schedule(static)
  for (std::int64_t row = 0; row < call.rows; ++row) {
    double* to = r + row * call.columns;
    for (std::int64_t j = 0; j < call.columns; ++j) to[j] = a[row] * b[j] + c[j];
  }
}

template <typename T>
void e13(const hand_call& call) {
  using complex = std::complex<T>;
  each(call, [x = in<complex>(call, 0), r = out<complex>(call, 0)](std::int64_t i) {
    r[i] = std::exp(complex(x[i].imag(), -x[i].real()));
  });
}

void triad(const hand_call& call) {
  binary(call, [](double b, double c) { return b + 3 * c; });
}

void triad_streaming(const hand_call& call) {
  const double *b = in<double>(call, 0), *c = in<double>(call, 1);
  double* r = out<double>(call, 0);
  constexpr std::int64_t line = 8;
  const std::int64_t lines = call.n / line;
#pragma omp parallel num_threads(call.threads)
  {
    const __m256d factor = _mm256_set1_pd(3);
#pragma omp for schedule(static)
    for (std::int64_t k = 0; k < lines; ++k) {
      const std::int64_t i = k * line;
      const __m256d low = _mm256_fmadd_pd(factor, _mm256_loadu_pd(c + i), _mm256_loadu_pd(b + i));
      const __m256d high = _mm256_fmadd_pd(factor, _mm256_loadu_pd(c + i + 4), _mm256_loadu_pd(b + i + 4));
      _mm256_stream_pd(r + i, low);
      _mm256_stream_pd(r + i + 4, high);
    }
    _mm_sfence();
  }
  for (std::int64_t i = lines * line; i < call.n; ++i) r[i] = b[i] + 3 * c[i];
}

}  // namespace

const hand_loops loops{
    .e1 = e1,
    .e2 = e2,
    .e3 = e3,
    .e4a = e4a,
    .e4b = e4b,
    .e5a = e5a,
    .e5b = e5b,
    .e6 = e6,
    .e7a = e7a,
    .e7b = e7b,
    .e8 = e8,
    .e9a = e9a,
    .e9b = e9b,
    .e9c = e9c,
    .e9d = e9d,
    .e10a = e10a,
    .e10b = e10b,
    .e13a = e13<double>,
    .e13b = e13<float>,
    .triad = triad,
    .triad_streaming = triad_streaming,
    .textbook = textbook_elimination,
};

}  // namespace gpucompute::bench::GPUBENCH_HAND_LEVEL
