// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "cpu/codegen/compiler.hpp"
#include "cpu/runtime/tile.hpp"

namespace gpucompute::cpu {

/// What the drivers call for each tile: the interpreter or machine code. Immutable; any number of threads may run it.
class range {
 public:
  virtual ~range() = default;
  virtual void run(const tile& part) const = 0;
};

/// A compiled range function.
class compiled_range final : public range {
 public:
  explicit compiled_range(compiled code) : code_(std::move(code)) {}
  void run(const tile& part) const override { code_.run(&part); }

 private:
  compiled code_;
};

}  // namespace gpucompute::cpu
