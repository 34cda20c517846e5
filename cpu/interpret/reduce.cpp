// SPDX-License-Identifier: Apache-2.0
// The reduction schedules of the interpreter; the order of merging is that of kernels/reduce/tree.hpp.
#include <algorithm>
#include <cstring>

#include "cpu/interpret/interpreter.hpp"
#include "kernels/reduce/tree.hpp"

namespace gpucompute::cpu::interpret {
namespace {

std::size_t index_of(dtype type) { return static_cast<std::size_t>(type); }

void* advance(void* block, std::size_t bytes) { return static_cast<std::byte*>(block) + bytes; }

}  // namespace

void interpreter::merge_all(const frame& f, void* const* state, void* const* right, std::size_t count) const {
  void** at = f.combine_at;
  for (const merger& m : mergers_) {
    const field* const fields = fields_.data() + m.first_field;
    void* const* const l = state + m.first_field;
    void* const* const r = right + m.first_field;
    if (std::all_of(fields, fields + m.fields, [](const field& each) { return each.merge != nullptr; })) {
      for (std::size_t k = 0; k < m.fields; ++k) {
        fields[k].apply(l[k], l[k], r[k], r[k], count);
      }
    } else {
      for (const block_program::load& each : m.combine.loads()) {
        at[each.value] = each.lane == 0 ? l[each.index] : r[each.index];
      }
      if (m.direct) {
        at[m.results[0]] = l[0];
      }
      m.combine.run(at, count);
      for (std::size_t k = 0; !m.direct && k < m.fields; ++k) {
        std::memcpy(l[k], at[m.results[k]], count * fields[k].size());
      }
    }
    at += m.combine.value_count();
  }
}

void interpreter::combine(std::size_t reducer, void* const* left, void* const* right, void* const* out,
                          std::size_t count) const {
  const frame f = open_frame(nullptr, 0);
  const merger& m = mergers_[reducer];
  void** at = f.combine_at;
  for (std::size_t k = 0; k < reducer; ++k) {
    at += mergers_[k].combine.value_count();
  }
  for (std::size_t first = 0; first < count; first += block_) {
    const std::size_t n = std::min(block_, count - first);
    for (const block_program::load& each : m.combine.loads()) {
      at[each.value] = advance((each.lane == 0 ? left : right)[each.index], first * size_of(each.type));
    }
    m.combine.run(at, n);
    for (std::size_t k = 0; k < m.fields; ++k) {
      const std::size_t size = fields_[m.first_field + k].size();
      std::memmove(advance(out[k], first * size), at[m.results[k]], n * size);
    }
  }
}

void interpreter::run_inner_merging(const tile& part) const {
  const std::size_t outputs = kernel_->inputs.size();
  const auto block = static_cast<std::int64_t>(block_);
  const std::int64_t n = part.inner_extent;
  const bool whole = part.begin != 0 && part.end != 0;
  if (whole && n <= block) {
    const std::int64_t group = std::min(part.outer_extent, block / n);
    const frame f = open_frame(part.parameters, static_cast<std::size_t>(group * n));
    for (std::int64_t o = 0; o < part.outer_extent; o += group) {
      const area where{o, static_cast<std::size_t>(std::min(group, part.outer_extent - o)), 0,
                       static_cast<std::size_t>(n)};
      load(f, part, where);
      body_.run(f.at, where.count());
      for (std::size_t k = 0; k < fields_.size(); ++k) {
        fields_[k].merge->reduce_rows(f.state[k], f.at[fields_[k].lifted], where.rows, where.columns,
                                      fields_[k].identity);
        const std::int64_t stride = part.outer[outputs + k];
        loops_.scatter[index_of(fields_[k].type)](part.data[outputs + k] + o * stride, f.state[k],
                                                  {1, where.rows, 0, stride});
      }
    }
    return;
  }

  const frame f = open_frame(part.parameters, block_);
  for (std::int64_t o = 0; o < part.outer_extent; ++o) {
    for (std::size_t k = 0; k < fields_.size(); ++k) {
      if (part.begin != 0) {
        loops_.fill[index_of(fields_[k].type)](f.state[k], fields_[k].identity, reduce::lanes);
      } else {
        std::memcpy(f.state[k], part.lanes[k], reduce::lanes * fields_[k].size());
      }
    }
    for (std::int64_t i = 0; i < n; i += block) {
      const area where{o, 1, i, static_cast<std::size_t>(std::min(block, n - i))};
      load(f, part, where);
      body_.run(f.at, where.count());
      for (std::size_t k = 0; k < fields_.size(); ++k) {
        fields_[k].merge->accumulate(f.state[k], f.at[fields_[k].lifted], where.columns,
                                     static_cast<std::size_t>(part.lane + i) % reduce::lanes);
      }
    }
    for (std::size_t k = 0; k < fields_.size(); ++k) {
      if (part.end == 0) {
        std::memcpy(part.lanes[k], f.state[k], reduce::lanes * fields_[k].size());
        continue;
      }
      for (std::size_t half = reduce::lanes / 2; half >= 1; half /= 2) {
        void* const upper = advance(f.state[k], half * fields_[k].size());
        fields_[k].apply(f.state[k], f.state[k], upper, upper, half);
      }
      std::memcpy(part.data[outputs + k] + o * part.outer[outputs + k], f.state[k], fields_[k].size());
    }
  }
}

// The states of several results stand side by side, 32 lanes each, so that a combine program is worth its dispatch also
// where rows are short.
void interpreter::run_inner_general(const tile& part) const {
  constexpr std::size_t lanes = reduce::lanes;
  const std::size_t outputs = kernel_->inputs.size();
  const auto n = static_cast<std::size_t>(part.inner_extent);
  const std::size_t group = std::min(static_cast<std::size_t>(part.outer_extent), block_ / lanes);
  const std::size_t width = block_ / group / lanes * lanes;
  const frame f = open_frame(part.parameters, std::min(block_, group * std::min(n, width)));

  /// Merges columns [from, from + count) of `right`, rows `stride` apart, into lanes [lane, lane + count) of the states.
  const auto merge_columns = [&](void* const* right, std::size_t rows, std::size_t stride, std::size_t from,
                                 std::size_t lane, std::size_t count) {
    const auto part_of = [&](void* block, void* packed, std::size_t k, std::size_t first, std::size_t pitch) -> void* {
      const std::size_t size = fields_[k].size();
      void* const begin = advance(block, first * size);
      if (rows == 1 || pitch == count) {
        return begin;
      }
      loops_.gather[index_of(fields_[k].type)](
          packed, static_cast<const char*>(begin),
          {rows, count, static_cast<std::int64_t>(pitch * size), static_cast<std::int64_t>(size)});
      return packed;
    };
    void* left_part[16];
    void* right_part[16];
    std::vector<void*> many;
    void** l = left_part;
    void** r = right_part;
    if (fields_.size() > 16) {
      many.resize(2 * fields_.size());
      l = many.data();
      r = l + fields_.size();
    }
    for (std::size_t k = 0; k < fields_.size(); ++k) {
      l[k] = part_of(f.state[k], f.left[k], k, lane, lanes);
      r[k] = part_of(right[k], f.right[k], k, from, stride);
    }
    merge_all(f, l, r, rows * count);
    for (std::size_t k = 0; k < fields_.size(); ++k) {
      const auto size = static_cast<std::int64_t>(fields_[k].size());
      if (l[k] == f.left[k]) {
        loops_.scatter[index_of(fields_[k].type)](static_cast<char*>(advance(f.state[k], lane * fields_[k].size())),
                                                  l[k], {rows, count, static_cast<std::int64_t>(lanes) * size, size});
      }
    }
  };

  std::vector<void*> lifted(fields_.size());
  for (std::int64_t o = 0; o < part.outer_extent; o += static_cast<std::int64_t>(group)) {
    const std::size_t rows = std::min(group, static_cast<std::size_t>(part.outer_extent - o));
    for (std::size_t k = 0; k < fields_.size(); ++k) {
      if (part.begin != 0) {
        loops_.fill[index_of(fields_[k].type)](f.state[k], fields_[k].identity, rows * lanes);
      } else {
        std::memcpy(f.state[k], part.lanes[k], lanes * fields_[k].size());
      }
    }
    auto lane = static_cast<std::size_t>(part.lane);
    for (std::size_t i = 0; i < n; i += width) {
      const area where{o, rows, static_cast<std::int64_t>(i), std::min(width, n - i)};
      load(f, part, where);
      body_.run(f.at, where.count());
      for (std::size_t k = 0; k < fields_.size(); ++k) {
        lifted[k] = f.at[fields_[k].lifted];
      }
      for (std::size_t from = 0; from < where.columns;) {
        const std::size_t count = std::min(lanes - lane, where.columns - from);
        merge_columns(lifted.data(), rows, where.columns, from, lane, count);
        from += count;
        lane = (lane + count) % lanes;
      }
    }
    for (std::size_t half = lanes / 2; part.end != 0 && half >= 1; half /= 2) {
      merge_columns(f.state, rows, lanes, half, 0, half);
    }
    for (std::size_t k = 0; k < fields_.size(); ++k) {
      const std::size_t size = fields_[k].size();
      if (part.end == 0) {
        std::memcpy(part.lanes[k], f.state[k], lanes * size);
        continue;
      }
      for (std::size_t row = 0; row < rows; ++row) {
        std::memcpy(part.data[outputs + k] + (o + static_cast<std::int64_t>(row)) * part.outer[outputs + k],
                    advance(f.state[k], row * lanes * size), size);
      }
    }
  }
}

void interpreter::run_outer(const tile& part) const {
  const std::size_t outputs = kernel_->inputs.size();
  const auto block = static_cast<std::int64_t>(block_);
  const std::int64_t columns = std::min(part.inner_extent, block);
  const std::int64_t rows = std::min(part.outer_extent, std::max<std::int64_t>(block / columns, 1));
  const frame f = open_frame(part.parameters, static_cast<std::size_t>(rows * columns));
  for (std::int64_t i = 0; i < part.inner_extent; i += columns) {
    const auto count = static_cast<std::size_t>(std::min(columns, part.inner_extent - i));
    const auto result = [&](std::size_t k) { return part.data[outputs + k] + i * part.inner[outputs + k]; };
    for (std::size_t k = 0; k < fields_.size(); ++k) {
      if (part.begin != 0) {
        loops_.fill[index_of(fields_[k].type)](f.state[k], fields_[k].identity, count);
      } else {
        loops_.gather[index_of(fields_[k].type)](f.state[k], result(k), {1, count, 0, part.inner[outputs + k]});
      }
    }
    for (std::int64_t o = 0; o < part.outer_extent; o += rows) {
      const area where{o, static_cast<std::size_t>(std::min(rows, part.outer_extent - o)), i, count};
      load(f, part, where);
      body_.run(f.at, where.count());
      for (std::size_t row = 0; row < where.rows; ++row) {
        for (std::size_t k = 0; k < fields_.size(); ++k) {
          f.right[k] = advance(f.at[fields_[k].lifted], row * count * fields_[k].size());
        }
        merge_all(f, f.state, f.right, count);
      }
    }
    for (std::size_t k = 0; k < fields_.size(); ++k) {
      loops_.scatter[index_of(fields_[k].type)](result(k), f.state[k], {1, count, 0, part.inner[outputs + k]});
    }
  }
}

}  // namespace gpucompute::cpu::interpret
