// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <optional>

#include <gpucompute/array.hpp>

#include "bench/hand/hand.hpp"
#include "bench/suites/suite.hpp"

namespace gpucompute::bench {
namespace {

/// As STREAM counts: two arrays read, one written, without what caches fetch besides.
constexpr double bytes_an_element = 24;

class triad {
 public:
  explicit triad(std::int64_t n) : n_(n) {
    for (array& one : arrays_) one = array::empty(float64, {n});
    double* const to[] = {arrays_[0].values<double>().data(), arrays_[1].values<double>().data(),
                          arrays_[2].values<double>().data()};
#pragma omp parallel for schedule(static)
    for (std::int64_t i = 0; i < n; ++i) {
      to[0][i] = static_cast<double>(i % 1000);
      to[1][i] = static_cast<double>(i % 7);
      to[2][i] = 0;
    }
  }

  void time(result_row& row, bool streaming, const sampling_options& sampling) {
    row.flops = 2 * static_cast<double>(n_);
    row.bytes = bytes_an_element * static_cast<double>(n_);
    const void* const in[] = {arrays_[0].data(), arrays_[1].data()};
    void* const out[] = {arrays_[2].data()};
    const hand_loop loop = streaming ? compiled_loops().triad_streaming : compiled_loops().triad;
    const hand_call call{in, out, n_, 1, n_, 1, row.threads};
    loop(call);
    row.error = largest_difference();
    row.verified = *row.error == 0;
    std::ranges::fill(arrays_[2].values<double>(), 0.0);
    if (row.verified) {
      set_times(row, measure([&] { loop(call); }, sampling));
    } else {
      row.reasons["median_s"] = "the result did not verify";
    }
  }

 private:
  double largest_difference() const {
    const auto b = arrays_[0].values<double>(), c = arrays_[1].values<double>(), r = arrays_[2].values<double>();
    double worst = 0;
    for (std::size_t i = 0; i < r.size(); ++i) worst = std::max(worst, std::abs(r[i] - (b[i] + 3 * c[i])));
    return worst;
  }

  std::int64_t n_;
  array arrays_[3];
};

}  // namespace

std::optional<double> triad_ceiling::bytes_per_second(std::int64_t n, int threads, std::vector<result_row>& rows) {
  const auto [place, is_new] = known_.try_emplace({n, threads});
  if (!is_new) return place->second;
  // More threads than a small size repays do not lower what fewer could have moved.
  std::optional<double> best = threads > 1 ? bytes_per_second(n, 1, rows) : std::nullopt;
  std::optional<triad> work;
  for (const bool streaming : {false, true}) {
    result_row& row = rows.emplace_back(result_row{.suite = "ceilings",
                                                   .id = streaming ? "triad_streaming" : "triad",
                                                   .n = n,
                                                   .dtype = "float64",
                                                   .device = "cpu",
                                                   .threads = threads,
                                                   .variant = "hand",
                                                   .tier = "compiled"});
    try {
      if (!work) work.emplace(n);
      work->time(row, streaming, sampling_);
      if (row.verified) best = std::max(best.value_or(0), *row.bytes / std::ranges::min(row.samples));
    } catch (...) {
      set_failed(row);
    }
  }
  for (std::size_t i = rows.size() - 2; i < rows.size(); ++i) {
    if (rows[i].verified) rows[i].triad = best;
  }
  return place->second = best;
}

void run_ceilings(const run_request& request, const progress& report, std::vector<result_row>& rows) {
  // From what fits the second-level cache to four times the last-level cache, as STREAM asks, or a sixth of the memory.
  const std::int64_t beyond_caches = std::max<std::int64_t>(last_level_cache() * 4 / 8, 10'000'000);
  const std::int64_t affordable = std::max<std::int64_t>(available_memory() / 6 / 24, 1'000'000);
  std::vector<std::int64_t> sizes = request.sizes;
  if (sizes.empty()) sizes = {10'000, 1'000'000, std::min(beyond_caches, affordable)};
  triad_ceiling ceiling(request.sampling);
  for (const std::int64_t n : sizes) {
    for (const int threads : request.threads) {
      std::vector<result_row> measured;
      ceiling.bytes_per_second(n, threads, measured);
      for (result_row& row : measured) {
        if (!selected(request, row)) continue;
        report(row);
        rows.push_back(std::move(row));
      }
    }
  }
}

}  // namespace gpucompute::bench
