// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <utility>

#include "cpu/solve/lapack/factors.hpp"

namespace gpucompute::cpu::lapack {
namespace {

/// A = L D L^T or L D L^H, or the same with U: L = P1 L1 P2 L2 ..., D of blocks of order 1 and 2.
template <typename T>
class indefinite final : public factors_of<T> {
 public:
  explicit indefinite(const solving::factor_request& request)
      : factors_of<T>(request.source.rows,
                      request.hermitian ? kinds_of_op::none_when_hermitian : kinds_of_op::none_when_symmetric,
                      request.threads),
        part_(letter_of(request.part)),
        hermitian_(request.hermitian && is_complex_number<T>),
        a_(triangle_of_source<T>(request)),
        pivots_(this->order()) {
    const blas_threads scope(this->lapack(), request.threads);
    const auto& factor = hermitian_ ? this->call().hetrf : this->call().sytrf;
    this->set_singular(with_scratch<T>(this->order(),
                                       [&](T* scratch, std::int64_t size) {
                                         return factor(part_, this->order(), a_.data(), a_.leading(), pivots_.data(),
                                                       scratch, size);
                                       }) -
                       1);
    this->require_places(pivots_);
    // A pivot that is no number is reported as a zero; x tells.
    if (const std::int64_t at = this->singular_at(); at >= 0 && std::isnan(std::abs(a_.column(at)[at]))) {
      this->set_singular(-1);
    }
  }

  std::size_t bytes() const override { return a_.bytes() + pivots_.bytes(); }

  product determinant() const override {
    product all;
    each_block(false, [&](std::int64_t k, std::int64_t size) {
      if (size == 1) {
        all.multiply(at(k, k));
        return;
      }
      // d11 d22 - d12 d21, which may overflow where its logarithm does not; neither d12 nor d21 is 0.
      const std::complex<double> right = above(k), left = below(k);
      all.multiply(right);
      all.multiply(left);
      all.multiply(std::complex<double>(at(k, k)) / right * (std::complex<double>(at(k + 1, k + 1)) / left) - 1.0);
    });
    return all;
  }

 private:
  T at(std::int64_t i, std::int64_t j) const { return a_.column(j)[i]; }
  T taken(T value) const {
    if constexpr (is_complex_number<T>) {
      return hermitian_ ? std::conj(value) : value;
    } else {
      return value;
    }
  }
  /// The elements of D beside its diagonal in the block that begins at k.
  T below(std::int64_t k) const { return part_ == 'L' ? at(k + 1, k) : taken(at(k, k + 1)); }
  T above(std::int64_t k) const { return taken(below(k)); }
  std::int64_t raw(std::int64_t k) const { return this->lapack().index(pivots_.data(), k); }

  /// body(first row, order) for the blocks of D, from the last on or from the first.
  template <typename Body>
  void each_block(bool from_last, Body body) const {
    if (from_last) {
      for (std::int64_t end = this->order(); end > 0;) {
        const std::int64_t size = raw(end - 1) > 0 ? 1 : 2;
        body(end - size, size);
        end -= size;
      }
    } else {
      for (std::int64_t k = 0; k < this->order();) {
        const std::int64_t size = raw(k) > 0 ? 1 : 2;
        body(k, size);
        k += size;
      }
    }
  }

  void solve_in_place(solving::apply, const solving::block& b) const override {
    const auto& solve = hermitian_ ? this->call().hetrs : this->call().sytrs;
    solve(part_, this->order(), b.columns, a_.data(), a_.leading(), pivots_.data(), column_of<T>(b, 0), b.leading);
  }

  void multiply_in_place(solving::apply, const solving::block& y) const override {
    for (std::int64_t c = 0; c < y.columns; ++c) {
      multiply_column(column_of<T>(y, c));
    }
  }

  void multiply_column(T* x) const {
    const bool lower = part_ == 'L';
    const auto interchange = [&](std::int64_t k, std::int64_t size) {
      const std::int64_t row = lower ? k + size - 1 : k;
      std::swap(x[row], x[std::abs(raw(k)) - 1]);
    };
    const auto beyond = [&](std::int64_t k, std::int64_t size) {
      return lower ? std::pair(k + size, this->order()) : std::pair(std::int64_t{0}, k);
    };
    each_block(!lower, [&](std::int64_t k, std::int64_t size) {
      interchange(k, size);
      const auto [from, to] = beyond(k, size);
      for (std::int64_t j = k; j < k + size; ++j) {
        for (std::int64_t i = from; i < to; ++i) {
          x[j] += taken(at(i, j)) * x[i];
        }
      }
    });
    each_block(false, [&](std::int64_t k, std::int64_t size) {
      if (size == 1) {
        x[k] *= at(k, k);
      } else {
        const T first = x[k];
        x[k] = at(k, k) * first + above(k) * x[k + 1];
        x[k + 1] = below(k) * first + at(k + 1, k + 1) * x[k + 1];
      }
    });
    each_block(lower, [&](std::int64_t k, std::int64_t size) {
      const auto [from, to] = beyond(k, size);
      for (std::int64_t j = k; j < k + size; ++j) {
        for (std::int64_t i = from; i < to; ++i) {
          x[i] += at(i, j) * x[j];
        }
      }
      interchange(k, size);
    });
  }

  double estimate(const solving::matrix_norm& of_a) const override {
    const estimator_work<T> work(this->order());
    const auto& condition = hermitian_ ? this->call().hecon : this->call().sycon;
    real_of<T> found = 0;
    condition(part_, this->order(), a_.data(), a_.leading(), pivots_.data(), 1, &found, work.first.data(),
              work.second.data());
    return static_cast<double>(found) / of_a.value;
  }

  char part_;
  bool hermitian_;
  memory_for<T> a_;
  memory_for<std::int64_t> pivots_;
};

}  // namespace

template <typename T>
factors_pointer factor_indefinite(const solving::factor_request& request) {
  return std::make_shared<indefinite<T>>(request);
}

#define GPUCOMPUTE_INSTANTIATE(T) template factors_pointer factor_indefinite<T>(const solving::factor_request&);
GPUCOMPUTE_FOR_LAPACK_TYPES(GPUCOMPUTE_INSTANTIATE)
#undef GPUCOMPUTE_INSTANTIATE

}  // namespace gpucompute::cpu::lapack
