// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <optional>

#include "kernels/language/compile.hpp"
#include "kernels/lower/lowered.hpp"
#include "kernels/lower/plan.hpp"
#include "tests/cuda/check.hpp"
#include "tests/cuda/edge_values.hpp"

namespace gpucompute::cuda {
namespace {

struct expression {
  std::vector<dtype> types;
  std::optional<graph::op> last;  ///< the operation that makes the result from exact numbers; none: all is exact
  const char* text;
};

const std::vector<expression>& expressions() {
  using types = std::vector<dtype>;
  using graph::op;
  constexpr std::nullopt_t exact = std::nullopt;
  static const types REALS = {float32, float64}, COMPLEX = {complex64, complex128}, BOOLS = {bool_},
                     INTEGERS = {int8, int16, int32, int64, uint8, uint16, uint32, uint64},
                     NUMBERS = {int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64};
  static const std::vector<expression> all = {
#define EXPRESSION(types, last, text) {types, last, text},
#include "tests/cuda/expressions.def"
  };
  return all;
}

/// Number of elements along one dimension: more than a block's, and no multiple of anything.
constexpr std::int64_t count = 1283;

operand_memory input_memory(dtype type, std::mt19937_64& random) {
  const dtype part = component(type);
  operand_memory memory = memory_for({count}, {static_cast<std::int64_t>(size_of(type))}, size_of(type));
  const std::vector<std::uint64_t> edges = edge_values(part);
  const std::vector<std::uint64_t> numbers = random_values(part, {-100, 100}, 2 * count, random);
  for (std::size_t i = 0; i * size_of(part) < memory.bytes.size(); ++i) {
    // Every third number is an edge value, drawn at random so that pairs of them meet.
    const std::uint64_t bits = i % 3 == 0 ? edges[random() % edges.size()] : numbers[i];
    std::memcpy(&memory.bytes[i * size_of(part)], &bits, size_of(part));
  }
  return memory;
}

check expression_check(const expression& what, dtype type, unsigned seed) {
  const std::vector<language::binding> bindings = {{"a", type}, {"b", type}, {"c", type}, {"m", bool_}, {"i", int32}};
  const language::typed_text typed = language::compile_text(what.text, bindings);
  const auto lowered = lower::lower(*typed.program);
  const auto contiguous = [](dtype element) {
    return lower::layout{.type = element, .shape = {count}, .strides = {static_cast<std::int64_t>(size_of(element))}};
  };
  std::vector<lower::layout> inputs;
  for (const dtype input : lowered->inputs) {
    inputs.push_back(contiguous(input));
  }
  const auto last = static_cast<std::uint32_t>(lowered->results.size() - 1);
  const lower::plan plan =
      lower::make_plan(*lowered, inputs, std::vector<lower::output_request>{{.result = last, .where = {}}});
  check made;
  made.name = std::string(what.text) + " of " + std::string(name(type));
  made.launch = plan.launches.at(0);
  made.ulp = what.last ? bound_between(*what.last, component(type)) : 0;
  std::mt19937_64 random(seed);
  for (std::size_t k = 0; k < made.launch.operands.size(); ++k) {
    const lower::kernel& kernel = *made.launch.kernel;
    const bool reads = k < kernel.inputs.size();
    const std::size_t bytes = size_of(reads ? kernel.inputs[k].type : kernel.outputs[k - kernel.inputs.size()].type);
    made.memory.push_back(reads ? input_memory(kernel.inputs[k].type, random)
                                : memory_for({count}, {static_cast<std::int64_t>(bytes)}, bytes));
  }
  return made;
}

}  // namespace

std::vector<check> expression_checks() {
  std::vector<check> checks;
  for (const expression& each : expressions()) {
    for (const dtype type : each.types) {
      checks.push_back(expression_check(each, type, static_cast<unsigned>(checks.size())));
    }
  }
  return checks;
}

}  // namespace gpucompute::cuda
