// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tests/solve/dense.hpp"

// Matrices as LAPACK's tests make them, by LAPACK's own generator.

namespace gpucompute::testing {

enum class family {
  general,
  positive_definite,
  symmetric,
  banded,
  tridiagonal,
  positive_definite_tridiagonal,
  triangular,
  least_squares
};
enum class shape { diagonal, upper, lower, full, band, random_band, unit_upper, full_rank, lower_rank };
enum class conditioning { any, one, two, bad, worse };
enum class scaling { one, small, large };
enum class zero_columns { none, first, last, middle, last_half };

/// A row of matrix_types.def.
struct matrix_type {
  testing::family family;
  int number;
  testing::shape shape;
  conditioning condition;
  scaling scale;
  zero_columns zeros;
};

/// All rows of one family.
std::vector<matrix_type> types_of(family which);
/// "general 5"
std::string name(const matrix_type& type);

/// What it is symmetric as; complex numbers make a difference.
enum class symmetry { none, symmetric, hermitian, positive_definite };

/// U D V^H with random orthogonal U and V, or with V = U as the symmetry asks, of bandwidths `lower` and `upper`; singular
/// values from `largest` down to `largest` / condition, geometrically. Without symmetry they may be given.
template <typename T>
dense<T> latms(index rows, index columns, symmetry kind, double condition, double largest, index lower, index upper,
               int seed, const std::vector<double>& singular_values = {});

/// The matrix of a type. `lower` and `upper` are bandwidths, for the shapes that have a band. `kind` is what the family
/// symmetric is to mean.
template <typename T>
dense<T> make_matrix(const matrix_type& type, index rows, index columns, index lower, index upper, int seed,
                     symmetry kind = symmetry::hermitian);

/// The first column that is zero; -1 where none is.
index first_zero_column(const matrix_type& type, index order);
/// Of a matrix of this type and shape.
index rank_of(const matrix_type& type, index rows, index columns);

}  // namespace gpucompute::testing
