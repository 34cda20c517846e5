// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <llvm/IR/Intrinsics.h>
#include <memory>

#include <gpucompute/error.hpp>

#include "cpu/codegen/emitter.hpp"

namespace gpucompute::cpu::codegen {

namespace {

int lanes_of(llvm::Value* value) {
  return static_cast<int>(llvm::cast<llvm::FixedVectorType>(value->getType())->getNumElements());
}

/// Truncates, saturates, NaN gives 0. The clamp is in the real type, so that the conversion itself is always in range.
llvm::Value* real_to_integer(emitter& e, llvm::Value* value, dtype from, dtype to) {
  auto& ir = e.ir();
  const int lanes = lanes_of(value);
  const int bits = static_cast<int>(8 * size_of(to));
  const int digits = from == float32 ? 24 : 53;
  const bool is_signed_target = is_signed(to);
  const int magnitude = is_signed_target ? bits - 1 : bits;
  const auto real = [&](double x) { return llvm::ConstantFP::get(value->getType(), x); };
  const double bound = std::ldexp(1.0, magnitude);  // one above the largest
  const double lowest = is_signed_target ? -bound : 0.0;
  // The largest real below `bound`: the largest integer itself when it is representable.
  const double highest = magnitude <= digits ? bound - 1 : bound - std::ldexp(1.0, magnitude - digits);
  llvm::Value* ordered = ir.CreateFCmpORD(value, real(0));
  llvm::Value* x = ir.CreateSelect(ordered, value, real(0));
  x = ir.CreateSelect(ir.CreateFCmpOGT(x, real(lowest)), x, real(lowest));
  llvm::Value* low_enough = ir.CreateFCmpOLT(x, real(highest));
  llvm::Value* above = magnitude > digits ? ir.CreateFCmpOGE(x, real(bound)) : nullptr;
  x = ir.CreateSelect(low_enough, x, real(highest));
  llvm::Type* target = e.vector(to, lanes);
  llvm::Value* result;
  if (bits < 32) {
    result = ir.CreateTrunc(ir.CreateFPToSI(x, e.vector(int32, lanes)), target);
  } else {
    result = is_signed_target ? ir.CreateFPToSI(x, target) : ir.CreateFPToUI(x, target);
  }
  if (above != nullptr) {
    const auto largest = is_signed_target ? llvm::APInt::getSignedMaxValue(static_cast<unsigned>(bits))
                                          : llvm::APInt::getMaxValue(static_cast<unsigned>(bits));
    result = ir.CreateSelect(above, llvm::ConstantInt::get(target, largest), result);
  }
  return result;
}

}  // namespace

llvm::Value* emitter::cast(llvm::Value* value, dtype from, dtype to) {
  if (from == to) return value;
  llvm::Type* target = vector(to, lanes_of(value));
  llvm::Constant* zero = llvm::Constant::getNullValue(value->getType());
  if (to == bool_) return is_floating(from) ? ir_.CreateFCmpUNE(value, zero) : ir_.CreateICmpNE(value, zero);
  if (from == bool_) {
    if (!is_floating(to)) return ir_.CreateZExt(value, target);
    // By way of integers: LLVM 19 takes 0/select(c, 1.0, 0.0) for 0 on 512-bit vectors.
    auto* ones = llvm::cast<llvm::FixedVectorType>(target);
    llvm::Type* bits = llvm::VectorType::getInteger(ones);
    llvm::Constant* one = llvm::ConstantExpr::getBitCast(llvm::ConstantFP::get(target, 1.0), bits);
    return ir_.CreateBitCast(ir_.CreateSelect(value, one, llvm::Constant::getNullValue(bits)), target);
  }
  if (is_floating(from))
    return is_floating(to) ? ir_.CreateFPCast(value, target) : real_to_integer(*this, value, from, to);
  if (is_floating(to)) return is_signed(from) ? ir_.CreateSIToFP(value, target) : ir_.CreateUIToFP(value, target);
  return ir_.CreateIntCast(value, target, is_signed(from));
}

llvm::Value* emitter::call_library(graph::op operation, dtype type, std::vector<llvm::Value*> arguments,
                                   llvm::Value* high) {
  const int lanes = lanes_of(arguments.front());
  const int native = register_bytes() / static_cast<int>(size_of(type));
  const char kind_letter = is_floating(type) ? 'f' : is_signed(type) ? 'i' : 'u';
  const std::string suffix = "_" + std::string(1, kind_letter) + std::to_string(8 * size_of(type));
  const std::string prefix =
      std::string("gpucompute_") + (wide() ? "avx512_" : "avx2_") + std::string(graph::row(operation).name);
  std::string name = prefix + suffix;
  if (options_.precision == precision::fast && options_.resolve != nullptr) {
    const std::string fast = prefix + "_fast" + suffix;
    if (options_.resolve(fast) != nullptr) name = fast;
  }
  if (lanes > native) {
    const std::string block = name + "_block";
    if (options_.resolve != nullptr && options_.resolve(block) != nullptr)
      return call_block(block, type, arguments, high);
  }
  llvm::Type* whole = vector(type, native);
  std::vector<llvm::Type*> types(arguments.size(), whole);
  llvm::FunctionCallee callee = module_.getOrInsertFunction(name, llvm::FunctionType::get(whole, types, false));
  llvm::cast<llvm::Function>(callee.getCallee())->setDoesNotThrow();
  std::vector<llvm::Value*> results;
  for (int first = 0; first < lanes; first += native) {
    std::vector<llvm::Value*> pieces;
    for (llvm::Value* argument : arguments) {
      if (lanes == native) {
        pieces.push_back(argument);
        continue;
      }
      // A vector shorter than a register repeats its own elements: no lane may hold what the caller did not compute.
      std::vector<int> mask;
      mask.reserve(static_cast<std::size_t>(native));
      for (int j = 0; j < native; ++j) mask.push_back((first + j) % lanes);
      pieces.push_back(ir_.CreateShuffleVector(argument, mask));
    }
    results.push_back(ir_.CreateCall(callee, pieces));
  }
  llvm::Value* result = concat(std::move(results));
  return lanes < native ? part(result, 0, lanes) : result;
}

/// Through memory: a function that meets several registers at a time loads its constants once for all of them.
llvm::Value* emitter::call_block(const std::string& name, dtype type, const std::vector<llvm::Value*>& arguments,
                                 llvm::Value* high) {
  const int lanes = lanes_of(arguments.front());
  llvm::FixedVectorType* whole = vector(type, lanes);
  const llvm::Align line(64);
  std::vector<llvm::Value*> places;
  for (llvm::Value* argument : arguments) {
    llvm::BasicBlock& entry = function_->getEntryBlock();
    llvm::IRBuilder<> first(&entry, entry.begin());
    llvm::AllocaInst* place = first.CreateAlloca(whole);
    place->setAlignment(line);
    ir_.CreateAlignedStore(argument, place, line);
    places.push_back(place);
  }
  llvm::Type* pointer = ir_.getPtrTy();
  auto* signature = llvm::FunctionType::get(ir_.getVoidTy(), {pointer, pointer, pointer, ir_.getInt64Ty()}, false);
  llvm::FunctionCallee callee = module_.getOrInsertFunction(name, signature);
  auto* function = llvm::cast<llvm::Function>(callee.getCallee());
  function->setDoesNotThrow();
  function->setOnlyAccessesArgMemory();
  llvm::Value* count = i64(lanes);
  if (high != nullptr) {
    // Whole registers: what lies beyond in the last one was loaded as zeros.
    const std::int64_t native = register_bytes() / static_cast<std::int64_t>(size_of(type));
    count = ir_.CreateAnd(ir_.CreateAdd(ir_.CreateZExt(high, ir_.getInt64Ty()), i64(native - 1)), i64(-native));
    count = ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, count, i64(lanes));
  }
  ir_.CreateCall(callee, {places.front(), places.front(), places.back(), count});
  return ir_.CreateAlignedLoad(whole, places.front(), line);
}

