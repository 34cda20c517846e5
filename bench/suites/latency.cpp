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

/// Whether a term of the text is taken away. Literals are no part of a kernel, so a new text has new operators too: the
/// bits of its number, spread.
bool is_negative(int first, int term) {
  const auto bits = static_cast<std::uint64_t>(first) * 0x9e3779b97f4a7c15U;
  return term > 0 && (bits >> (63 - term % 63) & 1) != 0;
}

std::string text_of(int first) {
  std::string text;
  for (int i = 0; i < terms; ++i) {
    const std::string number = std::to_string(first + i);
    text += (i == 0 ? "" : is_negative(first, i) ? "-" : "+") + ("(a+" + number + ")*" + number);
  }
  return text;
}

/// The scale is that of the terms, which may cancel.
expected value_of(int first, wide a) {
  wide sum = 0, scale = 0;
  for (int i = 0; i < terms; ++i) {
    const wide term = (a + first + i) * (first + i);
    sum += is_negative(first, i) ? -term : term;
    scale += term;
  }
  return {sum, scale};
}

void time(result_row& row, const run_request& request) {
  array a = array::empty(float64, {row.n});
  for (std::int64_t i = 0; i < row.n; ++i)
    a.values<double>()[static_cast<std::size_t>(i)] = static_cast<double>(i % 1000) / 8;
  const device where(row.device);
  const std::vector<argument> arguments{{"a", argument_value(a)}};
  const evaluate_options options{.device = where, .threads = row.threads};
  const case_data data{{}, arguments, row.n};
  // Texts and kernels of earlier calls may be cached, by this process and others; a number that grows makes each new.
  static int fresh = 0;
  const bool cold = row.id == "E11a";
  const auto next = [cold] { return cold ? ++fresh : 0; };

  const int first = next();
  row.error = elementwise_error(data, evaluate(text_of(first), arguments, options), {row.n},
                                [first](const wide* x) { return value_of(first, x[0]); });
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
        try {
          time(row, request);
        } catch (...) {
          set_failed(row);
        }
        report(row);
        rows.push_back(std::move(row));
      }
    }
  }
}

}  // namespace gpucompute::bench
