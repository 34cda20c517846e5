// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cpu/codegen/reduction.hpp"
#include "kernels/reduce/tree.hpp"

namespace gpucompute::cpu::codegen {

namespace {

using states = std::vector<llvm::Value*>;  ///< one a field

constexpr int short_row = 16;                        // elements
constexpr std::size_t longest_doubled_program = 16;  // longer ones have less code for special cases

/// The accumulators of one row: reduce::lanes states as `parts` vectors, part by part, field by field.
class inner_row {
 public:
  inner_row(emitter& e, const std::vector<llvm::Value*>& rows)
      : e_(e),
        ir_(e.ir()),
        reduction_(e),
        rows_(rows),
        broadcasts_(e.load_broadcasts(rows)),
        parts_(reduce::lanes / e.lanes()) {}

  /// Lengths that emit_short() takes.
  static int longest_short_row(const emitter& e) { return std::max(short_row, e.lanes()); }

  /// A row of at most longest_short_row() elements that starts and ends its leaf: no branches, so that the processor
  /// works on several rows at once. Lanes that meet no element are constants.
  void emit_short() {
    const int live = longest_short_row(e_) / e_.lanes();
    llvm::Value* extent = ir_.CreateTrunc(e_.tile().inner_extent, ir_.getInt32Ty());
    states accumulators;
    for (int p = 0; p < parts_; ++p) {
      const states identity = reduction_.identities(e_.lanes());
      append(accumulators, p < live ? part_of_turn(p, e_.i64(0), identity, nullptr, extent) : identity);
    }
    merge_and_store(accumulators);
  }

  /// A row of any length. Without whole turns every element takes the masked code: half the code to compile.
  void emit(bool with_whole_turns) {
    llvm::BasicBlock* fresh = e_.block("fresh");
    llvm::BasicBlock* carried = e_.block("carried");
    dispatch_ = e_.block("dispatch");
    llvm::BasicBlock* masked = e_.block("masked");
    llvm::BasicBlock* done = e_.block("row_done");

    ir_.CreateCondBr(e_.tile().begin, fresh, carried);
    ir_.SetInsertPoint(dispatch_);
    index_ = ir_.CreatePHI(ir_.getInt64Ty(), 4);
    for (int p = 0; p < parts_; ++p) {
      for (std::size_t f = 0; f < reduction_.fields(); ++f) {
        phis_.push_back(ir_.CreatePHI(e_.stored_vector(reduction_.type(f), e_.lanes()), 4));
      }
    }
    // The vector of lane 0 starts before the first element when the tile starts at another lane.
    llvm::Value* start = nullptr;
    ir_.SetInsertPoint(fresh);
    start = ir_.CreateNeg(e_.tile().lane);
    states identity;
    for (int p = 0; p < parts_; ++p) append(identity, reduction_.identities(e_.lanes()));
    to_dispatch(start, identity);
    ir_.SetInsertPoint(carried);
    start = ir_.CreateNeg(e_.tile().lane);
    to_dispatch(start, load_lanes());

    ir_.SetInsertPoint(dispatch_);
    llvm::Value* extent = e_.tile().inner_extent;
    if (with_whole_turns) emit_whole_turns();
    ir_.CreateCondBr(ir_.CreateICmpSLT(index_, extent), masked, done);
    ir_.SetInsertPoint(masked);
    llvm::Value* low = e_.clamp_to_lanes(ir_.CreateNeg(index_), reduce::lanes);
    llvm::Value* high = e_.clamp_to_lanes(ir_.CreateSub(extent, index_), reduce::lanes);
    to_dispatch(ir_.CreateAdd(index_, e_.i64(reduce::lanes)),
                turn(index_, states(phis_.begin(), phis_.end()), low, high));
    ir_.SetInsertPoint(done);
    finish(states(phis_.begin(), phis_.end()));
  }

