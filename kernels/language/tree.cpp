// SPDX-License-Identifier: Apache-2.0
#include "kernels/language/tree.hpp"

#include <algorithm>

namespace gpucompute::language {
namespace {

std::string_view head(const tree& source, const tree_node& node) {
  switch (node.kind) {
    case tree_kind::operation:
    case tree_kind::attribute:
      return graph::row(node.operation).name;
    case tree_kind::call:
      return source.at(node.place);
    case tree_kind::number:
    case tree_kind::name:
    case tree_kind::none:
    case tree_kind::tuple:
      break;
  }
  return "tuple";
}

/// What is still to be written: a node, or text as it stands.
struct pending {
  bool is_node;
  std::uint32_t node;
  std::string text;
};

void write(const tree& source, std::uint32_t root, std::string& out) {
  std::vector<pending> stack{{true, root, {}}};
  while (!stack.empty()) {
    const pending item = std::move(stack.back());
    stack.pop_back();
    if (!item.is_node) {
      out += item.text;
      continue;
    }
    const tree_node& node = source.nodes[item.node];
    if (node.kind == tree_kind::number) {
      out += to_string(node.number);
    } else if (node.kind == tree_kind::name || node.kind == tree_kind::none) {
      out += source.at(node.place);
    } else {
      out += '(';
      out += head(source, node);
      stack.push_back({false, 0, ")"});
      std::for_each(node.keywords.rbegin(), node.keywords.rend(), [&](const auto& keyword) {
        stack.push_back({true, keyword.value, {}});
        stack.push_back({false, 0, " " + std::string(source.at(keyword.name)) + "="});
      });
      std::for_each(node.children.rbegin(), node.children.rend(), [&](std::uint32_t child) {
        stack.push_back({true, child, {}});
        stack.push_back({false, 0, " "});
      });
    }
  }
}

}  // namespace

std::string to_text(const tree& source) {
  std::string out;
  for (const statement& s : source.statements) {
    if (s.name.end != 0) {
      out += std::string(source.at(s.name)) + " = ";
    }
    write(source, s.value, out);
    out += '\n';
  }
  return out;
}

}  // namespace gpucompute::language
