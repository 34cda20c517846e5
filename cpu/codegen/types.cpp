// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include "cpu/codegen/emitter.hpp"

namespace gpucompute::cpu::codegen {

llvm::Type* emitter::stored(dtype type) {
  type = component(type);
  if (type == float32) return ir_.getFloatTy();
  if (type == float64) return ir_.getDoubleTy();
  return ir_.getIntNTy(static_cast<unsigned>(8 * size_of(type)));
}

llvm::Type* emitter::scalar(dtype type) { return type == bool_ ? ir_.getInt1Ty() : stored(type); }

llvm::FixedVectorType* emitter::vector(dtype type, int lanes) {
  return llvm::FixedVectorType::get(scalar(type), static_cast<unsigned>(lanes));
}

llvm::FixedVectorType* emitter::stored_vector(dtype type, int lanes) {
  return llvm::FixedVectorType::get(stored(type), static_cast<unsigned>(lanes));
}

llvm::Value* emitter::from_stored(llvm::Value* value, dtype type) {
  return type == bool_ ? ir_.CreateICmpNE(value, llvm::Constant::getNullValue(value->getType())) : value;
}

llvm::Value* emitter::to_stored(llvm::Value* value, dtype type) {
  return type == bool_ ? ir_.CreateZExt(value, value->getType()->getWithNewBitWidth(8)) : value;
}

llvm::Constant* emitter::constant(dtype type, std::uint64_t bits, int lanes) {
  const auto width = static_cast<unsigned>(8 * size_of(type));
  llvm::Constant* one;
  if (type == bool_) {
    one = ir_.getInt1((bits & 0xff) != 0);
  } else if (is_floating(type)) {
    const auto& semantics = type == float32 ? llvm::APFloat::IEEEsingle() : llvm::APFloat::IEEEdouble();
    one = llvm::ConstantFP::get(module_.getContext(), llvm::APFloat(semantics, llvm::APInt(64, bits).trunc(width)));
  } else {
    one = llvm::ConstantInt::get(module_.getContext(), llvm::APInt(64, bits).trunc(width));
  }
  return llvm::ConstantVector::getSplat(llvm::ElementCount::getFixed(static_cast<unsigned>(lanes)), one);
}

llvm::Value* emitter::splat(llvm::Value* scalar, int lanes) {
  return ir_.CreateVectorSplat(static_cast<unsigned>(lanes), scalar);
}

llvm::Value* emitter::iota(int bits, int lanes) {
  std::vector<llvm::Constant*> numbers;
  numbers.reserve(static_cast<std::size_t>(lanes));
  for (int j = 0; j < lanes; ++j) {
    numbers.push_back(ir_.getIntN(static_cast<unsigned>(bits), static_cast<std::uint64_t>(j)));
  }
  return llvm::ConstantVector::get(numbers);
}

llvm::Value* emitter::part(llvm::Value* vector, int first, int count) {
  std::vector<int> mask(static_cast<std::size_t>(count));
  std::iota(mask.begin(), mask.end(), first);
  return ir_.CreateShuffleVector(vector, mask);
}

llvm::Value* emitter::concat(std::vector<llvm::Value*> parts) {
  while (parts.size() > 1) {
    std::vector<llvm::Value*> joined;
    for (std::size_t j = 0; j < parts.size(); j += 2) {
      const auto each = llvm::cast<llvm::FixedVectorType>(parts[j]->getType())->getNumElements();
      std::vector<int> mask(2 * each);
      std::iota(mask.begin(), mask.end(), 0);
      joined.push_back(ir_.CreateShuffleVector(parts[j], parts[j + 1], mask));
    }
    parts = std::move(joined);
  }
  return parts.front();
}

llvm::Value* emitter::lane_mask(llvm::Value* low, llvm::Value* high, int lanes) {
  llvm::Value* mask = nullptr;
  if (high != nullptr) mask = ir_.CreateICmpSLT(iota(32, lanes), splat(high, lanes));
  if (low != nullptr) {
    llvm::Value* from = ir_.CreateICmpSGE(iota(32, lanes), splat(low, lanes));
    mask = mask == nullptr ? from : ir_.CreateAnd(mask, from);
  }
  return mask;
}

llvm::Value* emitter::clamp_to_lanes(llvm::Value* value, int limit) {
  value = ir_.CreateSelect(ir_.CreateICmpSGT(value, i64(limit)), i64(limit), value);
  value = ir_.CreateSelect(ir_.CreateICmpSLT(value, i64(0)), i64(0), value);
  return ir_.CreateTrunc(value, ir_.getInt32Ty());
}

}  // namespace gpucompute::cpu::codegen