 private:
  /// At `dispatch_`: all lanes at once for as long as the row has that many elements.
  void emit_whole_turns() {
    llvm::Value* from_lane_0 = ir_.CreateICmpSGE(index_, e_.i64(0));
    llvm::BasicBlock* whole = e_.block("whole");
    llvm::BasicBlock* not_whole = e_.block("not_whole");
    ir_.CreateCondBr(ir_.CreateAnd(from_lane_0, has_room(index_)), whole, not_whole);

    ir_.SetInsertPoint(whole);
    llvm::PHINode* at = ir_.CreatePHI(ir_.getInt64Ty(), 2);
    at->addIncoming(index_, dispatch_);
    std::vector<llvm::PHINode*> inside;
    for (llvm::PHINode* phi : phis_) {
      inside.push_back(ir_.CreatePHI(phi->getType(), 2));
      inside.back()->addIncoming(phi, dispatch_);
    }
    const states next = turn(at, states(inside.begin(), inside.end()), nullptr, nullptr);
    llvm::Value* next_index = ir_.CreateAdd(at, e_.i64(reduce::lanes));
    at->addIncoming(next_index, whole);
    for (std::size_t k = 0; k < next.size(); ++k) inside[k]->addIncoming(next[k], whole);
    incoming(next_index, next);
    ir_.CreateCondBr(has_room(next_index), whole, dispatch_);
    ir_.SetInsertPoint(not_whole);
  }

  static void append(states& all, const states& more) { all.insert(all.end(), more.begin(), more.end()); }

  states part(const states& all, int p) const {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(p) * reduction_.fields());
    return {first, first + static_cast<std::ptrdiff_t>(reduction_.fields())};
  }

  llvm::Value* has_room(llvm::Value* index) {
    return ir_.CreateICmpSLE(ir_.CreateAdd(index, e_.i64(reduce::lanes)), e_.tile().inner_extent);
  }

  void incoming(llvm::Value* index, const states& values) {
    index_->addIncoming(index, ir_.GetInsertBlock());
    for (std::size_t k = 0; k < values.size(); ++k) phis_[k]->addIncoming(values[k], ir_.GetInsertBlock());
  }

  void to_dispatch(llvm::Value* index, const states& values) {
    incoming(index, values);
    ir_.CreateBr(dispatch_);
  }

  /// Merges the elements of part `p`, those from `index` on, into their lanes; with bounds only lanes low .. high - 1
  /// of all parts.
  states part_of_turn(int p, llvm::Value* index, const states& before, llvm::Value* low, llvm::Value* high) {
    const int first = p * e_.lanes();
    const auto bound = [&](llvm::Value* value) {
      return value == nullptr ? nullptr : ir_.CreateSub(value, e_.i32(first));
    };
    const place at = {.index = index, .offset = first, .low = bound(low), .high = bound(high)};
    llvm::Value* position = ir_.CreateAdd(e_.tile().position, ir_.CreateAdd(index, e_.i64(first)));
    const states lifted = reduction_.lift(body_leaf(e_, rows_, broadcasts_, at, position, true));
    states after = reduction_.combine(before, lifted, e_.lanes());
    if (high == nullptr) return after;
    return reduction_.where(e_.lane_mask(at.low, at.high, e_.lanes()), after, before);
  }

  states turn(llvm::Value* index, const states& accumulators, llvm::Value* low, llvm::Value* high) {
    if (high == nullptr) {
      for (int p = 0; p < parts_; ++p) e_.prefetch_inputs(rows_, {.index = index, .offset = p * e_.lanes()});
    }
    states next;
    for (int p = 0; p < parts_; ++p) append(next, part_of_turn(p, index, part(accumulators, p), low, high));
    return next;
  }

  void merge_and_store(const states& accumulators) {
    std::vector<states> merged;
    merged.reserve(static_cast<std::size_t>(parts_));
    for (int p = 0; p < parts_; ++p) merged.push_back(part(accumulators, p));
    for (int half = parts_ / 2; half > 0; half /= 2) {
      for (int p = 0; p < half; ++p) {
        const auto left = static_cast<std::size_t>(p);
        merged[left] = reduction_.combine(merged[left], merged[left + static_cast<std::size_t>(half)], e_.lanes());
      }
    }
    const states one = reduction_.merge_lanes(merged[0], e_.lanes());
    for (std::size_t f = 0; f < one.size(); ++f) {
      const std::size_t operand = e_.kernel().inputs.size() + f;
      const llvm::Align align(e_.kernel().outputs[f].aligned ? size_of(reduction_.type(f)) : 1);
      ir_.CreateAlignedStore(ir_.CreateExtractElement(one[f], std::uint64_t{0}), rows_[operand], align);
    }
  }

