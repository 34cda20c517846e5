// SPDX-License-Identifier: Apache-2.0
#include "bench/suites/latency.hpp"

#include <algorithm>
#include <string>

#include <gpucompute/gpucompute.hpp>

#include "bench/suites/reference.hpp"
#include "bench/suites/variants.hpp"

namespace gpucompute::bench {
namespace {

constexpr int terms = 50;
constexpr double operations = 3 * terms - 1;
constexpr double allowed_ulp = 64;

std::string text_of(int first) {
  std::string text;
  for (int i = 0; i < terms; ++i) {
    const std::string number = std::to_string(first + i);
    text += (i == 0 ? "(a+" : "+(a+") + number + ")*" + number;
  }
  return text;
}

wide value_of(int first, wide a) {
  wide sum = 0;
  for (int i = 0; i < terms; ++i) sum += (a + first + i) * (first + i);
  return sum;
}

result_row time(result_row row, const run_request& request) {
  array a = array::empty(float64, {row.n});
  for (std::int64_t i = 0; i < row.n; ++i)
    a.values<double>()[static_cast<std::size_t>(i)] = static_cast<double>(i % 1000) / 8;
  const device where(row.device);
  const std::vector<argument> arguments{{"a", argument_value(a)}};
  const evaluate_options options{.device = where, .threads = row.threads};
  const case_data data{{}, arguments, row.n};
  // Texts of earlier calls may be cached, by this process and others; a first number that grows makes each one new.
  static int fresh = 0;
  const bool cold = row.id == "E11a";
  const auto next = [cold] { return cold ? ++fresh : 0; };

  const int first = next();
  row.error = elementwise_error(data, evaluate(text_of(first), arguments, options), {row.n},
                                [first](const wide* x) { return expected(value_of(first, x[0])); });
  row.verified = *row.error <= allowed_ulp;
  row.flops = operations * static_cast<double>(row.n);
  row.bytes = 16 * static_cast<double>(row.n);
  const function compiled = compile(text_of(0), {{"a", float64}}, {.device = where});
  row.reasons["triad_bytes_per_s"] = "the time is not one of moving memory";
  if (row.verified) {
    set_times(row, measure([&] { evaluate(text_of(next()), arguments, options); }, request.sampling));
  } else {
    row.reasons["median_s"] = "the result did not verify";
  }
  row.tier = tier_of(compiled, arguments);
  return row;
}

}  // namespace

void run_latency(const run_request& request, const progress& report, std::vector<result_row>& rows) {
  for (const char* id : {"E11a", "E11b"}) {
    for (const std::int64_t n : request.sizes.empty() ? std::vector<std::int64_t>{10} : request.sizes) {
      for (const device_info& where : request.devices) {
        result_row row{.suite = "expr",
                       .id = id,
                       .n = n,
                       .dtype = "float64",
                       .device = where.name,
                       .threads = request.threads.front(),
                       .variant = "fused"};
        if (!selected(request, row)) continue;
        rows.push_back(time(std::move(row), request));
        report(rows.back());
      }
    }
  }
}

}  // namespace gpucompute::bench
