// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gpucompute/dtype.hpp>

#include "kernels/graph/op.hpp"

// A kernel description: what one launch computes, independent of sizes and of the device. Emitters turn it into LLVM
// IR or CUDA C++, the interpreter runs it as it is. Values are real: complex numbers are pairs of values.

namespace gpucompute::lower {

/// Number of the instruction that makes it.
using value = std::uint32_t;

enum class opcode : std::uint8_t {
  load,       ///< element of operand `index`; `lane` 1 is the imaginary part. In a reduction's combine program:
              ///< field `index` of the left state (lane 0) or the right state (lane 1)
  parameter,  ///< parameter `index` of the launch, the same for all elements
  constant,   ///< `bits`
  position,   ///< int64: position along the reduced dimensions (0, 1, ... in C order), reduction kernels only
  cast,       ///< args[0] to `type`: real to integer truncates and saturates, NaN gives 0; to bool is != 0
  apply,      ///< `operation`, a PRIMITIVE or LIBRARY row; arguments have one type (but `where`: bool first)
};

/// One step. `type` is the result's, see compute_type for its arguments'. Never complex.
struct instruction {
  opcode code = opcode::constant;
  graph::op operation = {};
  dtype type = float64;
  std::uint8_t lane = 0;
  std::uint8_t arity = 0;
  std::uint32_t index = 0;
  std::array<value, 3> args = {};
  std::uint64_t bits = 0;  ///< the element's bytes in memory order, rest 0
  friend bool operator==(const instruction&, const instruction&) = default;
};

/// Straight-line code in single assignment; arguments precede their users.
struct program {
  std::vector<instruction> body;
  std::vector<value> results;
  friend bool operator==(const program&, const program&) = default;
};

/// What a step computes in: the type of its last argument.
inline dtype compute_type(const program& code, const instruction& step) {
  return code.body[step.args[step.arity - 1U]].type;
}

/// Whether a step calls a function of the vector math library.
inline bool calls_library(const program& code, const instruction& step) {
  return step.code == opcode::apply &&
         graph::lowering_of(step.operation, compute_type(code, step)).how == graph::lowering::library;
}

/// Byte distance between neighbours of the inner loop is not known before launch.
inline constexpr std::int32_t any_step = std::numeric_limits<std::int32_t>::min();

/// Memory that a kernel reads or writes: `type` may be complex. `step` is the inner stride in elements of `type`
/// (0 broadcast, 1 contiguous, -4..4) or any_step. `aligned`: each element is at a multiple of its component's size.
struct operand {
  dtype type = float64;
  std::int32_t step = 1;
  bool aligned = true;
  friend bool operator==(const operand&, const operand&) = default;
};

enum class schedule : std::uint8_t {
  elementwise,   ///< outputs[k] = results
  reduce_inner,  ///< the inner loop runs along the reduced dimensions, the outer one over results
  reduce_outer,  ///< the inner loop runs over results, the outer one along the reduced dimensions
  contract,      ///< outputs[0] = sums of products of the two inputs, by the device's solver: no device prepares it
};

/// One reduction of a kernel: state fields, how two states merge. The lifted fields are values of the body.
struct reducer {
  std::vector<dtype> fields;              ///< real types; a complex field is two
  std::vector<std::uint64_t> identities;  ///< bits, one a field
  std::vector<value> lifted;              ///< values of the kernel's body, one a field
  program combine;                        ///< results: one a field
  friend bool operator==(const reducer&, const reducer&) = default;
};

/// Operands are numbered inputs first, then outputs (elementwise: one an output; reductions: one a state field,
/// reducer by reducer). body.results: elementwise only, one value an output or two for a complex one. A contraction has no
/// body, and operands of one type, floating or complex.
struct kernel {
  lower::schedule schedule = schedule::elementwise;
  std::vector<operand> inputs;
  std::vector<operand> outputs;
  std::vector<dtype> parameters;  ///< real types; a complex literal is two
  program body;
  std::vector<reducer> reducers;
  friend bool operator==(const kernel&, const kernel&) = default;
};

/// Stable text form: the key of caches and the middle part of explain().
std::string to_text(const kernel& description);
/// Every invariant stated above. @throw internal_error that names the instruction
void verify(const kernel& description);

}  // namespace gpucompute::lower
