// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "cpu/interpret/interpreter.hpp"
#include "kernels/device/backend.hpp"

namespace gpucompute::cpu {

/// Counters of the process since its start.
struct statistics {
  std::atomic<std::int64_t> cache_hits = 0;
  std::atomic<std::int64_t> cache_misses = 0;
  std::atomic<std::int64_t> cache_evictions = 0;
  std::atomic<std::int64_t> compiles = 0;
  std::atomic<std::int64_t> compile_nanoseconds = 0;
  std::atomic<std::int64_t> load_nanoseconds = 0;  ///< of what the cache on disk had
  std::atomic<std::int64_t> failed_compiles = 0;   ///< of the automatic tier: the interpreter went on
  std::atomic<std::int64_t> launches_interpreter = 0;
  std::atomic<std::int64_t> launches_jit = 0;
};
statistics& counters();

/// What code made for a kernel depends on, as text: equal texts, equal code.
std::string key_text(const lower::kernel& kernel, isa which, precision exactness);

/// What all executables of one kernel, precision and instruction set share: the interpreter at once, machine code once
/// it is asked for or has become worth its compile.
class prepared_kernel {
 public:
  prepared_kernel(std::shared_ptr<const lower::kernel> kernel, isa which, precision exactness);

  const lower::kernel& kernel() const { return *kernel_; }
  const interpret::interpreter& interpreter() const { return interpreter_; }
  /// Machine code, found on disk or made now if there is none. @throw device_unavailable without a compiler, what the compiler throws
  const range& compile() const;
  /// Machine code if there is any, or if the interpreter has by now, with another `nanoseconds` of work, been used for
  /// as long as a compile takes. Null: go on interpreting.
  const range* compile_when_worth(double nanoseconds) const;
  bool compiled() const { return code_.load(std::memory_order_acquire) != nullptr; }

  double interpreter_nanoseconds() const { return interpreter_nanoseconds_; }  ///< per element on one thread
  double jit_nanoseconds() const { return jit_nanoseconds_; }

 private:
  std::shared_ptr<const lower::kernel> kernel_;
  isa isa_;
  precision precision_;
  interpret::interpreter interpreter_;
  double interpreter_nanoseconds_;
  double jit_nanoseconds_;
  double compile_nanoseconds_;
  mutable std::mutex compiling_;
  mutable std::mutex deciding_;
  mutable std::optional<compiled_range> owned_;
  mutable std::atomic<const range*> code_ = nullptr;
  mutable std::atomic<double> interpreted_ = 0;
  /// Made, or read from what another process made.
  cpu::compiled make() const;

  mutable std::atomic<bool> refused_ = false;  ///< no compiler, or it failed: the automatic tier asks no more
};

/// A kernel with the tier that a caller asked for.
class executable final : public device_layer::executable {
 public:
  executable(std::shared_ptr<const prepared_kernel> prepared, tier wanted)
      : prepared_(std::move(prepared)), wanted_(wanted) {}

  /// The tier that the next launch takes unless it is the one that makes a compile worth its time.
  gpucompute::tier current_tier() const override;
  void run(const lower::launch& launch, std::span<void* const> pointers,
           const device_layer::run_options& options) const;

 private:
  std::shared_ptr<const prepared_kernel> prepared_;
  gpucompute::tier wanted_;
};

}  // namespace gpucompute::cpu
