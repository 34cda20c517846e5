// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/solve/solver.hpp"

namespace gpucompute::testing {

using index = std::int64_t;

template <typename T>
struct real_part {
  using type = T;
};
template <typename Real>
struct real_part<std::complex<Real>> {
  using type = Real;
};
template <typename T>
using real_of = typename real_part<T>::type;
template <typename T>
inline constexpr bool is_complex_number = !std::is_same_v<T, real_of<T>>;

/// What errors of T are measured in: a longer type of the same kind.
template <typename T>
struct longer;
template <>
struct longer<float> {
  using type = double;
};
template <>
struct longer<double> {
  using type = long double;
};
template <typename Real>
struct longer<std::complex<Real>> {
  using type = std::complex<typename longer<Real>::type>;
};
template <typename T>
using wide_of = typename longer<T>::type;

template <typename T>
T conjugate(T x) {
  if constexpr (is_complex_number<T>) {
    return std::conj(x);
  } else {
    return x;
  }
}

/// An owned matrix, column-major without gaps.
template <typename T>
class dense {
 public:
  dense() = default;
  dense(index row_count, index column_count)
      : rows_(row_count), columns_(column_count), values_(static_cast<std::size_t>(row_count * column_count)) {}

  index rows() const { return rows_; }
  index columns() const { return columns_; }
  T& operator()(index i, index j) { return values_[static_cast<std::size_t>(i + j * rows_)]; }
  const T& operator()(index i, index j) const { return values_[static_cast<std::size_t>(i + j * rows_)]; }
  T* data() { return values_.data(); }
  bool operator==(const dense&) const = default;

  solving::matrix_view view() const {
    constexpr auto size = static_cast<index>(sizeof(T));
    return {values_.data(), dtype_of<T>(), rows_, columns_, size, rows_ * size};
  }
  solving::block block() { return {values_.data(), dtype_of<T>(), rows_, columns_, std::max<index>(1, rows_)}; }