llvm::Value* emitter::parameter(std::uint32_t index, int lanes) {
  llvm::Value* vector = lanes == lanes_ ? parameter_splats_[index] : splat(parameters_[index], lanes);
  return from_stored(vector, kernel_.parameters[index]);
}

llvm::Value* emitter::once_for_parameter(std::uint32_t index, bool variant,
                                         llvm::Value* (*make)(llvm::IRBuilder<>&, llvm::Value*, bool)) {
  llvm::Value*& made = made_once_[{index, variant}];
  if (made == nullptr) {
    const llvm::IRBuilder<>::InsertPointGuard keep(ir_);
    ir_.SetInsertPoint(end_of_start_);
    made = make(ir_, parameters_[index], variant);
  }
  return made;
}

std::vector<llvm::Value*> emitter::run(const lower::program& code, int lanes, const leaf_source& leaf,
                                       llvm::Value* high) {
  std::vector<llvm::Value*> values;
  values.reserve(code.body.size());
  for (const lower::instruction& step : code.body) {
    switch (step.code) {
      case lower::opcode::load:
      case lower::opcode::parameter:
      case lower::opcode::position:
        values.push_back(leaf(step));
        break;
      case lower::opcode::constant:
        values.push_back(constant(step.type, step.bits, lanes));
        break;
      case lower::opcode::cast:
        values.push_back(cast(values[step.args[0]], code.body[step.args[0]].type, step.type));
        break;
      case lower::opcode::apply: {
        if (llvm::Value* quick = compare_root(*this, code, step, values)) {
          values.push_back(quick);
          break;
        }
        std::vector<llvm::Value*> arguments;
        arguments.reserve(step.arity);
        for (int j = 0; j < step.arity; ++j) arguments.push_back(values[step.args[static_cast<std::size_t>(j)]]);
        const dtype type = lower::compute_type(code, step);
        values.push_back(lower::calls_library(code, step)
                             ? call_library(step.operation, type, std::move(arguments), high)
                             : emit_primitive(*this, step.operation, type, arguments));
        break;
      }
    }
  }
  std::vector<llvm::Value*> results;
  results.reserve(code.results.size());
  for (const lower::value result : code.results) results.push_back(values[result]);
  return results;
}

leaf_source body_leaf(emitter& e, const std::vector<llvm::Value*>& rows,
                      const std::vector<std::array<llvm::Value*, 2>>& broadcasts, const place& at,
                      llvm::Value* position, bool along) {
  auto loaded = std::make_shared<std::vector<std::array<llvm::Value*, 2>>>(e.kernel().inputs.size());
  return [&e, rows, broadcasts, at, position, along, loaded](const lower::instruction& step) -> llvm::Value* {
    if (step.code == lower::opcode::parameter) return e.parameter(step.index, e.lanes());
    if (step.code == lower::opcode::position) {
      llvm::Value* first = e.splat(position, e.lanes());
      return along ? e.ir().CreateAdd(first, e.iota(64, e.lanes())) : first;
    }
    auto& both = (*loaded)[step.index];
    if (both[0] == nullptr) {
      both = broadcasts[step.index];
      if (both[0] != nullptr) {
        both[0] = e.from_stored(both[0], e.kernel().inputs[step.index].type);
      } else {
        place here = at;
        here.row = rows[step.index];
        here.stride = e.tile().inner[step.index];
        both = e.load(static_cast<int>(step.index), here);
      }
    }
    return both[step.lane];
  };
}

}  // namespace gpucompute::cpu::codegen
