// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/array/boundary.hpp"
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

std::string order_text(const call_facts& call) {
  const auto [rows, columns] =
      call.transposed ? std::pair(call.size.columns, call.size.rows) : std::pair(call.size.rows, call.size.columns);
  return std::to_string(rows) + " x " + std::to_string(columns) + " " + std::string(name(call.size.type));
}

std::string structure_text(const call_facts& call) {
  const facts& found = call.found;
  const planned_for& size = call.size;
  if (size.rows != size.columns) {
    return "not square";
  }
  const auto [below, above] = call.transposed ? std::pair(found.upper_bandwidth, found.lower_bandwidth)
                                              : std::pair(found.lower_bandwidth, found.upper_bandwidth);
  std::string text = std::to_string(below) + (below == 1 ? " diagonal" : " diagonals") + " below and " +
                     std::to_string(above) + " above the main one";
  if (found.hermitian || found.symmetric) {
    text += is_complex(size.type) ? (found.hermitian ? ", Hermitian" : ", symmetric") : ", symmetric";
    text += found.positive_diagonal ? ", positive diagonal" : "";
  }
  return text;
}

std::string way_text(method which, dtype factors_type, const planned_for& size) {
  return std::string(words(which)) +
         (factors_type == size.type ? "" : " in " + std::string(name(factors_type)) + ", refined");
}

/// The other ways that could solve this matrix.
std::vector<std::pair<method, dtype>> alternatives(const call_facts& call) {
  std::vector<std::pair<method, dtype>> all;
  const dtype type = call.size.type;
  if (call.size.rows != call.size.columns) {
    all = {{method::qr, type}, {method::rank_revealing, type}};
  } else {
    all = {{method::lu, type}, {method::qr, type}};
    if (component(type) == float64) {
      all.push_back({method::lu, is_complex(type) ? complex64 : float32});
    }
    if (call.found.hermitian && call.found.positive_diagonal) {
      all.push_back({method::cholesky, type});
    } else if (call.found.hermitian || call.found.symmetric) {
      all.push_back({method::indefinite, type});
    }
    if (call.found.lower_bandwidth + call.found.upper_bandwidth + 1 < call.size.rows / 2) {
      all.push_back({method::banded, type});
    }
  }
  std::erase(all, std::pair(call.chosen.method, call.chosen.factors));
  return all;
}

std::string attempt_text(const solve_attempt& one, const planned_for& size) {
  std::string text = "  " + way_text(one.method, one.factors, size);
  text += one.equilibrated ? ", rows and columns scaled" : "";
  text += one.refinements > 0 ? ", " + std::to_string(one.refinements) +
                                    (one.refinements == 1 ? " step of refinement" : " steps of refinement")
                              : "";
  text += std::isnan(one.backward_error) ? "" : ": backward error " + rounded(one.backward_error);
  return text + (one.outcome.empty() ? "" : "; " + one.outcome) + "\n";
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
  const auto predicted = [&](method which, dtype factors_type) {
    return seconds_text(predicted_seconds(which, factors_type, call.chosen.threads, call.size, call.found, profile));
  };
  std::string text = "solve: A " + order_text(call) + ", " + std::to_string(call.size.right_hand_sides) +
                     (call.size.right_hand_sides == 1 ? " right-hand side" : " right-hand sides") +
                     (call.systems == 1 ? "" : ", " + std::to_string(call.systems) + " systems") + "\n";
  const bool by_library = call.chosen.why != reason::small;
  text += "device: " + call.device + ", " + (by_library ? with.library() + ", " : "") +
          std::to_string(call.chosen.threads) + (call.chosen.threads == 1 ? " thread\n" : " threads\n");
  text += "found: " + structure_text(call) + "\n";
  text += "plan: " + way_text(call.chosen.method, call.chosen.factors, call.size) + ": " +
          std::string(words(call.chosen.why));
  if (!by_library) {  // the profile's rates are the library's
    return text + "\n";
  }
  text +=
      "; predicted " + predicted(call.chosen.method, call.chosen.factors) + (call.systems == 1 ? "\n" : " a system\n");
  for (const auto& [which, factors_type] : alternatives(call)) {
    text += "  instead of " + way_text(which, factors_type, call.size) + ": predicted " +
            predicted(which, factors_type) + "\n";
  }
  return text;
}

double factors_keeper::rcond() const {
  double known = rcond_.load(std::memory_order_relaxed);
  if (known != unknown) {
    return known;
  }
  known = systems_.empty() ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
  for (const kept_system& one : systems_) {
    const bool can_ask = std::isnan(one.rcond) && one.made != nullptr;
    const double rcond = can_ask ? one.made->reciprocal_condition(one.norm_one) : one.rcond;
    known = std::isnan(known) || rcond >= known ? known : rcond;
  }
  rcond_.store(known, std::memory_order_relaxed);
  return known;
}

std::string factors_keeper::explain(const solve_report& report) const {
  const timings& spent = call_.seconds;
  return explain_plan(with_, call_) + "time: inspect and copy " + seconds_text(spent.inspect) + ", factor " +
         seconds_text(spent.factor) + ", solve " + seconds_text(spent.solve) + ", verify " +
         seconds_text(spent.verify) + "\n" + explain_outcome(report, call_.size);
}

std::string explain_outcome(const solve_report& report, const planned_for& size) {
  std::string text;
  for (const solve_attempt& one : report.attempts) {
    text += attempt_text(one, size);
  }
  text += "backward error: " + rounded(report.backward_error) + " (bar " + rounded(report.bar) + ")\n";
  if (report.condition_bound > 0) {
    text += "condition: at least " + rounded(report.condition_bound) + "\n";
  }
  if (report.forward_bound > 0) {
    text += "forward error: at most about " + rounded(report.forward_bound) + "\n";
  }
  if (size.rows != size.columns) {
    text += "rank: " + std::to_string(report.rank) + "\n";
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
  return report.kept == nullptr ? "solve: a solution that keeps its factors, got one that was moved from\n"
                                : report.kept->explain(report);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

}  // namespace gpucompute
