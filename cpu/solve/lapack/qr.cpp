// SPDX-License-Identifier: Apache-2.0
#include <mutex>

#include "cpu/solve/lapack/factors.hpp"
#include "cpu/solve/lapack/substitution.hpp"

namespace gpucompute::cpu::lapack {
namespace {

/// A = Q R, or L Q where there are fewer rows than columns.
template <typename T>
class qr final : public factors_of<T> {
 public:
  explicit qr(const solving::factor_request& request)
      : factors_of<T>(std::min(request.source.rows, request.source.columns), kinds_of_op::none_adjoint,
                      request.threads),
        rows_(request.source.rows),
        columns_(request.source.columns),
        a_(whole_source<T>(request)),
        reflectors_(this->order()) {
    if (this->order() == 0) {
      return;
    }
    const blas_threads scope(this->lapack(), request.threads);
    const auto& factor = tall() ? this->call().geqrf : this->call().gelqf;
    with_scratch<T>(std::max(rows_, columns_), [&](T* scratch, std::int64_t size) {
      return factor(rows_, columns_, a_.data(), a_.leading(), reflectors_.data(), scratch, size);
    });
    for (std::int64_t i = 0; i < this->order() && this->singular_at() < 0; ++i) {
      this->set_singular(a_.column(i)[i] == T(0) ? i : -1);
    }
  }

  std::size_t bytes() const override { return a_.bytes() + reflectors_.bytes(); }

 private:
  bool tall() const { return rows_ >= columns_; }
  char part() const { return tall() ? 'U' : 'L'; }

  void solve_in_place(solving::apply op, const solving::block& b) const override {
    const std::lock_guard lock(one_at_a_time_);
    const bool plain = op == solving::apply::none;
    const auto divide_by_triangle = [&] {
      divide<T>(this->call(), {part(), 'N', this->order(), a_.data(), a_.leading()}, op, b);
    };
    if (tall() == plain) {
      rotate(plain, b);
      divide_by_triangle();
    } else {
      divide_by_triangle();
      clear_rest(b);
      rotate(plain, b);
    }
  }

  void multiply_into(solving::apply op, const solving::block& x, bool conjugated,
                     const solving::block& y) const override {
    const memory_for<T> both(std::max(rows_, columns_), x.columns);
    copy_block<T>(x, conjugated, both.block_at(0, 0, x.rows, x.columns));
    const std::lock_guard lock(one_at_a_time_);
    const bool plain = op == solving::apply::none;
    const auto times = [&] {
      this->call().trmm('L', part(), letter_of<T>(op), 'N', this->order(), x.columns, 1, a_.data(), a_.leading(),
                        both.data(), both.leading());
    };
    if (tall() == plain) {
      times();
      clear_rest(both.whole());
      rotate(!plain, both.whole());
    } else {
      rotate(!plain, both.whole());
      times();
    }
    copy_block<T>(both.block_at(0, 0, y.rows, y.columns), false, y);
  }

  /// b := Q b or Q^H b.
  void rotate(bool adjoint, const solving::block& b) const {
    if (this->order() == 0) {
      return;
    }
    const auto& apply = tall() ? this->call().ormqr : this->call().ormlq;
    const char op = letter_of<T>(adjoint ? solving::apply::adjoint : solving::apply::none);
    with_scratch<T>(b.columns, [&](T* scratch, std::int64_t size) {
      return apply('L', op, std::max(rows_, columns_), b.columns, this->order(), a_.data(), a_.leading(),
                   reflectors_.data(), column_of<T>(b, 0), b.leading, scratch, size);
    });
  }

  void clear_rest(const solving::block& b) const {
    for (std::int64_t j = 0; j < b.columns; ++j) {
      std::fill(column_of<T>(b, j) + this->order(), column_of<T>(b, j) + b.rows, T(0));
    }
  }

  double estimate(const solving::matrix_norm& of_a) const override {
    const std::lock_guard lock(one_at_a_time_);
    const estimator_work<T> work(this->order());
    real_of<T> found = 0;
    this->call().trcon(letter_of(of_a), part(), 'N', this->order(), a_.data(), a_.leading(), &found, work.first.data(),
                       work.second.data());
    return static_cast<double>(found);
  }

  std::int64_t rows_, columns_;
  memory_for<T> a_;
  memory_for<T> reflectors_;
  // LAPACK puts ones on the diagonal of R while it applies Q. Held where a fork waits, so no child finds it locked.
  mutable std::mutex one_at_a_time_;
};

}  // namespace

template <typename T>
factors_pointer factor_qr(const solving::factor_request& request) {
  return std::make_shared<qr<T>>(request);
}

#define GPUCOMPUTE_INSTANTIATE(T) template factors_pointer factor_qr<T>(const solving::factor_request&);
GPUCOMPUTE_FOR_LAPACK_TYPES(GPUCOMPUTE_INSTANTIATE)
#undef GPUCOMPUTE_INSTANTIATE

}  // namespace gpucompute::cpu::lapack
