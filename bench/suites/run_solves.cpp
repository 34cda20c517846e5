// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include <gpucompute/gpucompute.hpp>
#include <gpucompute/solve.hpp>

#include "bench/measure/environment.hpp"
#include "bench/measure/growth.hpp"
#include "bench/process/signals.hpp"
#include "bench/report/number.hpp"
#include "bench/report/progress_line.hpp"
#include "bench/suites/gemm_ceiling.hpp"
#include "bench/suites/solve_variants.hpp"
#include "bench/suites/suite.hpp"
#include "bench/suites/thread_choice.hpp"

namespace gpucompute::bench {
namespace {

constexpr std::int64_t default_sizes[] = {10, 100, 1'000, 2'000, 3'000, 4'000, 10'000, 100'000, 1'000'000};

/// Up to here every size is measured; beyond, what a call of this one takes says how long a larger one would.
constexpr std::int64_t probed_order = 500;

class solve_run {
 public:
  solve_run(const run_request& request, const progress& report) : request_(request), report_(report) {
    std::vector<std::int64_t> sizes = request.sizes;
    if (sizes.empty()) sizes.assign(std::begin(default_sizes), std::end(default_sizes));
    std::ranges::sort(sizes);
    for (const std::int64_t n : sizes) {
      for (const device_info& where : request.devices) add_rows(n, where);
    }
  }

  void run() {
    if (request_.only_lists) {
      for (entry& one : wanted_) one.done = true;
    }
    if (wanted_.empty() || request_.only_lists) return;
    load_library();
    std::optional<linear_system> system;
    for (entry& one : wanted_) {
      stop_if_signalled();
      if (system && system->b.size() != one.row.n) system.reset();
      take(one, system);
      if (one.done) report_(one.row);
    }
    for (entry& one : wanted_) {
      if (one.done) continue;
      extrapolate(one);
      report_(one.row);
    }
  }

  void deliver(std::vector<result_row>& rows) {
    for (entry& one : wanted_) {
      if (one.done) rows.push_back(std::move(one.row));
    }
    gemm_.deliver(rows);
  }

 private:
  struct entry {
    result_row row;
    device_info where;
    std::string why_not = {};  ///< it is not measured
    bool done = false;
  };
  using kind = std::tuple<std::string, int, std::string>;  ///< device, most threads, variant
  static kind kind_of(const result_row& row) {
    return {row.device, row.most_threads.value_or(row.threads), row.variant};
  }

  void add_rows(std::int64_t n, const device_info& where) {
    const auto want = [&](const char* variant, int threads, bool chooses = true) {
      result_row row{.suite = "solve",
                     .id = "random",
                     .n = n,
                     .dtype = "float64",
                     .device = where.name,
                     .threads = threads,
                     .most_threads = chooses ? std::optional(threads) : std::nullopt,
                     .variant = variant,
                     .flops = lapack_flops(n),
                     .bytes = bytes_beside(n) + 16 * static_cast<double>(n),
                     .solve = facts_of_order(n)};
      row.reasons["triad_bytes_per_s"] = "a solve is measured against a product of matrices";
      if (selected(request_, row)) wanted_.push_back({std::move(row), where});
    };
    if (where.name == "cpu") want("textbook", 1, false);
    for (const int threads : request_.threads) {
      if (where.name == "cpu") want("lapack", threads);
      want("fused", threads);
      want("mixed", threads);
    }
  }

  /// libgpucompute loads its BLAS library at the first solve that needs it; raw calls go to the same file.
  void load_library() {
    const bool on_cpu = std::ranges::any_of(wanted_, [](const entry& one) { return one.row.device == "cpu"; });
    if (!on_cpu) return;
    try {
      library_ = raw_lapack::load();
    } catch (const device_unavailable& error) {
      missing_ = error.what();
    }
  }

  /// Why there is no such row; empty when there is.
  std::string why_skipped(const entry& one) const {
    const result_row& row = one.row;
    if (row.variant == "textbook") return "";
    if (row.threads > one.where.threads) return more_threads_than(one.where);
    if (row.device == "cpu" && !missing_.empty()) return missing_;
    if (row.variant != "lapack") return "";
    if (!library_) return "no library with dgetrf_, dgetrs_ and dgemm_ is loaded";
    if (row.threads == one.where.threads || library_->has_thread_limit()) return "";
    return library_->short_name() + " cannot be told how many threads to use";
  }

  void take(entry& one, std::optional<linear_system>& system) {
    result_row& row = one.row;
    if (const std::string why = why_skipped(one); !why.empty()) {
      set_skipped(row, why);
      one.done = true;
      return;
    }
    try {
      one.why_not = why_not(row);
      if (!one.why_not.empty()) return;
      if (!system) system = random_system(row.n);
      time(row, *system);
    } catch (const stopped_by_signal&) {
      one.done = row.median.has_value();  // then only the rate of GEMM is not there
      if (one.done) report_(row);
      throw;
    } catch (const out_of_memory& error) {
      one.why_not = error.what();
      return;
    } catch (...) {
      set_failed(row);
    }
    one.done = true;
  }

