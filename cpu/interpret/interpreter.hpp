// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "cpu/interpret/block_program.hpp"
#include "cpu/runtime/range.hpp"

namespace gpucompute::cpu::interpret {

/// Runs a kernel description block by block, without a compile. Its scratch memory belongs to the calling thread.
class interpreter final : public range {
 public:
  /// @throw runtime_failure for a library function that is missing
  interpreter(std::shared_ptr<const lower::kernel> description, isa which, bool fast);

  void run(const tile& part) const override;

  /// Merges `count` pairs of states of a reducer: out[f][i] = combine(left[f][i], right[f][i]) for all its fields f at
  /// once. One packed array a field; out[f] may be left[f] or right[f].
  void combine(std::size_t reducer, void* const* left, void* const* right, void* const* out, std::size_t count) const;

 private:
  /// A rectangle of the tile's elements.
  struct area {
    std::int64_t outer;
    std::size_t rows;
    std::int64_t inner;
    std::size_t columns;
    std::size_t count() const { return rows * columns; }
  };
  struct merger {
    block_program combine;
    std::size_t first_field;  ///< number of the reducer's first state field among all
    std::size_t fields;
    bool direct;  ///< one field, made by the last step: written where the left state is
    std::vector<lower::value> results;
  };
  /// One state field. `merge` is set when all that combine does to it is one merging primitive, `apply`.
  struct field {
    lower::value lifted;
    dtype type;
    std::uint64_t identity;
    const merge_functions* merge;
    block_function apply;
    std::size_t size() const { return size_of(type); }
  };
  /// Where one run keeps its blocks; pointers into the thread's scratch memory.
  struct frame {
    void** at;
    std::byte* storage;
    void** combine_at;  ///< tables of all mergers, one after the other
    void** state;       ///< one block a field
    void** left;        ///< one block a field, for parts of states
    void** right;
  };

  void add_reducer(const lower::reducer& description, isa which, bool fast);
  frame open_frame(const std::uint64_t* parameters, std::size_t count) const;

  void load(const frame& f, const tile& part, const area& where) const;
  void store(const frame& f, const tile& part, const area& where) const;
  void run_elementwise(const tile& part) const;
  void run_inner_merging(const tile& part) const;
  void run_inner_general(const tile& part) const;
  void run_outer(const tile& part) const;

  /// state[f] = combine(state[f], right[f]) for every field of every reducer.
  void merge_all(const frame& f, void* const* state, void* const* right, std::size_t count) const;

  std::shared_ptr<const lower::kernel> kernel_;
  const tables& loops_;
  block_program body_;
  std::vector<merger> mergers_;
  std::vector<field> fields_;
  bool all_merging_ = true;  ///< every field has `merge`
  bool direct_ = false;  ///< the only result is made by the last step: straight into the output where that is packed
  bool copy_loads_ = false;  ///< a loaded block is stored after another output, which may overwrite where it came from
  std::size_t block_ = 0;    ///< elements
};

}  // namespace gpucompute::cpu::interpret
