// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace gpucompute::bench {

/// Seconds that all processors spent together since the machine started.
struct processor_times {
  double busy = 0;  ///< for programs, the kernel, and other machines of the same host (steal)
  double all = 0;
};

/// From the first line of /proc/stat; nothing when it reads otherwise.
std::optional<processor_times> parse_processor_times(std::string_view text, double ticks_a_second);

/// What others do while this process measures.
class processor_clock {
 public:
  processor_clock();
  /// Of the time of all processors since construction, the share that neither this process had nor nobody; nothing when
  /// the system does not say or no time has gone by.
  std::optional<double> share_of_others() const;

 private:
  std::optional<processor_times> begin_;
  double own_ = 0;  ///< seconds of this process until construction
};

}  // namespace gpucompute::bench
