// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/array/boundary.hpp"
#include "kernels/array/expectation.hpp"
#include "kernels/solve/cost.hpp"
#include "kernels/solve/keeper.hpp"
#include "kernels/solve/verify.hpp"

namespace gpucompute {
namespace solving {
namespace {

std::string rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

std::string seconds_text(double value) {
  const char* const units[] = {"s", "ms", "us", "ns"};
  int unit = 0;
  for (double scaled = value; scaled < 1 && unit < 3; scaled *= 1e3) {
    ++unit;
  }
  return rounded(value * std::pow(1e3, unit)) + " " + units[unit];
}

/// Of A, as the caller sees it.
std::pair<std::int64_t, std::int64_t> shape_of(const call_facts& call) {
  return call.transposed ? std::pair(call.size.columns, call.size.rows) : std::pair(call.size.rows, call.size.columns);
}

std::string order_text(const call_facts& call) {
  const auto [rows, columns] = shape_of(call);
  return std::to_string(rows) + " x " + std::to_string(columns) + " " + std::string(name(call.size.type));
}

std::string structure_text(const call_facts& call) {
  if (call.size.rows != call.size.columns) {
    return "not square";
  }
  const facts& found = call.found;
  std::string text = diagonals_text(found, call.transposed);
  if (found.hermitian || found.symmetric) {
    text += is_complex(call.size.type) ? (found.hermitian ? ", Hermitian" : ", symmetric") : ", symmetric";
    text += found.positive_diagonal ? ", positive diagonal" : "";
  }
  return text;
}

std::string way_text(const way& one, const call_facts& call) {
  const auto [rows, columns] = shape_of(call);
  return (one.method == method::qr && rows < columns ? "LQ" : std::string(words(one.method))) +
         (one.factors == call.size.type ? "" : " in " + std::string(name(one.factors)) + ", refined");
}

std::string attempt_text(const solve_attempt& one, const call_facts& call) {
  std::string text = "  " + way_text({one.method, one.factors}, call);
  text += one.equilibrated ? ", rows and columns scaled" : "";
  text += one.refinements > 0 ? ", " + counted(one.refinements, "step") + " of refinement" : "";
  text += std::isnan(one.backward_error) ? "" : ": backward error " + rounded(one.backward_error);
  return text + (one.outcome.empty() ? "" : "; " + one.outcome) + "\n";
}

/// The first ones.
std::string numbers_text(const std::vector<std::int64_t>& systems) {
  constexpr std::size_t most = 10;
  std::string text = systems.size() == 1 ? " system" : " systems";
  for (std::size_t i = 0; i < std::min(systems.size(), most); ++i) {
    text += (i == 0 ? " " : ", ") + std::to_string(systems[i]);
  }
  return text + (systems.size() > most ? " and " + std::to_string(systems.size() - most) + " more" : "");
}

std::string verdict_text(const solve_report& report) {
  switch (report.verdict) {
    case verdict::ill_conditioned:
      return "not to be relied on: A is singular to working precision (condition at least " +
             rounded(report.condition_bound) + ")";
    case verdict::inaccurate:
      return "not to be relied on: the backward error stayed above its bar, or x cannot be represented";
    default:
      return "good";
  }
}

}  // namespace

std::string explain_plan(const solver& with, const call_facts& call) {
  const cost_profile profile = with.profile();
  const planned_for& size = call.size;
  const way chosen = {call.chosen.method, call.chosen.factors, call.chosen.threads};
  const auto systems = static_cast<double>(std::max<std::int64_t>(1, call.systems));
  const auto predicted = [&](double seconds) {
    return "predicted " + seconds_text(seconds) + (call.systems == 1 ? "" : " a system");
  };
  std::string text = call.only_factors
                         ? "factorize: A " + order_text(call)
                         : "solve: A " + order_text(call) + ", " + counted(size.right_hand_sides, "right-hand side");
  text += (call.systems == 1 ? "" : ", " + std::to_string(call.systems) + " systems") + "\n";
  const bool by_library = call.chosen.why != reason::small;
  text +=
      "device: " + call.device + ", " + (by_library ? with.library() + ", " : "") + counted(chosen.threads, "thread");
  if (by_library && chosen.threads < with.most_threads()) {
    text += size.rows < profile.least_order_for_threads
                ? " since more are slower below order " + std::to_string(profile.least_order_for_threads)
            : chosen.threads == 1 && call.options.threads != 1 ? " since A is hardly more than read"
                                                               : "";
  }
  const std::string one = call.systems > 1 ? std::string(" the ") + call.looked_at + " system" : "";
  text += "\nfound" + (one.empty() ? "" : " in" + one) + ": " + structure_text(call) + "\n";
  text += "plan" + (one.empty() ? "" : " for" + one) + ": " + way_text(chosen, call) + ": " +
          std::string(words(call.chosen.why)) + "; ";
  const small_cost small = with.cost_of_small(size.type, size.rows, size.right_hand_sides);
  const double planned = by_library ? predicted_seconds(chosen, size, call.found, profile)
                                    : small.call / systems + small.system / chosen.threads;
  text += predicted(planned) + "\n";
  for (const way& other : ways_for(size, call.found, chosen)) {
    if (by_library && other == chosen) {
      continue;
    }
    const double seconds = predicted_seconds(other, size, call.found, profile);
    text += "  instead of " + way_text(other, call) + (by_library ? "" : " by " + with.library()) +
            (other.threads == chosen.threads ? "" : " on " + counted(other.threads, "thread")) + ": " +
            predicted(seconds);
    if (seconds < planned && other.factors != size.type && chosen.factors == size.type) {
      const std::string why = why_not_narrow(call.options, size, profile);
      text += "; " + (why.empty() ? too_far_for_narrow : why);
    }
    text += "\n";
  }
  return text;
}

void factors_keeper::keep(kept_system one) {
  if (one.by.made != nullptr && newest_.lock() == one.by.made) {
    return;
  }
  newest_ = one.by.made;
  const double bytes = static_cast<double>(call_.size.rows) * static_cast<double>(call_.size.columns) *
                       static_cast<double>(size_of(call_.size.type));
  if (one.by.made != nullptr && static_cast<double>(systems_.size() + 1) * bytes > most_bytes && call_.systems > 1) {
    one.rcond = std::isnan(one.rcond) ? reciprocal_condition(with_, one.by) : one.rcond;
    one.by.made = nullptr;
  }
  systems_.push_back(std::move(one));
}

double factors_keeper::rcond() const {
  double known = rcond_.load(std::memory_order_relaxed);
  if (known != unknown) {
    return known;
  }
  known = systems_.empty() ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
  for (const kept_system& one : systems_) {
    const bool can_ask = std::isnan(one.rcond) && one.by.made != nullptr;
    const double rcond = can_ask ? reciprocal_condition(with_, one.by) : one.rcond;
    known = std::isnan(known) || rcond >= known ? known : rcond;
  }
  rcond_.store(known, std::memory_order_relaxed);
  return known;
}

std::string factors_keeper::explain(const solve_report& report) const {
  const timings& spent = call_.seconds;
  return explain_plan(with_, call_) + "time: inspect and copy " + seconds_text(spent.inspect) + ", factor " +
         seconds_text(spent.factor) + ", solve " + seconds_text(spent.solve) + ", verify " +
         seconds_text(spent.verify) + ", condition " + seconds_text(spent.condition) + "\n" +
         explain_outcome(report, call_);
}

std::string explain_factors(const std::vector<solve_attempt>& given_up, const way& last, const call_facts& call) {
  std::string text;
  for (const solve_attempt& one : given_up) {
    text += attempt_text(one, call);
  }
  return text + "factors: " + way_text(last, call) + "\n";
}

std::string explain_outcome(const solve_report& report, const call_facts& call) {
  std::string text;
  if (call.systems > 1 && !report.attempts.empty()) {
    text += "  the last system:\n";
  }
  for (const solve_attempt& one : report.attempts) {
    text += attempt_text(one, call);
  }
  text += "backward error: " + rounded(report.backward_error) + " (bar " + rounded(report.bar) +
          (call.systems > 1 ? "), the largest of all systems\n" : ")\n");
  if (report.condition_bound > 0) {
    text += "condition: at least " + rounded(report.condition_bound) + "\n";
  }
  if (report.forward_bound > 0) {
    text += "forward error: at most about " + rounded(report.forward_bound) + "\n";
  }
  if (call.size.rows != call.size.columns || report.method == method::rank_revealing) {
    text += "rank: " + std::to_string(report.rank) + "\n";
  }
  if (!report.doubtful.empty()) {
    text += "not good:" + numbers_text(report.doubtful) + "\n";
  }
  return text + "verdict: " + verdict_text(report) + "\n";
}

}  // namespace solving

double solve_report::rcond() const try {
  return kept == nullptr ? std::numeric_limits<double>::quiet_NaN() : kept->rcond();
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

std::string solution::explain() const try {
  return report.kept == nullptr
             ? expectation("explain", "a solution that a call gave", "one made by default, or moved from\n")
             : report.kept->explain(report);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

}  // namespace gpucompute
