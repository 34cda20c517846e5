// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <span>

#include "kernels/solve/prepared.hpp"

namespace gpucompute::solving {

/// One system's right-hand sides, and how they are to be solved.
struct question {
  const right_hand_sides& sides;
  std::int64_t system = 0;  ///< which of the batch, for messages
  matrix_view b = {};       ///< (equations, count)
  gpucompute::condition condition = gpucompute::condition::screened;
  bool forward_bound = false;
  bool may_change_method = true;  ///< the caller has fixed none
  int threads = 1;
};

struct answer {
  gpucompute::verdict verdict = verdict::good;
  owned_block x;                        ///< (unknowns, count)
  std::vector<double> backward_errors;  ///< one a right-hand side
  double bar = 0;                       ///< of them
  double condition_bound = 0;
  double forward_bound = 0;
  double rcond = std::numeric_limits<double>::quiet_NaN();  ///< where it was estimated
  std::vector<solve_attempt>
      attempts;     ///< what `prepared` had tried, and what came here; the last one need not be `by`
  factored by;      ///< the factors that gave x
  timings seconds;  ///< without those of `prepared`
};

/// Solves, verifies, escalates. The factors of `a` are not singular. @throw non_finite for b, out_of_memory, runtime_failure
answer solve_and_verify(const char* function, const prepared& a, const question& asked);

}  // namespace gpucompute::solving
