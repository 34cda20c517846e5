// SPDX-License-Identifier: Apache-2.0
#include "bench/suites/latency.hpp"

#include <cstdint>
#include <random>
#include <string>

#include <gpucompute/gpucompute.hpp>

#include "bench/process/signals.hpp"
#include "bench/suites/reference.hpp"
#include "bench/suites/variants.hpp"

namespace gpucompute::bench {
namespace {

constexpr int terms = 50;
constexpr double operations = 3 * terms - 1;
constexpr double allowed_ulp = 64;

/// Which terms of the text are taken away: a bit each. Literals are no part of a kernel, so a new text has new operators.
using signs = std::uint64_t;
bool is_negative(signs which, int term) { return term > 0 && (which >> term & 1U) != 0; }

std::string text_of(signs which) {
  std::string text;
  for (int i = 0; i < terms; ++i) {
    const std::string number = std::to_string(i);
    text += i == 0 ? "" : is_negative(which, i) ? "-" : "+";
    text += "(a+" + number + ")*";
    text += number;
  }
  return text;
}

/// The scale is that of the terms, which may cancel.
expected value_of(signs which, wide a) {
  wide sum = 0, scale = 0;
  for (int i = 0; i < terms; ++i) {
    const wide term = (a + i) * i;
    sum += is_negative(which, i) ? -term : term;
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
  // Kernels of earlier calls may be cached, by this process and, on the disk, by earlier ones: each is drawn from 2^49.
  static std::mt19937_64 fresh(std::random_device{}());
  const bool cold = row.id == "E11a";
  const auto next = [cold]() -> signs { return cold ? fresh() : 0; };
  const auto call = [&] { evaluate(text_of(next()), arguments, options); };

  const signs first = next();
  row.error = elementwise_error(data, evaluate(text_of(first), arguments, options), {row.n},
                                [first](const wide* x) { return value_of(first, x[0]); });
  row.verified = *row.error <= allowed_ulp;
  row.flops = operations * static_cast<double>(row.n);
  row.bytes = 16 * static_cast<double>(row.n);
  row.reasons["triad_bytes_per_s"] = "the time is not one of moving memory";
  if (row.verified) set_times(row, measure(call, request.sampling));
  row.tier = tier_of(call, where);
  if (!row.verified) set_not_verified(row, "the result did not verify");
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
        if (request.only_lists) {
          rows.push_back(std::move(row));
          continue;
        }
        stop_if_signalled();
        try {
          if (row.threads > where.threads) {
            set_skipped(row, more_threads_than(where));
          } else {
            time(row, request);
          }
        } catch (const stopped_by_signal&) {
          throw;
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
