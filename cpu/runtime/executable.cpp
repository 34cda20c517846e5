// SPDX-License-Identifier: Apache-2.0
#include "cpu/runtime/executable.hpp"

#include <algorithm>

#include "cpu/runtime/drivers.hpp"
#include "cpu/runtime/team.hpp"

namespace gpucompute::cpu {
namespace {

// One core's share of memory bandwidth, and one add of a fused vector loop.
constexpr double nanoseconds_per_byte = 0.1;
constexpr double nanoseconds_per_cost = 0.1;

double estimate_element(const lower::kernel& kernel) {
  double bytes = 0;
  double cost = 0;
  for (const lower::operand& o : kernel.inputs) {
    bytes += o.step == 0 ? 0.0 : static_cast<double>(size_of(o.type));
  }
  if (kernel.schedule == lower::schedule::elementwise) {
    for (const lower::operand& o : kernel.outputs) {
      bytes += static_cast<double>(size_of(o.type));
    }
  }
  const auto add = [&cost](const lower::program& code) {
    for (const lower::instruction& i : code.body) {
      cost += i.code == lower::opcode::apply ? graph::row(i.operation).cost : i.code == lower::opcode::cast ? 1 : 0;
    }
  };
  add(kernel.body);
  for (const lower::reducer& r : kernel.reducers) {
    add(r.combine);
  }
  return bytes * nanoseconds_per_byte + cost * nanoseconds_per_cost;
}

}  // namespace

executable::executable(std::shared_ptr<const lower::kernel> kernel, isa which, bool fast)
    : kernel_(std::move(kernel)),
      interpreter_(kernel_, which, fast),
      element_nanoseconds_(estimate_element(*kernel_)) {}

void executable::run(const lower::launch& launch, std::span<void* const> pointers,
                     const device_layer::run_options& options) const {
  std::int64_t elements = 1;
  for (const std::int64_t extent : launch.kept) {
    elements *= extent;
  }
  const bool reducing = kernel_->schedule != lower::schedule::elementwise;
  std::int64_t reduced = 1;
  for (const std::int64_t extent : launch.reduced) {
    reduced *= reducing ? extent : 1;
  }
  if (elements == 0) {
    return;
  }
  const int limit = options.threads > 0 ? std::min(options.threads, thread_budget()) : thread_budget();
  const double work = element_nanoseconds_ * static_cast<double>(elements) * static_cast<double>(reduced);
  const job made{*kernel_, launch, pointers, interpreter_, interpreter_};
  const int threads = threads_worth(work, limit);
  if (reducing) {
    run_reduction(made, threads);
  } else {
    // Threads meet at multiples of this many elements, so that they do not share a cache line of a packed output.
    constexpr std::int64_t grain = 1024;
    parallel_ranges(threads, elements, grain,
                    [&made](std::int64_t begin, std::int64_t end) { run_elementwise(made, begin, end); });
  }
}

}  // namespace gpucompute::cpu
