// SPDX-License-Identifier: Apache-2.0
#include <list>
#include <mutex>
#include <unordered_map>

#include <gpucompute/error.hpp>

#include "cpu/runtime/executable.hpp"
#include "cpu/runtime/module.hpp"
#include "cpu/runtime/processor.hpp"
#include "cpu/runtime/team.hpp"
#include "cpu/solve/solvers.hpp"
#include "kernels/array/memory.hpp"
#include "kernels/device/backend.hpp"
#include "kernels/device/disk_cache.hpp"
#include "kernels/device/environment.hpp"
#include "kernels/device/fork_gate.hpp"

namespace gpucompute::cpu {
namespace {

// Kernels kept ready; the one unused for longest makes room. Its executables stay valid with those that hold them.
constexpr std::size_t most_kernels = 1024;

/// Prepared kernels by content, most recently used first.
class kernel_cache {
 public:
  std::shared_ptr<const prepared_kernel> find_or_make(const std::shared_ptr<const lower::kernel>& kernel, isa which,
                                                      precision exactness) {
    std::string key = key_text(*kernel, which, exactness);
    const device_layer::gated_section section;
    const std::lock_guard lock(mutex_);
    const auto known = by_key_.find(key);
    if (known != by_key_.end()) {
      counters().cache_hits.fetch_add(1, std::memory_order_relaxed);
      entries_.splice(entries_.begin(), entries_, known->second);
      return known->second->value;
    }
    counters().cache_misses.fetch_add(1, std::memory_order_relaxed);
    entries_.push_front({std::move(key), std::make_shared<prepared_kernel>(kernel, which, exactness)});
    by_key_.emplace(entries_.front().key, entries_.begin());
    if (entries_.size() > most_kernels) {
      counters().cache_evictions.fetch_add(1, std::memory_order_relaxed);
      by_key_.erase(entries_.back().key);
      entries_.pop_back();
    }
    return entries_.front().value;
  }

 private:
  struct entry {
    std::string key;
    std::shared_ptr<const prepared_kernel> value;
  };
  std::mutex mutex_;
  std::list<entry> entries_;
  std::unordered_map<std::string_view, std::list<entry>::iterator> by_key_;
};

/// What `automatic` means: GPUCOMPUTE_TIER forces it for the process.
tier resolve_tier(tier wanted) {
  if (wanted != tier::automatic) {
    return wanted;
  }
  constexpr std::string_view words[] = {"automatic", "interpreter", "jit"};
  constexpr tier tiers[] = {tier::automatic, tier::interpreter, tier::jit};
  return tiers[device_layer::word_setting("GPUCOMPUTE_TIER", words).value_or(0)];
}

/// Says what is wrong with a variable before anything is computed.
void check_environment() {
  resolve_tier(tier::automatic);
  if (supports(isa::avx2)) {
    best_isa();
  }
}

std::string kernel_folder() {
  const device_layer::disk_cache& files = device_layer::kernel_files();
  if (files.folder().empty()) {
    return "none: GPUCOMPUTE_CACHE_DIR is empty, or there is no home";
  }
  if (find_compiler().build.empty()) {
    return "none: the compiler module was linked without a build id";
  }
  const std::string problem = files.problem();
  return problem.empty() ? files.folder() : "none: " + files.folder() + ": " + problem;
}

/// Of cpu and reference together.
kernel_statistics all_counts() {
  const cpu::statistics& all = counters();
  const device_layer::disk_cache::statistics& disk = device_layer::kernel_files().counts();
  constexpr double seconds = 1e-9;
  return {.hits = all.cache_hits,
          .misses = all.cache_misses,
          .evictions = all.cache_evictions,
          .compiles = all.compiles,
          .failed_compiles = all.failed_compiles,
          .compile_seconds = static_cast<double>(all.compile_nanoseconds) * seconds,
          .disk_hits = disk.hits,
          .disk_misses = disk.misses,
          .disk_stores = disk.stores,
          .disk_failures = disk.failures,
          .disk_damaged = disk.damaged,
          .disk_evictions = disk.evicted,
          .disk_seconds = static_cast<double>(all.load_nanoseconds) * seconds,
          .interpreted_launches = all.launches_interpreter,
          .compiled_launches = all.launches_jit};
}

/// What the compiler's device and the interpreter's have in common.
class host_device : public device_layer::backend {
 public:
  kernel_statistics statistics() const override { return all_counts(); }

