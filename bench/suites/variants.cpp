// SPDX-License-Identifier: Apache-2.0
#include "bench/suites/variants.hpp"

#include <algorithm>
#include <memory>

#include "bench/suites/naive.hpp"

namespace gpucompute::bench {
namespace {

/// A compiled function with arguments and memory for its results.
struct bound_function {
  function compiled;
  std::vector<argument> arguments;
  std::vector<array> memory;
  call_options options;

  void operator()() const { compiled(arguments, options); }
};

std::vector<parameter> parameters_of(const case_data& data) {
  std::vector<parameter> list;
  list.reserve(data.arguments.size());
  for (const argument& one : data.arguments) list.push_back({std::string(one.name), one.value.type()});
  return list;
}

/// Arrays of the same types and shapes, touched.
std::vector<array> memory_like(std::span<const array> results) {
  std::vector<array> memory;
  for (const array& one : results) memory.push_back(array::zeros(one.type(), one.shape()));
  return memory;
}

}  // namespace

variant fused_variant(const expression_case& one, const case_data& data, const device& where, int threads,
                      precision how) {
  auto bound = std::make_shared<bound_function>(bound_function{
      compile(one.text, parameters_of(data), {.device = where, .precision = how}), data.arguments, {}, {}});
  bound->options.threads = threads;
  if (one.outputs.empty()) {
    bound->memory.push_back(bound->compiled(bound->arguments, bound->options));
    bound->options.out = bound->memory[0];
  } else {
    for (named_array& result : bound->compiled.all(bound->arguments, one.outputs, bound->options)) {
      bound->memory.push_back(std::move(result.value));
    }
    for (std::size_t i = 0; i < one.outputs.size(); ++i) {
      bound->options.outputs.push_back({one.outputs[i], mutable_view(bound->memory[i])});
    }
  }
  return {how == precision::fast ? "fast" : "fused", [bound] { (*bound)(); }, [bound] { return bound->memory; },
          [bound, where] { return tier_of(*bound, where); }};
}

variant naive_variant(const expression_case& one, const case_data& data, const device& where) {
  const auto program = std::make_shared<naive_program>(one, data, where);
  return {"naive", [program] { program->run(); }, [program] { return program->results(); },
          [program, where] { return tier_of([&] { program->run(); }, where); }};
}

variant hand_variant(const expression_case& one, const case_data& data, std::span<const array> like, int threads) {
  struct bound_loop {
    hand_loop loop;
    std::vector<const void*> in;
    std::vector<array> memory;
    std::vector<void*> out;
    hand_call call;
  };
  const auto bound = std::make_shared<bound_loop>();
  bound->loop = compiled_loops().*one.hand;
  for (const argument& input : data.arguments) bound->in.push_back(input.value.data());
  bound->memory = memory_like(like);
  for (array& result : bound->memory) bound->out.push_back(result.data());
  const array_view& first = data.arguments.front().value.view();
  const std::int64_t rows = first.rank() == 2 ? first.shape()[0] : 1;
  const auto element_bytes = static_cast<std::int64_t>(size_of(first.type()));
  bound->call = {.in = bound->in.data(),
                 .out = bound->out.data(),
                 .n = data.n,
                 .rows = rows,
                 .columns = data.n / rows,
                 .step = first.rank() == 1 ? first.strides()[0] / element_bytes : 1,
                 .threads = threads};
  return {"hand", [bound] { bound->loop(bound->call); }, [bound] { return bound->memory; },
          [] { return std::string("compiled"); }};
}

std::string tier_of(const std::function<void()>& call, const device& where) {
  const kernel_statistics before = statistics(where);
  call();
  const kernel_statistics after = statistics(where);
  const bool interpreted = after.interpreted_launches > before.interpreted_launches;
  const bool compiled = after.compiled_launches > before.compiled_launches;
  if (interpreted && compiled) return "automatic";
  return interpreted ? "interpreter" : compiled ? "jit" : "";
}

double ideal_bytes(const case_data& data, std::span<const array> results) {
  double bytes = 0;
  const auto add = [&bytes](const array_view& view) {
    bytes += static_cast<double>(view.size()) * static_cast<double>(size_of(view.type()));
  };
  for (const argument& input : data.arguments) add(input.value.view());
  for (const array& result : results) add(result);
  return bytes;
}

}  // namespace gpucompute::bench
