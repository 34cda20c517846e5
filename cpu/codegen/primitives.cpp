// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <llvm/IR/Intrinsics.h>
#include <string>

#include <gpucompute/error.hpp>

#include "cpu/codegen/divide.hpp"
#include "cpu/codegen/emitter.hpp"

namespace gpucompute::cpu::codegen {

namespace {

using llvm::Value;
namespace intrinsic = llvm::Intrinsic;

/// Arguments of one primitive: x, y, z have compute type `type` (x of `where` is bool).
struct operands {
  emitter& e;
  llvm::IRBuilder<>& ir;
  dtype type;
  Value *x, *y, *z;

  bool real() const { return is_floating(type); }
  bool negative_possible() const { return is_signed(type); }
  unsigned bits() const { return static_cast<unsigned>(8 * size_of(type)); }
  int lanes() const { return static_cast<int>(llvm::cast<llvm::FixedVectorType>(x->getType())->getNumElements()); }
  Value* number(std::uint64_t value) const { return llvm::ConstantInt::get(x->getType(), value); }
  Value* zero() const { return llvm::Constant::getNullValue(x->getType()); }
  Value* unary(intrinsic::ID id) const { return ir.CreateUnaryIntrinsic(id, x); }
  Value* binary(intrinsic::ID id) const { return ir.CreateBinaryIntrinsic(id, x, y); }
  Value* ternary(intrinsic::ID id) const { return ir.CreateIntrinsic(x->getType(), id, {x, y, z}); }
  Value* compare(llvm::CmpInst::Predicate on_real, llvm::CmpInst::Predicate on_signed,
                 llvm::CmpInst::Predicate on_unsigned) const {
    return real() ? ir.CreateFCmp(on_real, x, y) : ir.CreateICmp(negative_possible() ? on_signed : on_unsigned, x, y);
  }
  /// Extremum; reals: NaN if either is NaN, -0 < +0.
  Value* extremum(intrinsic::ID on_real, intrinsic::ID on_signed, intrinsic::ID on_unsigned) const {
    return binary(real() ? on_real : negative_possible() ? on_signed : on_unsigned);
  }
  /// Amounts outside 0 .. bits - 1 leave nothing.
  Value* shift(llvm::Instruction::BinaryOps how) const {
    Value* in_range = ir.CreateICmpULT(y, number(bits()));
    return ir.CreateSelect(in_range, ir.CreateBinOp(how, x, ir.CreateAnd(y, number(bits() - 1))), zero());
  }
  /// To the right, filled with the sign; amounts outside 0 .. bits - 1 leave nothing but the sign.
  Value* shift_with_sign() const {
    Value* in_range = ir.CreateICmpULT(y, number(bits()));
    return ir.CreateAShr(x, ir.CreateSelect(in_range, y, number(bits() - 1)));
  }
  Value* integer_abs() const { return ir.CreateBinaryIntrinsic(intrinsic::abs, x, ir.getFalse()); }
};

using line = Value* (*)(const operands&);
using cmp = llvm::CmpInst;

struct entry {
  graph::op operation;
  line emit;
};

// clang-format off
// One line a primitive.
const entry entries[] = {
    {graph::op::add, [](const operands& v) { return v.real() ? v.ir.CreateFAdd(v.x, v.y) : v.ir.CreateAdd(v.x, v.y); }},
    {graph::op::subtract, [](const operands& v) { return v.real() ? v.ir.CreateFSub(v.x, v.y) : v.ir.CreateSub(v.x, v.y); }},
    {graph::op::multiply, [](const operands& v) { return v.real() ? v.ir.CreateFMul(v.x, v.y) : v.ir.CreateMul(v.x, v.y); }},
    {graph::op::divide, [](const operands& v) { return v.ir.CreateFDiv(v.x, v.y); }},
    {graph::op::divide_truncated, [](const operands& v) { return divide_integers(v.e, v.type, v.x, v.y).quotient; }},
    {graph::op::remainder_truncated, [](const operands& v) { return divide_integers(v.e, v.type, v.x, v.y).remainder; }},
    {graph::op::fma, [](const operands& v) { return v.ternary(intrinsic::fma); }},
    {graph::op::negative, [](const operands& v) { return v.real() ? v.ir.CreateFNeg(v.x) : v.ir.CreateNeg(v.x); }},
    {graph::op::abs, [](const operands& v) { return v.real() ? v.unary(intrinsic::fabs) : v.integer_abs(); }},
    {graph::op::copysign, [](const operands& v) { return v.binary(intrinsic::copysign); }},
    {graph::op::maximum, [](const operands& v) { return v.extremum(intrinsic::maximum, intrinsic::smax, intrinsic::umax); }},
    {graph::op::minimum, [](const operands& v) { return v.extremum(intrinsic::minimum, intrinsic::smin, intrinsic::umin); }},
    {graph::op::sqrt, [](const operands& v) { return v.unary(intrinsic::sqrt); }},
    {graph::op::floor, [](const operands& v) { return v.unary(intrinsic::floor); }},
    {graph::op::ceil, [](const operands& v) { return v.unary(intrinsic::ceil); }},
    {graph::op::trunc, [](const operands& v) { return v.unary(intrinsic::trunc); }},
    {graph::op::rint, [](const operands& v) { return v.unary(intrinsic::roundeven); }},
    {graph::op::equal, [](const operands& v) { return v.compare(cmp::FCMP_OEQ, cmp::ICMP_EQ, cmp::ICMP_EQ); }},
    {graph::op::not_equal, [](const operands& v) { return v.compare(cmp::FCMP_UNE, cmp::ICMP_NE, cmp::ICMP_NE); }},
    {graph::op::less, [](const operands& v) { return v.compare(cmp::FCMP_OLT, cmp::ICMP_SLT, cmp::ICMP_ULT); }},
    {graph::op::less_equal, [](const operands& v) { return v.compare(cmp::FCMP_OLE, cmp::ICMP_SLE, cmp::ICMP_ULE); }},
    {graph::op::greater, [](const operands& v) { return v.compare(cmp::FCMP_OGT, cmp::ICMP_SGT, cmp::ICMP_UGT); }},
    {graph::op::greater_equal, [](const operands& v) { return v.compare(cmp::FCMP_OGE, cmp::ICMP_SGE, cmp::ICMP_UGE); }},
    {graph::op::where, [](const operands& v) { return v.ir.CreateSelect(v.x, v.y, v.z); }},
    {graph::op::bitwise_and, [](const operands& v) { return v.ir.CreateAnd(v.x, v.y); }},
    {graph::op::bitwise_or, [](const operands& v) { return v.ir.CreateOr(v.x, v.y); }},
    {graph::op::bitwise_xor, [](const operands& v) { return v.ir.CreateXor(v.x, v.y); }},
    {graph::op::invert, [](const operands& v) { return v.ir.CreateNot(v.x); }},
    {graph::op::left_shift, [](const operands& v) { return v.shift(llvm::Instruction::Shl); }},
    {graph::op::right_shift, [](const operands& v) { return v.negative_possible() ? v.shift_with_sign() : v.shift(llvm::Instruction::LShr); }},
    {graph::op::popcount, [](const operands& v) { return v.ir.CreateZExtOrTrunc(v.unary(intrinsic::ctpop), v.e.vector(uint8, v.lanes())); }},
};
// clang-format on

const std::vector<line>& lines() {
  static const std::vector<line> all = [] {
    std::vector<line> made(graph::op_count());
    for (const entry& each : entries) made[static_cast<std::size_t>(each.operation)] = each.emit;
    return made;
  }();
  return all;
}

}  // namespace

Value* emit_primitive(emitter& e, graph::op operation, dtype type, const std::vector<Value*>& arguments) {
  const line emit = lines()[static_cast<std::size_t>(operation)];
  if (emit == nullptr) {
    throw internal_error("emit_primitive: expected an operation with a line in the emitter, got " +
                         std::string(graph::row(operation).name) + " of " + std::string(name(type)));
  }
  const auto argument = [&](std::size_t j) { return j < arguments.size() ? arguments[j] : nullptr; };
  return emit(operands{e, e.ir(), type, argument(0), argument(1), argument(2)});
}

}  // namespace gpucompute::cpu::codegen
