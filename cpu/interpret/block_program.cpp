// SPDX-License-Identifier: Apache-2.0
#include "cpu/interpret/block_program.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include <gpucompute/error.hpp>

#include "cpu/math/library.hpp"

namespace gpucompute::cpu::interpret {
namespace {

std::size_t index_of(dtype type) { return static_cast<std::size_t>(type); }

bool is_step(lower::opcode code) { return code == lower::opcode::cast || code == lower::opcode::apply; }

}  // namespace

block_program::block_program(const lower::program& code, std::span<const lower::value> results, isa which, bool fast) {
  const tables& loops = tables_for(which);
  for (lower::value v = 0; v < code.body.size(); ++v) {
    const lower::instruction& i = code.body[v];
    element_bytes_ = std::max(element_bytes_, size_of(i.type));
    switch (i.code) {
      case lower::opcode::load:
        loads_.push_back({v, i.index, i.lane, i.type});
        break;
      case lower::opcode::position:
        positions_.push_back(v);
        break;
      case lower::opcode::parameter:
        uniforms_.push_back({v, loops.fill[index_of(i.type)], true, i.index, 0});
        break;
      case lower::opcode::constant:
        uniforms_.push_back({v, loops.fill[index_of(i.type)], false, 0, i.bits});
        break;
      case lower::opcode::cast:
      case lower::opcode::apply:
        steps_.push_back(make_step(code, v, which, fast));
        break;
    }
  }
  assign_registers(code, results);
}

block_program::step block_program::make_step(const lower::program& code, lower::value value, isa which, bool fast) {
  const tables& loops = tables_for(which);
  const lower::instruction& i = code.body[value];
  const dtype compute = lower::compute_type(code, i);
  step made{.what = kind::cast, .out = value, .a = i.args[0], .b = i.args[1], .c = i.args[2], .cast = nullptr};
  if (i.code == lower::opcode::cast) {
    made.cast = loops.cast[index_of(compute)][index_of(i.type)];
    return made;
  }
  const graph::op_row& row = graph::row(i.operation);
  if (lower::calls_library(code, i)) {
    made.what = kind::library;
    const math::entry* const found = math::find(row.name, compute, which, fast);
    if (found == nullptr) {
      throw runtime_failure("interpreter: expected a block function for " + std::string(row.name) + " of " +
                            std::string(name(compute)) + ", got a vector math library without it");
    }
    made.library = found->block;
    return made;
  }
  const primitive* found = loops.find(row.name);
  if (found == nullptr || found->run[index_of(compute)] == nullptr || found->arity != i.arity ||
      i.type != (found->same_type ? compute : found->result)) {
    throw internal_error("interpreter: expected a row of primitives.def for " + std::string(row.name) + " of " +
                         std::string(name(compute)) + " to " + std::string(name(i.type)) + ", got none");
  }
  made.what = kind::primitive;
  made.primitive = found->run[index_of(compute)];
  return made;
}

void block_program::assign_registers(const lower::program& code, std::span<const lower::value> results) {
  constexpr auto forever = std::numeric_limits<lower::value>::max();
  std::vector<lower::value> last_use(code.body.size(), 0);
  for (const step& s : steps_) {
    for (std::size_t k = 0; k < code.body[s.out].arity; ++k) {
      last_use[code.body[s.out].args[k]] = s.out;
    }
  }
  for (const uniform& u : uniforms_) {
    last_use[u.value] = forever;
  }
  for (const lower::value v : results) {
    last_use[v] = forever;
  }

  std::vector<std::uint32_t> free;
  offsets_.resize(code.body.size());
  const auto take = [&](lower::value v) {
    if (free.empty()) {
      offsets_[v] = static_cast<std::uint32_t>(registers_++);
    } else {
      offsets_[v] = free.back();
      free.pop_back();
    }
  };
  // Everything that is not a step is there before the first step.
  for (lower::value v = 0; v < code.body.size(); ++v) {
    if (!is_step(code.body[v].code)) {
      take(v);
    }
  }
  for (const step& s : steps_) {
    // A block may be overwritten by one of elements of the same size only: others would run ahead of the reading.
    const lower::instruction& i = code.body[s.out];
    const auto release = [&](bool same_size) {
      for (std::size_t k = 0; k < i.arity; ++k) {
        const lower::value arg = i.args[k];
        const bool repeated = std::find(i.args.begin(), i.args.begin() + k, arg) != i.args.begin() + k;
        if (last_use[arg] == s.out && !repeated && (size_of(code.body[arg].type) == size_of(i.type)) == same_size) {
          free.push_back(offsets_[arg]);
        }
      }
    };
    release(true);
    take(s.out);
    release(false);
    if (last_use[s.out] == 0) {
      free.push_back(offsets_[s.out]);
    }
  }
}

void block_program::start(void** at, std::byte* storage, std::size_t block, const std::uint64_t* parameters,
                          std::size_t count) const {
  for (lower::value v = 0; v < offsets_.size(); ++v) {
    at[v] = home(storage, block, v);
  }
  for (const uniform& u : uniforms_) {
    u.fill(at[u.value], u.is_parameter ? parameters[u.index] : u.bits, count);
  }
}

void block_program::run(void* const* at, std::size_t count) const {
  for (const step& s : steps_) {
    switch (s.what) {
      case kind::primitive:
        s.primitive(at[s.out], at[s.a], at[s.b], at[s.c], count);
        break;
      case kind::library:
        s.library(at[s.out], at[s.a], at[s.b], count);
        break;
      case kind::cast:
        s.cast(at[s.out], at[s.a], count);
        break;
    }
  }
}

}  // namespace gpucompute::cpu::interpret