 private:
  index rows_ = 0, columns_ = 0;
  std::vector<T> values_;
};

/// make(i, j) everywhere.
template <typename T, typename Make>
dense<T> filled(index rows, index columns, Make make) {
  dense<T> a(rows, columns);
  for (index j = 0; j < columns; ++j) {
    for (index i = 0; i < rows; ++i) {
      a(i, j) = make(i, j);
    }
  }
  return a;
}

template <typename To, typename From>
To converted(const From& x) {
  if constexpr (is_complex_number<From> && !is_complex_number<To>) {
    return static_cast<To>(x.real());
  } else if constexpr (is_complex_number<From>) {
    return To(static_cast<real_of<To>>(x.real()), static_cast<real_of<To>>(x.imag()));
  } else {
    return To(static_cast<real_of<To>>(x));
  }
}

template <typename To, typename From>
dense<To> converted(const dense<From>& a) {
  return filled<To>(a.rows(), a.columns(), [&](index i, index j) { return converted<To>(a(i, j)); });
}

template <typename T>
dense<wide_of<T>> widened(const dense<T>& a) {
  return converted<wide_of<T>>(a);
}

template <typename T>
dense<T> identity(index order) {
  return filled<T>(order, order, [](index i, index j) { return T(i == j ? 1 : 0); });
}

template <typename T>
dense<T> transpose(const dense<T>& a) {
  return filled<T>(a.columns(), a.rows(), [&](index i, index j) { return a(j, i); });
}

template <typename T>
dense<T> adjoint(const dense<T>& a) {
  return filled<T>(a.columns(), a.rows(), [&](index i, index j) { return conjugate(a(j, i)); });
}

/// op(A)
template <typename T>
dense<T> applied(solving::apply op, const dense<T>& a) {
  switch (op) {
    case solving::apply::none:
      return a;
    case solving::apply::transpose:
      return transpose(a);
    case solving::apply::adjoint:
      return adjoint(a);
    case solving::apply::conjugate:
      break;
  }
  return transpose(adjoint(a));
}

inline constexpr solving::apply all_applies[] = {solving::apply::none, solving::apply::transpose,
                                                 solving::apply::adjoint, solving::apply::conjugate};

/// c += a b for columns of `count` elements; complex ones by their parts, without what operator* does for infinities.
template <typename T>
void add_multiple(index count, const T* a, T b, T* c) {
  if constexpr (is_complex_number<T>) {
    const auto* const parts = reinterpret_cast<const real_of<T>*>(a);
    auto* const sums = reinterpret_cast<real_of<T>*>(c);
    const real_of<T> re = b.real(), im = b.imag();
    for (index i = 0; i < 2 * count; i += 2) {
      sums[i] += parts[i] * re - parts[i + 1] * im;
      sums[i + 1] += parts[i] * im + parts[i + 1] * re;
    }
  } else {
    for (index i = 0; i < count; ++i) {
      c[i] += a[i] * b;
    }
  }
}

template <typename T>
dense<T> operator*(const dense<T>& a, const dense<T>& b) {
  dense<T> c(a.rows(), b.columns());
  for (index j = 0; j < b.columns() && a.rows() > 0; ++j) {
    for (index k = 0; k < a.columns(); ++k) {
      add_multiple(a.rows(), &a(0, k), b(k, j), &c(0, j));
    }
  }
  return c;
}

template <typename T>
dense<T> operator-(const dense<T>& a, const dense<T>& b) {
  return filled<T>(a.rows(), a.columns(), [&](index i, index j) { return a(i, j) - b(i, j); });
}

template <typename T>
dense<T> columns_of(const dense<T>& a, index from, index count) {
  return filled<T>(a.rows(), count, [&](index i, index j) { return a(i, from + j); });
}

template <typename T>
dense<T> first_rows(const dense<T>& a, index count) {
  return filled<T>(count, a.columns(), [&](index i, index j) { return a(i, j); });
}

/// |x|. Faster than std::abs of complex numbers, by squares in a type in which they do not overflow.
template <typename T>
real_of<T> modulus(T x) {
  if constexpr (is_complex_number<T>) {
    using wide = std::conditional_t<std::is_same_v<real_of<T>, float>, double, long double>;
    const wide re = x.real(), im = x.imag();
    return static_cast<real_of<T>>(std::sqrt(re * re + im * im));
  } else {
    return std::abs(x);
  }
}

/// Largest column sum of moduli; NaN where an element is.
template <typename T>
real_of<T> norm_one(const dense<T>& a) {
  real_of<T> norm = 0;
  for (index j = 0; j < a.columns(); ++j) {
    real_of<T> sum = 0;
    for (index i = 0; i < a.rows(); ++i) {
      sum += modulus(a(i, j));
    }
    norm = norm > sum || std::isnan(norm) ? norm : sum;
  }
  return norm;
}

template <typename T>
real_of<T> norm_inf(const dense<T>& a) {
  return norm_one(transpose(a));
}

template <typename T>
real_of<T> norm_max(const dense<T>& a) {
  real_of<T> norm = 0;
  for (index j = 0; j < a.columns(); ++j) {
    for (index i = 0; i < a.rows(); ++i) {
      const real_of<T> size = modulus(a(i, j));
      norm = norm > size || std::isnan(norm) ? norm : size;
    }
  }
  return norm;
}

/// Uniform in [-1, 1), both parts of complex numbers; the same on every machine.
template <typename T>
class uniform {
 public:
  explicit uniform(std::uint64_t seed) : bits_(seed) {}
  T operator()() {
    if constexpr (is_complex_number<T>) {
      const real_of<T> re = real();
      return {re, real()};
    } else {
      return real();
    }
  }

 private:
  real_of<T> real() { return static_cast<real_of<T>>(static_cast<double>(bits_() >> 40U) * 0x1p-23 - 1); }
  std::mt19937_64 bits_;
};

template <typename T>
dense<T> random_matrix(index rows, index columns, std::uint64_t seed) {
  uniform<T> next(seed);
  return filled<T>(rows, columns, [&](index, index) { return next(); });
}

}  // namespace gpucompute::testing
