// SPDX-License-Identifier: Apache-2.0
#include "bench/rivals/shim.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gpucompute/gpucompute.hpp>

#include "bench/measure/sampler.hpp"
#include "bench/rivals/contestant.hpp"
#include "bench/suites/expression_case.hpp"
#include "bench/suites/naive.hpp"
#include "bench/suites/variants.hpp"

namespace gc = gpucompute;
namespace bench = gpucompute::bench;

namespace gpucompute::bench {

std::string& last_error() {
  thread_local std::string text;
  return text;
}

namespace {

dtype type_of(std::string_view numpy) {
  for (std::size_t i = 0; i < dtype_count; ++i) {
    if (dtype_rows[i].numpy == numpy) return static_cast<dtype>(i);
  }
  throw invalid_argument("shim: expected an element type of dtypes.def, got " + std::string(numpy));
}

}  // namespace

mutable_view view_of(const gpubench_array& from) {
  const auto rank = static_cast<std::size_t>(from.rank);
  return {from.data, type_of(from.type), dimensions(std::span(from.shape, rank)),
          dimensions(std::span(from.strides, rank))};
}

}  // namespace gpucompute::bench

namespace {

using outputs = std::vector<gc::named_output>;

gpubench_contestant of_calls(const std::function<void()>& call) {
  return {call, [call] { return bench::tier_of(call, gc::device()); }};
}

/// An output without a name is the last statement's.
gc::call_options options_of(const outputs& outs, int threads) {
  if (outs.size() == 1 && outs.front().name.empty())
    return {.out = outs.front().view, .outputs = {}, .threads = threads};
  return {.out = {}, .outputs = outs, .threads = threads};
}

gpubench_contestant make_fused(const char* text, std::vector<gc::argument> inputs, const outputs& outs, int threads,
                               gc::precision how) {
  std::vector<gc::parameter> parameters;
  parameters.reserve(inputs.size());
  for (const gc::argument& one : inputs) parameters.push_back({std::string(one.name), one.value.type()});
  const gc::function compiled = gc::compile(text, parameters, {.precision = how});
  const gc::call_options options = options_of(outs, threads);
  return of_calls([compiled, options, inputs = std::move(inputs)] { compiled(inputs, options); });
}

gpubench_contestant make_naive(const char* id, std::vector<gc::argument> inputs, const outputs& outs) {
  const auto cases = bench::expression_cases();
  const auto found = std::ranges::find(cases, std::string_view(id), &bench::expression_case::id);
  if (found == cases.end() || found->naive.empty())
    throw gc::invalid_argument("shim: expected no naive steps for " + std::string(id));
  const auto data = std::make_shared<bench::case_data>(bench::case_data{{}, std::move(inputs), 0});
  const auto program = std::make_shared<bench::naive_program>(*found, *data, gc::device());
  program->run();
  const std::vector<gc::array> results = program->results();
  for (std::size_t i = 0; i < std::min(results.size(), outs.size()); ++i) {
    std::memcpy(outs[i].view.data(), results[i].data(),
                static_cast<std::size_t>(results[i].size()) * gc::size_of(results[i].type()));
  }
  return of_calls([data, program] { program->run(); });
}

std::vector<gc::argument> arguments_of(std::span<const gpubench_array> inputs, std::deque<std::string>& names) {
  std::vector<gc::argument> arguments;
  for (const gpubench_array& input : inputs) {
    arguments.push_back({names.emplace_back(input.name), gc::argument_value(gc::array_view(bench::view_of(input)))});
  }
  return arguments;
}

}  // namespace

GPUBENCH_SHIM_API gpubench_contestant* gpubench_make(const char* kind, const char* text, const gpubench_array* inputs,
                                                     int count, const gpubench_array* outs, int out_count,
                                                     int threads) {
  return bench::guarded<gpubench_contestant*>(nullptr, [&] {
    const auto names = std::make_shared<std::deque<std::string>>();  // a deque keeps its elements where they are
    std::vector<gc::argument> arguments = arguments_of({inputs, static_cast<std::size_t>(count)}, *names);
    outputs results;
    for (const gpubench_array& out : std::span(outs, static_cast<std::size_t>(out_count)))
      results.push_back({out.name, bench::view_of(out)});
    const std::string_view wanted = kind;
    const auto how = wanted == "fast" ? gc::precision::fast : gc::precision::precise;
    auto made = std::make_unique<gpubench_contestant>(
        wanted == "naive" ? make_naive(text, std::move(arguments), results)
                          : make_fused(text, std::move(arguments), results, threads, how));
    made->borrowed = names;
    return made.release();
  });
}

GPUBENCH_SHIM_API double gpubench_first_result(const char* text, const gpubench_array* inputs, int count,
                                               const gpubench_array* out, int threads) {
  return bench::guarded(-1.0, [&] {
    std::deque<std::string> names;
    const std::vector<gc::argument> arguments = arguments_of({inputs, static_cast<std::size_t>(count)}, names);
    const gc::evaluate_options options{.out = bench::view_of(*out), .threads = threads};
    const double begin = bench::steady_seconds();
    gc::evaluate(text, arguments, options);
    return bench::steady_seconds() - begin;
  });
}

GPUBENCH_SHIM_API double gpubench_time(gpubench_contestant* one, int64_t calls) {
  return bench::guarded(-1.0, [&] {
    const double begin = bench::steady_seconds();
    for (int64_t i = 0; i < calls; ++i) one->call();
    return (bench::steady_seconds() - begin) / static_cast<double>(calls);
  });
}

GPUBENCH_SHIM_API int gpubench_call(gpubench_contestant* one) {
  return bench::guarded(-1, [&] {
    one->call();
    return 0;
  });
}

GPUBENCH_SHIM_API const char* gpubench_explain(gpubench_contestant* one) {
  return bench::guarded<const char*>(nullptr, [&] {
    one->explanation = one->explain();
    return one->explanation.c_str();
  });
}

GPUBENCH_SHIM_API void gpubench_free(gpubench_contestant* one) { delete one; }

GPUBENCH_SHIM_API const char* gpubench_error(void) { return bench::last_error().c_str(); }
