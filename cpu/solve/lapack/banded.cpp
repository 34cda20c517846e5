// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "cpu/solve/lapack/factors.hpp"

namespace gpucompute::cpu::lapack {
namespace {

/// A = P1 L1 P2 L2 ... U, with interchanges among the steps. A subclass says where the elements lie.
template <typename T>
class eliminated_band : public factors_of<T> {
 public:
  product determinant() const override {
    product all;
    for (std::int64_t i = 0; i < this->order(); ++i) {
      all.multiply(upper(i, i));
      if (pivot(i) != i) {
        all.change_sign();
      }
    }
    return all;
  }

 protected:
  eliminated_band(const solving::factor_request& request, std::int64_t below, std::int64_t above)
      : factors_of<T>(request.source.rows, kinds_of_op::none_transpose_adjoint, request.threads),
        pivots_(this->order()),
        below_(below),
        above_(above) {}

  /// Of the factorisation.
  void take_info(std::int64_t info) {
    this->set_singular(info - 1);
    this->require_places(pivots_);
  }
  std::int64_t* pivots() const { return pivots_.data(); }
  std::int64_t pivot(std::int64_t i) const { return this->lapack().index(pivots_.data(), i) - 1; }
  std::size_t bytes_of_pivots() const { return pivots_.bytes(); }

  /// The multiplier of row j that was taken from row i, i > j.
  virtual T lower(std::int64_t i, std::int64_t j) const = 0;
  virtual T upper(std::int64_t i, std::int64_t j) const = 0;

 private:
  void multiply_in_place(solving::apply op, const solving::block& y) const override {
    for (std::int64_t c = 0; c < y.columns; ++c) {
      T* const x = column_of<T>(y, c);
      if (op == solving::apply::none) {
        plain(x);
      } else {
        turned(x, is_complex_number<T> && op == solving::apply::adjoint);
      }
    }
  }

  void plain(T* x) const {
    const std::int64_t n = this->order();
    for (std::int64_t i = 0; i < n; ++i) {
      T sum(0);
      for (std::int64_t j = i; j <= std::min(n - 1, i + above_); ++j) {
        sum += upper(i, j) * x[j];
      }
      x[i] = sum;
    }
    for (std::int64_t j = n - 2; j >= 0; --j) {
      for (std::int64_t i = j + 1; i <= std::min(n - 1, j + below_); ++i) {
        x[i] += lower(i, j) * x[j];
      }
      std::swap(x[j], x[pivot(j)]);
    }
  }

  void turned(T* x, bool conjugated) const {
    const auto taken = [=](T value) {
      if constexpr (is_complex_number<T>) {
        return conjugated ? std::conj(value) : value;
      } else {
        return value;
      }
    };
    const std::int64_t n = this->order();
    for (std::int64_t j = 0; j + 1 < n; ++j) {
      std::swap(x[j], x[pivot(j)]);
      for (std::int64_t i = j + 1; i <= std::min(n - 1, j + below_); ++i) {
        x[j] += taken(lower(i, j)) * x[i];
      }
    }
    for (std::int64_t j = n - 1; j >= 0; --j) {
      T sum(0);
      for (std::int64_t i = std::max<std::int64_t>(0, j - above_); i <= j; ++i) {
        sum += taken(upper(i, j)) * x[i];
      }
      x[j] = sum;
    }
  }

  memory_for<std::int64_t> pivots_;
  std::int64_t below_, above_;
};

template <typename T>
class banded final : public eliminated_band<T> {
 public:
  explicit banded(const solving::factor_request& request)
      : banded(request, reach(request, request.lower_bandwidth), reach(request, request.upper_bandwidth)) {}

  std::size_t bytes() const override { return band_.bytes() + this->bytes_of_pivots(); }

 private:
  static std::int64_t reach(const solving::factor_request& request, std::int64_t bandwidth) {
    return std::clamp<std::int64_t>(bandwidth, 0, std::max<std::int64_t>(0, request.source.rows - 1));
  }

  banded(const solving::factor_request& request, std::int64_t below, std::int64_t above)
      : eliminated_band<T>(request, below, below + above),
        below_(below),
        above_(above),
        band_(2 * below + above + 1, this->order()) {
    take(request.source, request.threads);
    const blas_threads scope(this->lapack(), request.threads);
    const std::int64_t n = this->order();
    this->take_info(this->call().gbtrf(n, n, below_, above_, band_.data(), band_.leading(), this->pivots()));
  }

