// SPDX-License-Identifier: Apache-2.0
#include "bench/rivals/shim.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gpucompute/gpucompute.hpp>

#include "bench/measure/sampler.hpp"
#include "bench/suites/expression_case.hpp"
#include "bench/suites/naive.hpp"
#include "bench/suites/variants.hpp"

namespace gc = gpucompute;
namespace bench = gpucompute::bench;

struct gpubench_contestant {
  std::function<void()> call;
  std::function<std::string()> tier;
  std::string tier_text = {};
  std::deque<std::string> names = {};  ///< the arguments borrow them
};

namespace {

thread_local std::string last_error;

gc::dtype type_of(std::string_view numpy) {
  for (std::size_t i = 0; i < gc::dtype_count; ++i) {
    if (gc::dtype_rows[i].numpy == numpy) return static_cast<gc::dtype>(i);
  }
  throw gc::invalid_argument("shim: an element type of dtypes.def, got " + std::string(numpy));
}

gc::mutable_view view_of(const gpubench_array& from) {
  const auto rank = static_cast<std::size_t>(from.rank);
  return {from.data, type_of(from.type), gc::dimensions(std::span(from.shape, rank)),
          gc::dimensions(std::span(from.strides, rank))};
}

gpubench_contestant make_fused(const char* text, std::vector<gc::argument> inputs, const gc::mutable_view& out,
                               int threads, gc::precision how) {
  std::vector<gc::parameter> parameters;
  for (const gc::argument& one : inputs) parameters.push_back({std::string(one.name), one.value.type()});
  const gc::function compiled = gc::compile(text, parameters, {.precision = how});
  const gc::call_options options{.out = out, .outputs = {}, .threads = threads};
  return {[=] { compiled(inputs, options); }, [=] { return bench::tier_of(compiled, inputs); }};
}

gpubench_contestant make_naive(const char* id, std::vector<gc::argument> inputs, const gc::mutable_view& out) {
  const auto cases = bench::expression_cases();
  const auto found = std::ranges::find(cases, std::string_view(id), &bench::expression_case::id);
  if (found == cases.end() || found->naive.empty())
    throw gc::invalid_argument("shim: no naive steps for " + std::string(id));
  const auto data = std::make_shared<bench::case_data>(bench::case_data{{}, std::move(inputs), 0});
  const auto program = std::make_shared<bench::naive_program>(*found, *data, gc::device());
  program->run();
  const gc::array result = program->results().front();
  std::memcpy(out.data(), result.data(), static_cast<std::size_t>(result.size()) * gc::size_of(result.type()));
  return {[data, program] { program->run(); }, [program] { return program->tier(); }};
}

}  // namespace

#define GPUBENCH_SHIM_API __attribute__((visibility("default")))

GPUBENCH_SHIM_API gpubench_contestant* gpubench_make(const char* kind, const char* text, const gpubench_array* inputs,
                                                     int count, const gpubench_array* out, int threads) {
  try {
    std::deque<std::string> names;
    std::vector<gc::argument> arguments;
    for (int i = 0; i < count; ++i) {
      const std::string& name = names.emplace_back(inputs[i].name);
      arguments.push_back({name, gc::argument_value(gc::array_view(view_of(inputs[i])))});
    }
    const std::string_view wanted = kind;
    const auto how = wanted == "fast" ? gc::precision::fast : gc::precision::precise;
    auto made = std::make_unique<gpubench_contestant>(
        wanted == "naive" ? make_naive(text, std::move(arguments), view_of(*out))
                          : make_fused(text, std::move(arguments), view_of(*out), threads, how));
    made->names = std::move(names);  // a deque keeps its elements where they are
    return made.release();
  } catch (const std::exception& error) {
    last_error = error.what();
    return nullptr;
  }
}

GPUBENCH_SHIM_API double gpubench_time(gpubench_contestant* one, int64_t calls) {
  try {
    const double begin = bench::steady_seconds();
    for (int64_t i = 0; i < calls; ++i) one->call();
    return (bench::steady_seconds() - begin) / static_cast<double>(calls);
  } catch (const std::exception& error) {
    last_error = error.what();
    return -1;
  }
}

GPUBENCH_SHIM_API const char* gpubench_tier(gpubench_contestant* one) {
  one->tier_text = one->tier();
  return one->tier_text.c_str();
}

GPUBENCH_SHIM_API void gpubench_free(gpubench_contestant* one) { delete one; }

GPUBENCH_SHIM_API const char* gpubench_error(void) { return last_error.c_str(); }
