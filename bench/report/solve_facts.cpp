// SPDX-License-Identifier: Apache-2.0
#include "bench/report/solve_facts.hpp"

#include <cmath>

#include "bench/report/json.hpp"

namespace gpucompute::bench {
namespace {

constexpr double lecture_rate = 1e8;  ///< flops a second

void write(json_writer& json, const attempt_facts& one) {
  json.begin_object();
  json.member("method", one.method);
  json.member("factors", one.factors);
  json.member("equilibrated", one.equilibrated);
  json.member("refinements", one.refinements);
  json.member("backward_error", one.backward_error);
  json.key("outcome");
  if (one.outcome.empty()) {
    json.null();
  } else {
    json.value(one.outcome);
  }
  json.end_object();
}

/// Members of one object; what is unknown gets a reason if it has none.
class facts_writer {
 public:
  facts_writer(json_writer& json, std::map<std::string, std::string> reasons)
      : json_(json), reasons_(std::move(reasons)) {}

  template <typename T>
  void member(const char* name, const std::optional<T>& value) {
    if (value && known(*value)) {
      json_.key(name);
      write_value(*value);
    } else {
      null(name);
    }
  }
  void member(const char* name, const std::string& text) {
    if (text.empty()) return null(name);
    json_.member(name, text);
  }
  void reasons() {
    json_.key("reasons");
    json_.begin_object();
    for (const auto& [name, why] : reasons_) json_.member(name, why);
    json_.end_object();
  }

 private:
  static bool known(double value) { return std::isfinite(value); }
  template <typename T>
  static bool known(const T&) {
    return true;
  }
  template <typename T>
  void write_value(const T& value) {
    json_.value(value);
  }
  void write_value(const std::vector<attempt_facts>& attempts) {
    json_.begin_array();
    for (const attempt_facts& one : attempts) write(json_, one);
    json_.end_array();
  }
  void null(const char* name) {
    json_.key(name);
    json_.null();
    reasons_.try_emplace(name, "not measured here");
  }

  json_writer& json_;
  std::map<std::string, std::string> reasons_;
};

}  // namespace

double lapack_flops(std::int64_t n) {
  const auto x = static_cast<double>(n);
  return 2 * x * x * x / 3;
}
double lecture_flops(std::int64_t n) { return lapack_flops(n) / 2; }
double lecture_seconds(std::int64_t n) { return lecture_flops(n) / lecture_rate; }

solve_facts facts_of_order(std::int64_t n) {
  return {.rows = n, .columns = n, .lecture_flops = lecture_flops(n), .lecture_seconds = lecture_seconds(n)};
}

solve_facts facts_of_least_squares(std::int64_t m, std::int64_t n) {
  const std::string why = "n^3/3 is the cost of a square system";
  return {.rows = m, .columns = n, .reasons = {{"lecture_flops", why}, {"lecture_s", why}}};
}

void write(json_writer& json, const solve_facts& facts) {
  json.begin_object();
  json.member("rows", facts.rows);
  json.member("columns", facts.columns);
  json.member("systems", facts.systems);
  json.member("right_hand_sides", facts.right_hand_sides);
  facts_writer rest(json, facts.reasons);
  rest.member("lecture_flops", facts.lecture_flops);
  rest.member("lecture_s", facts.lecture_seconds);
  rest.member("method", facts.method);
  rest.member("factors", facts.factors);
  rest.member("structure", facts.structure);
  rest.member("verdict", facts.verdict);
  rest.member("doubtful", facts.doubtful);
  rest.member("rank", facts.rank);
  rest.member("backward_error", facts.backward_error);
  rest.member("backward_errors", facts.backward_errors);
  rest.member("bar", facts.bar);
  rest.member("hpl_residual", facts.hpl_residual);
  rest.member("rcond", facts.rcond);
  rest.member("condition_bound", facts.condition_bound);
  rest.member("forward_error", facts.forward_error);
  rest.member("gemm_flops_per_s", facts.gemm_flops_per_s);
  rest.member("seconds", facts.seconds);
  rest.member("attempts", facts.attempts);
  rest.member("report", facts.report);
  rest.reasons();
  json.end_object();
}

}  // namespace gpucompute::bench