  /// Element (i, j) goes to row below + above + i - j of column j; the first `below` rows are for what fills in.
  void take(const solving::matrix_view& a, int threads) {
    const std::int64_t n = this->order();
    const std::int64_t height = below_ + above_ + 1;
    const auto column = [&](std::int64_t j) {
      const std::int64_t from = std::max<std::int64_t>(0, j - above_);
      const std::int64_t rows = std::min(n, j + below_ + 1) - from;
      copy(part_of(a, from, j, rows, 1), false, 1, band_.block_at(below_ + above_ + from - j, j, rows, 1), 1);
    };
    // Whole columns of the band are a matrix too, whose next column lies one row lower.
    const std::int64_t first = std::min(above_, n);
    const std::int64_t last = std::max(first, n - below_);
    for (std::int64_t j = 0; j < first; ++j) {
      column(j);
    }
    if (last > first) {
      copy({static_cast<const std::byte*>(a.data) + first * a.column_stride, a.type, height, last - first, a.row_stride,
            a.row_stride + a.column_stride},
           false, 1, band_.block_at(below_, first, height, last - first), threads);
    }
    for (std::int64_t j = last; j < n; ++j) {
      column(j);
    }
  }

  T at(std::int64_t i, std::int64_t j) const { return band_.column(j)[below_ + above_ + i - j]; }
  T lower(std::int64_t i, std::int64_t j) const override { return at(i, j); }
  T upper(std::int64_t i, std::int64_t j) const override { return at(i, j); }

  void solve_in_place(solving::apply op, const solving::block& b) const override {
    this->call().gbtrs(letter_of<T>(op), this->order(), below_, above_, b.columns, band_.data(), band_.leading(),
                       this->pivots(), column_of<T>(b, 0), b.leading);
  }
  double estimate(const solving::matrix_norm& of_a) const override {
    const estimator_work<T> work(this->order());
    real_of<T> found = 0;
    this->call().gbcon(letter_of(of_a), this->order(), below_, above_, band_.data(), band_.leading(), this->pivots(), 1,
                       &found, work.first.data(), work.second.data());
    return static_cast<double>(found) / of_a.value;
  }

  std::int64_t below_, above_;
  memory_for<T> band_;
};

template <typename T>
class tridiagonal final : public eliminated_band<T> {
 public:
  explicit tridiagonal(const solving::factor_request& request)
      : eliminated_band<T>(request, 1, 2), diagonals_(this->order(), 4) {
    const solving::matrix_view& a = request.source;
    const std::int64_t n = this->order();
    const auto take = [&](std::int64_t i, std::int64_t j, std::int64_t number) {
      const std::int64_t length = n - i - j;
      if (length <= 0) {
        return;
      }
      const solving::matrix_view first = part_of(a, i, j, 0, 0);
      copy({first.data, a.type, length, 1, a.row_stride + a.column_stride, 0}, false, 1,
           diagonals_.block_at(0, number, length, 1), request.threads);
    };
    take(1, 0, lower_diagonal);
    take(0, 0, main_diagonal);
    take(0, 1, upper_diagonal);
    const blas_threads scope(this->lapack(), request.threads);
    this->take_info(
        this->call().gttrf(n, of(lower_diagonal), of(main_diagonal), of(upper_diagonal), of(fill), this->pivots()));
  }

  std::size_t bytes() const override { return diagonals_.bytes() + this->bytes_of_pivots(); }

 private:
  static constexpr std::int64_t lower_diagonal = 0, main_diagonal = 1, upper_diagonal = 2, fill = 3;
  T* of(std::int64_t number) const { return diagonals_.column(number); }

  T lower(std::int64_t, std::int64_t j) const override { return of(lower_diagonal)[j]; }
  T upper(std::int64_t i, std::int64_t j) const override { return of(main_diagonal + j - i)[i]; }

  void solve_in_place(solving::apply op, const solving::block& b) const override {
    this->call().gttrs(letter_of<T>(op), this->order(), b.columns, of(lower_diagonal), of(main_diagonal),
                       of(upper_diagonal), of(fill), this->pivots(), column_of<T>(b, 0), b.leading);
  }
  double estimate(const solving::matrix_norm& of_a) const override {
    const estimator_work<T> work(this->order());
    real_of<T> found = 0;
    this->call().gtcon(letter_of(of_a), this->order(), of(lower_diagonal), of(main_diagonal), of(upper_diagonal),
                       of(fill), this->pivots(), 1, &found, work.first.data(), work.second.data());
    return static_cast<double>(found) / of_a.value;
  }

  memory_for<T> diagonals_;
};

}  // namespace

template <typename T>
factors_pointer factor_banded(const solving::factor_request& request) {
  return std::make_shared<banded<T>>(request);
}

template <typename T>
factors_pointer factor_tridiagonal(const solving::factor_request& request) {
  return std::make_shared<tridiagonal<T>>(request);
}

#define GPUCOMPUTE_INSTANTIATE(T)                                            \
  template factors_pointer factor_banded<T>(const solving::factor_request&); \
  template factors_pointer factor_tridiagonal<T>(const solving::factor_request&);
GPUCOMPUTE_FOR_LAPACK_TYPES(GPUCOMPUTE_INSTANTIATE)
#undef GPUCOMPUTE_INSTANTIATE

}  // namespace gpucompute::cpu::lapack
