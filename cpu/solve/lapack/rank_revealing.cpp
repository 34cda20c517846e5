// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <mutex>
#include <vector>

#include "cpu/solve/lapack/factors.hpp"
#include "cpu/solve/lapack/substitution.hpp"

namespace gpucompute::cpu::lapack {
namespace {

/// A = Q [T 0; 0 0] Z P^T with T of order rank(), after a QR with column pivoting in which what is below the tolerance is
/// taken as zero.
template <typename T>
class rank_revealing final : public factors_of<T> {
 public:
  explicit rank_revealing(const solving::factor_request& request)
      : factors_of<T>(std::min(request.source.rows, request.source.columns), kinds_of_op::none_adjoint,
                      request.threads),
        rows_(request.source.rows),
        columns_(request.source.columns),
        a_(whole_source<T>(request)),
        reflectors_(this->order()),
        row_reflectors_(this->order()),
        places_(columns_) {
    // 0: the column may move.
    std::fill(places_.data(), places_.data() + columns_, std::int64_t{0});
    if (this->order() == 0) {
      return;
    }
    const blas_threads scope(this->lapack(), request.threads);
    const memory_for<double> more(2 * columns_);
    with_scratch<T>(3 * columns_ + 1, [&](T* scratch, std::int64_t size) {
      return this->call().geqp3(rows_, columns_, a_.data(), a_.leading(), places_.data(), reflectors_.data(), scratch,
                                size, more.data());
    });
    this->require_places(places_);
    rank_ = found_rank(static_cast<real_of<T>>(request.rank_tolerance));
    if (turned()) {
      with_scratch<T>(rank_, [&](T* scratch, std::int64_t size) {
        return this->call().tzrzf(rank_, columns_, a_.data(), a_.leading(), row_reflectors_.data(), scratch, size);
      });
    }
  }

  std::int64_t rank() const override { return rank_; }
  double dropped() const override {
    double norm = 0;
    for (std::int64_t j = rank_; j < columns_; ++j) {
      for (std::int64_t i = rank_; i <= std::min(j, this->order() - 1); ++i) {
        norm = std::hypot(norm, std::abs(std::complex<double>(a_.column(j)[i])));
      }
    }
    return norm;
  }
  std::size_t bytes() const override {
    return a_.bytes() + reflectors_.bytes() + row_reflectors_.bytes() + places_.bytes();
  }

 private:
  bool turned() const { return rank_ > 0 && rank_ < columns_; }
  std::int64_t place(std::int64_t i) const { return this->lapack().index(places_.data(), i) - 1; }

  /// The order of the largest leading triangle whose estimated singular values stay above the tolerance.
  std::int64_t found_rank(real_of<T> tolerance) const {
    constexpr std::int64_t largest = 1, least = 2;
    const auto order = static_cast<std::size_t>(this->order());
    std::vector<T> for_least(order), for_largest(order);
    real_of<T> smallest_value = std::abs(*a_.data());
    real_of<T> largest_value = smallest_value;
    if (smallest_value == 0) {
      return 0;
    }
    for_least[0] = for_largest[0] = T(1);
    std::int64_t rank = 1;
    for (; rank < this->order(); ++rank) {
      const T* const column = a_.column(rank);
      real_of<T> smaller = 0, larger = 0;
      T s_least(0), c_least(0), s_largest(0), c_largest(0);
      this->call().laic1(least, rank, for_least.data(), smallest_value, column, column[rank], &smaller, &s_least,
                         &c_least);
      this->call().laic1(largest, rank, for_largest.data(), largest_value, column, column[rank], &larger, &s_largest,
                         &c_largest);
      if (!(smaller > 0 && larger * tolerance <= smaller)) {
        break;
      }
      for (std::size_t i = 0; i < static_cast<std::size_t>(rank); ++i) {
        for_least[i] *= s_least;
        for_largest[i] *= s_largest;
      }
      for_least[static_cast<std::size_t>(rank)] = c_least;
      for_largest[static_cast<std::size_t>(rank)] = c_largest;
      smallest_value = smaller;
      largest_value = larger;
    }
    return rank;
  }

  void solve_in_place(solving::apply op, const solving::block& b) const override {
    const std::lock_guard lock(one_at_a_time_);
    const auto divide_by_triangle = [&] { divide<T>(this->call(), {'U', 'N', rank_, a_.data(), a_.leading()}, op, b); };
    op == solving::apply::none ? to_columns(b, divide_by_triangle) : to_rows(b, divide_by_triangle);
  }

