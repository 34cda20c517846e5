// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "bench/suites/solve_variants.hpp"

namespace gpucompute::bench {

/// 1 or `most`: the number of threads on which a call of what `make` makes takes less time, by the median of calls for about
/// `seconds` on each; one is alive at a time. `most` where calls are too long for that, or do not use more than one anyway.
/// @throw stopped_by_signal, out_of_memory
int faster_threads(const std::function<solve_variant(int threads)>& make, int most, double seconds);

}  // namespace gpucompute::bench