  llvm::Value* lanes_address(std::size_t field, int p) {
    llvm::Type* pointer = ir_.getPtrTy();
    llvm::Value* states_of_field = ir_.CreateLoad(pointer, ir_.CreateConstGEP1_64(pointer, e_.tile().lanes, field));
    return ir_.CreateConstGEP1_64(e_.stored_vector(reduction_.type(field), e_.lanes()), states_of_field,
                                  static_cast<std::uint64_t>(p));
  }

  llvm::Align alignment(std::size_t field) const { return llvm::Align(size_of(reduction_.type(field))); }

  states load_lanes() {
    states loaded;
    for (int p = 0; p < parts_; ++p) {
      for (std::size_t f = 0; f < reduction_.fields(); ++f) {
        loaded.push_back(
            ir_.CreateAlignedLoad(e_.stored_vector(reduction_.type(f), e_.lanes()), lanes_address(f, p), alignment(f)));
      }
    }
    return loaded;
  }

  void finish(const states& accumulators) {
    llvm::BasicBlock* merge = e_.block("merge");
    llvm::BasicBlock* keep = e_.block("keep");
    llvm::BasicBlock* after = e_.block("next_row");
    ir_.CreateCondBr(e_.tile().end, merge, keep);
    ir_.SetInsertPoint(keep);
    for (int p = 0; p < parts_; ++p) {
      for (std::size_t f = 0; f < reduction_.fields(); ++f) {
        ir_.CreateAlignedStore(part(accumulators, p)[f], lanes_address(f, p), alignment(f));
      }
    }
    ir_.CreateBr(after);
    ir_.SetInsertPoint(merge);
    merge_and_store(accumulators);
    ir_.CreateBr(after);
    ir_.SetInsertPoint(after);
  }

  emitter& e_;
  llvm::IRBuilder<>& ir_;
  reduction reduction_;
  std::vector<llvm::Value*> rows_;
  std::vector<std::array<llvm::Value*, 2>> broadcasts_;
  int parts_;
  llvm::BasicBlock* dispatch_ = nullptr;
  llvm::PHINode* index_ = nullptr;
  std::vector<llvm::PHINode*> phis_;  ///< the accumulators at `dispatch_`
};

}  // namespace

void emitter::emit_reduce_inner() {
  std::size_t steps = kernel_.body.body.size();
  for (const lower::reducer& reducer : kernel_.reducers) steps += reducer.combine.body.size();
  const bool long_program = steps > longest_doubled_program || calls_library();
  const bool with_whole_turns = !(long_program && masks_are_cheap());
  const auto general = [&](const std::vector<llvm::Value*>& rows) { inner_row(*this, rows).emit(with_whole_turns); };
  if (long_program) return for_each_row(general);
  llvm::BasicBlock* brief = block("short_rows");
  llvm::BasicBlock* any = block("any_rows");
  llvm::BasicBlock* done = block("return");
  llvm::Value* whole = ir_.CreateAnd(ir_.CreateAnd(tile_.begin, tile_.end), ir_.CreateICmpEQ(tile_.lane, i64(0)));
  llvm::Value* fits = ir_.CreateICmpSLE(tile_.inner_extent, i64(inner_row::longest_short_row(*this)));
  ir_.CreateCondBr(ir_.CreateAnd(whole, fits), brief, any);
  ir_.SetInsertPoint(brief);
  for_each_row([&](const std::vector<llvm::Value*>& rows) { inner_row(*this, rows).emit_short(); });
  ir_.CreateBr(done);
  ir_.SetInsertPoint(any);
  for_each_row(general);
  ir_.CreateBr(done);
  ir_.SetInsertPoint(done);
}

}  // namespace gpucompute::cpu::codegen
