// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gpucompute/export.hpp>

namespace gpucompute {

/// One device of this machine as `gpubench devices` shows it.
struct device_info {
  std::string name;         ///< "cpu", "reference", "cuda:0"
  std::string description;  ///< model, instruction sets, cores
  bool available = false;   ///< can evaluate
  std::string missing;      ///< what is missing and why, a tier of an available device too; empty when nothing is
  int threads = 1;          ///< most threads it will use
  std::vector<std::string> tiers;  ///< "jit", "interpreter": what is usable now
  std::string kernel_folder;       ///< where compiled kernels outlive the process, or why they do not; empty: never do
};

/// Kernels in this process since its start.
struct kernel_statistics {
  std::int64_t hits = 0;             ///< kernels asked for that were ready in memory
  std::int64_t misses = 0;           ///< kernels asked for that were not
  std::int64_t evictions = 0;        ///< kernels that made room in memory
  std::int64_t compiles = 0;         ///< translations to machine code
  std::int64_t failed_compiles = 0;  ///< of the automatic tier: the interpreter went on
  double compile_seconds = 0;
  std::int64_t disk_hits = 0;       ///< instead of a compile
  std::int64_t disk_misses = 0;     ///< damaged entries among them
  std::int64_t disk_stores = 0;     ///< entries written
  std::int64_t disk_failures = 0;   ///< entries that could not be written
  std::int64_t disk_damaged = 0;    ///< entries that were not what was stored: removed
  std::int64_t disk_evictions = 0;  ///< entries that made room on disk
  double disk_seconds = 0;          ///< from an entry to code that runs
  std::int64_t interpreted_launches = 0;
  std::int64_t compiled_launches = 0;
};

/// A place where work runs: "auto" (the default), "cpu", "reference", "cuda", "cuda:N".
class GPUCOMPUTE_API device {
 public:
  /// "auto".
  device() = default;
  /// @throw device_unavailable for a name that is no device; a known device that lacks a part can be named,
  /// and its use throws device_unavailable with what is missing.
  explicit device(std::string_view name);
  const std::string& name() const noexcept { return name_; }
  friend bool operator==(const device&, const device&) = default;

 private:
  std::string name_ = "auto";
};

/// All devices the library knows, those that lack a part included.
GPUCOMPUTE_API std::vector<device_info> devices();

/// Counts of one device, cpu and reference together; zeros for one that launches nothing. @throw device_unavailable for one that cannot be
GPUCOMPUTE_API kernel_statistics statistics(const device& which = {});

}  // namespace gpucompute
