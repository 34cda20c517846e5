// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gpucompute/array.hpp>
#include <gpucompute/device.hpp>
#include <gpucompute/error.hpp>
#include <gpucompute/export.hpp>

// Dense linear systems op(A) x = b. Every answer is verified against the A that was given, and says how it came about.

namespace gpucompute {

/// What the caller knows of A. It is a promise: an entry of A that breaks it is an invalid_argument that names the entry.
/// `any` looks. `symmetric` and `positive_definite` mean Hermitian for complex A.
enum class structure : std::uint8_t {
  any,
  general,
  symmetric,
  positive_definite,
  upper,
  lower,
  banded,
  tridiagonal,
  diagonal
};

/// op(A): A itself, its transpose or its conjugate transpose.
enum class operation : std::uint8_t { none, transpose, adjoint };

/// How a system is solved; one row of methods.def each.
enum class method : std::uint8_t {
  automatic,
#define GPUCOMPUTE_METHOD(name, words, routines) name,
#include <gpucompute/methods.def>
};
/// "lu", "cholesky", ...
GPUCOMPUTE_API std::string_view name(method which);
/// "positive-definite", ...: as on the command line of gpubench.
GPUCOMPUTE_API std::string_view name(structure which);

/// Precision of the factors of LU and Cholesky; those of other methods have A's. `float32` factors in half the precision and refines to the backward error of the whole one;
/// where that does not converge the factors are made anew in full precision, and the report says why.
enum class factor_precision : std::uint8_t { automatic, same, float32 };

/// When the condition is looked at. `screened`: one more right-hand side of random numbers bounds it from below, and where
/// that comes near 1/u an estimate decides; `always`: the estimate each time; `never`: no warning can come.
enum class condition : std::uint8_t { screened, always, never };

struct solve_options {
  structure assume = structure::any;
  gpucompute::operation operation = gpucompute::operation::none;
  gpucompute::method method = gpucompute::method::automatic;
  factor_precision factors = factor_precision::automatic;
  gpucompute::condition condition = gpucompute::condition::screened;
  gpucompute::device device = {};
  /// Most threads to use where the size repays them; 0: as many as the thread budget of the process allows.
  int threads = 0;
  /// Where x goes: of the shape and dtype that x has; it may overlap neither A nor b. None given: the call makes the array.
  /// A call that fails leaves it as it was, but for systems of a batch that were solved before. Where no x is asked for, in
  /// factorize() and determinant(), it is refused.
  std::optional<mutable_view> out = {};
  /// The rank is to be found, by QR with pivoted columns, in which singular values below this times the largest, as far as they
  /// can be estimated, count as zero. x is that of the A without them, and report.bar allows for it. None: least squares look for a rank where it
  /// is in doubt, with max(m, n) * epsilon. Refused with methods that find no rank.
  std::optional<double> rank_tolerance = {};
  /// Whether report.forward_bound is wanted, for the estimate of the condition that it takes.
  bool forward_bound = false;
};

/// A's determinant is sign * exp(log); sign is a number of absolute value 1, or 0 (and log -infinity) for a singular A.
struct log_determinant {
  std::complex<double> sign;
  double log;
};

/// A zero pivot was met, or a zero on the diagonal of a triangle: there is no x. Or Cholesky was asked for, and A is not
/// positive definite.
class GPUCOMPUTE_API singular_matrix : public invalid_argument {
 public:
  singular_matrix(const std::string& message, std::int64_t pivot, std::int64_t system)
      : invalid_argument(message), pivot_(pivot), system_(system) {}
  ~singular_matrix() override;
  /// Row, from 0, of the zero pivot, or the last one of the leading minor that is not positive; on this device and in this
  /// layout.
  std::int64_t pivot() const noexcept { return pivot_; }
  /// Which system of a batch, in C order; 0 for a single one.
  std::int64_t system() const noexcept { return system_; }

 private:
  std::int64_t pivot_, system_;
};

/// A or b holds a NaN or an infinity.
class GPUCOMPUTE_API non_finite : public invalid_argument {
 public:
  non_finite(const std::string& message, const dimensions& index) : invalid_argument(message), index_(index) {}
  ~non_finite() override;
  /// Of the first one, in C order.
  const dimensions& index() const noexcept { return index_; }

