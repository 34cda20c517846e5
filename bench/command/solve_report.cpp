// SPDX-License-Identifier: Apache-2.0
#include "bench/command/solve_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/command/solve_input.hpp"
#include "bench/report/number.hpp"

namespace gpucompute::bench {
namespace {

bool has_condition(const solved& one) { return one.asked.condition == condition::always; }

std::string shape_text(const array_view& a) {
  std::string text;
  for (const std::int64_t extent : a.shape()) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return text;
}

std::string device_name(const solve_options& asked) {
  return asked.device.name() == "auto" ? "cpu" : asked.device.name();
}

/// Of the stack that the batch dimensions of A and b make.
std::int64_t systems_of(const solved& one) {
  const std::size_t own = one.b.rank() == 1 ? 1 : 2;
  std::int64_t count = 1;
  for (std::size_t i = 0; i + own < one.found.x.rank(); ++i) count *= one.found.x.shape()[i];
  return count;
}

std::vector<attempt_facts> attempts_of(const solve_report& report) {
  std::vector<attempt_facts> all;
  all.reserve(report.attempts.size());
  for (const solve_attempt& one : report.attempts) {
    all.push_back({std::string(name(one.method)), std::string(name(one.factors)), one.equilibrated, one.refinements,
                   one.backward_error, one.outcome});
  }
  return all;
}

/// Where there is none.
std::string why_no_forward_error(const solved& one) {
  if (one.b_is_given) return "b was given, and the right x is not known";
  return "ones are not the only x with this b: the rank of A is " + std::to_string(one.found.report.rank) + ", x has " +
         std::to_string(unknowns_of(one.a, one.asked.operation)) + " elements";
}

}  // namespace

std::string report_line(const solved& one) {
  const solve_report& report = one.found.report;
  std::string text =
      shape_text(one.a) + " " + std::string(name(one.found.x.type())) + ": " + std::string(words(report.method));
  if (report.factors != one.found.x.type()) text += " in " + std::string(name(report.factors)) + ", refined";
  if (systems_of(one) > 1 && !report.attempts.empty()) text += " (the last system)";
  text += ", " + std::to_string(report.threads) + (report.threads == 1 ? " thread, " : " threads, ") +
          format_seconds(one.seconds) + "; backward error " + rounded(report.backward_error, 3) + " (bar " +
          rounded(report.bar, 3) + ")";
  if (has_condition(one)) text += ", rcond " + rounded(report.rcond(), 3);
  const std::int64_t m = one.a.shape()[one.a.rank() - 2], n = one.a.shape()[one.a.rank() - 1];
  if (m != n || report.rank != n) {
    text += ", rank " + std::to_string(report.rank) + " of " + std::to_string(std::min(m, n));
  }
  if (one.forward_error) {
    text += ", forward error max|x - 1| " + rounded(*one.forward_error, 3);
  } else if (!one.b_is_given) {
    text += "; forward error: not known, because " + why_no_forward_error(one);
  }
  return text + "\n";
}

/// Which systems, the first few by name.
std::string of_stack(std::span<const std::int64_t> doubtful) {
  constexpr std::size_t most_named = 5;
  if (doubtful.empty()) return "";
  std::string text = doubtful.size() == 1 ? " (system" : " (systems";
  for (std::size_t i = 0; i < std::min(most_named, doubtful.size()); ++i) {
    text += (i == 0 ? " " : ", ") + std::to_string(doubtful[i]);
  }
  const std::size_t more = doubtful.size() - std::min(most_named, doubtful.size());
  return text + (more == 0 ? "" : " and " + std::to_string(more) + " more") + " of the stack, from 0)";
}

std::string warning(const solved& one) {
  const solve_report& report = one.found.report;
  const std::string where = of_stack(report.doubtful);
  switch (report.verdict) {
    case verdict::ill_conditioned:
      return "A is singular to working precision" + where + ": rcond " +
             (has_condition(one) ? rounded(report.rcond(), 3) : "at most " + rounded(1 / report.condition_bound, 3)) +
             "; x may have no correct digit";
    case verdict::inaccurate:
      return "the backward error " + rounded(report.backward_error, 3) + " is above its bar " + rounded(report.bar, 3) +
             where + " after every way was tried";
    case verdict::good:
      break;
  }
  return "";
}

result_row row_of(const solved& one) {
  const solve_report& report = one.found.report;
  const std::int64_t m = one.a.shape()[one.a.rank() - 2], n = one.a.shape()[one.a.rank() - 1];
  result_row row{.suite = "solve",
                 .id = "file",
                 .n = n,
                 .dtype = std::string(name(one.found.x.type())),
                 .device = device_name(one.asked),
                 .threads = report.threads,
                 .variant = one.asked.factors == factor_precision::float32 ? "mixed" : "fused",
                 .tier = std::string(name(report.method)) + " " + std::string(name(report.factors)),
                 .verified = report.verdict != verdict::inaccurate,
                 .error = report.backward_error,
                 .solve = m == n ? facts_of_order(n) : facts_of_least_squares(m, n)};
  solve_facts& facts = *row.solve;
  facts.systems = systems_of(one);
  facts.right_hand_sides = static_cast<std::int64_t>(report.backward_errors.size());
  facts.method = name(report.method);
  facts.factors = name(report.factors);
  facts.structure = name(report.structure);
  facts.verdict = name(report.verdict);
  facts.rank = report.rank;
  facts.backward_error = report.backward_error;
  facts.backward_errors = report.backward_errors;
  facts.doubtful = report.doubtful;
  facts.attempts = attempts_of(report);
  facts.bar = report.bar;
  if (report.condition_bound > 0) {
    facts.condition_bound = report.condition_bound;
    if (!std::isfinite(report.condition_bound)) facts.reasons["condition_bound"] = "not a number";
  } else {
    facts.reasons["condition_bound"] = "the condition was not looked at";
  }
  facts.forward_error = one.forward_error;
  facts.seconds = one.seconds;
  facts.report = one.found.explain();
  if (has_condition(one)) {
    const double rcond = report.rcond();
    facts.rcond = rcond;
    if (!std::isfinite(rcond)) facts.reasons["rcond"] = "not a number";
  } else {
    facts.reasons["rcond"] = "--condition is not always";
  }
  if (!one.forward_error) {
    facts.reasons["forward_error"] = why_no_forward_error(one);
  } else if (!std::isfinite(*one.forward_error)) {
    facts.reasons["forward_error"] = "not a number";
  }
  if (m == n) {
    row.flops = lapack_flops(n);
  } else {
    row.reasons["flops"] = "not a square system";
  }
  row.reasons["triad_bytes_per_s"] = "a solve is measured against a product of matrices";
  row.reasons["bytes"] = "it depends on the method";
  if (row.verified) {
    row.samples = {one.seconds};
    row.median = one.seconds;
    row.stop_reason = "once";
    row.reasons["ci_low_s"] = row.reasons["ci_high_s"] = "one call was timed";
  } else {
    set_not_verified(row, "the backward error is above its bar; solve.seconds has the time");
  }
  return row;
}

}  // namespace gpucompute::bench
