// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/lapack/factors.hpp"
#include "cpu/solve/lapack/substitution.hpp"

namespace gpucompute::cpu::lapack {
namespace {

/// A = L L^H or U^H U.
template <typename T>
class cholesky final : public factors_of<T> {
 public:
  explicit cholesky(const solving::factor_request& request)
      : factors_of<T>(request.source.rows, kinds_of_op::none_when_hermitian, request.threads),
        part_(letter_of(request.part)),
        root_(triangle_of_source<T>(request)) {
    const blas_threads scope(this->lapack(), request.threads);
    this->set_singular(this->call().potrf(part_, this->order(), root_.data(), root_.leading()) - 1);
  }

  std::size_t bytes() const override { return root_.bytes(); }

  product determinant() const override {
    product all;
    for (std::int64_t i = 0; i < this->order(); ++i) {
      const T root = this->singular_at() < 0 ? root_.column(i)[i] : T(0);
      all.multiply(root);
      all.multiply(root);
    }
    return all;
  }

 private:
  void solve_in_place(solving::apply, const solving::block& b) const override {
    if (b.columns > most_substituted) {
      this->call().potrs(part_, this->order(), b.columns, root_.data(), root_.leading(), column_of<T>(b, 0), b.leading);
      return;
    }
    const triangle_in<T> root = {part_, 'N', this->order(), root_.data(), root_.leading()};
    substitute(this->call(), root, part_ == 'L' ? solving::apply::none : solving::apply::adjoint, b);
    substitute(this->call(), root, part_ == 'L' ? solving::apply::adjoint : solving::apply::none, b);
  }
  void multiply_in_place(solving::apply, const solving::block& y) const override {
    const auto times = [&](solving::apply op) {
      this->call().trmm('L', part_, letter_of<T>(op), 'N', y.rows, y.columns, 1, root_.data(), root_.leading(),
                        column_of<T>(y, 0), y.leading);
    };
    times(part_ == 'L' ? solving::apply::adjoint : solving::apply::none);
    times(part_ == 'L' ? solving::apply::none : solving::apply::adjoint);
  }
  double estimate(const solving::matrix_norm& of_a) const override {
    const estimator_work<T> work(this->order());
    real_of<T> found = 0;
    this->call().pocon(part_, this->order(), root_.data(), root_.leading(), 1, &found, work.first.data(),
                       work.second.data());
    return static_cast<double>(found) / of_a.value;
  }

  char part_;
  memory_for<T> root_;
};

}  // namespace

template <typename T>
factors_pointer factor_cholesky(const solving::factor_request& request) {
  return std::make_shared<cholesky<T>>(request);
}

#define GPUCOMPUTE_INSTANTIATE(T) template factors_pointer factor_cholesky<T>(const solving::factor_request&);
GPUCOMPUTE_FOR_LAPACK_TYPES(GPUCOMPUTE_INSTANTIATE)
#undef GPUCOMPUTE_INSTANTIATE

}  // namespace gpucompute::cpu::lapack
