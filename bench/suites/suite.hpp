// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include <gpucompute/device.hpp>

#include "bench/measure/sampler.hpp"
#include "bench/report/result.hpp"

namespace gpucompute::bench {

/// What `gpubench run` was asked for.
struct run_request {
  std::vector<std::int64_t> sizes;  ///< empty: each case's own
  std::vector<int> threads;         ///< not empty
  std::vector<device_info> devices;
  std::optional<std::regex> filter;
  sampling_options sampling;
  bool only_lists = false;  ///< rows are what would be measured, without times, and nothing is
};

/// Bandwidth of STREAM's triad, measured once for each size and number of threads.
class triad_ceiling {
 public:
  explicit triad_ceiling(sampling_options sampling) : sampling_(sampling) {}
  /// Bytes a second in the best sample, as STREAM reports it, of plain and of non-temporal stores, on one thread and on
  /// `threads`; rows that were not measured before go to `rows`. Nothing when no triad could be measured.
  /// @throw stopped_by_signal, the rows that finished are then in `rows`
  std::optional<double> bytes_per_second(std::int64_t n, int threads, std::vector<result_row>& rows);

 private:
  sampling_options sampling_;
  std::map<std::pair<std::int64_t, int>, std::optional<double>> known_;
};

/// Called with each finished row, from the measuring thread and never during a timed region.
using progress = std::function<void(const result_row&)>;

/// Whether the filter finds something in the id or in "suite/id/n/dtype/device/threads/variant".
bool selected(const run_request& request, const result_row& row);

/// Why a row of this library with more threads than the device has is skipped: it would run with fewer than it says.
std::string more_threads_than(const device_info& where);

/// Append to `rows` what is finished. A case that has no such size has a row that is skipped and says why.
/// @throw stopped_by_signal between and within cases, bad_input, device_unavailable
void run_expressions(const run_request& request, const progress& report, std::vector<result_row>& rows);
void run_solves(const run_request& request, const progress& report, std::vector<result_row>& rows);
void run_ceilings(const run_request& request, const progress& report, std::vector<result_row>& rows);

}  // namespace gpucompute::bench
