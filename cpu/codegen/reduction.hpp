// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/codegen/emitter.hpp"

namespace gpucompute::cpu::codegen {

/// The states of all reducers of a kernel as vectors, one a field, reducer by reducer; bools as bytes, so that they
/// may cross basic blocks.
class reduction {
 public:
  explicit reduction(emitter& e);

  std::size_t fields() const { return types_.size(); }
  dtype type(std::size_t field) const { return types_[field]; }
  std::vector<llvm::Value*> identities(int lanes);
  /// State of each element of one vector; `leaf` gives the kernel's body what it reads.
  std::vector<llvm::Value*> lift(const leaf_source& leaf);
  /// combine(left, right), lane by lane.
  std::vector<llvm::Value*> combine(const std::vector<llvm::Value*>& left, const std::vector<llvm::Value*>& right,
                                    int lanes);
  /// `combined` where the mask is set, else `kept`.
  std::vector<llvm::Value*> where(llvm::Value* mask, const std::vector<llvm::Value*>& combined,
                                  const std::vector<llvm::Value*>& kept);
  /// State of lane 0 after merging lane j with lane j + h for h = lanes/2 .. 1.
  std::vector<llvm::Value*> merge_lanes(std::vector<llvm::Value*> states, int lanes);

 private:
  emitter& e_;
  std::vector<dtype> types_;
  std::vector<std::uint64_t> identities_;
};

}  // namespace gpucompute::cpu::codegen
