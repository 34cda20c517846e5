// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_map>

#include <gpucompute/dimensions.hpp>

#include "kernels/array/broadcast.hpp"
#include "kernels/graph/contraction.hpp"
#include "kernels/language/compile.hpp"
#include "kernels/language/diagnostics.hpp"
#include "kernels/language/names.hpp"
#include "kernels/language/tree.hpp"

namespace gpucompute::language {
namespace {

class shape_checker {
 public:
  shape_checker(const typed_text& text, std::span<const dimensions> inputs) : source_(*text.source), inputs_(inputs) {}

  void run() {
    shapes_.reserve(source_.nodes.size());
    for (const statement& s : source_.statements) {
      while (shapes_.size() <= s.value) {
        shapes_.push_back(shape_of(static_cast<std::uint32_t>(shapes_.size())));
      }
      if (s.name.end != 0) {
        locals_.emplace(source_.at(s.name), s.value);
      }
    }
  }

 private:
  dimensions shape_of(std::uint32_t index) {
    const tree_node& node = source_.nodes[index];
    switch (node.kind) {
      case tree_kind::name: {
        const std::uint32_t input = source_.annotations[index].input;
        if (input != annotation::no_input) {
          return inputs_[input];
        }
        const auto local = locals_.find(source_.at(node.place));
        return local == locals_.end() ? dimensions{} : shapes_[local->second];
      }
      case tree_kind::call:
        if (const auto what = find_callee(source_.at(node.place), false)) {
          if (const auto* reducer = std::get_if<graph::reduction>(&*what)) {
            return reduced(*reducer, node);
          }
          if (const auto* product = std::get_if<graph::contraction>(&*what)) {
            return contracted(*product, node);
          }
        }
        return broadcast(node);
      case tree_kind::operation:
      case tree_kind::attribute:
        return broadcast(node);
      case tree_kind::number:
      case tree_kind::tuple:
      case tree_kind::none:
        break;
    }
    return {};
  }

  /// "(3, 4) (a)": a part's shape and text.
  std::string describe(std::uint32_t index) const {
    return to_string(shapes_[index]) + " (" + excerpt(source_.text, source_.nodes[index].where) + ")";
  }

  dimensions broadcast(const tree_node& node) const {
    dimensions result = shapes_[node.children[0]];
    for (std::size_t c = 1; c < node.children.size(); ++c) {
      const dimensions& other = shapes_[node.children[c]];
      if (other == result) {
        continue;
      }
      const auto both = broadcast_shapes(result, other);
      if (!both) {
        refuse_shapes("shapes that broadcast", node);
      }
      result = *both;
    }
    return result;
  }

  dimensions contracted(graph::contraction product, const tree_node& node) const {
    const graph::contraction_shape how = graph::contract(product, shapes_[node.children[0]], shapes_[node.children[1]]);
    if (!how.problem.empty()) {
      refuse_shapes(how.problem, node);
    }
    return how.result;
  }

  [[noreturn]] void refuse_shapes(std::string_view expected, const tree_node& node) const {
    std::string got;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      got += (i == 0 ? "" : i + 1 == node.children.size() ? " and " : ", ") + describe(node.children[i]);
    }
    const std::string_view called = node.kind == tree_kind::call ? source_.at(node.place) : symbol(node.operation);
    fail<shape_error>(
        "expression: expected " + std::string(expected) + " for `" + std::string(called) + "`, got " + got,
        source_.text, node.place);
  }

  /// The node of a reduction's axis, `none` without one.
  std::uint32_t axis_node(const tree_node& node) const {
    if (node.children.size() == 2) {
      return node.children[1];
    }
    for (const keyword& key : node.keywords) {
      if (source_.at(key.name) == "axis") {
        return key.value;
      }
    }
    return none;
  }

  dimensions reduced(graph::reduction reducer, const tree_node& node) const {
    const dimensions& shape = shapes_[node.children[0]];
    const auto rank = static_cast<int>(shape.rank());
    const std::uint32_t given = axis_node(node);
    std::array<bool, max_rank> gone{};
    const bool all = given == none || source_.nodes[given].kind == tree_kind::none;
    if (all) {
      gone.fill(true);
    } else if (source_.nodes[given].kind == tree_kind::tuple) {
      for (const std::uint32_t child : source_.nodes[given].children) {
        mark(node, child, rank, gone);
      }
    } else {
      mark(node, given, rank, gone);
    }
    std::int64_t count = 1;
    bool keepdims = false;
    for (const keyword& key : node.keywords) {
      keepdims =
          keepdims || (source_.at(key.name) == "keepdims" && source_.annotations[key.value].literal.integer != 0);
    }
    dimensions result;
    for (int axis = 0; axis < rank; ++axis) {
      const auto at = static_cast<std::size_t>(axis);
      if (!gone[at]) {
        result.push_back(shape[at]);
      } else {
        count = count == 0 || shape[at] == 0 ? 0 : 1;
        if (keepdims) {
          result.push_back(1);
        }
      }
    }
    if (count == 0 && !graph::row(reducer).empty.empty()) {
      fail<shape_error>("expression: expected at least one element along the reduced axes, since the " +
                            std::string(graph::row(reducer).empty) + ", got shape " + describe(node.children[0]),
                        source_.text, node.place);
    }
    return result;
  }

  void mark(const tree_node& node, std::uint32_t given, int rank, std::array<bool, max_rank>& gone) const {
    const auto axis = static_cast<int>(source_.annotations[given].literal.integer);
    const source_span where = source_.nodes[given].where;
    if (axis < -rank || axis >= rank) {
      fail<shape_error>("expression: expected an axis of the " + std::to_string(rank) + " dimensions of shape " +
                            describe(node.children[0]) + ", got " + std::to_string(axis),
                        source_.text, where);
    }
    const auto at = static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
    if (gone[at]) {
      fail<shape_error>("expression: expected each axis once, got axis " + std::to_string(axis) + " again, for shape " +
                            describe(node.children[0]),
                        source_.text, where);
    }
    gone[at] = true;
  }

  static constexpr std::uint32_t none = 0xFFFFFFFFU;
  const tree& source_;
  std::span<const dimensions> inputs_;
  std::vector<dimensions> shapes_;
  std::unordered_map<std::string_view, std::uint32_t> locals_;
};

}  // namespace

void check_shapes(const typed_text& text, std::span<const dimensions> inputs) {
  const bool equal = std::all_of(inputs.begin(), inputs.end(), [&](const dimensions& d) { return d == inputs[0]; });
  if (inputs.size() != text.program->inputs.size()) {
    throw internal_error("check_shapes: expected " + std::to_string(text.program->inputs.size()) + " shapes, got " +
                         std::to_string(inputs.size()));
  }
  // Equal shapes broadcast whatever the text says; this is the common call, and calls may be short.
  if (!equal || !text.program->nodes.only_broadcasts()) {
    shape_checker(text, inputs).run();
  }
}

}  // namespace gpucompute::language
