// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <functional>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cpu/codegen/compiler.hpp"

// Emission of one kernel as LLVM IR. Vectors are explicit: a value of the description is one IR vector of `lanes`
// elements, a bool one of i1. Memory holds bools as bytes.

namespace gpucompute::cpu::codegen {

class emitter;

/// Makes the values that a program takes from outside itself: loads, parameters and positions.
using leaf_source = std::function<llvm::Value*(const lower::instruction&)>;

/// A rectangle of the description's loops that one vector covers, as lanes of one operand.
struct place {
  llvm::Value* row = nullptr;     ///< address of the element with index 0
  llvm::Value* index = nullptr;   ///< i64, of the vector's first lane
  std::int64_t offset = 0;        ///< added to index
  llvm::Value* stride = nullptr;  ///< i64, bytes; looked at for operands of any_step
  llvm::Value* low = nullptr;     ///< i32; lanes below are neither read nor written. Null: 0
  llvm::Value* high = nullptr;    ///< i32; lanes from here on are neither read nor written. Null: all lanes are
};

/// Fields of cpu::tile as the range function reads them.
struct tile_fields {
  std::vector<llvm::Value*> data, inner, outer;  ///< one an operand
  llvm::Value *inner_extent, *outer_extent, *position, *lane, *lanes, *begin, *end, *stream;
};

class emitter {
 public:
  emitter(llvm::Module& module, const lower::kernel& kernel, const codegen_options& options);

  /// Adds the range function, under the name `entry_name`, and what it needs.
  void emit();
  static constexpr const char* entry_name = "range";

  llvm::IRBuilder<>& ir() { return ir_; }
  const lower::kernel& kernel() const { return kernel_; }
  const codegen_options& options() const { return options_; }
  llvm::Module& module() { return module_; }
  bool wide() const { return options_.isa == isa::avx512; }
  int register_bytes() const { return static_cast<int>(cpu::register_bytes(options_.isa)); }
  /// Elements of a vector of the kernel's body.
  int lanes() const { return lanes_; }
  int operand_count() const { return static_cast<int>(kernel_.inputs.size() + kernel_.outputs.size()); }
  const lower::operand& operand(int index) const;

  // types.cpp
  llvm::Type* scalar(dtype type);  ///< bool is i1; a complex type stands for its component
  llvm::Type* stored(dtype type);  ///< the same in memory: bool is i8
  llvm::FixedVectorType* vector(dtype type, int lanes);
  llvm::FixedVectorType* stored_vector(dtype type, int lanes);
  llvm::Value* from_stored(llvm::Value* value, dtype type);
  llvm::Value* to_stored(llvm::Value* value, dtype type);
  llvm::Constant* constant(dtype type, std::uint64_t bits, int lanes);
  llvm::Value* splat(llvm::Value* scalar, int lanes);
  llvm::Value* iota(int bits, int lanes);
  llvm::Value* i64(std::int64_t value) { return ir_.getInt64(static_cast<std::uint64_t>(value)); }
  llvm::Value* i32(std::int32_t value) { return ir_.getInt32(static_cast<std::uint32_t>(value)); }
  /// Lanes first .. first + count - 1.
  llvm::Value* part(llvm::Value* vector, int first, int count);
  llvm::Value* concat(std::vector<llvm::Value*> parts);
  /// <lanes x i1>: low <= lane < high; null bounds are no bounds.
  llvm::Value* lane_mask(llvm::Value* low, llvm::Value* high, int lanes);
  /// i32 in 0 .. limit of an i64 that may lie outside.
  llvm::Value* clamp_to_lanes(llvm::Value* value, int limit);

  // program.cpp
  /// `high`, an i32: no lane from there on is wanted of library functions; null: all are.
  std::vector<llvm::Value*> run(const lower::program& code, int lanes, const leaf_source& leaf,
                                llvm::Value* high = nullptr);
  llvm::Value* cast(llvm::Value* value, dtype from, dtype to);
  llvm::Value* call_library(graph::op operation, dtype type, std::vector<llvm::Value*> arguments, llvm::Value* high);
  llvm::Value* parameter(std::uint32_t index, int lanes);
  /// make(builder, parameter, variant), a scalar, computed once at the start of the function.
  llvm::Value* once_for_parameter(std::uint32_t index, bool variant,
                                  llvm::Value* (*make)(llvm::IRBuilder<>&, llvm::Value*, bool));

