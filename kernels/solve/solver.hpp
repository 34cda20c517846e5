// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gpucompute/solve.hpp>

#include "kernels/solve/product.hpp"

// What a device does for a solve. Planning, verification, escalation and reporting talk to this and to nothing below it.
// All types are float32, float64, complex64 or complex128, but for the elements of a `matrix_view`, which may be any.
// Indices are 64 bits wide; a library of 32-bit indices refuses larger extents by runtime_failure, before it is called.

namespace gpucompute::solving {

/// A borrowed matrix anywhere: element (i, j) lies at data + i * row_stride + j * column_stride. Strides are bytes of any
/// sign and size; elements of any dtype and alignment.
struct matrix_view {
  const void* data = nullptr;
  dtype type = float64;
  std::int64_t rows = 0, columns = 0;
  std::int64_t row_stride = 0, column_stride = 0;
};
constexpr matrix_view transposed(const matrix_view& a) {
  return {a.data, a.type, a.columns, a.rows, a.column_stride, a.row_stride};
}

/// A matrix in the solver's own memory, aligned, column-major: element (i, j) is number i + j * leading.
struct block {
  void* data = nullptr;
  dtype type = float64;
  std::int64_t rows = 0, columns = 0;
  std::int64_t leading = 1;  ///< at least max(1, rows)
};
inline matrix_view view_of(const block& b) {
  const auto size = static_cast<std::int64_t>(size_of(b.type));
  return {b.data, b.type, b.rows, b.columns, size, b.leading * size};
}

/// What one pass over a matrix finds. Norms are of moduli; where a sum overflows, a norm is infinity though every element is
/// finite.
struct facts {
  bool finite = true;
  std::array<std::int64_t, 2> first_non_finite = {
      0, 0};                         ///< row, column; the first one in C order of the matrix as the user sees it
  double norm_one = 0;               ///< largest column sum of moduli
  double norm_inf = 0;               ///< largest row sum
  double norm_max = 0;               ///< largest modulus, of finite elements at most the largest number
  std::int64_t lower_bandwidth = 0;  ///< 0: nothing below the diagonal
  std::int64_t upper_bandwidth = 0;
  bool symmetric = false;          ///< exactly, A = A^T; false where it was not looked at
  bool hermitian = false;          ///< exactly, A = A^H; equal to `symmetric` for reals
  bool positive_diagonal = false;  ///< real and > 0 everywhere
};

/// What inspect() may leave out.
struct inspection {
  bool structure = true;  ///< bandwidths, symmetry, diagonal; without it the matrix is general
  bool c_order = true;    ///< first_non_finite in C order of the matrix, else of its transpose
  block copy = {};        ///< where a copy of all elements goes, converted to copy.type; none when data is null
  int threads = 1;
};

/// A norm of a matrix: the largest column sum of moduli, or the largest row sum.
struct matrix_norm {
  double value = 0;
  bool of_rows = false;
};

struct column_norm {
  double largest = 0;  ///< modulus, of finite elements at most the largest number; NaN where the column holds one
};

/// Powers of two by which rows and columns of a matrix were multiplied.
struct balance {
  std::vector<int> rows, columns;
};

/// The part of a square matrix that holds it: a triangle for `cholesky`, `indefinite` and `triangular`.
enum class triangle : std::uint8_t { lower, upper };

struct factor_request {
  gpucompute::method method = gpucompute::method::lu;
  /// The matrix. Not written to unless `consumable` names the same elements.
  matrix_view source = {};
  /// Memory that the factors may be made in, holding the source in the factors' type, or data null: then the factors take
  /// memory of their own and copy what they need.
  block consumable = {};
  std::shared_ptr<void> owner = {};  ///< keeps `consumable` alive; null where the caller of the solve does
  dtype type = float64;              ///< of the factors
  triangle part = triangle::lower;
  bool hermitian = true;                                  ///< `indefinite` of complex numbers: A = A^H, else A = A^T
  std::int64_t lower_bandwidth = 0, upper_bandwidth = 0;  ///< `banded`
  double rank_tolerance = 0;                              ///< `rank_revealing`
  int threads = 1;
};

/// op of solve() in the solver: `conjugate` is the conjugate without transposition.
enum class apply : std::uint8_t { none, transpose, adjoint, conjugate };
constexpr bool transposes(apply op) { return op == apply::transpose || op == apply::adjoint; }
constexpr apply adjoint_of(apply op) {
  constexpr apply adjoints[] = {apply::adjoint, apply::conjugate, apply::none, apply::transpose};
  return adjoints[static_cast<std::size_t>(op)];
}

/// A matrix in factored form. Immutable; usable from any number of threads.
class factors {
 public:
  virtual ~factors() = default;

