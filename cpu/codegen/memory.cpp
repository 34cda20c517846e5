// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <llvm/IR/Intrinsics.h>
#include <string>

#include "cpu/codegen/emitter.hpp"

namespace gpucompute::cpu::codegen {

namespace {

constexpr int farthest_shuffled_step = 4;  // in components; beyond it lanes are loaded one by one
constexpr std::int64_t cache_line = 64;
// The processor's own prefetching keeps two streams of 64-byte loads at 5/6 of what memory gives one core. With hints 512 to
// 1024 bytes ahead it is all of it, with 2048 a tenth less again, with more no better than without: measured, sum(a*b), and
// a + b*c of 3.2 GB, which then has 97 % of the triad's bandwidth instead of 88 %. Arrays in the second-level cache gain a
// tenth when inputs and outputs are asked for: measured, 2*y + 4*x.
constexpr std::int64_t prefetch_distance = 1024;

int components_of(dtype type) { return is_complex(type) ? 2 : 1; }

int component_bytes(dtype type) { return static_cast<int>(size_of(component(type))); }

}  // namespace

const lower::operand& emitter::operand(int index) const {
  const auto inputs = static_cast<int>(kernel_.inputs.size());
  return index < inputs ? kernel_.inputs[static_cast<std::size_t>(index)]
                        : kernel_.outputs[static_cast<std::size_t>(index - inputs)];
}

llvm::Align emitter::alignment(dtype type, bool aligned) const {
  return llvm::Align(aligned ? static_cast<std::uint64_t>(component_bytes(type)) : 1);
}

llvm::Value* emitter::byte_stride(int which, const place& at) {
  const lower::operand& what = operand(which);
  return what.step == lower::any_step ? at.stride : i64(what.step * static_cast<std::int64_t>(size_of(what.type)));
}

llvm::Value* emitter::address(int which, const place& at, int part) {
  const lower::operand& what = operand(which);
  const std::int64_t bytes = component_bytes(what.type);
  if (what.step == lower::any_step) {
    llvm::Value* distance = ir_.CreateMul(ir_.CreateAdd(at.index, i64(at.offset)), at.stride);
    return ir_.CreateConstGEP1_64(ir_.getInt8Ty(), ir_.CreateGEP(ir_.getInt8Ty(), at.row, distance),
                                  static_cast<std::uint64_t>(part * bytes));
  }
  // Counted in components, so that the index is scaled by the addressing mode and the rest is a displacement.
  const std::int64_t step = what.step * components_of(what.type);
  llvm::Value* scaled = step == 1 ? at.index : ir_.CreateMul(at.index, i64(step));
  llvm::Value* base = ir_.CreateGEP(stored(what.type), at.row, scaled);
  return ir_.CreateConstGEP1_64(ir_.getInt8Ty(), base, static_cast<std::uint64_t>((at.offset * step + part) * bytes));
}

llvm::Value* emitter::load_scalar(llvm::Value* from, dtype type, bool aligned) {
  return ir_.CreateAlignedLoad(stored(type), from, alignment(type, aligned));
}

llvm::Value* emitter::load_contiguous(llvm::Value* from, dtype type, bool aligned, int lanes, llvm::Value* low,
                                      llvm::Value* high) {
  llvm::FixedVectorType* whole = stored_vector(type, lanes);
  if (low == nullptr && high == nullptr) return ir_.CreateAlignedLoad(whole, from, alignment(type, aligned));
  return ir_.CreateMaskedLoad(whole, from, alignment(type, aligned), lane_mask(low, high, lanes),
                              llvm::Constant::getNullValue(whole));
}

// Loads every byte between the first and the last element wanted, in register-sized pieces, the last of which ends at
// the last element: nothing beyond it is touched. Shuffles then pick the lanes.
std::array<llvm::Value*, 2> emitter::load_wide(int which, const place& at, int component_step, int components) {
  const lower::operand& what = operand(which);
  const int piece_lanes = std::min(lanes_, register_bytes() / component_bytes(what.type));
  std::array<std::vector<llvm::Value*>, 2> pieces;
  for (int first = 0; first < lanes_; first += piece_lanes) {
    place here = at;
    here.offset += first;
    const int reach = component_step * (piece_lanes - 1);
    const int lowest = std::min(0, reach);
    const int span = std::abs(reach) + components;
    llvm::Value* from = address(which, here, lowest);
    std::vector<int> starts;
    for (int start = 0; start + piece_lanes < span; start += piece_lanes) starts.push_back(start);
    starts.push_back(std::max(0, span - piece_lanes));
    std::vector<llvm::Value*> chunks;
    for (const int start : starts) {
      llvm::Value* chunk = ir_.CreateConstGEP1_64(stored(what.type), from, static_cast<std::uint64_t>(start));
      chunks.push_back(load_contiguous(chunk, what.type, what.aligned, piece_lanes, nullptr, nullptr));
    }
    for (int c = 0; c < components; ++c) {
      std::vector<int> chunk_of, position_in;
      for (int j = 0; j < piece_lanes; ++j) {
        const int index = component_step * j + c - lowest;
        std::size_t chunk = 0;
        while (index >= starts[chunk] + piece_lanes) ++chunk;
        chunk_of.push_back(static_cast<int>(chunk));
        position_in.push_back(index - starts[chunk]);
      }
      llvm::Value* picked = nullptr;
      for (int chunk = 0; chunk < static_cast<int>(chunks.size()); ++chunk) {
        std::vector<int> mask;
        for (int j = 0; j < piece_lanes; ++j) {
          const auto lane = static_cast<std::size_t>(j);
          const int taken = chunk_of[lane] == chunk ? position_in[lane] : -1;
          if (picked == nullptr) {
            mask.push_back(taken);
          } else {
            mask.push_back(taken >= 0 ? piece_lanes + taken : chunk_of[lane] < chunk ? j : -1);
          }
        }
        llvm::Value* loaded = chunks[static_cast<std::size_t>(chunk)];
        picked =
            picked == nullptr ? ir_.CreateShuffleVector(loaded, mask) : ir_.CreateShuffleVector(picked, loaded, mask);
      }
      pieces[static_cast<std::size_t>(c)].push_back(picked);
    }
  }
  return {concat(pieces[0]), components == 2 ? concat(pieces[1]) : nullptr};
}

std::array<llvm::Value*, 2> emitter::load(int which, const place& at) {
  const lower::operand& what = operand(which);
  const int components = components_of(what.type);
  const int component_step = what.step == lower::any_step ? 0 : what.step * components;
  const bool partial = at.low != nullptr || at.high != nullptr;
  std::array<llvm::Value*, 2> result = {};
  if (component_step == 1 && (!partial || maskable(what.type))) {
    result[0] = load_contiguous(address(which, at), what.type, what.aligned, lanes_, at.low, at.high);
  } else if (component_step == 2 && components == 2 && partial && maskable(what.type)) {
    const auto twice = [&](llvm::Value* bound, int less) -> llvm::Value* {
      return bound == nullptr ? nullptr : ir_.CreateSub(ir_.CreateShl(bound, 1), i32(less));
    };
    llvm::Value* first =
        load_contiguous(address(which, at), what.type, what.aligned, lanes_, twice(at.low, 0), twice(at.high, 0));
    llvm::Value* second = load_contiguous(address(which, at, lanes_), what.type, what.aligned, lanes_,
                                          twice(at.low, lanes_), twice(at.high, lanes_));
    for (int c = 0; c < 2; ++c) {
      std::vector<int> mask;
      mask.reserve(static_cast<std::size_t>(lanes_));
      for (int j = 0; j < lanes_; ++j) mask.push_back(2 * j + c);
      result[static_cast<std::size_t>(c)] = ir_.CreateShuffleVector(first, second, mask);
    }
  } else if (partial) {
    llvm::Function* loader = lane_loader(what.type, what.aligned);
    llvm::Value* low = at.low == nullptr ? i32(0) : at.low;
    llvm::Value* high = at.high == nullptr ? i32(lanes_) : at.high;
    for (int c = 0; c < components; ++c) {
      result[static_cast<std::size_t>(c)] =
          ir_.CreateCall(loader, {address(which, at, c), byte_stride(which, at), low, high});
    }
  } else if (component_step != 0 && std::abs(component_step) <= farthest_shuffled_step) {
    result = load_wide(which, at, component_step, components);
  } else {
    llvm::Value* from = address(which, at);
    llvm::Value* stride = byte_stride(which, at);
    for (int c = 0; c < components; ++c) {
      result[static_cast<std::size_t>(c)] = llvm::PoisonValue::get(stored_vector(what.type, lanes_));
    }
    for (int j = 0; j < lanes_; ++j) {
      for (int c = 0; c < components; ++c) {
        llvm::Value* element = ir_.CreateConstGEP1_64(stored(what.type), from, static_cast<std::uint64_t>(c));
        llvm::Value*& into = result[static_cast<std::size_t>(c)];
        into =
            ir_.CreateInsertElement(into, load_scalar(element, what.type, what.aligned), static_cast<std::uint64_t>(j));
      }
      from = ir_.CreateGEP(ir_.getInt8Ty(), from, stride);
    }
  }
  result[0] = from_stored(result[0], what.type);
  return result;
}

void emitter::prefetch(std::size_t which, const std::vector<llvm::Value*>& rows, place at, llvm::Value* last) {
  const lower::operand& what = operand(static_cast<int>(which));
  if (what.step == lower::any_step || what.step == 0) return;
  const std::int64_t bytes = std::abs(what.step) * static_cast<std::int64_t>(size_of(what.type));
  if (bytes > cache_line) return;
  at.row = rows[which];
  const bool to_write = which >= kernel_.inputs.size();
  std::int64_t distance = prefetch_distance;
  if (last != nullptr) {
    at.index = ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, ir_.CreateAdd(at.index, i64(distance / bytes)), last);
    distance = 0;
  }
  const std::int64_t sign = what.step > 0 ? 1 : -1;
  llvm::Value* from = address(static_cast<int>(which), at);
  const std::int64_t first = at.offset * bytes;
  // A vector shorter than a line asks only where it is the first one of the turn to touch that line.
  for (std::int64_t line = (first + cache_line - 1) / cache_line * cache_line; line < first + lanes_ * bytes;
       line += cache_line) {
    llvm::Value* ahead = ir_.CreateGEP(ir_.getInt8Ty(), from, i64(sign * (line - first + distance)));
    ir_.CreateIntrinsic(llvm::Intrinsic::prefetch, {ir_.getPtrTy()}, {ahead, i32(to_write ? 1 : 0), i32(3), i32(1)});
  }
}

