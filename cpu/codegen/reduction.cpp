// SPDX-License-Identifier: Apache-2.0
#include "cpu/codegen/reduction.hpp"

namespace gpucompute::cpu::codegen {

reduction::reduction(emitter& e) : e_(e) {
  for (const lower::reducer& reducer : e.kernel().reducers) {
    types_.insert(types_.end(), reducer.fields.begin(), reducer.fields.end());
    identities_.insert(identities_.end(), reducer.identities.begin(), reducer.identities.end());
  }
}

std::vector<llvm::Value*> reduction::identities(int lanes) {
  std::vector<llvm::Value*> states;
  states.reserve(fields());
  for (std::size_t f = 0; f < fields(); ++f) {
    states.push_back(e_.to_stored(e_.constant(types_[f], identities_[f], lanes), types_[f]));
  }
  return states;
}

std::vector<llvm::Value*> reduction::lift(const leaf_source& leaf) {
  lower::program lifting = {e_.kernel().body.body, {}};
  for (const lower::reducer& reducer : e_.kernel().reducers) {
    lifting.results.insert(lifting.results.end(), reducer.lifted.begin(), reducer.lifted.end());
  }
  std::vector<llvm::Value*> states = e_.run(lifting, e_.lanes(), leaf);
  for (std::size_t f = 0; f < fields(); ++f) states[f] = e_.to_stored(states[f], types_[f]);
  return states;
}

std::vector<llvm::Value*> reduction::combine(const std::vector<llvm::Value*>& left,
                                             const std::vector<llvm::Value*>& right, int lanes) {
  std::vector<llvm::Value*> merged;
  for (const lower::reducer& reducer : e_.kernel().reducers) {
    const std::size_t first = merged.size();
    const auto results = e_.run(reducer.combine, lanes, [&](const lower::instruction& step) {
      const auto& side = step.lane == 0 ? left : right;
      return e_.from_stored(side[first + step.index], reducer.fields[step.index]);
    });
    for (std::size_t f = 0; f < results.size(); ++f) merged.push_back(e_.to_stored(results[f], reducer.fields[f]));
  }
  return merged;
}

std::vector<llvm::Value*> reduction::where(llvm::Value* mask, const std::vector<llvm::Value*>& combined,
                                           const std::vector<llvm::Value*>& kept) {
  std::vector<llvm::Value*> states;
  states.reserve(fields());
  for (std::size_t f = 0; f < fields(); ++f) states.push_back(e_.ir().CreateSelect(mask, combined[f], kept[f]));
  return states;
}

std::vector<llvm::Value*> reduction::merge_lanes(std::vector<llvm::Value*> states, int lanes) {
  for (int half = lanes / 2; half > 0; half /= 2) {
    std::vector<llvm::Value*> left, right;
    for (llvm::Value* state : states) {
      left.push_back(e_.part(state, 0, half));
      right.push_back(e_.part(state, half, half));
    }
    states = combine(left, right, half);
  }
  return states;
}

}  // namespace gpucompute::cpu::codegen
