// SPDX-License-Identifier: Apache-2.0
// Fills the tables of one instruction set; included by one source a set, which defines GPUCOMPUTE_ISA.
#pragma once

#include "cpu/interpret/loops.hpp"

namespace gpucompute::cpu::interpret::GPUCOMPUTE_ISA {

#define GPUCOMPUTE_REAL_TYPES(DO) \
  DO(bool_) DO(int8) DO(int16) DO(int32) DO(int64) DO(uint8) DO(uint16) DO(uint32) DO(uint64) DO(float32) DO(float64)

template <typename Row, dtype D>
constexpr void add_entry(primitive& entry) {
  if constexpr ((Row::types & kind_bit(D)) != 0) {
    constexpr auto index = static_cast<std::size_t>(D);
    if constexpr (std::is_same_v<Row, where_row>) {
      entry.run[index] = &run_where<D>;
    } else {
      entry.run[index] = &run_block<Row, D>;
    }
    if constexpr (requires { Row::template neutral<D>(); }) {
      entry.merging = true;
      entry.merge[index] = {&accumulate<Row, D>, &reduce_rows<Row, D>};
    }
  }
}

template <typename Row>
constexpr primitive make_row(std::string_view name) {
  primitive entry{.name = name, .arity = Row::arity, .same_type = Row::result::same_type, .result = Row::result::fixed};
#define ADD(D) add_entry<Row, D>(entry);
  GPUCOMPUTE_REAL_TYPES(ADD)
#undef ADD
  return entry;
}

constexpr primitive rows[] = {
#define PRIMITIVE(id, ...) make_row<id##_row>(#id),
#define MERGING(id, ...) make_row<id##_row>(#id),
#include "cpu/interpret/primitives.def"
};

template <dtype From>
constexpr void add_casts(cast_function (&to)[dtype_count]) {
#define ADD(D) to[static_cast<std::size_t>(D)] = &cast_block<D, From>;
  GPUCOMPUTE_REAL_TYPES(ADD)
#undef ADD
}

constexpr tables make_tables() {
  tables made{.primitives = rows, .cast = {}, .gather = {}, .scatter = {}, .fill = {}, .positions = &positions};
#define ADD(D)                                                     \
  {                                                                \
    constexpr auto index = static_cast<std::size_t>(D);            \
    add_casts<D>(made.cast[index]);                                \
    made.gather[index] = &gather<bits_of<storage<D>>, D == bool_>; \
    made.scatter[index] = &scatter<bits_of<storage<D>>>;           \
    made.fill[index] = &fill<bits_of<storage<D>>>;                 \
  }
  GPUCOMPUTE_REAL_TYPES(ADD)
#undef ADD
  return made;
}

extern const tables all;
constexpr tables all = make_tables();

}  // namespace gpucompute::cpu::interpret::GPUCOMPUTE_ISA
