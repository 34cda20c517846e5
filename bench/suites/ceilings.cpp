// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <optional>

#include <gpucompute/array.hpp>

#include "bench/hand/hand.hpp"
#include "bench/process/signals.hpp"
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
      set_not_verified(row, "the result did not verify");
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

result_row row_of(bool streaming, std::int64_t n, int threads) {
  return {.suite = "ceilings",
          .id = streaming ? "triad_streaming" : "triad",
          .n = n,
          .dtype = "float64",
          .device = "cpu",
          .threads = threads,
          .variant = "hand",
          .tier = "compiled"};
}

/// A size whose rows nobody asked for is not measured. On more threads than one, those on one are part of it.
bool any_selected(const run_request& request, std::int64_t n, int threads) {
  for (const bool streaming : {false, true}) {
    for (const int each : {1, threads}) {
      if (selected(request, row_of(streaming, n, each))) return true;
    }
  }
  return false;
}

/// Without those that are listed already.
void list(const run_request& request, std::int64_t n, int threads, std::vector<result_row>& rows) {
  if (!any_selected(request, n, threads)) return;
  for (const int each : {1, threads}) {
    for (const bool streaming : {false, true}) {
      result_row row = row_of(streaming, n, each);
      const bool is_new = std::ranges::none_of(rows, [&row](const result_row& other) {
        return other.id == row.id && other.n == row.n && other.threads == row.threads;
      });
      if (is_new && selected(request, row)) rows.push_back(std::move(row));
    }
  }
}

}  // namespace

std::optional<double> triad_ceiling::bytes_per_second(std::int64_t n, int threads, std::vector<result_row>& rows) {
  const auto [place, is_new] = known_.try_emplace({n, threads});
  if (!is_new) return place->second;
  // More threads than a small size repays do not lower what fewer could have moved.
  std::optional<double> best = threads > 1 ? bytes_per_second(n, 1, rows) : std::nullopt;
  std::optional<triad> work;
  const std::size_t first = rows.size();
  const auto share_best = [&] {
    for (std::size_t i = first; i < rows.size(); ++i) {
      if (rows[i].verified) rows[i].triad = best;
    }
  };
  for (const bool streaming : {false, true}) {
    result_row& row = rows.emplace_back(row_of(streaming, n, threads));
    try {
      if (!work) work.emplace(n);
      work->time(row, streaming, sampling_);
      if (row.verified && row.bytes) best = std::max(best.value_or(0), *row.bytes / std::ranges::min(row.samples));
    } catch (const stopped_by_signal&) {
      rows.pop_back();
      share_best();
      throw;
    } catch (...) {
      set_failed(row);
    }
  }
  share_best();
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
      if (request.only_lists) {
        list(request, n, threads, rows);
        continue;
      }
      const auto deliver = [&] {
        for (result_row& row : measured) {
          if (!selected(request, row)) continue;
          report(row);
          rows.push_back(std::move(row));
        }
      };
      if (!any_selected(request, n, threads)) continue;
      stop_if_signalled();
      try {
        ceiling.bytes_per_second(n, threads, measured);
      } catch (const stopped_by_signal&) {
        deliver();
        throw;
      }
      deliver();
    }
  }
}

}  // namespace gpucompute::bench
