// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include <gpucompute/dtype.hpp>

#include "kernels/solve/solver.hpp"

namespace gpucompute::testing {

/// A matrix of T in memory of any strides, counted in elements, with room around it that holds `guard`.
template <typename T>
class strided_matrix {
 public:
  strided_matrix(std::int64_t rows, std::int64_t columns, std::int64_t row_stride, std::int64_t column_stride,
                 std::int64_t odd_bytes = 0)
      : rows_(rows), columns_(columns), row_(row_stride), column_(column_stride), odd_(odd_bytes) {
    const auto reach = [](std::int64_t count, std::int64_t stride) { return (count > 0 ? count - 1 : 0) * stride; };
    const std::int64_t down = reach(rows, row_);
    const std::int64_t right = reach(columns, column_);
    const std::int64_t lowest = (down < 0 ? down : 0) + (right < 0 ? right : 0);
    const std::int64_t highest = (down > 0 ? down : 0) + (right > 0 ? right : 0);
    start_ = -lowest;
    bytes_.assign(static_cast<std::size_t>(highest - lowest + 1) * sizeof(T) + static_cast<std::size_t>(odd_), '\x5a');
  }
  T get(std::int64_t i, std::int64_t j) const {
    T value;
    std::memcpy(static_cast<void*>(&value), at(i, j), sizeof value);
    return value;
  }
  void set(std::int64_t i, std::int64_t j, T value) {
    std::memcpy(const_cast<char*>(at(i, j)), static_cast<const void*>(&value), sizeof value);
  }
  solving::matrix_view view() const {
    const auto size = static_cast<std::int64_t>(sizeof(T));
    return {at(0, 0), dtype_of<T>(), rows_, columns_, row_ * size, column_ * size};
  }
  std::int64_t rows() const { return rows_; }
  std::int64_t columns() const { return columns_; }

 private:
  const char* at(std::int64_t i, std::int64_t j) const {
    return bytes_.data() + odd_ + (start_ + i * row_ + j * column_) * static_cast<std::int64_t>(sizeof(T));
  }
  std::int64_t rows_, columns_, row_, column_, odd_, start_ = 0;
  std::vector<char> bytes_;
};

template <typename T>
T random_element(std::mt19937_64& random) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  if constexpr (std::is_same_v<T, bool>) {
    return uniform(random) > 0;
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<std::int64_t>(uniform(random) * 100));
  } else if constexpr (is_complex(dtype_of<T>())) {
    using part = typename T::value_type;
    const auto re = static_cast<part>(uniform(random));
    return {re, static_cast<part>(uniform(random))};
  } else {
    return static_cast<T>(uniform(random));
  }
}
template <typename T>
void fill(strided_matrix<T>& a, std::mt19937_64& random) {
  for (std::int64_t j = 0; j < a.columns(); ++j) {
    for (std::int64_t i = 0; i < a.rows(); ++i) a.set(i, j, random_element<T>(random));
  }
}

}  // namespace gpucompute::testing
