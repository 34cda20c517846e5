// SPDX-License-Identifier: Apache-2.0
#include <gpucompute/error.hpp>

#include "cpu/runtime/executable.hpp"
#include "cpu/runtime/module.hpp"

namespace gpucompute::cpu {
namespace {

// One core's share of memory bandwidth, one add of a fused vector loop, one block step of the interpreter.
constexpr double nanoseconds_per_byte = 0.1;
constexpr double nanoseconds_per_cost = 0.1;
constexpr double nanoseconds_per_step = 0.15;
// What a compile takes, about.
constexpr double compile_nanoseconds = 3e6;

struct element_cost {
  double bytes = 0;
  double arithmetic = 0;
  double steps = 0;
};

element_cost cost_of(const lower::kernel& kernel) {
  element_cost sum;
  for (const lower::operand& o : kernel.inputs) {
    sum.bytes += o.step == 0 ? 0.0 : static_cast<double>(size_of(o.type));
  }
  if (kernel.schedule == lower::schedule::elementwise) {
    for (const lower::operand& o : kernel.outputs) {
      sum.bytes += static_cast<double>(size_of(o.type));
    }
  }
  const auto add = [&sum](const lower::program& code) {
    for (const lower::instruction& i : code.body) {
      if (i.code == lower::opcode::apply || i.code == lower::opcode::cast) {
        sum.arithmetic += i.code == lower::opcode::apply ? graph::row(i.operation).cost : 1;
        sum.steps += 1;
      }
    }
  };
  add(kernel.body);
  for (const lower::reducer& r : kernel.reducers) {
    add(r.combine);
  }
  return sum;
}

}  // namespace

statistics& counters() {
  static statistics all;
  return all;
}

prepared_kernel::prepared_kernel(std::shared_ptr<const lower::kernel> kernel, isa which, precision exactness)
    : kernel_(std::move(kernel)),
      isa_(which),
      precision_(exactness),
      interpreter_(kernel_, which, exactness == precision::fast) {
  const element_cost cost = cost_of(*kernel_);
  jit_nanoseconds_ = cost.bytes * nanoseconds_per_byte + cost.arithmetic * nanoseconds_per_cost;
  interpreter_nanoseconds_ = jit_nanoseconds_ + cost.steps * nanoseconds_per_step;
}

const range& prepared_kernel::compile() const {
  const std::lock_guard lock(compiling_);
  if (!owned_) {
    const compiler_module& module = find_compiler();
    if (module.get == nullptr) {
      throw device_unavailable("cpu: the jit tier, got none: " + module.missing);
    }
    cpu::compiled code = module.get->compile(*kernel_, {.precision = precision_, .isa = isa_, .resolve = resolve_math});
    counters().compiles.fetch_add(1, std::memory_order_relaxed);
    counters().compile_nanoseconds.fetch_add(static_cast<std::int64_t>(code.compile_seconds * 1e9),
                                             std::memory_order_relaxed);
    owned_.emplace(std::move(code));
    code_.store(&*owned_, std::memory_order_release);
  }
  return *owned_;
}

const range* prepared_kernel::compile_when_worth(double nanoseconds) const {
  if (const range* const code = code_.load(std::memory_order_acquire)) {
    return code;
  }
  if (refused_.load(std::memory_order_relaxed) ||
      interpreted_.fetch_add(nanoseconds, std::memory_order_relaxed) + nanoseconds < compile_nanoseconds) {
    return nullptr;
  }
  // While one thread compiles, others interpret.
  const std::unique_lock first(deciding_, std::try_to_lock);
  if (!first.owns_lock()) {
    return nullptr;
  }
  try {
    return &compile();
  } catch (const device_unavailable&) {
    refused_.store(true, std::memory_order_relaxed);
  } catch (const error&) {
    counters().failed_compiles.fetch_add(1, std::memory_order_relaxed);
    refused_.store(true, std::memory_order_relaxed);
  }
  return nullptr;
}

}  // namespace gpucompute::cpu
