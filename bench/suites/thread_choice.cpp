// SPDX-License-Identifier: Apache-2.0
#include "bench/suites/thread_choice.hpp"

#include "bench/measure/sampler.hpp"

namespace gpucompute::bench {

int faster_threads(const std::function<solve_variant(int threads)>& make, int most, double seconds) {
  if (most == 1) return most;
  const sampling_options brief{.target_ci = 0.1, .max_time = seconds};
  constexpr double fewest_calls = 3;  // of measure(), however long they are
  double on_most = 0;
  {
    const solve_variant made = make(most);
    const double begin = steady_seconds();
    made.call();
    if (made.threads() == 1 || fewest_calls * (steady_seconds() - begin) > seconds) return most;
    on_most = measure(made.call, brief).estimate.median;
  }
  const solve_variant alone = make(1);
  return measure(alone.call, brief).estimate.median < on_most ? 1 : most;
}

}  // namespace gpucompute::bench
