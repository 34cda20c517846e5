// SPDX-License-Identifier: Apache-2.0
#include "cpu/math/library.hpp"

#include <iterator>
#include <string>
#include <unordered_map>
#include <vector>

namespace gpucompute::cpu::math {
namespace {

#define GPUCOMPUTE_ROW(name, type, tag, arity, ulp, cancellation, ...) \
  {#name, type, arity, nullptr, "_" #name "_" #tag, nullptr, ulp, cancellation, {__VA_ARGS__}},
#define RANGE(low, high) \
  range { low, high }
#define MATH_FUNCTION(name, arity, ulp_f32, ulp_f64, cancellation, range_a, range_b) \
  GPUCOMPUTE_ROW(name, float32, f32, arity, ulp_f32, cancellation, range_a, range_b) \
  GPUCOMPUTE_ROW(name, float64, f64, arity, ulp_f64, cancellation, range_a, range_b)
#define GPUCOMPUTE_INTEGER_ROW(name, type, tag) GPUCOMPUTE_ROW(name, type, tag, 2, 0, 0, RANGE(-10, 10), RANGE(-3, 70))
#define MATH_INTEGER(name)                  \
  GPUCOMPUTE_INTEGER_ROW(name, int8, i8)    \
  GPUCOMPUTE_INTEGER_ROW(name, int16, i16)  \
  GPUCOMPUTE_INTEGER_ROW(name, int32, i32)  \
  GPUCOMPUTE_INTEGER_ROW(name, int64, i64)  \
  GPUCOMPUTE_INTEGER_ROW(name, uint8, u8)   \
  GPUCOMPUTE_INTEGER_ROW(name, uint16, u16) \
  GPUCOMPUTE_INTEGER_ROW(name, uint32, u32) \
  GPUCOMPUTE_INTEGER_ROW(name, uint64, u64)
constexpr entry rows[] = {
#include "cpu/math/functions.def"
};

/// The rows with one set's addresses, and an index by name and type.
class table {
 public:
  table(isa set, const implementation* implementations) : entries_(std::begin(rows), std::end(rows)) {
    symbols_.reserve(entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      entry& row = entries_[i];
      row.vector = implementations[i].vector;
      row.block = implementations[i].block;
      row.symbol = symbols_.emplace_back("gpucompute_" + std::string(cpu::name(set)) + row.symbol).c_str();
      index_.emplace(key(row.name, row.type), &row);
    }
  }

  std::span<const entry> entries() const { return entries_; }
  const entry* find(std::string_view name, dtype type) const {
    const auto found = index_.find(key(name, type));
    return found == index_.end() ? nullptr : found->second;
  }

 private:
  static std::string key(std::string_view name, dtype type) {
    return std::string(name) + ' ' + std::string(gpucompute::name(type));
  }

  std::vector<entry> entries_;
  std::vector<std::string> symbols_;
  std::unordered_map<std::string, const entry*> index_;
};

const table& table_of(isa set) {
  // Never destroyed: programs may evaluate while their static objects go.
  static const table& avx2_table = *new table(isa::avx2, avx2::implementations);
  static const table& avx512_table = *new table(isa::avx512, avx512::implementations);
  return set == isa::avx512 ? avx512_table : avx2_table;
}

}  // namespace

std::span<const entry> entries(isa set) { return table_of(set).entries(); }

const entry* find(std::string_view name, dtype type, isa set, bool fast) {
  const table& functions = table_of(set);
  if (fast) {
    if (const entry* found = functions.find(std::string(name) + "_fast", type)) return found;
  }
  return functions.find(name, type);
}

}  // namespace gpucompute::cpu::math
