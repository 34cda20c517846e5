// SPDX-License-Identifier: Apache-2.0
#include "kernels/evaluate/function.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <shared_mutex>

#include <gpucompute/error.hpp>

#include "kernels/array/boundary.hpp"
#include "kernels/array/checks.hpp"
#include "kernels/evaluate/contract.hpp"
#include "kernels/lower/estimate.hpp"
#include "kernels/lower/shapes.hpp"

namespace gpucompute {
namespace {

std::uint64_t hash_of(std::span<const std::uint64_t> words) {
  std::uint64_t hash = words.size();
  for (const std::uint64_t word : words) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29U;
  }
  return hash;
}

}  // namespace

function::implementation::implementation(language::typed_text text, settings chosen)
    : text_(std::move(text)), settings_(std::move(chosen)), lowered_(lower::lower(*text_.program)) {
  plans_.reserve(most_plans);
}

std::shared_ptr<const function::implementation::bound_plan> function::implementation::find(
    const evaluation::call& which) const {
  evaluation::plan_key key;
  write_key(which, key);
  const std::uint64_t hash = hash_of(key.span());
  const auto known = [&]() -> std::shared_ptr<const bound_plan> {
    const auto found = std::ranges::find_if(plans_, [&](const auto& each) {
      return each->hash == hash && std::equal(each->key.begin(), each->key.end(), key.begin(), key.end());
    });
    return found == plans_.end() ? nullptr : *found;
  };
  {
    const std::shared_lock lock(mutex_);
    if (auto found = known()) {
      return found;
    }
  }
  // What is made here must not be cut in two by a fork.
  const device_layer::gated_section section;
  auto made = std::make_shared<bound_plan>();
  made->hash = hash;
  made->key.assign(key.begin(), key.end());
  made->plan = plan_of(which);
  for (const lower::launch& each : made->plan.launches) {
    if (evaluation::contracts(each)) {
      made->solver = &settings_.where.solver();
      made->executables.emplace_back();
    } else {
      made->executables.push_back(settings_.where.prepare(each.kernel, settings_.prepare));
    }
  }
  constexpr std::size_t alignment = 256;
  for (const std::size_t bytes : made->plan.scratch_bytes) {
    made->scratch_offsets.push_back(made->scratch_bytes);
    // Each block is smaller than 2^63 bytes; all together need not be.
    if (__builtin_add_overflow(made->scratch_bytes, (bytes + alignment - 1) / alignment * alignment,
                               &made->scratch_bytes)) {
      throw out_of_memory("evaluate: expected intermediate results of fewer than 2^64 bytes, got " +
                              std::to_string(made->plan.scratch_bytes.size()) + " of up to " +
                              std::to_string(std::ranges::max(made->plan.scratch_bytes)) + " bytes",
                          std::numeric_limits<std::size_t>::max());
    }
  }
  const std::unique_lock lock(mutex_);
  if (auto found = known()) {  // by another thread meanwhile
    return found;
  }
  if (plans_.size() < most_plans) {
    plans_.push_back(made);
  } else {
    plans_[next_replaced_] = made;
    next_replaced_ = (next_replaced_ + 1) % most_plans;
  }
  return made;
}

lower::plan function::implementation::plan_of(const evaluation::call& which) const {
  std::vector<dimensions> shapes;
  for (const evaluation::call_input& input : which.inputs) {
    shapes.push_back(input.view->shape());
  }
  language::check_shapes(text_, shapes);
  return lower::make_plan(*lowered_, input_layouts(which), output_requests(which), which.overlaps.span());
}

template <typename Take>
void function::implementation::execute(const bound_plan& bound, const evaluation::call& which, int threads,
                                       Take take) const {
  evaluation::inline_buffer<char*, 8> results(program().results.size(), nullptr);
  for (std::size_t k = 0; k < which.outputs.size(); ++k) {
    const evaluation::call_output& output = which.outputs[k];
    if (output.memory != nullptr) {
      results[output.result] = static_cast<char*>(output.memory->data());
      continue;
    }
    const dtype type = program().nodes[program().results[output.result].value].type;
    const dimensions& shape = bound.plan.result_shapes[output.result];
    const std::size_t bytes = byte_count("evaluate: expected results of", type, shape);
    std::shared_ptr<void> memory = settings_.where.allocate(std::max<std::size_t>(bytes, 1));
    results[output.result] = static_cast<char*>(memory.get());
    take(k, array::adopt(std::move(memory), type, shape));
  }
  const std::shared_ptr<void> scratch =
      bound.scratch_bytes == 0 ? nullptr : settings_.where.allocate(bound.scratch_bytes);
  for (std::size_t i = 0; i < bound.plan.launches.size(); ++i) {
    const lower::launch& launch = bound.plan.launches[i];
    evaluation::inline_buffer<void*, 32> pointers;
    for (const lower::operand_binding& operand : launch.operands) {
      char* base = nullptr;
      switch (operand.kind) {
        // Devices write to no input; one list of pointers serves both.
        case lower::source_kind::input:
          base = static_cast<char*>(const_cast<void*>(which.inputs[operand.index].data));
          break;
        case lower::source_kind::result:
          base = results[operand.index];
          break;
        case lower::source_kind::scratch:
          base = static_cast<char*>(scratch.get()) + bound.scratch_offsets[operand.index];
          break;
      }
      pointers.push_back(base + operand.offset);
    }
    if (evaluation::contracts(launch)) {
      evaluation::contract(*bound.solver, launch, pointers.span(), threads);
    } else {
      settings_.where.run(*bound.executables[i], launch, pointers.span(), {.threads = threads});
    }
  }
}

