// SPDX-License-Identifier: Apache-2.0
#include "cpu/codegen/emitter.hpp"

// Square roots that are only compared: sqrt(a) < c is a < t, and a square root takes as long as ten products.

namespace gpucompute::cpu::codegen {

namespace {

using llvm::Value;
using cmp = llvm::CmpInst;

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

/// For a scalar c the least number whose root, rounded, is not below c, or with `last` the largest whose root is not above
/// it. Roots that round to c are those of c*c, at most 1.5 units in the last place more or less, where a unit below a power
/// of two is half of one above: it is found among eight neighbours of the rounded c*c. For a negative c: what is not above
/// any number that has a root; for NaN: NaN.
Value* end_of_roots(llvm::IRBuilder<>& ir, Value* c, bool last) {
  constexpr unsigned neighbours = 8, before = 4;
  llvm::Type* integer = ir.getIntNTy(c->getType()->getScalarSizeInBits());
  Value* const zero = llvm::Constant::getNullValue(c->getType());
  Value* const near =
      ir.CreateSub(ir.CreateBitCast(ir.CreateFMul(c, c), integer), llvm::ConstantInt::get(integer, before));
  llvm::SmallVector<llvm::Constant*, neighbours> steps;
  for (unsigned k = 0; k < neighbours; ++k) steps.push_back(llvm::ConstantInt::get(integer, k));
  Value* const bits = ir.CreateAdd(ir.CreateVectorSplat(neighbours, near), llvm::ConstantVector::get(steps));
  auto* const numbers = llvm::FixedVectorType::get(c->getType(), neighbours);
  Value* const roots = ir.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, ir.CreateBitCast(bits, numbers));
  // Bits that are no number, below zero or above infinity, have NaN for a root.
  Value* const fits = ir.CreateFCmp(last ? cmp::FCMP_OLE : cmp::FCMP_OGE, roots, ir.CreateVectorSplat(neighbours, c));
  Value* const mask = ir.CreateZExt(ir.CreateBitCast(fits, ir.getIntNTy(neighbours)), integer);
  const auto count_zeros = [&](llvm::Intrinsic::ID which) {
    return ir.CreateIntrinsic(which, {integer}, {mask, ir.getFalse()});
  };
  Value* const place = last ? ir.CreateSub(llvm::ConstantInt::get(integer, integer->getIntegerBitWidth() - 1),
                                           count_zeros(llvm::Intrinsic::ctlz))
                            : count_zeros(llvm::Intrinsic::cttz);
  Value* const found = ir.CreateBitCast(ir.CreateAdd(near, place), c->getType());
  Value* const below_all = last ? llvm::ConstantFP::get(c->getType(), -1) : zero;
  return ir.CreateSelect(ir.CreateFCmp(last ? cmp::FCMP_OGE : cmp::FCMP_OGT, c, zero), found,
                         ir.CreateSelect(ir.CreateFCmpUNO(c, c), c, below_all));
}

/// Exact: the bits of sqrt(a) compared with the parameter.
Value* compare_with_parameter(emitter& e, graph::op operation, Value* a, std::uint32_t parameter) {
  const bool last = operation == graph::op::less_equal || operation == graph::op::greater;
  Value* const end = e.splat(e.once_for_parameter(parameter, last, end_of_roots),
                             static_cast<int>(llvm::cast<llvm::FixedVectorType>(a->getType())->getNumElements()));
  auto& ir = e.ir();
  const auto predicate = operation == graph::op::less         ? cmp::FCMP_OLT
                         : operation == graph::op::less_equal ? cmp::FCMP_OLE
                         : operation == graph::op::greater    ? cmp::FCMP_OGT
                                                              : cmp::FCMP_OGE;
  Value* const has_root = ir.CreateFCmpOGE(a, llvm::Constant::getNullValue(a->getType()));
  return ir.CreateAnd(has_root, ir.CreateFCmp(predicate, a, end));
}

/// By way of c*c, which rounds: for `fast` precision. NaN and negative a compare as sqrt(a) would.
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

}  // namespace

Value* compare_root(emitter& e, const lower::program& code, const lower::instruction& step,
                    const std::vector<Value*>& values) {
  if (!orders(step.operation)) return nullptr;
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const lower::instruction& root = code.body[step.args[side]];
    if (root.code != lower::opcode::apply || root.operation != graph::op::sqrt || !is_floating(root.type)) continue;
    const graph::op operation = side == 0 ? step.operation : mirrored(step.operation);
    const lower::value other = step.args[1 - side];
    Value* const a = values[root.args[0]];
    if (code.body[other].code == lower::opcode::parameter)
      return compare_with_parameter(e, operation, a, code.body[other].index);
    if (e.options().precision == precision::fast) return compare_squares(e.ir(), operation, a, values[other]);
  }
  return nullptr;
}

}  // namespace gpucompute::cpu::codegen
