// SPDX-License-Identifier: Apache-2.0
#pragma once

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

}  // namespace gpucompute