void emitter::prefetch_inputs(const std::vector<llvm::Value*>& rows, const place& at) {
  if (!bound_by_memory()) return;
  for (std::size_t k = 0; k < kernel_.inputs.size(); ++k) prefetch(k, rows, at, nullptr);
}

void emitter::prefetch_outputs(const std::vector<llvm::Value*>& rows, const place& at, llvm::Value* last) {
  if (!bound_by_memory()) return;
  for (std::size_t k = kernel_.inputs.size(); k < rows.size(); ++k) prefetch(k, rows, at, last);
}

void emitter::store(int which, const place& at, std::array<llvm::Value*, 2> values, bool nontemporal) {
  const lower::operand& what = operand(which);
  const int components = components_of(what.type);
  const llvm::Align align = alignment(what.type, what.aligned);
  const bool partial = at.high != nullptr;
  values[0] = to_stored(values[0], what.type);
  const bool contiguous = what.step == 1;
  if (contiguous && !partial) {
    const auto put = [&](llvm::Value* value, llvm::Value* to) {
      llvm::StoreInst* made = ir_.CreateAlignedStore(value, to, align);
      if (!nontemporal) return;
      made->setMetadata(llvm::LLVMContext::MD_nontemporal,
                        llvm::MDNode::get(module_.getContext(), llvm::ConstantAsMetadata::get(ir_.getInt32(1))));
      made->setAlignment(llvm::Align(
          static_cast<std::uint64_t>(std::min(register_bytes(), component_bytes(what.type) * components * lanes_))));
    };
    if (components == 1) return put(values[0], address(which, at));
    std::vector<int> mask;
    for (int j = 0; j < lanes_; ++j) mask.insert(mask.end(), {j, lanes_ + j});
    return put(ir_.CreateShuffleVector(values[0], values[1], mask), address(which, at));
  }
  if (contiguous && maskable(what.type)) {
    if (components == 1) {
      ir_.CreateMaskedStore(values[0], address(which, at), align, lane_mask(nullptr, at.high, lanes_));
      return;
    }
    std::vector<int> mask;
    for (int j = 0; j < lanes_; ++j) mask.insert(mask.end(), {j, lanes_ + j});
    ir_.CreateMaskedStore(ir_.CreateShuffleVector(values[0], values[1], mask), address(which, at), align,
                          lane_mask(nullptr, ir_.CreateShl(at.high, 1), 2 * lanes_));
    return;
  }
  llvm::Value* stride = byte_stride(which, at);
  if (partial) {
    llvm::Function* storer = lane_storer(what.type, what.aligned);
    for (int c = 0; c < components; ++c) {
      ir_.CreateCall(storer, {address(which, at, c), stride, at.high, values[static_cast<std::size_t>(c)]});
    }
    return;
  }
  llvm::Value* to = address(which, at);
  for (int j = 0; j < lanes_; ++j) {
    for (int c = 0; c < components; ++c) {
      llvm::Value* element = ir_.CreateConstGEP1_64(stored(what.type), to, static_cast<std::uint64_t>(c));
      ir_.CreateAlignedStore(
          ir_.CreateExtractElement(values[static_cast<std::size_t>(c)], static_cast<std::uint64_t>(j)), element, align);
    }
    to = ir_.CreateGEP(ir_.getInt8Ty(), to, stride);
  }
}

