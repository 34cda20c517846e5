// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <new>

#include <gpucompute/error.hpp>

#include "cpu/runtime/executable.hpp"
#include "cpu/runtime/module.hpp"
#include "generated/build_id.hpp"
#include "kernels/device/disk_cache.hpp"
#include "kernels/device/fork_gate.hpp"

namespace gpucompute::cpu {
namespace {

// What an element takes on one thread, measured with the 21 expressions of bench/rivals at n = 1e3 to 1e6 on AVX-512. A
// byte takes 0.008 in the second-level cache and 0.035 in memory; decisions are close between the two. A unit of cost takes
// 0.02 to 0.06 in a vector loop and 0.07 to 0.15 in functions of the library, a step of the interpreter 0.035 to 0.06 more.
// Machine code then takes 0.15 to 1.9 times what is estimated, half of all cases less than 0.92; the interpreter 0.34 to
// 4.6 times, half less than 1.09. Least is said of short rows in the interpreter, most of arrays in the first-level cache.
constexpr double nanoseconds_per_byte = 0.02;
constexpr double nanoseconds_per_primitive_cost = 0.025;
constexpr double nanoseconds_per_library_cost = 0.1;
constexpr double nanoseconds_per_step = 0.055;
// What a compile takes, about: measured from 100 to 2000 steps, from 1 to 24 states. The loop of a reduction holds each step
// four times, whole and masked.
constexpr double compile_nanoseconds_least = 2e6;
constexpr double compile_nanoseconds_per_step = 60e3;
constexpr double compile_nanoseconds_per_reduced_step = 500e3;

struct element_cost {
  double bytes = 0;
  double primitive = 0;
  double library = 0;
  double steps = 0;
};

class stopwatch {
 public:
  std::int64_t nanoseconds() const {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
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
        const bool applied = i.code == lower::opcode::apply;
        const bool library = applied && lower::calls_library(code, i);
        (library ? sum.library : sum.primitive) += applied ? graph::row(i.operation).cost : 1;
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

std::string key_text(const lower::kernel& kernel, isa which, precision exactness) {
  return std::string(exactness == precision::fast ? "fast " : "precise ") + std::string(name(which)) + "\n" +
         to_text(kernel);
}

statistics& counters() {
  static constinit statistics all;
  return all;
}

prepared_kernel::prepared_kernel(std::shared_ptr<const lower::kernel> kernel, isa which, precision exactness)
    : kernel_(std::move(kernel)),
      isa_(which),
      precision_(exactness),
      interpreter_(kernel_, which, exactness == precision::fast) {
  const element_cost cost = cost_of(*kernel_);
  jit_nanoseconds_ = cost.bytes * nanoseconds_per_byte + cost.primitive * nanoseconds_per_primitive_cost +
                     cost.library * nanoseconds_per_library_cost;
  interpreter_nanoseconds_ = jit_nanoseconds_ + cost.steps * nanoseconds_per_step;
  compile_nanoseconds_ = compile_nanoseconds_least + cost.steps * (kernel_->schedule == lower::schedule::elementwise
                                                                       ? compile_nanoseconds_per_step
                                                                       : compile_nanoseconds_per_reduced_step);
}

cpu::compiled prepared_kernel::make() const {
  const compiler_module& module = find_compiler();
  if (module.get == nullptr) {
    throw device_unavailable("cpu: expected the jit tier, got none: " + module.missing);
  }
  const codegen_options options{.precision = precision_, .isa = isa_, .resolve = resolve_math};
  // Without the module's hash, code of another build could not be told apart.
  const bool kept = !module.build.empty();
  device_layer::disk_cache& files = device_layer::kernel_files();
  const std::string key = "libgpucompute " GPUCOMPUTE_BUILD_ID "\nmodule " + module.build + ", " +
                          module.get->identity() + "\n" + key_text(*kernel_, isa_, precision_);
  stopwatch time;
  if (const std::optional<std::string> object = kept ? files.find(key) : std::nullopt) {
    try {
      cpu::compiled code = module.get->load(*object, options);
      counters().load_nanoseconds.fetch_add(time.nanoseconds(), std::memory_order_relaxed);
      return code;
    } catch (const internal_error&) {
      files.discard(key);
    }
  }
  time = {};
  const std::string object = module.get->translate(*kernel_, options);
  cpu::compiled code = module.get->load(object, options);
  counters().compiles.fetch_add(1, std::memory_order_relaxed);
  counters().compile_nanoseconds.fetch_add(time.nanoseconds(), std::memory_order_relaxed);
  if (kept) {
    files.store(key, object);
  }
  return code;
}

const range& prepared_kernel::compile() const {
  // A run of the jit tier comes here each time.
  if (const range* const code = code_.load(std::memory_order_acquire)) {
    return *code;
  }
  const device_layer::gated_section section;
  const std::lock_guard lock(compiling_);
  if (!owned_) {
    owned_.emplace(make());
    code_.store(&*owned_, std::memory_order_release);
  }
  return *owned_;
}

const range* prepared_kernel::compile_when_worth(double nanoseconds) const {
  if (const range* const code = code_.load(std::memory_order_acquire)) {
    return code;
  }
  if (refused_.load(std::memory_order_relaxed) ||
      interpreted_.fetch_add(nanoseconds, std::memory_order_relaxed) + nanoseconds < compile_nanoseconds_) {
    return nullptr;
  }
  const device_layer::gated_section section;
  // While one thread compiles, others interpret.
  const std::unique_lock first(deciding_, std::try_to_lock);
  if (!first.owns_lock()) {
    return nullptr;
  }
  try {
    return &compile();
  } catch (const device_unavailable&) {
    refused_.store(true, std::memory_order_relaxed);
  } catch (const std::exception& failure) {
    counters().failed_compiles.fetch_add(1, std::memory_order_relaxed);
    // Of memory there may be more the next time.
    if (dynamic_cast<const std::bad_alloc*>(&failure) == nullptr &&
        dynamic_cast<const out_of_memory*>(&failure) == nullptr) {
      refused_.store(true, std::memory_order_relaxed);
    }
  }
  return nullptr;
}

}  // namespace gpucompute::cpu
