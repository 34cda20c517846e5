// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/reductions.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include <gpucompute/error.hpp>

#include "kernels/graph/typing.hpp"
#include "kernels/language/compile.hpp"
#include "kernels/lower/emit.hpp"

namespace gpucompute::lower {
namespace {

/// A state field as the row names it; complex ones are two fields of the kernel's reducer.
struct field {
  std::string_view name;
  dtype type;
  std::string_view identity;
  std::uint32_t first;  ///< number of its first real field
};

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string_view::npos ? std::string_view{}
                                         : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const std::size_t end = text.find(separator);
    pieces.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) {
      return pieces;
    }
    text.remove_prefix(end + 1);
  }
}

struct extremes {
  graph::literal lowest, highest;
};

template <typename T>
extremes extremes_of() {
  extremes result;
  if constexpr (std::is_floating_point_v<T>) {
    const T highest = std::numeric_limits<T>::infinity();
    const T lowest = -highest;
    std::copy_n(reinterpret_cast<const std::byte*>(&highest), sizeof(T), reinterpret_cast<std::byte*>(&result.highest));
    std::copy_n(reinterpret_cast<const std::byte*>(&lowest), sizeof(T), reinterpret_cast<std::byte*>(&result.lowest));
  } else if constexpr (std::is_integral_v<T>) {
    const T highest = std::numeric_limits<T>::max();
    const T lowest = std::numeric_limits<T>::min();
    std::copy_n(reinterpret_cast<const std::byte*>(&highest), sizeof(T), reinterpret_cast<std::byte*>(&result.highest));
    std::copy_n(reinterpret_cast<const std::byte*>(&lowest), sizeof(T), reinterpret_cast<std::byte*>(&result.lowest));
  }
  return result;
}

extremes extremes_of(dtype type) {
  switch (type) {
#define GPUCOMPUTE_DTYPE(id, cpp, kind, bytes, numpy) \
  case dtype::id:                                     \
    return extremes_of<cpp>();
#include <gpucompute/dtypes.def>
  }
  return {};
}

/// The parts of one row with its types filled in.
class row_reader {
 public:
  row_reader(graph::reduction which, dtype element, dtype result)
      : row_(graph::row(which)),
        element_(element),
        result_(result),
        types_{{"acc", graph::resolve(which, element).accumulator}, {"element", element}, {"result", result}} {
    std::uint32_t first = 0;
    for (const std::string_view text : split(row_.state, ';')) {
      const std::size_t colon = text.find(':');
      const std::size_t equals = text.find('=');
      const dtype type = type_named(trimmed(text.substr(colon + 1, equals - colon - 1)));
      fields_.push_back({trimmed(text.substr(0, colon)), type, trimmed(text.substr(equals + 1)), first});
      first += is_complex(type) ? 2 : 1;
    }
  }

  const std::vector<field>& fields() const { return fields_; }

  std::vector<parts> identities(expansion& expand) const {
    std::vector<parts> values;
    for (const field& f : fields_) {
      graph::graph nodes;
      const extremes ends = extremes_of(f.type);
      const language::bound_node names[] = {{"lowest", nodes.constant(f.type, ends.lowest, true)},
                                            {"highest", nodes.constant(f.type, ends.highest, true)}};
      const graph::node_id made = nodes.cast(language::build_composite(nodes, f.identity, names, types_), f.type);
      values.push_back(expand.expand(nodes, std::array{made}, {})[0]);
    }
    return values;
  }

  std::vector<parts> lift(expansion& expand, const parts& x, const parts& position) const {
    graph::graph nodes;
    const std::vector<language::bound_node> names = {{"x", nodes.input(0, element_)}, {"i", nodes.input(1, int64)}};
    return per_field(expand, nodes, row_.lift, names, std::array{x, position});
  }

  /// Inputs 2k and 2k + 1 are field k of the left and of the right state.
  std::vector<parts> combine(expansion& expand, std::span<const parts> sides) const {
    graph::graph nodes;
    std::vector<std::string> texts;
    texts.reserve(fields_.size() * 2);
    std::vector<language::bound_node> names;
    for (std::uint32_t k = 0; k < fields_.size(); ++k) {
      for (std::uint32_t side = 0; side < 2; ++side) {
        texts.push_back((side == 0 ? "l_" : "r_") + std::string(fields_[k].name));
        names.push_back({texts.back(), nodes.input(2 * k + side, fields_[k].type)});
      }
    }
    return per_field(expand, nodes, row_.combine, names, sides);
  }

  /// Inputs: the fields, then n and ddof.
  parts finish(expansion& expand, std::span<const parts> inputs) const {
    graph::graph nodes;
    std::vector<language::bound_node> names;
    names.reserve(fields_.size() + 2);
    std::uint32_t next = 0;
    for (const field& f : fields_) {
      names.push_back({f.name, nodes.input(next++, f.type)});
    }
    names.push_back({"n", nodes.input(next, int64)});
    names.push_back({"ddof", nodes.input(next + 1, float64)});
    const graph::node_id made = nodes.cast(language::build_composite(nodes, row_.finish, names, types_), result_);
    return expand.expand(nodes, std::array{made}, inputs)[0];
  }

