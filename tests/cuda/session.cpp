// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/session.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include <gpucompute/error.hpp>

#include "cuda/codegen/emit.hpp"

namespace gpucompute::cuda {
namespace {

constexpr std::size_t kernels_per_program = 40;

std::string name_of(std::size_t number) { return "k" + std::to_string(number); }

/// Addresses that are aligned as the device's will be.
std::vector<void*> placeholders(const check& what) {
  std::vector<void*> pointers;
  pointers.reserve(what.memory.size());
  for (const operand_memory& memory : what.memory) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): only its alignment is read
    pointers.push_back(reinterpret_cast<void*>(std::uintptr_t{1 << 20} + memory.first));
  }
  return pointers;
}

}  // namespace

session::session() {
  if (!driver_.available() || !compiler_.available()) {
    const bool both = !driver_.available() && !compiler_.available();
    throw device_unavailable("gpu_check: expected " + driver_.missing() + (both ? "; and " : "") + compiler_.missing() +
                             " (missing on this machine)");
  }
  device_ = driver_.describe(0);
  context_ =
      handle<driver::context>(driver_.retain_context(0), [this](driver::context*) { driver_.release_context(0); });
  driver_.make_current(context_.get());
}

std::string session::key_of(const lower::launch& what, const std::vector<void*>& pointers) {
  return emit(*what.kernel, choose_variant(what, pointers));
}

void session::compile_texts(const std::vector<std::string>& keys, const std::vector<std::string>& sources) {
  for (std::size_t begin = 0; begin < sources.size(); begin += kernels_per_program) {
    const std::size_t end = std::min(begin + kernels_per_program, sources.size());
    std::string program;
    for (std::size_t i = begin; i < end; ++i) {
      program += sources[i];
    }
    const nvrtc::result made = compiler_.compile(program, compile_options(precision::precise, device_.architecture));
    if (made.binary.empty() || !made.log.empty()) {
      throw runtime_failure("gpu_check: expected NVRTC to take the text without a word, got\n" + made.log);
    }
    const handle<driver::module> module(driver_.load(made.binary),
                                        [this](driver::module* which) { driver_.unload(which); });
    for (std::size_t i = begin; i < end; ++i) {
      functions_[keys[i]] = {module, driver_.find(module.get(), name_of(i))};
    }
  }
}

void session::compile(const std::vector<check>& checks) {
  const auto start = std::chrono::steady_clock::now();
  std::set<std::string> known;
  std::vector<std::string> keys, sources;
  for (const check& each : checks) {
    const std::vector<void*> pointers = placeholders(each);
    std::string key = key_of(each.launch, pointers);
    if (!functions_.contains(key) && known.insert(key).second) {
      sources.push_back(emit(*each.launch.kernel, choose_variant(each.launch, pointers), name_of(keys.size())));
      keys.push_back(std::move(key));
    }
  }
  compile_texts(keys, sources);
  compile_seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

handle<void> session::allocate(std::size_t bytes, driver::device_address& address) const {
  address = driver_.allocate(bytes);
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the driver's addresses are numbers
  return {reinterpret_cast<void*>(address),
          [this](void* memory) { driver_.free(reinterpret_cast<std::uintptr_t>(memory)); }};
}

void session::launch(const lower::launch& what, const std::vector<void*>& pointers) const {
  const variant which = choose_variant(what, pointers);
  std::vector<std::uint64_t> block = block_words(what, which, pointers);
  const std::size_t bytes = block.size() * sizeof(std::uint64_t);
  driver::function* function = functions_.at(key_of(what, pointers)).function;
  const unsigned blocks = grid_blocks(what, which, device_.multiprocessors);
  if (bytes <= most_parameter_bytes) {
    driver_.launch(function, blocks, threads_per_block, block.data());
    return;
  }
  driver::device_address memory = 0;
  const handle<void> owner = allocate(bytes, memory);
  driver_.copy_in(memory, block.data(), bytes);
  driver_.launch(function, blocks, threads_per_block, &memory);
  driver_.synchronize();
}

std::vector<operand_memory> session::run(const check& what) const {
  std::vector<handle<void>> owners;
  std::vector<driver::device_address> addresses(what.memory.size());
  std::vector<void*> pointers;
  for (std::size_t k = 0; k < what.memory.size(); ++k) {
    const operand_memory& memory = what.memory[k];
    owners.push_back(allocate(memory.bytes.size(), addresses[k]));
    driver_.copy_in(addresses[k], memory.bytes.data(), memory.bytes.size());
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the driver's addresses are numbers
    pointers.push_back(reinterpret_cast<void*>(addresses[k] + memory.first));
  }
  launch(what.launch, pointers);
  driver_.synchronize();
  std::vector<operand_memory> results = what.memory;
  for (std::size_t k = 0; k < results.size(); ++k) {
    driver_.copy_out(results[k].bytes.data(), addresses[k], results[k].bytes.size());
  }
  return results;
}

session::timing session::time(const lower::kernel& kernel, std::int64_t n, int repeats) {
  check what;
  what.launch.kernel = std::make_shared<lower::kernel>(kernel);
  what.launch.kept = {n};
  what.launch.parameters.assign(kernel.parameters.size(), 0);
  timing result;
  std::vector<handle<void>> owners;
  std::vector<void*> pointers;
  for (std::size_t k = 0; k < kernel.inputs.size() + kernel.outputs.size(); ++k) {
    const dtype type = k < kernel.inputs.size() ? kernel.inputs[k].type : kernel.outputs[k - kernel.inputs.size()].type;
    const std::size_t bytes = static_cast<std::size_t>(n) * size_of(type);
    driver::device_address address = 0;
    owners.push_back(allocate(bytes, address));
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the driver's addresses are numbers
    pointers.push_back(reinterpret_cast<void*>(address));
    what.memory.emplace_back();
    what.launch.operands.emplace_back().kept_strides = {static_cast<std::int64_t>(size_of(type))};
    result.bytes += static_cast<double>(bytes);
  }
  compile({what});
  const auto destroy = [this](driver::event* which) { driver_.destroy(which); };
  const handle<driver::event> begin(driver_.make_event(), destroy), end(driver_.make_event(), destroy);
  std::vector<double> seconds;
  for (int i = 0; i < repeats + 1; ++i) {  // the first one warms up
    driver_.record(begin.get());
    launch(what.launch, pointers);
    driver_.record(end.get());
    seconds.push_back(driver_.seconds_between(begin.get(), end.get()));
  }
  seconds.erase(seconds.begin());
  std::nth_element(seconds.begin(), seconds.begin() + repeats / 2, seconds.end());
  result.median_seconds = seconds[static_cast<std::size_t>(repeats) / 2];
  return result;
}

}  // namespace gpucompute::cuda
