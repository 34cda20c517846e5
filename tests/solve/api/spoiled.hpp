// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/solve/test_hook.hpp"
#include "tests/solve/api/systems.hpp"

// Answers that are wrong on purpose, and a matrix whose answers are.

namespace gpucompute::tests {

/// For as long as this lives, `hook` changes each x before its error is measured.
class spoiled {
 public:
  explicit spoiled(solving::x_hook hook) { solving::before_measuring = hook; }
  spoiled(const spoiled&) = delete;
  spoiled& operator=(const spoiled&) = delete;
  ~spoiled() { solving::before_measuring = nullptr; }
};

/// The transpose of Wilkinson's matrix, whose last column elimination with partial pivoting doubles at every step. A row-major
/// matrix is factored as its transpose.
inline dense_matrix<double> wilkinson_transposed(std::int64_t n) {
  dense_matrix<double> a(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < i; ++j) {
      a(j, i) = -1;
    }
    a(i, i) = 1;
    a(n - 1, i) = 1;
  }
  return a;
}

}  // namespace gpucompute::tests
