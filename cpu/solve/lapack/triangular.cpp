// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include "cpu/solve/lapack/factors.hpp"
#include "cpu/solve/lapack/substitution.hpp"

namespace gpucompute::cpu::lapack {
namespace {

/// Matrices that are solved as they are: a zero on the diagonal is a zero pivot, and the determinant is its product.
/// Element i of the diagonal is number i * step.
template <typename T>
class as_it_is : public factors_of<T> {
 public:
  std::size_t bytes() const override { return a_.bytes(); }

  product determinant() const override {
    product all;
    for (std::int64_t i = 0; i < this->order(); ++i) {
      all.multiply(diagonal(i));
    }
    return all;
  }

 protected:
  as_it_is(const solving::factor_request& request, kinds_of_op known, memory_for<T> a, std::int64_t step)
      : factors_of<T>(request.source.rows, known, request.threads), a_(std::move(a)), step_(step) {
    for (std::int64_t i = 0; i < this->order() && this->singular_at() < 0; ++i) {
      this->set_singular(diagonal(i) == T(0) ? i : -1);
    }
  }
  T diagonal(std::int64_t i) const { return a_.data()[i * step_]; }
  const memory_for<T>& matrix() const { return a_; }

 private:
  memory_for<T> a_;
  std::int64_t step_;
};

template <typename T>
class triangular final : public as_it_is<T> {
 public:
  explicit triangular(const solving::factor_request& request) : triangular(request, triangle_of_source<T>(request)) {}

 private:
  triangular(const solving::factor_request& request, const memory_for<T>& a)
      : as_it_is<T>(request, kinds_of_op::none_transpose_adjoint, a, a.leading() + 1), part_(letter_of(request.part)) {}

  void solve_in_place(solving::apply op, const solving::block& b) const override {
    divide<T>(this->call(), {part_, 'N', this->order(), this->matrix().data(), this->matrix().leading()}, op, b);
  }
  void multiply_in_place(solving::apply op, const solving::block& y) const override {
    this->call().trmm('L', part_, letter_of<T>(op), 'N', y.rows, y.columns, 1, this->matrix().data(),
                      this->matrix().leading(), column_of<T>(y, 0), y.leading);
  }
  double estimate(const solving::matrix_norm& of_a) const override {
    const estimator_work<T> work(this->order());
    real_of<T> found = 0;
    this->call().trcon(letter_of(of_a), part_, 'N', this->order(), this->matrix().data(), this->matrix().leading(),
                       &found, work.first.data(), work.second.data());
    return static_cast<double>(found);
  }

  char part_;
};

template <typename T>
memory_for<T> diagonal_of_source(const solving::factor_request& request) {
  const solving::matrix_view& a = request.source;
  memory_for<T> made(a.rows);
  copy({a.data, a.type, a.rows, 1, a.row_stride + a.column_stride, 0}, false, 1, made.whole(), request.threads);
  return made;
}

template <typename T>
class diagonal_alone final : public as_it_is<T> {
 public:
  explicit diagonal_alone(const solving::factor_request& request)
      : as_it_is<T>(request, kinds_of_op::none_when_symmetric, diagonal_of_source<T>(request), 1) {}

 private:
  template <typename Change>
  void each(const solving::block& b, Change change) const {
    for (std::int64_t j = 0; j < b.columns; ++j) {
      T* const column = column_of<T>(b, j);
      for (std::int64_t i = 0; i < b.rows; ++i) {
        column[i] = change(column[i], this->diagonal(i));
      }
    }
  }
  void solve_in_place(solving::apply, const solving::block& b) const override {
    each(b, [](T value, T d) { return value / d; });
  }
  void multiply_in_place(solving::apply, const solving::block& y) const override {
    each(y, [](T value, T d) { return value * d; });
  }
  double estimate(const solving::matrix_norm&) const override {
    double least = std::numeric_limits<double>::infinity();
    double most = 0;
    for (std::int64_t i = 0; i < this->order(); ++i) {
      const auto modulus = static_cast<double>(std::abs(this->diagonal(i)));
      least = std::min(least, modulus);
      most = std::max(most, modulus);
    }
    return least / most;
  }
};

}  // namespace

template <typename T>
factors_pointer factor_triangular(const solving::factor_request& request) {
  return std::make_shared<triangular<T>>(request);
}

template <typename T>
factors_pointer factor_diagonal(const solving::factor_request& request) {
  return std::make_shared<diagonal_alone<T>>(request);
}

#define GPUCOMPUTE_INSTANTIATE(T)                                                \
  template factors_pointer factor_triangular<T>(const solving::factor_request&); \
  template factors_pointer factor_diagonal<T>(const solving::factor_request&);
GPUCOMPUTE_FOR_LAPACK_TYPES(GPUCOMPUTE_INSTANTIATE)
#undef GPUCOMPUTE_INSTANTIATE

}  // namespace gpucompute::cpu::lapack
