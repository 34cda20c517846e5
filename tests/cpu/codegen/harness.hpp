// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "cpu/codegen/compiler.hpp"
#include "tests/cpu/instruction_sets.hpp"

namespace gpucompute::testing {

/// The module's compiler. @throw std::runtime_error with the loader's text
cpu::compiler& jit();

/// compile() with the stand-ins for the vector math library.
cpu::compiled compile(const lower::kernel& kernel, cpu::isa set, precision how = precision::precise);

/// Memory with an unmapped page on either side: an access beyond it faults.
class guarded_memory {
 public:
  /// The bytes end (`at_end`) or start directly at an unmapped page.
  guarded_memory(std::size_t bytes, bool at_end);
  guarded_memory(guarded_memory&& other) noexcept;
  guarded_memory(const guarded_memory&) = delete;
  guarded_memory& operator=(const guarded_memory&) = delete;
  ~guarded_memory();
  char* data() const { return data_; }

 private:
  char* mapping_ = nullptr;
  std::size_t size_ = 0;
  char* data_ = nullptr;
};

/// An operand over outer x inner elements: addresses, strides and memory that holds just them.
class test_array {
 public:
  struct layout {
    std::int64_t inner_step = 1;  ///< elements
    std::int64_t outer_step = 0;
    bool at_end = true;
    bool aligned = true;
  };
  test_array(dtype type, std::int64_t inner_extent, std::int64_t outer_extent, const layout& how);

  dtype type() const { return type_; }
  std::int64_t inner_stride() const { return inner_; }
  std::int64_t outer_stride() const { return outer_; }
  char* first() const { return first_; }
  char* at(std::int64_t inner, std::int64_t outer, int lane = 0) const;
  std::uint64_t get(std::int64_t inner, std::int64_t outer,
                    int lane = 0) const;  ///< component; a bool's byte as 0 or 1
  /// Edge values and ordinary ones of the type.
  void fill(std::mt19937_64& random);
  void fill_bytes(unsigned char value);
  std::vector<unsigned char> bytes() const;

 private:
  dtype type_;
  std::int64_t inner_, outer_, inner_extent_, outer_extent_;
  std::size_t size_;
  guarded_memory memory_;
  char* first_;
};

std::uint64_t random_element(dtype type, std::mt19937_64& random);

/// Runs one tile over arrays numbered as the kernel's operands.
struct tile_run {
  std::int64_t inner_extent = 1;
  std::int64_t outer_extent = 1;
  std::vector<std::uint64_t> parameters = {};
  std::int64_t position = 0;
  std::int64_t lane = 0;
  std::vector<char*> lanes = {};
  bool begin = true;
  bool end = true;
  bool stream = false;
};
void run(const cpu::compiled& code, const std::vector<test_array*>& operands, const tile_run& how);
/// The same from given addresses of the first elements.
void run(const cpu::compiled& code, const std::vector<test_array*>& operands, const std::vector<char*>& starts,
         const tile_run& how);

}  // namespace gpucompute::testing
