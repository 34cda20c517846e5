// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include <gpucompute/dtype.hpp>

#include "kernels/graph/op.hpp"

// Terms are what a typed graph expands into: real values only, primitives and library functions only, reductions as
// the state fields they leave behind, contractions as what they make. Still free of shapes.

namespace gpucompute::lower {

using term_id = std::uint32_t;
inline constexpr term_id no_term = ~term_id{0};

enum class term_kind : std::uint8_t {
  input,     ///< element of input `index`, component `lane`
  literal,   ///< `bits`, handed to the kernel as a parameter: kernels do not differ by it
  constant,  ///< `bits`, part of the kernel
  position,  ///< int64 number of the element along the reduced dimensions; in lifted terms only
  count,     ///< int64 number of elements that reduction `index` reduces to one
  state,     ///< field `lane` of the final state of reduction `index`
  product,   ///< component `lane` of an element of contraction `index`
  cast,
  apply,
};

struct term {
  term_kind kind = term_kind::constant;
  dtype type = float64;  ///< real
  graph::op operation = {};
  std::uint8_t lane = 0;
  std::uint8_t arity = 0;
  std::uint32_t index = 0;
  std::array<term_id, 3> args = {};
  std::uint64_t bits = 0;
  friend bool operator==(const term&, const term&) = default;
};

/// Hash-consed: equal terms have equal ids; arguments precede their users.
class term_table {
 public:
  term_id intern(const term& candidate);
  term_id constant(dtype type, std::uint64_t bits) { return intern({.type = type, .bits = bits}); }
  /// `value` itself when it has the type already; folded when it is a literal or a constant.
  term_id cast(term_id value, dtype type);
  term_id apply(graph::op operation, dtype type, std::initializer_list<term_id> args);

  const term& operator[](term_id id) const { return terms_[id]; }
  std::size_t size() const { return terms_.size(); }

 private:
  struct hash {
    std::size_t operator()(const term& value) const;
  };
  std::vector<term> terms_;
  std::unordered_map<term, term_id, hash> known_;
};

/// A value of any dtype: one term, or two for a complex one.
struct parts {
  term_id real = no_term;
  term_id imag = no_term;  ///< no_term unless complex
  bool complex() const { return imag != no_term; }
};

/// Its terms, real part first.
inline void append_lanes(const parts& of, std::vector<term_id>& to) {
  to.push_back(of.real);
  if (of.complex()) {
    to.push_back(of.imag);
  }
}

/// The element `bits` of type `from` as type `to`, both real: what opcode::cast does.
std::uint64_t cast_bits(std::uint64_t bits, dtype from, dtype to);

}  // namespace gpucompute::lower