 private:
  dtype type_named(std::string_view name) const {
    for (const language::bound_type& known : types_) {
      if (known.name == name) {
        return known.type;
      }
    }
    for (const dtype_row& known : dtype_rows) {
      const auto type = static_cast<dtype>(&known - dtype_rows);
      if (gpucompute::name(type) == name) {
        return type;
      }
    }
    throw internal_error("lower: expected a type of a state field, got " + std::string(name));
  }

  /// `texts`: local names ("name = text"), then one text a field.
  std::vector<parts> per_field(expansion& expand, graph::graph& nodes, std::string_view texts,
                               std::vector<language::bound_node> names, std::span<const parts> inputs) const {
    std::vector<graph::node_id> made;
    for (std::string_view piece : split(texts, ';')) {
      constexpr std::string_view is = " = ";
      const std::size_t name_ends = piece.find(is);
      if (name_ends != std::string_view::npos) {
        const std::string_view text = piece.substr(name_ends + is.size());
        names.push_back({piece.substr(0, name_ends), language::build_composite(nodes, text, names, types_)});
      } else if (made.size() < fields_.size()) {
        made.push_back(nodes.cast(language::build_composite(nodes, piece, names, types_), fields_[made.size()].type));
      }
    }
    if (made.size() != fields_.size()) {
      throw internal_error("lower: expected one text a state field, got " + std::string(texts));
    }
    return expand.expand(nodes, made, inputs);
  }

  const graph::reduction_row& row_;
  dtype element_;
  dtype result_;
  std::vector<language::bound_type> types_;
  std::vector<field> fields_;
};

/// The lanes of all values in a row: fields as the kernel counts them.
std::vector<term_id> flat(std::span<const parts> values) {
  std::vector<term_id> lanes;
  for (const parts& value : values) {
    append_lanes(value, lanes);
  }
  return lanes;
}

program combine_program(const row_reader& reader) {
  term_table terms;
  expansion expand(terms);
  std::vector<parts> sides;
  for (const field& f : reader.fields()) {
    for (std::uint8_t side = 0; side < 2; ++side) {
      const term load{.kind = term_kind::input, .type = component(f.type), .lane = side, .index = f.first};
      parts made{terms.intern(load)};
      if (is_complex(f.type)) {
        term imag = load;
        ++imag.index;
        made.imag = terms.intern(imag);
      }
      sides.push_back(made);
    }
  }
  const std::vector<term_id> roots = flat(reader.combine(expand, sides));
  emitter emit(terms, [&terms](term_id id) -> instruction {
    const term& which = terms[id];
    switch (which.kind) {
      case term_kind::input:
        return {.code = opcode::load, .type = which.type, .lane = which.lane, .index = which.index};
      case term_kind::constant:
        return {.code = opcode::constant, .type = which.type, .bits = which.bits};
      default:
        return {.code = opcode::apply};
    }
  });
  program code;
  code.results = emit.write(roots);
  code.body = emit.take_body();
  return code;
}

}  // namespace

std::uint32_t reduction_expander::add(lowered_reduction candidate) {
  for (std::uint32_t i = 0; i < target_.reductions.size(); ++i) {
    const lowered_reduction& known = target_.reductions[i];
    if (known.axes.all == candidate.axes.all && known.axes.axes == candidate.axes.axes &&
        known.axes.keepdims == candidate.axes.keepdims && known.fields == candidate.fields &&
        known.identities == candidate.identities && known.lifted == candidate.lifted &&
        known.combine == candidate.combine && known.over == candidate.over) {
      return i;
    }
  }
  target_.reductions.push_back(std::move(candidate));
  return static_cast<std::uint32_t>(target_.reductions.size() - 1);
}

parts reduction_expander::reduce(const graph::node& node, const graph::reduction_axes& axes, const parts& reduced,
                                 dtype element, const space& over, std::uint32_t& number) {
  const row_reader reader(node.reducer, element, node.type);
  term_table& terms = target_.terms;
  lowered_reduction made{.axes = axes, .over = over, .fields = {}, .identities = {}, .lifted = {}, .combine = {}};
  made.lifted = flat(reader.lift(expand_, reduced, {terms.intern({.kind = term_kind::position, .type = int64})}));
  for (const term_id id : flat(reader.identities(expand_))) {
    if (terms[id].kind != term_kind::constant && terms[id].kind != term_kind::literal) {
      throw internal_error("lower: expected a constant identity, got " + std::string(graph::row(node.reducer).state));
    }
    made.fields.push_back(terms[id].type);
    made.identities.push_back(terms[id].bits);
  }
  made.combine = combine_program(reader);
  made.level = level_of(target_, made.lifted);
  number = add(std::move(made));

  std::vector<parts> inputs;
  for (const field& f : reader.fields()) {
    const auto state = [&](std::uint32_t lane) {
      return terms.intern({.kind = term_kind::state,
                           .type = component(f.type),
                           .lane = static_cast<std::uint8_t>(f.first + lane),
                           .index = number});
    };
    inputs.push_back({state(0), is_complex(f.type) ? state(1) : no_term});
  }
  inputs.push_back({terms.intern({.kind = term_kind::count, .type = int64, .index = number})});
  inputs.push_back(
      {terms.intern({.kind = term_kind::literal, .type = float64, .bits = std::bit_cast<std::uint64_t>(axes.ddof)})});
  return reader.finish(expand_, inputs);
}

}  // namespace gpucompute::lower
