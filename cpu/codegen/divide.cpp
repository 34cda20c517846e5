// SPDX-License-Identifier: Apache-2.0
#include "cpu/codegen/divide.hpp"

namespace gpucompute::cpu::codegen {

division divide_integers(emitter& e, dtype type, llvm::Value* x, llvm::Value* y) {
  auto& ir = e.ir();
  llvm::Type* integers = x->getType();
  const int lanes = static_cast<int>(llvm::cast<llvm::FixedVectorType>(integers)->getNumElements());
  llvm::Constant* zero = llvm::Constant::getNullValue(integers);
  llvm::Constant* one = llvm::ConstantInt::get(integers, 1);
  llvm::Constant* minus_one = llvm::Constant::getAllOnesValue(integers);
  llvm::Value* by_zero = ir.CreateICmpEQ(y, zero);
  llvm::Value* by_minus_one = is_signed(type) ? ir.CreateICmpEQ(y, minus_one) : nullptr;
  // A divisor of 1 in place of those whose quotient a conversion or a division instruction cannot give.
  llvm::Value* safe = ir.CreateSelect(by_minus_one == nullptr ? by_zero : ir.CreateOr(by_zero, by_minus_one), one, y);
  llvm::Value* quotient;
  if (size_of(type) == 8) {
    quotient = is_signed(type) ? ir.CreateSDiv(x, safe) : ir.CreateUDiv(x, safe);
  } else {
    const dtype real = size_of(type) == 4 ? float64 : float32;
    llvm::Value* ratio = ir.CreateFDiv(e.cast(x, type, real), e.cast(safe, type, real));
    if (type == uint32) {
      quotient = ir.CreateFPToUI(ratio, integers);
    } else {
      quotient = ir.CreateIntCast(ir.CreateFPToSI(ratio, e.vector(int32, lanes)), integers, true);
    }
  }
  if (by_minus_one != nullptr) quotient = ir.CreateSelect(by_minus_one, ir.CreateNeg(x), quotient);
  quotient = ir.CreateSelect(by_zero, zero, quotient);
  llvm::Value* remainder = ir.CreateSelect(by_zero, zero, ir.CreateSub(x, ir.CreateMul(quotient, y)));
  return {quotient, remainder};
}

}  // namespace gpucompute::cpu::codegen
