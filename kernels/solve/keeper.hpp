// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "kernels/solve/answer.hpp"
#include "kernels/solve/condition.hpp"
#include "kernels/solve/cost.hpp"

namespace gpucompute {

/// What a report can still be asked when the call is over.
class solve_report::keeper {
 public:
  virtual ~keeper() = default;
  virtual double rcond() const = 0;
  virtual std::string explain(const solve_report& report) const = 0;
};

namespace solving {

/// What stays of a system that was solved: enough for its condition.
struct kept_system {
  conditioned by;    ///< without factors where they lie in memory that the caller may take back
  double rcond = 0;  ///< NaN where it was not estimated
};

/// Everything that was said of the whole call, for its explanation.
struct call_facts {
  std::string device = "cpu";
  planned_for size = {};
  bool transposed = false;  ///< the matrix of `size`, `chosen` and `found` is A's transpose
  std::int64_t systems = 1;
  const char* looked_at = "last";  ///< of the systems, for what follows
  bool only_factors = false;       ///< no right-hand side was given
  plan chosen = {};
  facts found = {};
  timings seconds = {};  ///< of all systems together
  solve_options options = {};
};

class factors_keeper final : public solve_report::keeper {
 public:
  factors_keeper(solver& with, call_facts call) : with_(with), call_(std::move(call)) {
    systems_.reserve(static_cast<std::size_t>(call_.systems));
  }

  /// One matrix of many systems is kept once.
  void keep(kept_system one);
  call_facts& call() { return call_; }

  double rcond() const override;
  std::string explain(const solve_report& report) const override;

 private:
  static constexpr double unknown = -1;
  /// Of the factors of a batch: beyond it their condition is estimated at once and they are not kept.
  static constexpr double most_bytes = 256.0 * 1024 * 1024;

  solver& with_;
  call_facts call_;
  std::vector<kept_system> systems_;
  std::weak_ptr<const factors> newest_;  ///< of the last system, kept or not
  mutable std::atomic<double> rcond_ = unknown;
};

/// How x came about and how good it is.
std::string explain_outcome(const solve_report& report, const call_facts& call);

/// How factors came about, and what they are.
std::string explain_factors(const std::vector<solve_attempt>& given_up, const way& last, const call_facts& call);

/// The part of an explanation that is known before anything is factored.
std::string explain_plan(const solver& with, const call_facts& call);

}  // namespace solving
}  // namespace gpucompute