 private:
  dimensions index_;
};

/// Whether an answer can be relied on. The worst of a batch stands for all.
enum class verdict : std::uint8_t {
  good,             ///< backward error within its bar, no sign of ill conditioning
  ill_conditioned,  ///< backward error within its bar, but the condition is beyond 1/u: x may have no correct digit
  inaccurate        ///< backward error above its bar after every escalation
};
/// "good", "ill_conditioned" or "inaccurate".
GPUCOMPUTE_API std::string_view name(verdict which);

/// One way that was tried.
struct solve_attempt {
  gpucompute::method method;
  dtype factors;              ///< precision of the factors
  bool equilibrated = false;  ///< rows and columns scaled by powers of two
  int refinements = 0;        ///< steps of iterative refinement
  double backward_error = 0;  ///< that it reached; NaN where it gave no x
  std::string outcome = {};   ///< why it was not the last one; empty for the one that gave x
};

/// How x came about and how good it is.
struct GPUCOMPUTE_API solve_report {
  gpucompute::verdict verdict = verdict::good;
  /// The largest of backward_errors: norm(r) / (norm(op(A)) norm(x) + norm(b)) with r = b - op(A) x and infinity norms. Least
  /// squares: the smallest of that, of norm(op(A)^H r) / (norm(op(A)^H) norm(r)), and, with a part w of r that op(A) reaches,
  /// of the first for w and the second for r - w added up; where all are above the bar, Karlson and Walden's: the norm of r's
  /// projection on the range of [op(A); eta I], eta = norm(op(A)) norm(r) / scale, by scale = norm(op(A)) norm(x) + norm(b). What
  /// x loses where it is subnormal counts, too. Infinity where x is beyond the largest number.
  double backward_error = 0;
  /// What backward_error must not exceed: 30 n u, u = 2^-53 or 2^-24 of x's precision; and 3 sqrt(n) norm(E) / norm(A) more where E, in Frobenius' norm, is what of
  /// A options.rank_tolerance let go. n is the longer side of A.
  double bar = 0;
  /// One a right-hand side, in C order of the batch and then the columns of b.
  std::vector<double> backward_errors = {};
  /// The condition norm(op(A)) norm(op(A)^-1) is at least this, in infinity norms and with the pseudo-inverse of least squares, as far as it
  /// was looked at; 0: it was not. Of the matrix that the factors stand for: where pivots grow until digits of A are lost, as
  /// in Wilkinson's matrix, it can be above A's own.
  double condition_bound = 0;
  /// Of norm(x - exact) / norm(x) in infinity norms: twice the backward error, a rounding of A and b among it, times the
  /// estimated condition (Higham, Accuracy and Stability of Numerical Algorithms, section 7.1). Least squares: times that of
  /// the problem, which grows with the condition's square times norm(r) (section 20.1), or for fewer equations than unknowns with the
  /// condition alone (21.2). 0: it was not asked for, or the rank is not full: then there is none.
  double forward_bound = 0;
  /// Least squares: the rank that was found, of a batch the least; else the order of A.
  std::int64_t rank = 0;

  // Of a batch, these are the last system's.
  gpucompute::structure structure = gpucompute::structure::general;  ///< found, or promised
  gpucompute::method method = gpucompute::method::lu;                ///< that gave x
  dtype factors = float64;                                           ///< precision of its factors
  int threads = 1;
  /// Systems of a batch that are not good, in C order; empty for a single system.
  std::vector<std::int64_t> doubtful = {};
  /// All ways that were tried, the one that gave x last; empty for systems so small that none but LU is tried.
  std::vector<solve_attempt> attempts = {};

  /// An estimate of 1 / (norm(op(A)) norm(op(A)^-1)) in infinity norms (least squares: with the pseudo-inverse), however A
  /// lies in memory. Made on first use from the factors that the solution keeps; the smallest of a batch. NaN of a moved-from
  /// report, of a batch without systems, and of an A that was given up and not estimated in the call: its memory is the caller's again.
  double rcond() const;