  /// Where it is singular: from 0, the row of the first zero pivot; -1 where there is none. cholesky: the order, from 0,
  /// of the leading minor that is not positive. Neither solve() nor reciprocal_condition() may be called then.
  virtual std::int64_t singular_at() const = 0;
  /// b := op(A)^-1 b for square A. Least squares: b has max(m, n) rows, the right-hand side in the first, x afterwards in the
  /// first; what follows in b is not said. b.type is the type of the factors.
  virtual void solve(apply op, const block& b, int threads) const = 0;
  /// y := op(A) x, computed through the factors: what they stand for and not what A was.
  virtual void multiply(apply op, const block& x, const block& y, int threads) const = 0;
  /// LAPACK's estimate of 1 / (norm(A) norm(A^-1)), given A's norm. Least squares: of the triangular factor, in that norm; see
  /// condition.hpp for A's own.
  virtual double reciprocal_condition(const matrix_norm& of_a) const = 0;
  /// Square methods only. @throw internal_error for the others
  virtual product determinant() const = 0;
  /// `rank_revealing`: what was found; else min(rows, columns).
  virtual std::int64_t rank() const = 0;
  /// `rank_revealing`: Frobenius norm of what A has beyond that and these factors have not; else 0.
  virtual double dropped() const { return 0; }
  /// Memory they hold.
  virtual std::size_t bytes() const = 0;
};

/// Square systems of one small order, any number of them, all of one type and solved by LU with partial pivoting. Strides are
/// bytes; a stride of 0 repeats. Elements are aligned.
struct small_systems {
  std::int64_t count = 1, order = 0, right_hand_sides = 1;
  dtype type = float64;
  const void* a = nullptr;
  std::int64_t a_system = 0, a_row = 0, a_column = 0;
  const void* b = nullptr;
  std::int64_t b_system = 0, b_row = 0, b_column = 0;
  void* x = nullptr;  ///< overlaps neither a nor b
  std::int64_t x_system = 0, x_row = 0, x_column = 0;
  apply op = apply::none;
  bool screened = true;  ///< whether small_outcome::condition_bound is wanted
  int threads = 1;
  /// Where all of a is copied as it lies, unless null: then its systems are dense, one behind the other.
  void* copies = nullptr;
};
struct small_outcome {
  double backward_error = 0;  ///< the largest of this system
  /// From below, infinity norm, of op(a) as its factors stand for it; infinite where the screening overflowed; 0 where there
  /// was none.
  double condition_bound = 0;
  std::int32_t singular_at = -1;
  bool finite = true;  ///< all elements of a and b; else nothing else here is said, nor x
};

/// Rates that a plan is predicted from, per thread count as measured on such machines; sound on others, and replaced by a
/// measured profile where there is one.
struct cost_profile {
  double factor_flops[2] = {};                 ///< flops a second of one thread in a large LU: float64, float32
  double half_size[2] = {};                    ///< order at which half of that is reached
  double column_flops = 0;                     ///< flops a second where a column at a time meets the matrix
  double pass_bytes = 0;                       ///< bytes of A a second through inspection, copy and residual together
  double call_seconds = 0;                     ///< of a solve, whatever its size
  double row_seconds = 0;                      ///< and for each row
  std::int64_t least_order_for_threads = 256;  ///< below it one thread is fastest
  std::int64_t mixed_from = 0;        ///< order from which float32 factors with refinement are faster; 0: never
  bool indefinite_is_faster = false;  ///< than LU
};

/// Predicted seconds of solve_small().
struct small_cost {
  double call = 0;    ///< whatever there is to solve
  double system = 0;  ///< for each system, of one thread
};

class solver {
 public:
  virtual ~solver() = default;

  /// "OpenBLAS 0.3.21 (SkylakeX, pthreads)", "naive loops": with version.
  virtual std::string library() const = 0;
  virtual cost_profile profile() const = 0;
  /// Bytes that are left for a solve on this device.
  virtual std::size_t free_bytes() const = 0;
  /// @throw out_of_memory
  virtual std::shared_ptr<void> allocate(std::size_t bytes) = 0;

  virtual facts inspect(const matrix_view& a, const inspection& how) = 0;
  /// to := scale * from, or its conjugate, converted; scale is a power of two. They do not overlap.
  virtual void copy(const matrix_view& from, bool conjugate, double scale, const block& to, int threads) = 0;
  /// @throw runtime_failure for a status of the library that means neither success nor a zero pivot
  virtual std::shared_ptr<const factors> factorize(const factor_request& request) = 0;
  /// c := alpha * op(a) b + beta * c, computed in c.type; c is not read where beta is 0. a and b may be of any layout and
  /// type, what the library cannot take as it lies is converted in pieces; neither overlaps c. The one door to gemm and gemv.
  virtual void multiply(double alpha, const matrix_view& a, apply op, const matrix_view& b, double beta, const block& c,
                        int threads) = 0;
  /// One norm a column of b.
  virtual void norms(const block& b, std::span<column_norm> to) = 0;
  /// to := to + factor * from, converted to to's type.
  virtual void add(double factor, const block& from, const block& to) = 0;
  /// Writes a block to memory of any strides, of the block's type.
  virtual void store(const block& from, const matrix_view& to) = 0;
  /// Pseudo-random numbers of moduli from 1/2 to 1 and either sign, the same ones every time.
  virtual void fill_probe(const block& column) = 0;
  /// Multiplies rows, then columns, by powers of two that bring the largest modulus of each near 1.
  virtual balance equilibrate(const block& a) = 0;
  /// Row i times 2^exponents[i].
  virtual void scale_rows(const block& b, std::span<const int> exponents) = 0;
  /// Column j times 2^exponents[j].
  virtual void scale_columns(const block& b, std::span<const int> exponents) = 0;

  /// Largest order that solve_small() takes, because it is faster there than the methods above; 0: none.
  virtual std::int64_t largest_small(dtype type) const = 0;
  virtual small_cost cost_of_small(dtype type, std::int64_t order, std::int64_t right_hand_sides) const = 0;
  /// Copies to nothing but scratch of at most 160 KiB on the stack. outcomes: one a system. errors: backward errors, `right_hand_sides` a
  /// system, or null. x of a singular system is not said. Returns how many threads it took.
  virtual int solve_small(const small_systems& systems, small_outcome* outcomes, double* errors) = 0;

  /// Threads that a call may ask for: the budget, or 1 where the caller stands in a parallel region or a forked child.
  virtual int most_threads() const = 0;
};

}  // namespace gpucompute::solving