  void run(const device_layer::executable& kernel, const lower::launch& launch, std::span<void* const> pointers,
           const device_layer::run_options& options) override {
    static_cast<const executable&>(kernel).run(launch, pointers, options);
  }

  std::shared_ptr<void> allocate(std::size_t bytes) override { return allocate_host(bytes); }

 protected:
  static device_info info_of(std::string name, std::string description) {
    check_environment();
    device_info info;
    info.name = std::move(name);
    info.description = std::move(description);
    info.available = supports(isa::avx2);
    info.missing = info.available ? "" : "a processor of level x86-64-v3 (AVX2, FMA, BMI2 and others)";
    info.threads = thread_budget();
    info.tiers = {"interpreter"};
    return info;
  }

  auto prepared(const std::shared_ptr<const lower::kernel>& kernel, precision exactness) {
    return cache_.find_or_make(kernel, best_isa(), exactness);
  }

 private:
  kernel_cache cache_;
};

class cpu_device final : public host_device {
 public:
  solving::solver& solver() override { return lapack_solver(); }

  device_info describe() const override {
    device_info info = info_of("cpu", processor_description());
    if (info.available) {
      info.missing = find_compiler().missing;
    }
    if (find_compiler().get != nullptr) {
      info.tiers.insert(info.tiers.begin(), "jit");
      info.kernel_folder = kernel_folder();
    }
    return info;
  }

  std::string source(const lower::launch& launch, const device_layer::prepare_options& options) const override {
    compiler* const found = find_compiler().get;
    const tier wanted = resolve_tier(options.tier);
    if (found == nullptr && wanted == tier::jit) {
      return "not compiled: " + find_compiler().missing + "\n" + to_text(*launch.kernel);
    }
    if (found == nullptr || wanted == tier::interpreter) {
      return to_text(*launch.kernel);
    }
    const device_layer::gated_section section;  // the compiler has locks of its own
    return found->source(*launch.kernel, {.precision = options.precision, .isa = best_isa(), .resolve = resolve_math});
  }

  std::string tier_text(const device_layer::prepare_options& options) const override {
    const tier wanted = resolve_tier(options.tier);
    const compiler_module& found = find_compiler();
    if (wanted == tier::automatic) {
      return found.get != nullptr ? "automatic: the interpreter, or the jit once the work done repays a compile"
                                  : "interpreter: there is no jit (missing: " + found.missing + ")";
    }
    return std::string(wanted == tier::jit ? "jit" : "interpreter") + ": asked for" +
           (options.tier == tier::automatic ? " by GPUCOMPUTE_TIER" : "") +
           (wanted == tier::jit && found.get == nullptr ? ", but missing: " + found.missing : "");
  }

  std::shared_ptr<const device_layer::executable> prepare(const std::shared_ptr<const lower::kernel>& kernel,
                                                          const device_layer::prepare_options& options) override {
    const tier wanted = resolve_tier(options.tier);
    const auto ready = prepared(kernel, options.precision);
    if (wanted == tier::jit) {
      ready->compile();
    }
    return std::make_shared<executable>(ready, wanted);
  }
};

/// The cpu's interpreter on its own. What `fast` allows it does not take: it is what others are compared with.
class reference_device final : public host_device {
 public:
  device_info describe() const override {
    return info_of("reference", "block interpreter on " + processor_description());
  }

  std::string source(const lower::launch& launch, const device_layer::prepare_options&) const override {
    return to_text(*launch.kernel);
  }

  std::string tier_text(const device_layer::prepare_options&) const override {
    return "interpreter: the only one of this device";
  }

  solving::solver& solver() override { return naive_solver(); }

  std::shared_ptr<const device_layer::executable> prepare(const std::shared_ptr<const lower::kernel>& kernel,
                                                          const device_layer::prepare_options& options) override {
    if (options.tier == tier::jit) {
      throw device_unavailable("reference: expected the interpreter tier, got jit");
    }
    return std::make_shared<executable>(prepared(kernel, precision::precise), tier::interpreter);
  }
};

}  // namespace
}  // namespace gpucompute::cpu

namespace gpucompute::device_layer {

std::unique_ptr<backend> make_cpu_device() { return std::make_unique<cpu::cpu_device>(); }
std::unique_ptr<backend> make_reference_device() { return std::make_unique<cpu::reference_device>(); }

}  // namespace gpucompute::device_layer
