// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "kernels/lower/kernel.hpp"
#include "kernels/lower/terms.hpp"

namespace gpucompute::lower {

/// Writes terms as the straight-line code of one kernel.
class emitter {
 public:
  /// What to write for a term that is not computed here (an input, a literal, a stored value); opcode::apply: compute
  /// it.
  using leaf_function = std::function<instruction(term_id)>;

  emitter(const term_table& terms, leaf_function leaf)
      : terms_(terms), leaf_(std::move(leaf)), known_(terms.size(), none) {}

  /// Values of the roots, in their order; what they share, with earlier calls too, is written once.
  std::vector<value> write(std::span<const term_id> roots);
  std::vector<instruction> take_body() { return std::move(body_); }

 private:
  static constexpr value none = ~value{0};
  void write(term_id root);

  const term_table& terms_;
  leaf_function leaf_;
  std::vector<value> known_;
  std::vector<instruction> body_;
  std::vector<term_id> pending_;
};

}  // namespace gpucompute::lower