namespace {

/// A function of its own for what a partial vector cannot do with a masked access: one copy of a slow loop, and the
/// caller stays one basic block.
llvm::Function* new_helper(emitter& e, const std::string& name, llvm::Type* result,
                           const std::vector<llvm::Type*>& arguments) {
  auto* made = llvm::Function::Create(llvm::FunctionType::get(result, arguments, false),
                                      llvm::GlobalValue::InternalLinkage, name, e.module());
  made->addFnAttr(llvm::Attribute::NoInline);
  made->addFnAttr(llvm::Attribute::NoUnwind);
  return made;
}

}  // namespace

// Lanes low .. high - 1 from address + lane * stride; the others are 0.
llvm::Function* emitter::lane_loader(dtype type, bool aligned) {
  const std::string name = "load_" + std::string(gpucompute::name(component(type))) + (aligned ? "" : "_unaligned");
  if (llvm::Function* known = module_.getFunction(name)) return known;
  const llvm::IRBuilder<>::InsertPointGuard keep(ir_);
  llvm::Type* whole = stored_vector(type, lanes_);
  llvm::Function* made =
      new_helper(*this, name, whole, {ir_.getPtrTy(), ir_.getInt64Ty(), ir_.getInt32Ty(), ir_.getInt32Ty()});
  llvm::Value *from = made->getArg(0), *stride = made->getArg(1), *low = made->getArg(2), *high = made->getArg(3);
  auto& context = module_.getContext();
  auto* entry = llvm::BasicBlock::Create(context, "entry", made);
  auto* turn = llvm::BasicBlock::Create(context, "turn", made);
  auto* done = llvm::BasicBlock::Create(context, "done", made);
  ir_.SetInsertPoint(entry);
  llvm::Value* buffer = ir_.CreateAlloca(whole);
  ir_.CreateStore(llvm::Constant::getNullValue(whole), buffer);
  llvm::Value* first = ir_.CreateSExt(ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, low, i32(0)), ir_.getInt64Ty());
  llvm::Value* last =
      ir_.CreateSExt(ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, high, i32(lanes_)), ir_.getInt64Ty());
  ir_.CreateCondBr(ir_.CreateICmpSLT(first, last), turn, done);
  ir_.SetInsertPoint(turn);
  llvm::PHINode* lane = ir_.CreatePHI(ir_.getInt64Ty(), 2);
  llvm::Value* element = ir_.CreateGEP(ir_.getInt8Ty(), from, ir_.CreateMul(lane, stride));
  ir_.CreateStore(load_scalar(element, type, aligned), ir_.CreateGEP(stored(type), buffer, lane));
  llvm::Value* next = ir_.CreateAdd(lane, i64(1));
  lane->addIncoming(first, entry);
  lane->addIncoming(next, turn);
  ir_.CreateCondBr(ir_.CreateICmpSLT(next, last), turn, done);
  ir_.SetInsertPoint(done);
  ir_.CreateRet(ir_.CreateLoad(whole, buffer));
  return made;
}

