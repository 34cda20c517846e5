// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cpu/interpret/tables.hpp"
#include "cpu/math/implementation.hpp"
#include "kernels/lower/kernel.hpp"

namespace gpucompute::cpu::interpret {

/// A program made ready to run block by block. `at` is a table with one pointer a value of the program; start() points
/// each at its register inside `storage`, and a caller may point a loaded value at memory instead.
class block_program {
 public:
  /// A value that the caller provides before run(): the element of an operand, or of a state in a combine program.
  struct load {
    lower::value value;
    std::uint32_t index;
    std::uint8_t lane;
    dtype type;
  };

  /// `results` keep their registers to the end. @throw runtime_failure for a library function that is missing,
  /// internal_error for a primitive without a row
  block_program(const lower::program& code, std::span<const lower::value> results, isa which, bool fast);

  std::size_t value_count() const { return offsets_.size(); }
  /// Registers are this many bytes for each element of a block.
  std::size_t bytes_per_element() const { return registers_ * element_bytes_; }
  std::span<const load> loads() const { return loads_; }
  std::span<const lower::value> positions() const { return positions_; }
  /// True when the last step makes `value`, so that nothing is read after it is written.
  bool is_last(lower::value value) const { return !steps_.empty() && steps_.back().out == value; }

  /// Points values at their registers (`block` elements each) and fills parameters and constants up to `count`.
  void start(void** at, std::byte* storage, std::size_t block, const std::uint64_t* parameters,
             std::size_t count) const;
  void* home(std::byte* storage, std::size_t block, lower::value value) const {
    return storage + offsets_[value] * element_bytes_ * block;
  }
  /// All steps over `count` elements, at most a block.
  void run(void* const* at, std::size_t count) const;

 private:
  enum class kind : std::uint8_t { primitive, library, cast };
  struct step {
    kind what;
    lower::value out, a, b, c;
    union {
      block_function primitive;
      math::block_function library;
      cast_function cast;
    };
  };
  struct uniform {
    lower::value value;
    void (*fill)(void*, std::uint64_t, std::size_t);
    bool is_parameter;
    std::uint32_t index;
    std::uint64_t bits;
  };

  static step make_step(const lower::program& code, lower::value value, isa which, bool fast);
  void assign_registers(const lower::program& code, std::span<const lower::value> results);

  std::vector<load> loads_;
  std::vector<lower::value> positions_;
  std::vector<uniform> uniforms_;
  std::vector<step> steps_;
  std::vector<std::uint32_t> offsets_;  ///< register of each value
  std::size_t registers_ = 0;
  std::size_t element_bytes_ = 1;
};

}  // namespace gpucompute::cpu::interpret
