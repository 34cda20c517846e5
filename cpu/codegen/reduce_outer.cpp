// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cpu/codegen/reduction.hpp"

namespace gpucompute::cpu::codegen {

namespace {

using states = std::vector<llvm::Value*>;

/// `vectors` vectors of results starting at `index`: their states stay in registers while the outer loop runs.
void emit_block(emitter& e, llvm::Value* index, int vectors, llvm::Value* high) {
  auto& ir = e.ir();
  reduction reduce(e);
  const std::size_t inputs = e.kernel().inputs.size();
  const auto state_place = [&](std::size_t f, int u) {
    const std::size_t operand = inputs + f;
    return place{.row = e.tile().data[operand],
                 .index = index,
                 .offset = std::int64_t{u} * e.lanes(),
                 .stride = e.tile().inner[operand],
                 .high = high};
  };
  llvm::BasicBlock* fresh = e.block("fresh");
  llvm::BasicBlock* stored = e.block("stored");
  llvm::BasicBlock* ready = e.block("ready");
  ir.CreateCondBr(e.tile().begin, fresh, stored);
  ir.SetInsertPoint(fresh);
  states from_identity;
  for (int u = 0; u < vectors; ++u) {
    const states one = reduce.identities(e.lanes());
    from_identity.insert(from_identity.end(), one.begin(), one.end());
  }
  ir.CreateBr(ready);
  ir.SetInsertPoint(stored);
  states from_memory;
  for (int u = 0; u < vectors; ++u) {
    for (std::size_t f = 0; f < reduce.fields(); ++f) {
      llvm::Value* loaded = e.load(static_cast<int>(inputs + f), state_place(f, u))[0];
      from_memory.push_back(e.to_stored(loaded, reduce.type(f)));
    }
  }
  llvm::BasicBlock* stored_end = ir.GetInsertBlock();
  ir.CreateBr(ready);
  ir.SetInsertPoint(ready);
  states carried;
  for (std::size_t k = 0; k < from_identity.size(); ++k) {
    llvm::PHINode* phi = ir.CreatePHI(from_identity[k]->getType(), 2);
    phi->addIncoming(from_identity[k], fresh);
    phi->addIncoming(from_memory[k], stored_end);
    carried.push_back(phi);
  }
  const std::size_t state_count = carried.size();
  carried.insert(carried.end(), e.tile().data.begin(), e.tile().data.begin() + static_cast<std::ptrdiff_t>(inputs));
  carried =
      e.loop("along", e.i64(0), e.tile().outer_extent, 1, carried, [&](llvm::Value* turn, const states& values) {
         const std::vector<llvm::Value*> rows(values.begin() + static_cast<std::ptrdiff_t>(state_count), values.end());
         const auto broadcasts = e.load_broadcasts(rows);
         llvm::Value* position = ir.CreateAdd(e.tile().position, turn);
         states next;
         for (int u = 0; u < vectors; ++u) {
           const place at = {.index = index, .offset = std::int64_t{u} * e.lanes(), .high = high};
           const states lifted = reduce.lift(body_leaf(e, rows, broadcasts, at, position, false));
           const auto first =
               values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(u) * reduce.fields());
           const states before(first, first + static_cast<std::ptrdiff_t>(reduce.fields()));
           const states after = reduce.combine(before, lifted, e.lanes());
           next.insert(next.end(), after.begin(), after.end());
         }
         for (std::size_t k = 0; k < inputs; ++k)
           next.push_back(ir.CreateGEP(ir.getInt8Ty(), rows[k], e.tile().outer[k]));
         return next;
       }).second;
  for (int u = 0; u < vectors; ++u) {
    for (std::size_t f = 0; f < reduce.fields(); ++f) {
      llvm::Value* state = carried[static_cast<std::size_t>(u) * reduce.fields() + f];
      e.store(static_cast<int>(inputs + f), state_place(f, u), {e.from_stored(state, reduce.type(f)), nullptr});
    }
  }
}

}  // namespace

void emitter::emit_reduce_outer() {
  const int vectors = unroll();
  llvm::Value* extent = tile_.inner_extent;
  llvm::Value* index =
      loop("block", i64(0), extent, std::int64_t{vectors} * lanes_, {}, [&](llvm::Value* at, const states&) {
        emit_block(*this, at, vectors, nullptr);
        return states{};
      }).first;
  llvm::BasicBlock* rest = block("rest");
  llvm::BasicBlock* done = block("return");
  llvm::BasicBlock* before = ir_.GetInsertBlock();
  ir_.CreateCondBr(ir_.CreateICmpSLT(index, extent), rest, done);
  ir_.SetInsertPoint(rest);
  llvm::PHINode* at = ir_.CreatePHI(ir_.getInt64Ty(), 2);
  at->addIncoming(index, before);
  emit_block(*this, at, 1, clamp_to_lanes(ir_.CreateSub(extent, at), lanes_));
  llvm::Value* next = ir_.CreateAdd(at, i64(lanes_));
  at->addIncoming(next, ir_.GetInsertBlock());
  ir_.CreateCondBr(ir_.CreateICmpSLT(next, extent), rest, done);
  ir_.SetInsertPoint(done);
}

}  // namespace gpucompute::cpu::codegen
