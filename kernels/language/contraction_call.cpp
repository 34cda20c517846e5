// SPDX-License-Identifier: Apache-2.0
#include "kernels/language/builder.hpp"
#include "kernels/language/diagnostics.hpp"

namespace gpucompute::language {

using graph::weakness;

value builder::contract(graph::contraction product, const tree_node& node) {
  const std::string called(source_.at(node.place));
  require_plain_call(2, node);
  const value& a = of(node.children[0]);
  const value& b = of(node.children[1]);
  const bool number = a.weak() || b.weak();
  if (number && product == graph::contraction::matmul) {
    fail<type_error>(
        "expression: `" + called + "` needs arrays (`*` multiplies by a number), got " + describe_all(node),
        source_.text, node.place);
  }
  const graph::signature types = graph::resolve(product, std::array{a.type, b.type});
  if (!types.refused.empty()) {
    // What would do, in the user's words.
    const auto real = [&](std::uint32_t child) {
      const value& v = of(child);
      const bool whole = v.weak() ? v.type.weak <= weakness::integer : v.type.type == bool_ || is_integer(v.type.type);
      const std::string text = excerpt(source_.text, source_.nodes[child].where);
      return whole ? "float64(" + text + ")" : text;
    };
    const std::string left = real(node.children[0]);
    const std::string right = real(node.children[1]);
    fail<type_error>("expression: `" + called + "` " + std::string(types.refused) + ": write `" +
                         (called == "@" ? left + " @ " + right : called + "(" + left + ", " + right + ")") + "`, got " +
                         describe_all(node),
                     source_.text, node.place);
  }
  const std::array arguments{as(node.children[0], types.compute), as(node.children[1], types.compute)};
  return number ? apply(graph::op::multiply, types.result, arguments)
                : value::of(nodes_.contract(product, arguments[0], arguments[1]), types.result);
}

}  // namespace gpucompute::language