  void multiply_into(solving::apply op, const solving::block& x, bool conjugated,
                     const solving::block& y) const override {
    const memory_for<T> both(std::max(rows_, columns_), x.columns);
    copy_block<T>(x, conjugated, both.block_at(0, 0, x.rows, x.columns));
    const std::lock_guard lock(one_at_a_time_);
    const auto times = [&] {
      this->call().trmm('L', 'U', letter_of<T>(op), 'N', rank_, x.columns, 1, a_.data(), a_.leading(), both.data(),
                        both.leading());
    };
    op == solving::apply::none ? to_rows(both.whole(), times) : to_columns(both.whole(), times);
    copy_block<T>(both.block_at(0, 0, y.rows, y.columns), false, y);
  }

  /// From rows_ elements in each column of b to columns_: P Z^H middle Q^H.
  template <typename Middle>
  void to_columns(const solving::block& b, Middle middle) const {
    rotate(true, b);
    if (rank_ > 0) {
      middle();
    }
    clear_rest(b);
    turn(true, b);
    permute(b, [this](const T* from, T* to, std::int64_t i) { to[place(i)] = from[i]; });
  }

  /// The other way: Q middle Z P^T.
  template <typename Middle>
  void to_rows(const solving::block& b, Middle middle) const {
    permute(b, [this](const T* from, T* to, std::int64_t i) { to[i] = from[place(i)]; });
    turn(false, b);
    if (rank_ > 0) {
      middle();
    }
    clear_rest(b);
    rotate(false, b);
  }

  static char letter_for(bool adjoint) {
    return letter_of<T>(adjoint ? solving::apply::adjoint : solving::apply::none);
  }

  void rotate(bool adjoint, const solving::block& b) const {
    if (rank_ > 0) {
      with_scratch<T>(b.columns, [&](T* scratch, std::int64_t size) {
        return this->call().ormqr('L', letter_for(adjoint), rows_, b.columns, rank_, a_.data(), a_.leading(),
                                  reflectors_.data(), column_of<T>(b, 0), b.leading, scratch, size);
      });
    }
  }

  void turn(bool adjoint, const solving::block& b) const {
    if (turned()) {
      with_scratch<T>(b.columns, [&](T* scratch, std::int64_t size) {
        return this->call().ormrz('L', letter_for(adjoint), columns_, b.columns, rank_, columns_ - rank_, a_.data(),
                                  a_.leading(), row_reflectors_.data(), column_of<T>(b, 0), b.leading, scratch, size);
      });
    }
  }

  void clear_rest(const solving::block& b) const {
    for (std::int64_t j = 0; j < b.columns; ++j) {
      std::fill(column_of<T>(b, j) + rank_, column_of<T>(b, j) + b.rows, T(0));
    }
  }

  template <typename Move>
  void permute(const solving::block& b, Move move) const {
    if (this->order() == 0) {
      return;
    }
    std::vector<T> moved(static_cast<std::size_t>(columns_));
    for (std::int64_t j = 0; j < b.columns; ++j) {
      T* const column = column_of<T>(b, j);
      for (std::int64_t i = 0; i < columns_; ++i) {
        move(column, moved.data(), i);
      }
      std::copy(moved.begin(), moved.end(), column);
    }
  }

  double estimate(const solving::matrix_norm& of_a) const override {
    if (rank_ == 0) {
      return 1;
    }
    const std::lock_guard lock(one_at_a_time_);
    const estimator_work<T> work(rank_);
    real_of<T> found = 0;
    this->call().trcon(letter_of(of_a), 'U', 'N', rank_, a_.data(), a_.leading(), &found, work.first.data(),
                       work.second.data());
    return static_cast<double>(found);
  }

  std::int64_t rows_, columns_, rank_ = 0;
  memory_for<T> a_;
  memory_for<T> reflectors_, row_reflectors_;
  memory_for<std::int64_t> places_;
  // As in QR: LAPACK puts ones on the diagonal while it applies Q.
  mutable std::mutex one_at_a_time_;
};

}  // namespace

template <typename T>
factors_pointer factor_rank_revealing(const solving::factor_request& request) {
  return std::make_shared<rank_revealing<T>>(request);
}

#define GPUCOMPUTE_INSTANTIATE(T) template factors_pointer factor_rank_revealing<T>(const solving::factor_request&);
GPUCOMPUTE_FOR_LAPACK_TYPES(GPUCOMPUTE_INSTANTIATE)
#undef GPUCOMPUTE_INSTANTIATE

}  // namespace gpucompute::cpu::lapack