// Lanes 0 .. high - 1 to address + lane * stride.
llvm::Function* emitter::lane_storer(dtype type, bool aligned) {
  const std::string name = "store_" + std::string(gpucompute::name(component(type))) + (aligned ? "" : "_unaligned");
  if (llvm::Function* known = module_.getFunction(name)) return known;
  const llvm::IRBuilder<>::InsertPointGuard keep(ir_);
  llvm::Type* whole = stored_vector(type, lanes_);
  llvm::Function* made =
      new_helper(*this, name, ir_.getVoidTy(), {ir_.getPtrTy(), ir_.getInt64Ty(), ir_.getInt32Ty(), whole});
  llvm::Value *to = made->getArg(0), *stride = made->getArg(1), *high = made->getArg(2);
  auto& context = module_.getContext();
  auto* entry = llvm::BasicBlock::Create(context, "entry", made);
  auto* turn = llvm::BasicBlock::Create(context, "turn", made);
  auto* done = llvm::BasicBlock::Create(context, "done", made);
  ir_.SetInsertPoint(entry);
  llvm::Value* buffer = ir_.CreateAlloca(whole);
  ir_.CreateStore(made->getArg(3), buffer);
  llvm::Value* last =
      ir_.CreateSExt(ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, high, i32(lanes_)), ir_.getInt64Ty());
  ir_.CreateCondBr(ir_.CreateICmpSLT(i64(0), last), turn, done);
  ir_.SetInsertPoint(turn);
  llvm::PHINode* lane = ir_.CreatePHI(ir_.getInt64Ty(), 2);
  llvm::Value* element = ir_.CreateGEP(ir_.getInt8Ty(), to, ir_.CreateMul(lane, stride));
  ir_.CreateAlignedStore(ir_.CreateLoad(stored(type), ir_.CreateGEP(stored(type), buffer, lane)), element,
                         alignment(type, aligned));
  llvm::Value* next = ir_.CreateAdd(lane, i64(1));
  lane->addIncoming(i64(0), entry);
  lane->addIncoming(next, turn);
  ir_.CreateCondBr(ir_.CreateICmpSLT(next, last), turn, done);
  ir_.SetInsertPoint(done);
  ir_.CreateRetVoid();
  return made;
}

}  // namespace gpucompute::cpu::codegen