  /// The rivals of `fused`, which plans its threads itself, at the setting that suits them: a library on all threads may
  /// take a hundred times as long for a small system as on one.
  solve_variant make(const result_row& row, const linear_system& system) const {
    if (row.variant == "textbook") return textbook_variant(system);
    const auto on = [&](int threads) {
      return row.variant == "lapack" && library_ ? lapack_variant(system, *library_, threads)
                                                 : library_variant(system, row.device, threads, row.variant == "mixed");
    };
    const int most = row.most_threads.value_or(1);
    const bool is_fixed = row.variant == "fused" || (row.variant == "lapack" && !library_->has_thread_limit());
    constexpr double share = 0.1, least_seconds = 0.05;  // of the time that a row may take
    return on(is_fixed ? most : faster_threads(on, most, std::max(least_seconds, share * request_.sampling.max_time)));
  }

  static double seconds_of(const std::function<void()>& call) {
    const double begin = steady_seconds();
    call();
    return steady_seconds() - begin;
  }

  /// Why this size is not measured; empty when it is.
  std::string why_not(const result_row& row) {
    if (row.n <= probed_order) return "";
    const auto left = static_cast<double>(available_memory());
    const double needed = 2 * bytes_beside(row.n);
    if (left > 0 && needed > left) {
      return "A and its copy need " + rounded(needed * 1e-9, 3) + " GB, of which " + rounded(left * 1e-9, 3) +
             " are left";
    }
    const double expected = expected_seconds(row);
    if (expected <= request_.sampling.max_time) return "";
    return "a call would take about " + format_seconds(expected) + ", more than --max-time";
  }

  /// From the largest size that was measured; the share of the processor's speed grows with n, so it rather is less.
  double expected_seconds(const result_row& row) {
    const std::vector<timed_size>& earlier = times_[kind_of(row)];
    if (!earlier.empty() && earlier.back().n >= probed_order) return scaled(earlier.back(), row.n);
    const auto [place, is_new] = probes_.try_emplace(kind_of(row));
    if (is_new) {
      const linear_system small = random_system(probed_order);
      const solve_variant made = make(row, small);
      made.call();
      // The best of a few: one that others have slowed down would leave out what could be measured.
      const double seconds = std::min({seconds_of(made.call), seconds_of(made.call), seconds_of(made.call)});
      place->second = {static_cast<double>(probed_order), seconds};
    }
    return scaled(place->second, row.n);
  }
  static double scaled(const timed_size& from, std::int64_t n) {
    return from.seconds * std::pow(static_cast<double>(n) / from.n, 3);
  }

  void time(result_row& row, const linear_system& system) {
    const solve_variant made = make(row, system);
    const double first = seconds_of(made.call);
    const residual_of left = residual(system, made.x());
    solve_facts facts = facts_of_order(row.n);
    facts.backward_error = left.backward_error;
    facts.hpl_residual = left.hpl;
    const double bar = backward_error_bar(row.n);
    facts.bar = bar;
    row.error = left.backward_error;
    row.verified = left.backward_error <= bar;
    row.tier = made.tier();
    row.threads = made.threads();
    threads_[kind_of(row)] = row.threads;
    row.solve = facts;
    if (!row.verified) return set_not_verified(row, "the backward error is above its bar");
    {
      // Two calls to warm up and one that counts, or as many as the time allows.
      const progress_line line("solve n=" + std::to_string(row.n) + " " + row.variant,
                               std::max(3 * first, request_.sampling.max_time + first));
      set_times(row, measure(made.call, request_.sampling));
    }
    times_[kind_of(row)].push_back({static_cast<double>(row.n), row.median.value_or(first)});
    if (row.device == "cpu" && library_) {
      facts.gemm_flops_per_s = gemm_.flops_per_second(*library_, row.threads, request_.sampling);
    } else {
      facts.reasons["gemm_flops_per_s"] = "measured on the cpu with the library of LAPACK alone";
    }
    row.solve = facts;
  }

  void extrapolate(entry& one) {
    const std::vector<timed_size>& earlier = times_[kind_of(one.row)];
    one.done = true;
    if (earlier.empty()) {
      return set_skipped(one.row, one.why_not + "; no smaller size was measured to extrapolate from");
    }
    one.row.threads = threads_.at(kind_of(one.row));
    const auto there = cubic_growth(earlier).at(static_cast<double>(one.row.n));
    std::string how = one.why_not + "; c0 + c2 n^2 + c3 n^3 fitted to this run's n =";
    for (const timed_size& size : earlier) how += " " + rounded(size.n, 15);
    set_extrapolated(one.row, there.seconds, there.low, there.high, how);
  }

  const run_request& request_;
  const progress& report_;
  std::vector<entry> wanted_;
  std::optional<raw_lapack> library_;
  std::string missing_;  ///< without which the cpu solves nothing
  gemm_ceiling gemm_;
  std::map<kind, std::vector<timed_size>> times_;
  std::map<kind, timed_size> probes_;
  std::map<kind, int> threads_;  ///< of the largest size that was measured
};

}  // namespace

void run_solves(const run_request& request, const progress& report, std::vector<result_row>& rows) {
  solve_run all(request, report);
  try {
    all.run();
  } catch (...) {
    all.deliver(rows);
    throw;
  }
  all.deliver(rows);
}

}  // namespace gpucompute::bench