void function::implementation::bind(const arguments& inputs, std::span<const request> wanted,
                                    evaluation::call& made) const {
  bind_inputs(program(), settings_.declared, inputs, made);
  for (const request& each : wanted) {
    bind_output(program(), each.name, each.memory, made);
  }
  find_overlaps(made);
}

void function::implementation::bind_last(const arguments& inputs, const mutable_view* out,
                                         std::span<const named_output> outputs, evaluation::call& made) const {
  bind_inputs(program(), settings_.declared, inputs, made);
  const std::string& last = program().results.back().name;
  bool last_is_given = false;
  for (const named_output& output : outputs) {
    bind_output(program(), output.name, &output.view, made);
    last_is_given = last_is_given || output.name == last;
  }
  if (out != nullptr || !last_is_given) {
    bind_output(program(), {}, out, made);
  }
  find_overlaps(made);
}

std::vector<array> function::implementation::run(const arguments& inputs, std::span<const request> wanted,
                                                 int threads) const {
  evaluation::require_threads(threads);
  evaluation::call made;
  bind(inputs, wanted, made);
  std::vector<array> results(wanted.size());
  execute(*find(made), made, threads, [&results](std::size_t k, array value) { results[k] = std::move(value); });
  return results;
}

array function::implementation::run_last(const arguments& inputs, const mutable_view* out,
                                         std::span<const named_output> outputs, int threads) const {
  evaluation::require_threads(threads);
  evaluation::call made;
  bind_last(inputs, out, outputs, made);
  array result;
  execute(*find(made), made, threads, [&result](std::size_t, array value) { result = std::move(value); });
  return result;
}

std::string function::implementation::source(const evaluation::call& which) const {
  const lower::plan plan = plan_of(which);
  // Some devices compile for it, with locks that a child of fork() would find held.
  const device_layer::gated_section section;
  std::string text;
  for (std::size_t i = 0; i < plan.launches.size(); ++i) {
    text += "source of launch " + std::to_string(i + 1) + " of " + std::to_string(plan.launches.size()) + "\n";
    // One kernel that the device has no text for does not hide the others'.
    try {
      text += evaluation::contracts(plan.launches[i]) ? contraction_place(plan.launches[i])
                                                      : settings_.where.source(plan.launches[i], settings_.prepare);
    } catch (const device_unavailable& refusal) {
      text += "none: " + std::string(refusal.what()) + "\n";
    }
  }
  return text;
}

cost_estimate function::implementation::estimate(const evaluation::call& which) const {
  return lower::estimate(plan_of(which));
}

gpucompute::tier function::implementation::tier_of(const evaluation::call& which) const {
  const std::shared_ptr<const bound_plan> bound = find(which);
  bool any = false;
  bool compiled = true;
  for (const auto& each : bound->executables) {
    any = any || each != nullptr;
    compiled = compiled && (each == nullptr || each->current_tier() == gpucompute::tier::jit);
  }
  return any && compiled ? gpucompute::tier::jit : gpucompute::tier::interpreter;
}

function make_function(language::typed_text text, function::implementation::settings chosen) {
  return function(std::make_shared<const function::implementation>(std::move(text), std::move(chosen)));
}

const function::implementation& function::body() const try {
  if (!body_) {
    throw invalid_argument(
        "function: expected one that compile() made, got one without a body, as a moved-from one is");
  }
  return *body_;
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

array function::operator()(const arguments& inputs, const call_options& options) const try {
  return body().run_last(inputs, evaluation::memory_of(options.out), options.outputs, options.threads);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

std::vector<function::implementation::request> evaluation::requests_of(std::span<const std::string> names,
                                                                       const call_options& options) {
  std::vector<function::implementation::request> wanted;
  for (const std::string& name : names) {
    wanted.push_back({name, nullptr});
  }
  if (options.out) {
    wanted.push_back({{}, &*options.out});
  }
  for (const named_output& output : options.outputs) {
    wanted.push_back({output.name, &output.view});
  }
  return wanted;
}

std::vector<named_array> function::all(const arguments& inputs, std::span<const std::string> names,
                                       const call_options& options) const try {
  const std::vector<implementation::request> wanted = evaluation::requests_of(names, options);
  std::vector<array> values = body().run(inputs, wanted, options.threads);
  std::vector<named_array> named;
  named.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    named.push_back({names[i], std::move(values[i])});
  }
  return named;
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

std::string function::explain(const arguments& inputs, const call_options& options) const try {
  evaluation::call made;
  body().bind_last(inputs, evaluation::memory_of(options.out), options.outputs, made);
  return body().explain(made);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}
std::string function::source(const arguments& inputs, const call_options& options) const try {
  evaluation::call made;
  body().bind_last(inputs, evaluation::memory_of(options.out), options.outputs, made);
  return body().source(made);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}
cost_estimate function::estimate(const arguments& inputs, const call_options& options) const try {
  evaluation::call made;
  body().bind_last(inputs, evaluation::memory_of(options.out), options.outputs, made);
  return body().estimate(made);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}
gpucompute::tier function::tier_of(const arguments& inputs, const call_options& options) const try {
  evaluation::call made;
  body().bind_last(inputs, evaluation::memory_of(options.out), options.outputs, made);
  return body().tier_of(made);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}
dtype function::type() const {
  const graph::program& program = body().program();
  return program.nodes[program.results.back().value].type;
}

}  // namespace gpucompute
