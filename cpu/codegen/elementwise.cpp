// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/IntrinsicsX86.h>

#include "cpu/codegen/emitter.hpp"

namespace gpucompute::cpu::codegen {

namespace {

constexpr std::size_t longest_doubled_body = 64;  // longer ones do without a main loop free of masks: half the code
constexpr int cache_line = 64;

/// One vector of the body: loads, computes, stores.
void emit_vector(emitter& e, const std::vector<llvm::Value*>& rows,
                 const std::vector<std::array<llvm::Value*, 2>>& broadcasts, const place& at, bool nontemporal) {
  const auto place_of = [&](std::size_t operand) {
    place here = at;
    here.row = rows[operand];
    here.stride = e.tile().inner[operand];
    return here;
  };
  const lower::kernel& kernel = e.kernel();
  const std::vector<llvm::Value*> results =
      e.run(kernel.body, e.lanes(), body_leaf(e, rows, broadcasts, at, nullptr, false), at.high);
  std::size_t result = 0;
  for (std::size_t k = 0; k < kernel.outputs.size(); ++k) {
    const std::size_t operand = kernel.inputs.size() + k;
    std::array<llvm::Value*, 2> values = {results[result++], nullptr};
    if (is_complex(kernel.outputs[k].type)) values[1] = results[result++];
    e.store(static_cast<int>(operand), place_of(operand), values, nontemporal);
  }
}

// Shorter rows are not peeled: the masked vector costs more than aligned ones save.
constexpr std::int64_t least_peeled_bytes = 1024;

/// Whether it pays that whole vectors are stored at starts of cache lines, past the cache where the tile says so:
/// contiguous, in pieces of at least 16 bytes, naturally aligned.
bool stores_lines(emitter& e) {
  const lower::kernel& kernel = e.kernel();
  if (!e.bound_by_memory()) return false;
  return std::all_of(kernel.outputs.begin(), kernel.outputs.end(), [&](const lower::operand& what) {
    return what.step == 1 && what.aligned && size_of(what.type) * static_cast<std::size_t>(e.lanes()) >= 16;
  });
}

struct line_plan {
  llvm::Value* stream;  ///< i1, to store past the cache
  llvm::Value* peel;    ///< i64, elements before the first whose place in the outputs starts a cache line
};

/// Stores that cross a cache line cost a quarter of the speed in the second-level cache: rows are peeled to where the
/// first output starts a line. Outputs that start lines at different elements are not streamed.
line_plan plan_lines(emitter& e, const std::vector<llvm::Value*>& rows) {
  auto& ir = e.ir();
  const lower::kernel& kernel = e.kernel();
  line_plan plan = {e.tile().stream, nullptr};
  llvm::Value* possible = nullptr;
  for (std::size_t k = 0; k < kernel.outputs.size(); ++k) {
    const auto bytes = static_cast<std::int64_t>(size_of(kernel.outputs[k].type));
    llvm::Value* address = ir.CreatePtrToInt(rows[kernel.inputs.size() + k], ir.getInt64Ty());
    if (k == 0) {
      llvm::Value* missing = ir.CreateAnd(ir.CreateNeg(address), e.i64(cache_line - 1));
      plan.peel = ir.CreateUDiv(missing, e.i64(bytes));
      // complex64 and complex128 are aligned to their components only: a line may start within an element
      possible = ir.CreateICmpEQ(ir.CreateMul(plan.peel, e.i64(bytes)), missing);
      plan.stream = ir.CreateAnd(plan.stream, possible);
      llvm::Value* is_long = ir.CreateICmpSGE(e.tile().inner_extent, e.i64(least_peeled_bytes / bytes));
      possible = ir.CreateAnd(possible, is_long);
    } else {
      llvm::Value* start = ir.CreateAdd(address, ir.CreateMul(plan.peel, e.i64(bytes)));
      llvm::Value* exact = ir.CreateICmpEQ(ir.CreateAnd(start, e.i64(cache_line - 1)), e.i64(0));
      plan.stream = ir.CreateAnd(plan.stream, exact);
    }
  }
  plan.peel = ir.CreateBinaryIntrinsic(llvm::Intrinsic::smin, plan.peel, e.tile().inner_extent);
  plan.peel = ir.CreateSelect(ir.CreateOr(plan.stream, possible), plan.peel, e.i64(0));
  return plan;
}

/// The vectors of one row. A dispatcher picks the next stretch: masked up to the alignment, then whole turns with or
/// without streaming stores, then masked to the end; the masked code exists once.
void emit_row(emitter& e, const std::vector<llvm::Value*>& rows) {
  auto& ir = e.ir();
  const bool in_lines = stores_lines(e);
  const bool long_program = e.kernel().body.body.size() > longest_doubled_body || e.calls_library();
  const bool whole_turns = !(long_program && e.masks_are_cheap());
  llvm::Value* extent = e.tile().inner_extent;
  const std::int64_t turn = std::int64_t{e.lanes()} * e.unroll();
  const auto broadcasts = e.load_broadcasts(rows);
  const line_plan plan = in_lines ? plan_lines(e, rows) : line_plan{};

  llvm::Value* last_turn = ir.CreateSub(extent, e.i64(turn));
  llvm::BasicBlock* before = ir.GetInsertBlock();
  llvm::BasicBlock* dispatch = e.block("dispatch");
  llvm::BasicBlock* masked = e.block("masked");
  llvm::BasicBlock* done = e.block("row_done");
  ir.CreateBr(dispatch);
  ir.SetInsertPoint(dispatch);
  llvm::PHINode* index = ir.CreatePHI(ir.getInt64Ty(), 4);
  index->addIncoming(e.i64(0), before);
  const auto otherwise = [&](llvm::Value* condition, llvm::BasicBlock* target) {
    llvm::BasicBlock* rest = e.block("otherwise");
    ir.CreateCondBr(condition, target, rest);
    ir.SetInsertPoint(rest);
  };
  const auto whole_loop = [&](const char* name, bool nontemporal) {
    llvm::BasicBlock* body = e.block(name);
    llvm::BasicBlock* from = ir.GetInsertBlock();
    const llvm::IRBuilder<>::InsertPointGuard keep(ir);
    ir.SetInsertPoint(body);
    llvm::PHINode* at = ir.CreatePHI(ir.getInt64Ty(), 2);
    at->addIncoming(index, from);
    std::vector<place> places;
    places.reserve(static_cast<std::size_t>(e.unroll()));
    for (int u = 0; u < e.unroll(); ++u) places.push_back({.index = at, .offset = std::int64_t{u} * e.lanes()});
    for (const place& one : places) {
      e.prefetch_inputs(rows, one);
      if (!nontemporal) e.prefetch_outputs(rows, one, last_turn);
    }
    for (const place& one : places) emit_vector(e, rows, broadcasts, one, nontemporal);
    llvm::Value* next = ir.CreateAdd(at, e.i64(turn));
    at->addIncoming(next, body);
    index->addIncoming(next, body);
    ir.CreateCondBr(ir.CreateICmpSLE(ir.CreateAdd(next, e.i64(turn)), extent), body, dispatch);
    return body;
  };
  llvm::Value* limit = extent;
  if (in_lines) {
    llvm::Value* peeling = ir.CreateICmpSLT(index, plan.peel);
    limit = ir.CreateSelect(peeling, plan.peel, extent);
    otherwise(peeling, masked);
  }
  if (whole_turns) {
    llvm::Value* room = ir.CreateICmpSLE(ir.CreateAdd(index, e.i64(turn)), extent);
    if (in_lines) {
      llvm::Value* now = ir.CreateAnd(room, plan.stream);
      otherwise(now, whole_loop("streaming", true));
    }
    otherwise(room, whole_loop("whole", false));
  }
  ir.CreateCondBr(ir.CreateICmpSLT(index, extent), masked, done);
  ir.SetInsertPoint(masked);
  llvm::Value* left = ir.CreateSub(limit, index);
  llvm::Value* high = e.clamp_to_lanes(left, e.lanes());
  emit_vector(e, rows, broadcasts, {.index = index, .high = high}, false);
  index->addIncoming(ir.CreateAdd(index, ir.CreateSExt(high, ir.getInt64Ty())), masked);
  ir.CreateBr(dispatch);
  ir.SetInsertPoint(done);
}

}  // namespace

void emitter::emit_elementwise() {
  for_each_row([&](const std::vector<llvm::Value*>& rows) { emit_row(*this, rows); });
  if (stores_lines(*this)) {
    // Streaming stores are weakly ordered: whoever is told that this call is done must see them.
    llvm::BasicBlock* fence = block("fence");
    llvm::BasicBlock* after = block("return");
    ir_.CreateCondBr(tile_.stream, fence, after);
    ir_.SetInsertPoint(fence);
    ir_.CreateIntrinsic(llvm::Intrinsic::x86_sse_sfence, {}, {});
    ir_.CreateBr(after);
    ir_.SetInsertPoint(after);
  }
}

}  // namespace gpucompute::cpu::codegen