  // memory.cpp
  /// Both components of a complex element, else {value, null}; bools as i1.
  std::array<llvm::Value*, 2> load(int operand, const place& at);
  void store(int operand, const place& at, std::array<llvm::Value*, 2> values, bool nontemporal = false);
  /// Asks for the lines that loads of this place some turns later will read; nothing where that would not help. For all
  /// places of a turn before its first load: between loads, hints cost a tenth of what they gain.
  void prefetch_inputs(const std::vector<llvm::Value*>& rows, const place& at);
  /// The same for lines that stores will fill, where they are written to the cache. None beyond those of a turn at `last`:
  /// they are another thread's, who would have to fetch them back.
  void prefetch_outputs(const std::vector<llvm::Value*>& rows, const place& at, llvm::Value* last);
  /// Address of component `component` of lane 0.
  llvm::Value* address(int operand, const place& at, int component = 0);
  llvm::Value* load_scalar(llvm::Value* address, dtype type, bool aligned);
  /// Stride of an operand's inner loop in bytes: a constant where the description knows it.
  llvm::Value* byte_stride(int operand, const place& at);

  // schedule.cpp
  const tile_fields& tile() const { return tile_; }
  llvm::BasicBlock* block(const char* name);
  /// Runs `body(index, carried)`, which returns the next carried values, for index = start, start + step, ... as long
  /// as index + step <= end. Returns the index and the carried values after the loop.
  using loop_body = std::function<std::vector<llvm::Value*>(llvm::Value*, const std::vector<llvm::Value*>&)>;
  std::pair<llvm::Value*, std::vector<llvm::Value*>> loop(const char* name, llvm::Value* start, llvm::Value* end,
                                                          std::int64_t step, std::vector<llvm::Value*> carried,
                                                          const loop_body& body);
  /// `body(row pointers of all operands)` for each turn of the outer loop.
  void for_each_row(const std::function<void(const std::vector<llvm::Value*>&)>& body);
  /// Splats, as stored, of the inputs that do not move along the inner loop.
  std::vector<std::array<llvm::Value*, 2>> load_broadcasts(const std::vector<llvm::Value*>& rows);
  /// Vectors that one turn of the main loop takes: many when the body is short.
  int unroll() const;
  bool calls_library() const;
  /// Whether waiting for memory, not arithmetic, is what such a body spends its time on, once the arrays are large.
  bool bound_by_memory() const;
  /// Whether a masked vector costs little more than a whole one: no operand has to be walked element by element.
  bool masks_are_cheap() const;

 private:
  void emit_tile_fields(llvm::Value* tile);
  void choose_lanes();
  void emit_elementwise();
  void emit_reduce_inner();
  void emit_reduce_outer();
  llvm::Value* load_contiguous(llvm::Value* address, dtype type, bool aligned, int lanes, llvm::Value* low,
                               llvm::Value* high);
  std::array<llvm::Value*, 2> load_wide(int operand, const place& at, int component_step, int components);
  void prefetch(std::size_t operand, const std::vector<llvm::Value*>& rows, place at, llvm::Value* last);
  /// By way of memory, for arguments of several registers.
  llvm::Value* call_block(const std::string& name, dtype type, const std::vector<llvm::Value*>& arguments,
                          llvm::Value* high);
  llvm::Function* lane_loader(dtype type, bool aligned);
  llvm::Function* lane_storer(dtype type, bool aligned);
  llvm::Align alignment(dtype type, bool aligned) const;
  bool maskable(dtype type) const { return wide() || size_of(component(type)) >= 4; }

  llvm::Module& module_;
  const lower::kernel& kernel_;
  const codegen_options& options_;
  llvm::IRBuilder<> ir_;
  llvm::Function* function_ = nullptr;
  int lanes_ = 8;
  tile_fields tile_ = {};
  std::vector<llvm::Value*> parameters_;  ///< scalars as stored
  std::vector<llvm::Value*> parameter_splats_;
  llvm::Instruction* end_of_start_ = nullptr;
  std::map<std::pair<std::uint32_t, bool>, llvm::Value*> made_once_;
};

/// Loads, parameters and positions of the kernel's body at one place. `position` is that of lane 0; `along` says
/// whether it grows from lane to lane. Null where the schedule has none.
leaf_source body_leaf(emitter& e, const std::vector<llvm::Value*>& rows,
                      const std::vector<std::array<llvm::Value*, 2>>& broadcasts, const place& at,
                      llvm::Value* position, bool along);

/// Emits a PRIMITIVE row for arguments of compute type `type`. @throw internal_error when the emitter has no line for it
llvm::Value* emit_primitive(emitter& e, graph::op operation, dtype type, const std::vector<llvm::Value*>& arguments);

/// A comparison of a square root without the root; null when `step` is none or there is no such form at this precision.
/// `values`: one a step before it.
llvm::Value* compare_root(emitter& e, const lower::program& code, const lower::instruction& step,
                          const std::vector<llvm::Value*>& values);

}  // namespace gpucompute::cpu::codegen
