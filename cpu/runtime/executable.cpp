// SPDX-License-Identifier: Apache-2.0
#include "cpu/runtime/executable.hpp"

#include <algorithm>

#include "cpu/runtime/drivers.hpp"
#include "cpu/runtime/float_state.hpp"
#include "cpu/runtime/processor.hpp"
#include "cpu/runtime/team.hpp"

namespace gpucompute::cpu {
namespace {

// Threads meet at multiples of this many elements, so that they do not share a cache line of a packed output.
constexpr std::int64_t elementwise_grain = 256;

double product(const dimensions& extents) {
  double count = 1;
  for (const std::int64_t extent : extents) {
    count *= static_cast<double>(extent);
  }
  return count;
}

/// Outputs that do not fit the cache are not worth fetching into it before they are written.
bool exceeds_cache(const lower::kernel& kernel, double elements) {
  double bytes = 0;
  for (const lower::operand& output : kernel.outputs) {
    bytes += elements * static_cast<double>(size_of(output.type));
  }
  return bytes > static_cast<double>(last_level_cache_bytes());
}

/// Lines that are read in any case are in the cache when they are written.
bool writes_what_it_reads(const lower::kernel& kernel, std::span<void* const> pointers) {
  const auto inputs = pointers.first(kernel.inputs.size());
  return std::ranges::any_of(pointers.subspan(inputs.size()),
                             [&](void* output) { return std::ranges::find(inputs, output) != inputs.end(); });
}

}  // namespace

gpucompute::tier executable::current_tier() const {
  return wanted_ != gpucompute::tier::interpreter && prepared_->compiled() ? gpucompute::tier::jit
                                                                           : gpucompute::tier::interpreter;
}

void executable::run(const lower::launch& launch, std::span<void* const> pointers,
                     const device_layer::run_options& options) const {
  const float_state state;
  const lower::kernel& kernel = prepared_->kernel();
  const bool reducing = kernel.schedule != lower::schedule::elementwise;
  const double elements = product(launch.kept);
  const double walked = elements * (reducing ? product(launch.reduced) : 1);
  if (elements == 0) {
    return;
  }
  const range* code = nullptr;
  if (wanted_ == gpucompute::tier::jit) {
    code = &prepared_->compile();
  } else if (wanted_ == gpucompute::tier::automatic) {
    code = prepared_->compile_when_worth(walked * prepared_->interpreter_nanoseconds());
  }
  const bool compiled = code != nullptr;
  (compiled ? counters().launches_jit : counters().launches_interpreter).fetch_add(1, std::memory_order_relaxed);

  const int limit = options.threads > 0 ? std::min(options.threads, thread_budget()) : thread_budget();
  const double work = walked * (compiled ? prepared_->jit_nanoseconds() : prepared_->interpreter_nanoseconds());
  const sharing how = sharing_worth(work, limit);
  const job made{.kernel = kernel,
                 .launch = launch,
                 .pointers = pointers,
                 .run = compiled ? *code : prepared_->interpreter(),
                 .combiner = prepared_->interpreter(),
                 .stream = !reducing && exceeds_cache(kernel, elements) && !writes_what_it_reads(kernel, pointers)};
  if (reducing) {
    run_reduction(made, how);
  } else {
    parallel_ranges(how, static_cast<std::int64_t>(elements), elementwise_grain,
                    [made](std::int64_t begin, std::int64_t end) { run_elementwise(made, begin, end); });
  }
}

}  // namespace gpucompute::cpu
