// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>

#include <gpucompute/error.hpp>

#include "cpu/codegen/emitter.hpp"
#include "kernels/reduce/tree.hpp"

namespace gpucompute::cpu::codegen {

namespace {

bool calls_library(const lower::program& code) {
  return std::any_of(code.body.begin(), code.body.end(),
                     [&](const lower::instruction& step) { return lower::calls_library(code, step); });
}

std::size_t computing_steps(const lower::program& code) {
  return static_cast<std::size_t>(std::count_if(code.body.begin(), code.body.end(), [](const lower::instruction& step) {
    return step.code == lower::opcode::apply || step.code == lower::opcode::cast;
  }));
}

}  // namespace

emitter::emitter(llvm::Module& module, const lower::kernel& kernel, const codegen_options& options)
    : module_(module), kernel_(kernel), options_(options), ir_(module.getContext()) {
  if (options.precision == precision::fast) {
    llvm::FastMathFlags flags;
    flags.setAllowContract();
    ir_.setFastMathFlags(flags);
  }
  choose_lanes();
}

// A register of the widest type, or two of them where narrower types would leave half of theirs empty.
void emitter::choose_lanes() {
  int widest = 1;
  int narrowest = 8;
  const auto see = [&](dtype type) {
    if (type == bool_) return;
    const int bytes = static_cast<int>(size_of(component(type)));
    widest = std::max(widest, bytes);
    narrowest = std::min(narrowest, bytes);
  };
  for (const lower::instruction& step : kernel_.body.body) see(step.type);
  int most = 64;
  for (const lower::reducer& reducer : kernel_.reducers) {
    std::for_each(reducer.fields.begin(), reducer.fields.end(), see);
    most = reduce::lanes;
  }
  const auto one_by_one = [](const lower::operand& what) {
    return what.step == lower::any_step || std::abs(what.step) > 4;
  };
  if (std::any_of(kernel_.inputs.begin(), kernel_.inputs.end(), one_by_one) ||
      std::any_of(kernel_.outputs.begin(), kernel_.outputs.end(), [](const auto& what) { return what.step != 1; })) {
    most = std::min(most, 16);
  }
  lanes_ = register_bytes() / widest * (narrowest < widest ? 2 : 1);
  // Four registers at a time share a call and its constants; longer bodies would take too long to compile.
  constexpr std::size_t most_steps_of_blocks = 48;
  if (calls_library() && kernel_.body.body.size() <= most_steps_of_blocks) lanes_ = register_bytes() / widest * 4;
  lanes_ = std::clamp(lanes_, 4, most);
}

bool emitter::calls_library() const { return codegen::calls_library(kernel_.body); }

bool emitter::bound_by_memory() const {
  constexpr std::size_t most_steps = 24;
  std::size_t steps = kernel_.body.body.size();
  for (const lower::reducer& reducer : kernel_.reducers) steps += reducer.combine.body.size();
  return !calls_library() && steps <= most_steps;
}

bool emitter::masks_are_cheap() const {
  const auto contiguous = [this](const lower::operand& what) { return what.step == 1 && maskable(what.type); };
  return std::all_of(kernel_.inputs.begin(), kernel_.inputs.end(),
                     [&](const lower::operand& what) { return what.step == 0 || contiguous(what); }) &&
         (kernel_.schedule != lower::schedule::elementwise ||
          std::all_of(kernel_.outputs.begin(), kernel_.outputs.end(), contiguous));
}

int emitter::unroll() const {
  const std::size_t steps = computing_steps(kernel_.body);
  const bool shuffles = std::any_of(kernel_.inputs.begin(), kernel_.inputs.end(), [](const lower::operand& what) {
    return what.step != 0 && (what.step != 1 || is_complex(what.type));
  });
  if (calls_library() || steps > 16 || shuffles) return 1;
  return steps > 6 ? 2 : 4;
}

llvm::BasicBlock* emitter::block(const char* name) {
  return llvm::BasicBlock::Create(module_.getContext(), name, function_);
}

std::pair<llvm::Value*, std::vector<llvm::Value*>> emitter::loop(const char* name, llvm::Value* start, llvm::Value* end,
                                                                 std::int64_t step, std::vector<llvm::Value*> carried,
                                                                 const loop_body& body) {
  llvm::BasicBlock* before = ir_.GetInsertBlock();
  llvm::BasicBlock* turn = block(name);
  llvm::BasicBlock* after = block("after");
  ir_.CreateCondBr(ir_.CreateICmpSLE(ir_.CreateAdd(start, i64(step)), end), turn, after);
  ir_.SetInsertPoint(turn);
  llvm::PHINode* index = ir_.CreatePHI(ir_.getInt64Ty(), 2);
  index->addIncoming(start, before);
  std::vector<llvm::PHINode*> inside;
  std::vector<llvm::Value*> values;
  for (llvm::Value* value : carried) {
    inside.push_back(ir_.CreatePHI(value->getType(), 2));
    inside.back()->addIncoming(value, before);
    values.push_back(inside.back());
  }
  const std::vector<llvm::Value*> next = body(index, values);
  llvm::Value* next_index = ir_.CreateAdd(index, i64(step));
  llvm::BasicBlock* last = ir_.GetInsertBlock();
  index->addIncoming(next_index, last);
  for (std::size_t k = 0; k < next.size(); ++k) inside[k]->addIncoming(next[k], last);
  ir_.CreateCondBr(ir_.CreateICmpSLE(ir_.CreateAdd(next_index, i64(step)), end), turn, after);
  ir_.SetInsertPoint(after);
  const auto merge = [&](llvm::Value* skipped, llvm::Value* looped) {
    llvm::PHINode* merged = ir_.CreatePHI(skipped->getType(), 2);
    merged->addIncoming(skipped, before);
    merged->addIncoming(looped, last);
    return merged;
  };
  llvm::Value* final_index = merge(start, next_index);
  for (std::size_t k = 0; k < carried.size(); ++k) carried[k] = merge(carried[k], next[k]);
  return {final_index, std::move(carried)};
}

void emitter::for_each_row(const std::function<void(const std::vector<llvm::Value*>&)>& body) {
  loop("row", i64(0), tile_.outer_extent, 1, tile_.data, [&](llvm::Value*, const std::vector<llvm::Value*>& rows) {
    body(rows);
    std::vector<llvm::Value*> next;
    next.reserve(rows.size());
    for (std::size_t k = 0; k < rows.size(); ++k) {
      next.push_back(ir_.CreateGEP(ir_.getInt8Ty(), rows[k], tile_.outer[k]));
    }
    return next;
  });
}

std::vector<std::array<llvm::Value*, 2>> emitter::load_broadcasts(const std::vector<llvm::Value*>& rows) {
  std::vector<std::array<llvm::Value*, 2>> splats(kernel_.inputs.size());
  for (std::size_t k = 0; k < kernel_.inputs.size(); ++k) {
    const lower::operand& what = kernel_.inputs[k];
    if (what.step != 0) continue;
    for (std::size_t c = 0; c < (is_complex(what.type) ? 2u : 1u); ++c) {
      llvm::Value* from = ir_.CreateConstGEP1_64(stored(what.type), rows[k], c);
      splats[k][c] = splat(load_scalar(from, what.type, what.aligned), lanes_);
    }
  }
  return splats;
}

void emitter::emit_tile_fields(llvm::Value* tile) {
  const auto field = [&](std::size_t offset, llvm::Type* type) {
    return ir_.CreateLoad(type, ir_.CreateConstGEP1_64(ir_.getInt8Ty(), tile, offset));
  };
  llvm::Type* pointer = ir_.getPtrTy();
  llvm::Type* number = ir_.getInt64Ty();
  const auto entries = [&](std::size_t offset, llvm::Type* type) {
    llvm::Value* first = field(offset, pointer);
    std::vector<llvm::Value*> loaded;
    loaded.reserve(static_cast<std::size_t>(operand_count()));
    for (int k = 0; k < operand_count(); ++k) {
      loaded.push_back(ir_.CreateLoad(type, ir_.CreateConstGEP1_64(type, first, static_cast<std::uint64_t>(k))));
    }
    return loaded;
  };
  tile_.data = entries(offsetof(cpu::tile, data), pointer);
  tile_.inner = entries(offsetof(cpu::tile, inner), number);
  tile_.outer = entries(offsetof(cpu::tile, outer), number);
  tile_.inner_extent = field(offsetof(cpu::tile, inner_extent), number);
  tile_.outer_extent = field(offsetof(cpu::tile, outer_extent), number);
  tile_.position = field(offsetof(cpu::tile, position), number);
  tile_.lane = field(offsetof(cpu::tile, lane), number);
  tile_.lanes = field(offsetof(cpu::tile, lanes), pointer);
  const auto flag = [&](std::size_t offset) {
    return ir_.CreateICmpNE(field(offset, ir_.getInt32Ty()), ir_.getInt32(0));
  };
  tile_.begin = flag(offsetof(cpu::tile, begin));
  tile_.end = flag(offsetof(cpu::tile, end));
  tile_.stream = flag(offsetof(cpu::tile, stream));
  llvm::Value* parameters = field(offsetof(cpu::tile, parameters), pointer);
  for (std::size_t k = 0; k < kernel_.parameters.size(); ++k) {
    llvm::Value* from = ir_.CreateConstGEP1_64(number, parameters, k);
    parameters_.push_back(load_scalar(from, kernel_.parameters[k], true));
    parameter_splats_.push_back(splat(parameters_.back(), lanes_));
  }
}

void emitter::emit() {
  auto* type = llvm::FunctionType::get(ir_.getVoidTy(), {ir_.getPtrTy()}, false);
  function_ = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, entry_name, module_);
  function_->setDoesNotThrow();
  ir_.SetInsertPoint(block("entry"));
  emit_tile_fields(function_->getArg(0));
  llvm::BasicBlock* loops = block("loops");
  end_of_start_ = ir_.CreateBr(loops);
  ir_.SetInsertPoint(loops);
  switch (kernel_.schedule) {
    case lower::schedule::elementwise:
      emit_elementwise();
      break;
    case lower::schedule::reduce_inner:
      emit_reduce_inner();
      break;
    case lower::schedule::reduce_outer:
      emit_reduce_outer();
      break;
    case lower::schedule::contract:
      throw internal_error("codegen: expected a kernel that is prepared, got a contraction");
  }
  ir_.CreateRetVoid();
}

}  // namespace gpucompute::cpu::codegen
