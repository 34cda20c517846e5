// SPDX-License-Identifier: Apache-2.0
#include "cpu/codegen/emitter.hpp"

// Quicker forms that only `fast` precision takes.

namespace gpucompute::cpu::codegen {

namespace {

using llvm::Value;
using cmp = llvm::CmpInst;

/// sqrt(a) compared with c by way of a and c*c, since a square root takes as long as ten products. NaN and negative a
/// compare as sqrt(a) would. `operation` is one of the four that order.
Value* compare_squares(llvm::IRBuilder<>& ir, graph::op operation, Value* a, Value* c) {
  Value* zero = llvm::Constant::getNullValue(a->getType());
  Value* square = ir.CreateFMul(c, c);
  Value* root_is_a_number = ir.CreateFCmpOGE(a, zero);
  switch (operation) {
    case graph::op::less:
      return ir.CreateAnd(ir.CreateAnd(root_is_a_number, ir.CreateFCmpOGT(c, zero)), ir.CreateFCmpOLT(a, square));
    case graph::op::less_equal:
      return ir.CreateAnd(ir.CreateAnd(root_is_a_number, ir.CreateFCmpOGE(c, zero)), ir.CreateFCmpOLE(a, square));
    case graph::op::greater:
      return ir.CreateOr(ir.CreateFCmpOGT(a, square), ir.CreateAnd(root_is_a_number, ir.CreateFCmpOLT(c, zero)));
    default:  // greater_equal
      return ir.CreateOr(ir.CreateFCmpOGE(a, square), ir.CreateAnd(root_is_a_number, ir.CreateFCmpOLE(c, zero)));
  }
}

bool orders(graph::op operation) {
  return operation == graph::op::less || operation == graph::op::less_equal || operation == graph::op::greater ||
         operation == graph::op::greater_equal;
}

graph::op mirrored(graph::op operation) {
  switch (operation) {
    case graph::op::less:
      return graph::op::greater;
    case graph::op::less_equal:
      return graph::op::greater_equal;
    case graph::op::greater:
      return graph::op::less;
    case graph::op::greater_equal:
      return graph::op::less_equal;
    default:
      return operation;
  }
}

}  // namespace

Value* emit_fast(emitter& e, const lower::program& code, const lower::instruction& step,
                 const std::vector<Value*>& values) {
  if (!orders(step.operation)) return nullptr;
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const lower::instruction& root = code.body[step.args[side]];
    if (root.code == lower::opcode::apply && root.operation == graph::op::sqrt && is_floating(root.type)) {
      return compare_squares(e.ir(), side == 0 ? step.operation : mirrored(step.operation), values[root.args[0]],
                             values[step.args[1 - side]]);
    }
  }
  return nullptr;
}

}  // namespace gpucompute::cpu::codegen
