// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "kernels/solve/answer.hpp"
#include "kernels/solve/verify.hpp"

namespace gpucompute::solving {

/// Answers by factors of any scale and precision, from what a verification has at hand: b, or a residual. That is used up.
class substitution {
 public:
  /// Borrows all. What solves take is added to `seconds`.
  substitution(const prepared& a, const question& asked, verification& check, const factored& by, double& seconds)
      : a_(a), asked_(asked), check_(check), by_(by), with_(*a.with), seconds_(seconds) {}

  /// x for b in A's precision: a part of `work`, where that has it. `screens`: the last column of `work` becomes the one that
  /// screens the condition, by the factors as they are.
  owned_block first_x(const owned_block& work, bool screens) const;
  /// x for the residual, by way of columns near 1, which neither overflow nor underflow in the precision of the factors.
  void correct(const block& work, const block& x) const { solve_near_one(work, false, x); }

 private:
  bool is_narrow() const { return by_.type != a_.size.type; }
  bool holds(bool (*what)(double, dtype)) const;
  bool is_finite(const block& x) const;
  void solve_near_one(const block& work, bool screens, const block& x) const;
  void solve_scaled(std::span<int> exponents, const block& work, bool screens, const block& x) const;
  void solve_into(const block& work, bool screens) const;

  const prepared& a_;
  const question& asked_;
  verification& check_;
  const factored& by_;
  solver& with_;
  double& seconds_;
};

}  // namespace gpucompute::solving
