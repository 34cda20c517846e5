// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "cpu/solve/lapack/factors.hpp"
#include "cpu/solve/lapack/substitution.hpp"

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
    this->require_places(pivots_);
  }

  std::size_t bytes() const override { return lu_.bytes() + pivots_.bytes(); }

  product determinant() const override {
    product all;
    for (std::int64_t i = 0; i < this->order(); ++i) {
      all.multiply(lu_.column(i)[i]);
      if (pivot(i) != i) {
        all.change_sign();
      }
    }
    return all;
  }

 private:
  std::int64_t pivot(std::int64_t i) const { return this->lapack().index(pivots_.data(), i) - 1; }

  void solve_in_place(solving::apply op, const solving::block& b) const override {
    if (b.columns > most_substituted) {
      this->call().getrs(letter_of<T>(op), this->order(), b.columns, lu_.data(), lu_.leading(), pivots_.data(),
                         column_of<T>(b, 0), b.leading);
      return;
    }
    const auto divide = [&](char part, char diagonal) {
      substitute<T>(this->call(), {part, diagonal, this->order(), lu_.data(), lu_.leading()}, op, b);
    };
    if (op == solving::apply::none) {
      interchange(b, false);
      divide('L', 'U');
      divide('U', 'N');
    } else {
      divide('U', 'N');
      divide('L', 'U');
      interchange(b, true);
    }
  }

  void multiply_in_place(solving::apply op, const solving::block& y) const override {
    const auto times = [&](char triangle, char diagonal) {
      this->call().trmm('L', triangle, letter_of<T>(op), diagonal, y.rows, y.columns, 1, lu_.data(), lu_.leading(),
                        column_of<T>(y, 0), y.leading);
    };
    if (op == solving::apply::none) {
      times('U', 'N');
      times('L', 'U');
      interchange(y, true);
    } else {
      interchange(y, false);
      times('L', 'U');
      times('U', 'N');
    }
  }

  void interchange(const solving::block& b, bool backwards) const {
    const std::int64_t n = this->order();
    for (std::int64_t k = 0; k < n; ++k) {
      const std::int64_t i = backwards ? n - 1 - k : k;
      if (const std::int64_t other = pivot(i); other != i) {
        for (std::int64_t j = 0; j < b.columns; ++j) {
          std::swap(column_of<T>(b, j)[i], column_of<T>(b, j)[other]);
        }
      }
    }
  }

  double estimate(const solving::matrix_norm& of_a) const override {
    // Of norm 1, since that of single precision may lie beyond its range.
    const estimator_work<T> work(this->order());
    real_of<T> found = 0;
    this->call().gecon(letter_of(of_a), this->order(), lu_.data(), lu_.leading(), 1, &found, work.first.data(),
                       work.second.data());
    return static_cast<double>(found) / of_a.value;
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
