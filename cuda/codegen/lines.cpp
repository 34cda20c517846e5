// SPDX-License-Identifier: Apache-2.0
#include "cuda/codegen/lines.hpp"

#include <array>
#include <vector>

#include <gpucompute/error.hpp>

#include "cuda/codegen/types.hpp"

namespace gpucompute::cuda {
namespace {

constexpr line table[] = {
#define LINE(id, ...) {#id, {__VA_ARGS__}},
#include "cuda/codegen/lines.def"
};

/// Lines by operation, so that the table may be in any order.
std::vector<const line*> index_lines() {
  std::vector<const line*> by_operation(graph::op_count());
  for (std::size_t i = 0; i < by_operation.size(); ++i) {
    for (const line& candidate : table) {
      if (candidate.operation == graph::row(static_cast<graph::op>(i)).name) {
        by_operation[i] = &candidate;
      }
    }
  }
  return by_operation;
}

}  // namespace

std::span<const line> lines() { return table; }

std::string_view line_of(graph::op operation, dtype compute) {
  static const auto& by_operation = *new std::vector<const line*>(index_lines());
  const line* found = by_operation[static_cast<std::size_t>(operation)];
  const auto column = static_cast<std::size_t>(kind(compute));
  return found == nullptr || is_complex(compute) ? std::string_view{} : found->columns[column];
}

std::string apply_text(graph::op operation, dtype compute, dtype result, std::span<const std::string> arguments) {
  const std::string_view format = line_of(operation, compute);
  if (format.empty()) {
    throw internal_error("cuda::apply_text: expected an operation with a line in lines.def, got " +
                         std::string(graph::row(operation).name) + " of " + std::string(name(compute)));
  }
  std::string text;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '$') {
      text += format[i];
      continue;
    }
    switch (format[++i]) {
      case 'a':
        text += arguments[0];
        break;
      case 'b':
        text += arguments[1];
        break;
      case 'c':
        text += arguments[2];
        break;
      case 'T':
        text += value_type(compute);
        break;
      case 'R':
        text += value_type(result);
        break;
      case 'W':
        text += wrapping_type(compute);
        break;
      case 'f':
        text += compute == float32 ? "f" : "";
        break;
      default:
        throw internal_error("cuda::apply_text: expected $a $b $c $T $R $W or $f, got " + std::string(format));
    }
  }
  return text;
}

std::string cast_text(dtype from, dtype to, const std::string& argument) {
  const std::string type(value_type(to));
  if (to == bool_) {
    return argument + " != 0";
  }
  if (is_floating(from) && is_integer(to)) {
    return "gc_saturate<" + type + ">(" + argument + ")";
  }
  return "(" + type + ")" + argument;
}

}  // namespace gpucompute::cuda
