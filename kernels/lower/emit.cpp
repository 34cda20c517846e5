// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/emit.hpp"

namespace gpucompute::lower {

// Depth first with a stack of its own: the depth of an expression is the user's.
void emitter::write(term_id root) {
  pending_.push_back(root);
  while (!pending_.empty()) {
    const term_id id = pending_.back();
    if (known_[id] != none) {
      pending_.pop_back();
      continue;
    }
    const term& which = terms_[id];
    instruction made = leaf_(id);
    if (made.code == opcode::apply) {
      bool ready = true;
      for (std::size_t i = which.arity; i-- > 0;) {
        if (known_[which.args[i]] == none) {
          pending_.push_back(which.args[i]);
          ready = false;
        }
      }
      if (!ready) {
        continue;
      }
      made = {.code = which.kind == term_kind::cast ? opcode::cast : opcode::apply,
              .operation = which.operation,
              .type = which.type,
              .arity = which.arity};
      for (std::size_t i = 0; i < which.arity; ++i) {
        made.args[i] = known_[which.args[i]];
      }
    }
    known_[id] = static_cast<value>(body_.size());
    body_.push_back(made);
    pending_.pop_back();
  }
}

std::vector<value> emitter::write(std::span<const term_id> roots) {
  std::vector<value> values;
  values.reserve(roots.size());
  for (const term_id root : roots) {
    write(root);
    values.push_back(known_[root]);
  }
  return values;
}

}  // namespace gpucompute::lower
