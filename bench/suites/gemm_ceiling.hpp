// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "bench/measure/sampler.hpp"
#include "bench/report/result.hpp"
#include "bench/suites/raw_lapack.hpp"

namespace gpucompute::bench {

/// What a solve can reach at best: the rate of dgemm, measured once for each number of threads.
class gemm_ceiling {
 public:
  /// Operations a second in the best sample of a product of order 1500; nothing when it did not verify.
  /// @throw stopped_by_signal, out_of_memory
  std::optional<double> flops_per_second(const raw_lapack& library, int threads, const sampling_options& sampling);
  /// Appends the rows that were measured: suite ceilings, id gemm.
  void deliver(std::vector<result_row>& rows);

 private:
  std::map<int, std::optional<double>> known_;
  std::vector<result_row> rows_;
};

}  // namespace gpucompute::bench
