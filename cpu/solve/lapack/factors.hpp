// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <complex>
#include <limits>
#include <memory>

#include "cpu/solve/lapack/library.hpp"
#include "cpu/solve/lapack/storage.hpp"
#include "kernels/solve/solver.hpp"

namespace gpucompute::cpu::lapack {

/// One a method, each in a file of its own.
using factors_pointer = std::shared_ptr<const solving::factors>;
template <typename T>
factors_pointer factor_lu(const solving::factor_request& request);
template <typename T>
factors_pointer factor_cholesky(const solving::factor_request& request);
template <typename T>
factors_pointer factor_indefinite(const solving::factor_request& request);
template <typename T>
factors_pointer factor_triangular(const solving::factor_request& request);
template <typename T>
factors_pointer factor_diagonal(const solving::factor_request& request);
template <typename T>
factors_pointer factor_banded(const solving::factor_request& request);
template <typename T>
factors_pointer factor_tridiagonal(const solving::factor_request& request);
template <typename T>
factors_pointer factor_qr(const solving::factor_request& request);
template <typename T>
factors_pointer factor_rank_revealing(const solving::factor_request& request);

constexpr char letter_of(solving::triangle part) { return part == solving::triangle::lower ? 'L' : 'U'; }

/// LAPACK's letter of op; it has none for `conjugate`.
template <typename T>
constexpr char letter_of(solving::apply op) {
  return op == solving::apply::none ? 'N' : op == solving::apply::adjoint && is_complex_number<T> ? 'C' : 'T';
}

/// to := from or its conjugate; of one shape; they may be the same.
template <typename T>
void copy_block(const solving::block& from, bool conjugated, const solving::block& to);

/// Scratch for LAPACK's estimators: at most four elements a row, and a second of reals or integers.
template <typename T>
struct estimator_work {
  explicit estimator_work(std::int64_t order) : first(4 * order), second(2 * order) {}
  memory_for<T> first;
  memory_for<double> second;
};

/// Elements of scratch that a workspace query asks for, at least `least`. The answer is a floating-point number, which may
/// have been rounded down.
template <typename T>
std::int64_t scratch_size(const T& answer, std::int64_t least) {
  constexpr auto rounding = 1 + static_cast<double>(std::numeric_limits<real_of<T>>::epsilon());
  constexpr double most = 0x1p62;
  const double asked = std::ceil(static_cast<double>(std::real(answer)) * rounding);
  return std::max({std::int64_t{1}, least, asked < most ? static_cast<std::int64_t>(asked) : 0});
}

/// call(scratch, its size) twice: to ask for the size, and with as much.
template <typename T, typename Call>
std::int64_t with_scratch(std::int64_t least, Call call) {
  T answer(0);
  call(&answer, std::int64_t{-1});
  const memory_for<T> scratch(scratch_size(answer, least));
  return call(scratch.data(), scratch.rows());
}

using solving::product;

/// Which of the four ops a method can do itself; the others are the conjugate of one of these on the conjugate of b.
enum class kinds_of_op : std::uint8_t {
  none_transpose_adjoint,
  none_adjoint,  ///< QR
  none_when_hermitian,
  none_when_symmetric
};

/// What the factors of all methods share: checks, threads, conjugates.
template <typename T>
class factors_of : public solving::factors {
 public:
  std::int64_t singular_at() const final { return singular_at_; }
  void solve(solving::apply op, const solving::block& b, int threads) const final;
  void multiply(solving::apply op, const solving::block& x, const solving::block& y, int threads) const final;
  double reciprocal_condition(const solving::matrix_norm& of_a) const final;
  product determinant() const override;
  std::int64_t rank() const override { return order_; }

 protected:
  /// order: min(rows, columns).
  factors_of(std::int64_t order, kinds_of_op known, int threads)
      : library_(loaded()), order_(order), known_(known), threads_(threads) {}

  const library& lapack() const { return library_; }
  const routines<T>& call() const { return library_.of<T>(); }
  std::int64_t order() const { return order_; }
  /// -1 where it is not. @throw runtime_failure for what is no row
  void set_singular(std::int64_t at);
  /// Those that the library wrote name rows or columns, counted from 1; sytrf's are negative at blocks of two.
  /// @throw runtime_failure for one beyond them: it would be followed out of the matrix
  void require_places(const memory_for<std::int64_t>& written) const;

  /// op is one of those that the method knows; the library may be called.
  virtual void solve_in_place(solving::apply op, const solving::block& b) const = 0;
  /// y := op(A) x. By default x is copied to y, and multiply_in_place does the rest; x is conjugated where that is asked for.
  virtual void multiply_into(solving::apply op, const solving::block& x, bool conjugated,
                             const solving::block& y) const;
  virtual void multiply_in_place(solving::apply op, const solving::block& y) const;
  /// order() is not 0.
  virtual double estimate(const solving::matrix_norm& of_a) const = 0;

 private:
  struct plan {
    bool conjugated;
    solving::apply op;
  };
  plan plan_of(solving::apply op) const;
  void require_type(const char* function, const solving::block& b) const;

  const library& library_;
  std::int64_t order_, singular_at_ = -1;
  kinds_of_op known_;
  int threads_;
};

inline char letter_of(const solving::matrix_norm& norm) { return norm.of_rows ? 'I' : '1'; }

// The types that factors are made of.
#define GPUCOMPUTE_FOR_LAPACK_TYPES(what) what(float) what(double) what(std::complex<float>) what(std::complex<double>)

}  // namespace gpucompute::cpu::lapack
