// SPDX-License-Identifier: Apache-2.0
#include "tests/solve/matrices.hpp"

#include <array>
#include <limits>
#include <stdexcept>

#define GPUCOMPUTE_LATMS(routine, T, Real)                                                                      \
  extern "C" void routine(const int* m, const int* n, const char* dist, int* iseed, const char* sym, Real* d,   \
                          const int* mode, const Real* cond, const Real* dmax, const int* kl, const int* ku,    \
                          const char* pack, T* a, const int* lda, T* work, int* info, std::size_t, std::size_t, \
                          std::size_t);                                                                         \
  namespace {                                                                                                   \
  constexpr auto& latms_for(const T&) { return routine; }                                                       \
  }
GPUCOMPUTE_LATMS(slatms_, float, float)
GPUCOMPUTE_LATMS(dlatms_, double, double)
GPUCOMPUTE_LATMS(clatms_, std::complex<float>, float)
GPUCOMPUTE_LATMS(zlatms_, std::complex<double>, double)

namespace gpucompute::testing {
namespace {

template <typename Real>
double value_of(conditioning condition) {
  const double worse = 0.1 / std::numeric_limits<Real>::epsilon();
  switch (condition) {
    case conditioning::bad:
      return std::sqrt(worse);
    case conditioning::worse:
      return worse;
    case conditioning::two:
      return 2;
    default:
      return 1;
  }
}

template <typename Real>
double value_of(scaling scale) {
  const double small =
      0.25 * static_cast<double>(std::numeric_limits<Real>::min()) / std::numeric_limits<Real>::epsilon();
  return scale == scaling::one ? 1 : scale == scaling::small ? small : 1 / small;
}

/// Ones on the diagonal and a first row of such a length that the singular values that are not 1 are sqrt(c) and its inverse.
template <typename T>
dense<T> unit_upper(index n, double condition, int seed) {
  dense<T> a = identity<T>(n);
  uniform<T> next(static_cast<std::uint64_t>(seed));
  double squares = 0;
  for (index j = 1; j < n; ++j) {
    a(0, j) = next();
    squares += std::norm(std::complex<double>(a(0, j)));
  }
  const double length = std::sqrt(condition) - 1 / std::sqrt(condition);
  for (index j = 1; j < n; ++j) {
    a(0, j) *= static_cast<real_of<T>>(length / std::sqrt(squares));
  }
  return a;
}

/// Random columns, each with the sum of its moduli added to its diagonal element, so that none depends on the others.
template <typename T>
dense<T> full_rank(index rows, index columns, int seed) {
  dense<T> a = random_matrix<T>(rows, columns, static_cast<std::uint64_t>(seed));
  for (index j = 0; j < std::min(rows, columns); ++j) {
    const real_of<T> sum = norm_one(columns_of(a, j, 1));
    a(j, j) += std::real(a(j, j)) < 0 ? -sum : sum;
  }
  return a;
}

template <typename T>
dense<T> scaled(dense<T> a, double factor) {
  return filled<T>(a.rows(), a.columns(), [&](index i, index j) { return a(i, j) * static_cast<real_of<T>>(factor); });
}

/// Singular values of the rank that is wanted: 1, others from 0.1 to 1, zeros.
std::vector<double> lower_rank_values(index count, index rank, int seed) {
  uniform<double> next(static_cast<std::uint64_t>(seed));
  std::vector<double> values(static_cast<std::size_t>(count));
  for (index i = 0; i < rank; ++i) {
    values[static_cast<std::size_t>(i)] = i == 0 ? 1 : 0.55 + 0.45 * next();
  }
  return values;
}

}  // namespace

std::vector<matrix_type> types_of(family which) {
  static constexpr matrix_type rows[] = {
#define GPUCOMPUTE_MATRIX_TYPE(of, number, form, cond, scale, zeros) \
  {family::of, number, shape::form, conditioning::cond, scaling::scale, zero_columns::zeros},
#include "tests/solve/matrix_types.def"
  };
  std::vector<matrix_type> found;
  for (const matrix_type& row : rows) {
    if (row.family == which) {
      found.push_back(row);
    }
  }
  return found;
}

std::string name(const matrix_type& type) {
  constexpr const char* names[] = {"general",    "positive definite", "symmetric",
                                   "banded",     "tridiagonal",       "positive definite tridiagonal",
                                   "triangular", "least squares"};
  return std::string(names[static_cast<int>(type.family)]) + " " + std::to_string(type.number);
}

template <typename T>
dense<T> latms(index rows, index columns, symmetry kind, double condition, double largest, index lower, index upper,
               int seed, const std::vector<double>& singular_values) {
  using real = real_of<T>;
  dense<T> a(rows, columns);
  if (rows == 0 || columns == 0) {
    return a;
  }
  const int m = static_cast<int>(rows), n = static_cast<int>(columns);
  const int kl = std::min(static_cast<int>(lower), m - 1), ku = std::min(static_cast<int>(upper), n - 1);
  const int mode = singular_values.empty() ? 3 : 0;
  std::array<int, 4> state = {1988, 1989, seed % 4096, 2 * (seed / 4096) + 1991};
  std::vector<real> values(static_cast<std::size_t>(std::max(m, n)));
  for (std::size_t i = 0; i < singular_values.size(); ++i) {
    values[i] = static_cast<real>(singular_values[i]);
  }
  std::vector<T> work(static_cast<std::size_t>(3 * std::max(m, n)));
  const real cond = n == 1 || m == 1 ? real(1) : static_cast<real>(condition);
  const real dmax = static_cast<real>(largest);
  int info = 0;
  latms_for(T{})(&m, &n, "S", state.data(), &"NSHP"[static_cast<int>(kind)], values.data(), &mode, &cond, &dmax, &kl,
                 &ku, "N", a.data(), &m, work.data(), &info, 1, 1, 1);
  if (info != 0) {
    throw std::runtime_error("latms: expected to make a matrix, got info = " + std::to_string(info));
  }
  return a;
}

index first_zero_column(const matrix_type& type, index order) {
  switch (type.zeros) {
    case zero_columns::none:
      return -1;
    case zero_columns::first:
      return 0;
    case zero_columns::last:
      return order - 1;
    default:
      return order / 2;
  }
}

index rank_of(const matrix_type& type, index rows, index columns) {
  const index full = std::min(rows, columns);
  return type.shape == shape::lower_rank ? 3 * full / 4 : full;
}

template <typename T>
dense<T> make_matrix(const matrix_type& type, index rows, index columns, index lower, index upper, int seed,
                     symmetry kind) {
  const double condition = value_of<real_of<T>>(type.condition);
  const double scale = value_of<real_of<T>>(type.scale);
  const bool positive =
      type.family == family::positive_definite || type.family == family::positive_definite_tridiagonal;
  const symmetry used = positive                           ? symmetry::positive_definite
                        : type.family == family::symmetric ? kind
                                                           : symmetry::none;
  const auto make = [&](index kl, index ku) { return latms<T>(rows, columns, used, condition, scale, kl, ku, seed); };
  dense<T> a;
  switch (type.shape) {
    case shape::diagonal:
      a = make(0, 0);
      break;
    case shape::upper:
      a = make(0, columns);
      break;
    case shape::lower:
      a = make(rows, 0);
      break;
    case shape::full:
      a = make(rows, columns);
      break;
    case shape::band:
      a = make(lower, upper);
      break;
    case shape::random_band:
      a = filled<T>(rows, columns, [&, next = uniform<T>(static_cast<std::uint64_t>(seed))](index i, index j) mutable {
        const T value = next() * static_cast<real_of<T>>(scale);
        return i - j > lower || j - i > upper ? T(0) : value;
      });
      break;
    case shape::unit_upper:
      a = unit_upper<T>(rows, condition, seed);
      break;
    case shape::full_rank:
      a = scaled(full_rank<T>(rows, columns, seed), scale);
      break;
    case shape::lower_rank:
      a = scaled(latms<T>(rows, columns, symmetry::none, 1, 1, rows, columns, seed,
                          lower_rank_values(std::min(rows, columns), rank_of(type, rows, columns), seed)),
                 scale);
      break;
  }
  const index zero = first_zero_column(type, std::min(rows, columns));
  const index end = zero < 0 ? zero : type.zeros == zero_columns::last_half ? columns : zero + 1;
  for (index j = zero; j < end; ++j) {
    for (index i = 0; i < rows; ++i) {
      a(i, j) = T(0);
      if (used != symmetry::none) {
        a(j, i) = T(0);
      }
    }
  }
  return a;
}

#define GPUCOMPUTE_MATRICES_OF(T)                                                                                    \
  template dense<T> latms<T>(index, index, symmetry, double, double, index, index, int, const std::vector<double>&); \
  template dense<T> make_matrix<T>(const matrix_type&, index, index, index, index, int, symmetry);
GPUCOMPUTE_MATRICES_OF(float)
GPUCOMPUTE_MATRICES_OF(double)
GPUCOMPUTE_MATRICES_OF(std::complex<float>)
GPUCOMPUTE_MATRICES_OF(std::complex<double>)

}  // namespace gpucompute::testing
