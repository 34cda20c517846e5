// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/solve/solver.hpp"

namespace gpucompute::cpu {

/// What solvers of host memory have in common: small passes over right-hand sides, memory.
class host_solver : public solving::solver {
 public:
  std::shared_ptr<void> allocate(std::size_t bytes) override;
  std::size_t free_bytes() const override;
  void norms(const solving::block& b, std::span<solving::column_norm> to) override;
  void add(double factor, const solving::block& from, const solving::block& to) override;
  void store(const solving::block& from, const solving::matrix_view& to) override;
  void fill_probe(const solving::block& column) override;
  solving::balance equilibrate(const solving::block& a) override;
  void scale_rows(const solving::block& b, std::span<const int> exponents) override;
  void scale_columns(const solving::block& b, std::span<const int> exponents) override;
};

}  // namespace gpucompute::cpu
