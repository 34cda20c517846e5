// SPDX-License-Identifier: Apache-2.0
#include "cpu/interpret/interpreter.hpp"

#include <algorithm>
#include <bit>

#include <gpucompute/error.hpp>

#include "cpu/interpret/scratch.hpp"
#include "kernels/reduce/tree.hpp"

namespace gpucompute::cpu::interpret {
namespace {

// A block's live registers share the first-level cache with the memory that is read.
constexpr std::size_t block_budget = 24 * 1024;
constexpr std::size_t smallest_block = 256;
constexpr std::size_t largest_block = 2048;

std::vector<lower::value> kept_values(const lower::kernel& kernel) {
  std::vector<lower::value> kept = kernel.body.results;
  for (const lower::reducer& r : kernel.reducers) {
    kept.insert(kept.end(), r.lifted.begin(), r.lifted.end());
  }
  return kept;
}

scratch& thread_scratch() {
  constinit thread_local scratch memory;
  return memory;
}

}  // namespace

interpreter::interpreter(std::shared_ptr<const lower::kernel> description, isa which, bool fast)
    : kernel_(std::move(description)),
      loops_(tables_for(which)),
      body_(kernel_->body, kept_values(*kernel_), which, fast) {
  const auto& results = kernel_->body.results;
  direct_ = results.size() == 1 && body_.is_last(results[0]) && kernel_->outputs[0].aligned;
  for (const block_program::load& l : body_.loads()) {
    copy_loads_ =
        copy_loads_ || (results.size() > 1 && std::find(results.begin(), results.end(), l.value) != results.end());
  }
  for (const lower::reducer& r : kernel_->reducers) {
    add_reducer(r, which, fast);
  }
  std::size_t bytes = body_.bytes_per_element();
  for (const merger& m : mergers_) {
    bytes += m.combine.bytes_per_element();
  }
  block_ = std::clamp(std::bit_floor(block_budget / std::max<std::size_t>(bytes, 1)), smallest_block, largest_block);
}

void interpreter::add_reducer(const lower::reducer& r, isa which, bool fast) {
  merger made{.combine = {r.combine, r.combine.results, which, fast},
              .first_field = fields_.size(),
              .fields = r.fields.size(),
              .direct = false,
              .results = r.combine.results};
  made.direct = made.fields == 1 && made.combine.is_last(made.results[0]);
  for (std::size_t f = 0; f < r.fields.size(); ++f) {
    field added{
        .lifted = r.lifted[f], .type = r.fields[f], .identity = r.identities[f], .merge = nullptr, .apply = nullptr};
    const lower::instruction& result = r.combine.body[r.combine.results[f]];
    const auto is_state = [&](lower::value v, std::uint8_t side) {
      const lower::instruction& i = r.combine.body[v];
      return i.code == lower::opcode::load && i.index == f && i.lane == side;
    };
    if (result.code == lower::opcode::apply && result.arity == 2 && is_state(result.args[0], 0) &&
        is_state(result.args[1], 1)) {
      const primitive* row = loops_.find(graph::row(result.operation).name);
      if (row != nullptr && row->merging) {
        added.merge = &row->merge[static_cast<std::size_t>(added.type)];
        added.apply = row->run[static_cast<std::size_t>(added.type)];
      }
    }
    all_merging_ = all_merging_ && added.merge != nullptr;
    fields_.push_back(added);
  }
  mergers_.push_back(std::move(made));
}

interpreter::frame interpreter::open_frame(const std::uint64_t* parameters, std::size_t count) const {
  std::size_t tables = body_.value_count() + 3 * fields_.size();
  std::size_t registers = body_.bytes_per_element();
  for (const merger& m : mergers_) {
    tables += m.combine.value_count();
    registers += m.combine.bytes_per_element();
  }
  const std::size_t table_bytes = scratch::rounded(tables * sizeof(void*));
  const std::size_t state_bytes = block_ * sizeof(std::uint64_t);
  std::byte* next = thread_scratch().take(table_bytes + registers * block_ + 3 * fields_.size() * state_bytes);

  frame f{};
  f.at = reinterpret_cast<void**>(next);
  f.state = f.at + body_.value_count();
  f.left = f.state + fields_.size();
  f.right = f.left + fields_.size();
  f.combine_at = f.right + fields_.size();
  next += table_bytes;
  f.storage = next;
  count = std::min(count, block_);
  // Merging states (no elements) needs the combine programs alone; there are no parameters then.
  if (count > 0) body_.start(f.at, next, block_, parameters, count);
  next += body_.bytes_per_element() * block_;
  void** at = f.combine_at;
  for (const merger& m : mergers_) {
    // Lanes are merged in blocks of their own, which may be longer than the elements they come from.
    m.combine.start(at, next, block_, parameters, block_);
    at += m.combine.value_count();
    next += m.combine.bytes_per_element() * block_;
  }
  for (std::size_t k = 0; k < 3 * fields_.size(); ++k, next += state_bytes) {
    f.state[k] = next;
  }
  return f;
}

void interpreter::run(const tile& part) const {
  switch (kernel_->schedule) {
    case lower::schedule::elementwise:
      run_elementwise(part);
      break;
    case lower::schedule::reduce_inner:
      all_merging_ ? run_inner_merging(part) : run_inner_general(part);
      break;
    case lower::schedule::reduce_outer:
      run_outer(part);
      break;
    case lower::schedule::contract:
      throw internal_error("interpreter: expected a kernel that is prepared, got a contraction");
  }
}

void interpreter::load(const frame& f, const tile& part, const area& where) const {
  for (const block_program::load& l : body_.loads()) {
    const std::int64_t inner = part.inner[l.index];
    const std::int64_t outer = part.outer[l.index];
    const auto size = static_cast<std::int64_t>(size_of(l.type));
    char* const from = part.data[l.index] + where.outer * outer + where.inner * inner + l.lane * size;
    const bool packed = inner == size && (where.rows == 1 || outer == static_cast<std::int64_t>(where.columns) * size);
    // A bool in memory may be any byte; in a block it is 0 or 1.
    if (packed && l.type != bool_ && kernel_->inputs[l.index].aligned && !copy_loads_) {
      f.at[l.value] = from;
    } else {
      f.at[l.value] = body_.home(f.storage, block_, l.value);
      loops_.gather[static_cast<std::size_t>(l.type)](f.at[l.value], from, {where.rows, where.columns, outer, inner});
    }
  }
  for (const lower::value v : body_.positions()) {
    const bool along_inner = kernel_->schedule == lower::schedule::reduce_inner;
    loops_.positions(static_cast<std::int64_t*>(f.at[v]), where.rows, where.columns,
                     part.position + (along_inner ? where.inner : where.outer), along_inner ? 0 : 1,
                     along_inner ? 1 : 0);
  }
}

void interpreter::store(const frame& f, const tile& part, const area& where) const {
  const lower::value* result = kernel_->body.results.data();
  for (std::size_t k = 0; k < kernel_->outputs.size(); ++k) {
    const dtype type = kernel_->outputs[k].type;
    const std::size_t operand = kernel_->inputs.size() + k;
    char* to = part.data[operand] + where.outer * part.outer[operand] + where.inner * part.inner[operand];
    const rectangle shape{where.rows, where.columns, part.outer[operand], part.inner[operand]};
    for (int lane = 0; lane < (is_complex(type) ? 2 : 1); ++lane, to += size_of(component(type))) {
      const void* const from = f.at[*result++];
      if (from != to) {
        loops_.scatter[static_cast<std::size_t>(component(type))](to, from, shape);
      }
    }
  }
}

void interpreter::run_elementwise(const tile& part) const {
  const auto block = static_cast<std::int64_t>(block_);
  const std::int64_t columns = std::min(part.inner_extent, block);
  const std::int64_t rows = std::min(part.outer_extent, std::max<std::int64_t>(block / columns, 1));
  const frame f = open_frame(part.parameters, static_cast<std::size_t>(rows * columns));
  const std::size_t output = kernel_->inputs.size();
  const auto size = direct_ ? static_cast<std::int64_t>(size_of(kernel_->outputs[0].type)) : 0;

  for (std::int64_t o = 0; o < part.outer_extent; o += rows) {
    for (std::int64_t i = 0; i < part.inner_extent; i += columns) {
      const area where{o, static_cast<std::size_t>(std::min(rows, part.outer_extent - o)), i,
                       static_cast<std::size_t>(std::min(columns, part.inner_extent - i))};
      load(f, part, where);
      if (direct_ && part.inner[output] == size &&
          (where.rows == 1 || part.outer[output] == static_cast<std::int64_t>(where.columns) * size)) {
        f.at[kernel_->body.results[0]] = part.data[output] + o * part.outer[output] + i * size;
      }
      body_.run(f.at, where.count());
      store(f, part, where);
    }
  }
}

}  // namespace gpucompute::cpu::interpret
