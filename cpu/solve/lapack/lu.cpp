// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "cpu/solve/lapack/factors.hpp"

namespace gpucompute::cpu::lapack {
namespace {

/// A = P L U; L and U in one matrix, P as interchanges, the first one applied to A first.
template <typename T>
class lu final : public factors_of<T> {
 public:
  explicit lu(const solving::factor_request& request)
      : factors_of<T>(request.source.rows, kinds_of_op::none_transpose_adjoint, request.threads),
        lu_(whole_source<T>(request)),
        pivots_(this->order()) {
    const blas_threads scope(this->lapack(), request.threads);
    const std::int64_t n = this->order();
    this->set_singular(this->call().getrf(n, n, lu_.data(), lu_.leading(), pivots_.data()) - 1);
  }

  std::size_t bytes() const override { return lu_.bytes() + pivots_.bytes(); }

  log_determinant determinant() const override {
    product all;
    for (std::int64_t i = 0; i < this->order(); ++i) {
      all.multiply(lu_.column(i)[i]);
      if (pivot(i) != i) {
        all.change_sign();
      }
    }
    return all.result();
  }

 private:
  std::int64_t pivot(std::int64_t i) const { return this->lapack().index(pivots_.data(), i) - 1; }

  void solve_in_place(solving::apply op, const solving::block& b) const override {
    const std::int64_t at_once = op == solving::apply::none && b.columns == 2 && two_columns_are_slow() ? 1 : b.columns;
    for (std::int64_t j = 0; j < b.columns; j += at_once) {
      this->call().getrs(letter_of<T>(op), this->order(), at_once, lu_.data(), lu_.leading(), pivots_.data(),
                         column_of<T>(b, j), b.leading);
    }
  }

  /// One right-hand side goes to OpenBLAS's trsv, two go to its trsm. For reals that takes, on one thread, 6.1 microseconds
  /// against 4.8 for two calls at n = 100, 20 against 15 at 200, 134 against 94 at 500 and 342 against 324 at 768, in single
  /// precision 5.1 against 4.2, 16 against 9.6, 87 against 38 and 323 against 145; beyond that they come together. Below 40
  /// both take the same; for complex numbers and for the transpose two calls are slower.
  bool two_columns_are_slow() const {
    constexpr std::int64_t least = 40;
    constexpr std::int64_t most_bytes = 768 * 768 * sizeof(double);
    const std::int64_t n = this->order();
    return !is_complex_number<T> && n >= least && n <= most_bytes / n / static_cast<std::int64_t>(sizeof(T));
  }

  void multiply_in_place(solving::apply op, const solving::block& y) const override {
    const auto times = [&](char triangle, char diagonal) {
      this->call().trmm('L', triangle, letter_of<T>(op), diagonal, y.rows, y.columns, 1, lu_.data(), lu_.leading(),
                        column_of<T>(y, 0), y.leading);
    };
    const auto interchange = [&](std::int64_t i) {
      if (const std::int64_t other = pivot(i); other != i) {
        for (std::int64_t j = 0; j < y.columns; ++j) {
          std::swap(column_of<T>(y, j)[i], column_of<T>(y, j)[other]);
        }
      }
    };
    if (op == solving::apply::none) {
      times('U', 'N');
      times('L', 'U');
      for (std::int64_t i = this->order() - 1; i >= 0; --i) {
        interchange(i);
      }
    } else {
      for (std::int64_t i = 0; i < this->order(); ++i) {
        interchange(i);
      }
      times('L', 'U');
      times('U', 'N');
    }
  }

  double estimate(double norm_one) const override {
    // Of norm 1, since that of single precision may lie beyond its range.
    const estimator_work<T> work(this->order());
    real_of<T> found = 0;
    this->call().gecon('1', this->order(), lu_.data(), lu_.leading(), 1, &found, work.first.data(), work.second.data());
    return static_cast<double>(found) / norm_one;
  }

  memory_for<T> lu_;
  memory_for<std::int64_t> pivots_;
};

}  // namespace

template <typename T>
factors_pointer factor_lu(const solving::factor_request& request) {
  return std::make_shared<lu<T>>(request);
}

#define GPUCOMPUTE_INSTANTIATE(T) template factors_pointer factor_lu<T>(const solving::factor_request&);
GPUCOMPUTE_FOR_LAPACK_TYPES(GPUCOMPUTE_INSTANTIATE)
#undef GPUCOMPUTE_INSTANTIATE

}  // namespace gpucompute::cpu::lapack