  class keeper;
  std::shared_ptr<const keeper> kept = {};  ///< for the library: factors, norms, times, reasons
};

/// x and how it came about.
struct GPUCOMPUTE_API solution {
  array x;  ///< without elements when options.out has it
  solve_report report;
  /// In words: what was found in A, what was planned and why, what it cost, how good x is.
  std::string explain() const;
};

/// Memory of the caller's that a solve may destroy, to save a copy.
class overwritten {
 public:
  explicit overwritten(const mutable_view& view) : view_(view) {}
  const mutable_view& view() const noexcept { return view_; }

 private:
  mutable_view view_;
};
/// `solve(overwrite(A), b)`: A's memory may be used for the factors; what it holds afterwards is not said. x is then verified
/// through the factors, whose own error is probed with one random vector, and nothing can be tried a second time. The factors
/// of `factorize(overwrite(A))` lie in A's memory as long as they are used.
inline overwritten overwrite(const mutable_view& view) { return overwritten(view); }

/// A, as it is given: borrowed and untouched, or given up.
class matrix_argument {
 public:
  template <typename T>
  // NOLINTNEXTLINE(google-explicit-constructor): written as solve(A, b)
  requires std::convertible_to<const T&, array_view> matrix_argument(const T& value) : view_(value) {}
  matrix_argument(const overwritten& given)  // NOLINT(google-explicit-constructor)
      : view_(given.view()), given_up_(given.view().data()) {}
  const array_view& view() const noexcept { return view_; }
  /// The same memory, writable; null when it is borrowed.
  void* given_up() const noexcept { return given_up_; }

 private:
  array_view view_;
  void* given_up_ = nullptr;
};

/// Solves op(A) x = b. A : (..., n, n); b : (n,) or (..., n, k), the batch dimensions broadcast; x : like b. A : (m, n) with
/// m != n, or of a method for it: the x of least norm among those that minimise norm(b - op(A) x), in 2-norms. bool and
/// integers count as float64; else x has the wider of the two dtypes. Any strides.
/// @throw invalid_argument for shapes, dtypes, options and promises that do not hold, non_finite, singular_matrix,
/// out_of_memory before anything is done when the memory that is left does not suffice, runtime_failure
GPUCOMPUTE_API solution solve(const matrix_argument& A, const array_view& b, const solve_options& options = {});

/// A factored once, for any number of right-hand sides. Immutable, cheap to copy, usable from any number of threads.
class GPUCOMPUTE_API factorization {
 public:
  class implementation;
  explicit factorization(std::shared_ptr<const implementation> body) : body_(std::move(body)) {}

  /// As gpucompute::solve, with what the factors have: options.operation, condition, threads, out and forward_bound hold; the
  /// others must be as made, and b of a dtype that joins A's to A's own.
  solution solve(const array_view& b, const solve_options& options = {}) const;
  /// Of A itself, as a report's.
  double rcond() const;
  /// Of one square A, by any method but qr and rank_revealing, rounded to double; overflows to infinity where log_determinant() does not.
  std::complex<double> determinant() const;
  gpucompute::log_determinant log_determinant() const;
  /// A^-1, verified column by column. @throw singular_matrix
  solution inverse() const;
  std::string explain() const;

 private:
  std::shared_ptr<const implementation> body_;
};

/// Inspects, plans and factors A or each A of a batch; options.operation, condition and forward_bound are solve()'s, and not
/// looked at here. A copy of A is kept, so that every x is verified against it, unless A is given up. An exactly singular A can
/// be factored: its determinant is 0, and solve() and inverse() throw singular_matrix.
/// @throw singular_matrix for an A that is not positive definite where Cholesky was asked for
GPUCOMPUTE_API factorization factorize(const matrix_argument& A, const solve_options& options = {});

/// Of one square A, as those of its factorization; an inverse with options.condition, threads, out and forward_bound.
GPUCOMPUTE_API std::complex<double> determinant(const matrix_argument& A, const solve_options& options = {});
GPUCOMPUTE_API solution inverse(const matrix_argument& A, const solve_options& options = {});

/// What solve() would do and why, with the predicted cost of the alternatives; A is looked at, nothing is factored.
GPUCOMPUTE_API std::string explain_solve(const matrix_argument& A, const array_view& b,
                                         const solve_options& options = {});

}  // namespace gpucompute
