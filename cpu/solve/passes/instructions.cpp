// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/passes/instructions.hpp"

#include <atomic>

#include "cpu/runtime/processor.hpp"

namespace gpucompute::cpu::passes {
namespace {

constexpr int unknown = -1;
constinit std::atomic<int> chosen = unknown;

}  // namespace

isa instructions() {
  const int known = chosen.load(std::memory_order_relaxed);
  if (known != unknown) {
    return static_cast<isa>(known);
  }
  const isa best = best_isa();
  chosen.store(static_cast<int>(best), std::memory_order_relaxed);
  return best;
}

void use_instructions(std::optional<isa> set) {
  chosen.store(set ? static_cast<int>(*set) : unknown, std::memory_order_relaxed);
}

}  // namespace gpucompute::cpu::passes
