// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "tests/cuda/check.hpp"
#include "tests/cuda/edge_values.hpp"
#include "tests/cuda/samples.hpp"

namespace gpucompute::cuda {
namespace {

/// How one operand lies in memory: strides in elements, outermost first.
struct placement {
  dimensions strides;
  std::size_t shift = 0;  ///< bytes by which the first element is off the base
};

dimensions in_bytes(const dimensions& strides, std::size_t element_bytes) {
  dimensions bytes;
  for (const std::int64_t stride : strides) {
    bytes.push_back(stride * static_cast<std::int64_t>(element_bytes));
  }
  return bytes;
}

/// Rows one after the other, `step` elements from one to the next within a row.
dimensions rows(const dimensions& kept, std::int64_t step) {
  dimensions strides = dimensions::filled(kept.rank(), 0);
  std::int64_t next = step;
  for (std::size_t d = kept.rank(); d-- > 0;) {
    strides[d] = next;
    next *= kept[d];
  }
  return strides;
}

check layout_check(std::string name, const lower::kernel& kernel, const dimensions& kept,
                   const std::vector<placement>& placements) {
  check made;
  made.name = std::move(name);
  made.launch.kernel = std::make_shared<lower::kernel>(kernel);
  made.launch.kept = kept;
  made.launch.operands.resize(placements.size());
  std::mt19937_64 random(placements.size());
  for (std::size_t k = 0; k < placements.size(); ++k) {
    const bool reads = k < kernel.inputs.size();
    const dtype type = reads ? kernel.inputs[k].type : kernel.outputs[k - kernel.inputs.size()].type;
    const std::size_t width = size_of(component(type));
    dimensions& strides = made.launch.operands[k].kept_strides;
    strides = in_bytes(placements[k].strides, size_of(type));
    made.memory.push_back(memory_for(kept, strides, size_of(type), placements[k].shift));
    operand_memory& memory = made.memory.back();
    // All of an input's memory is numbers, wherever its elements are.
    for (std::size_t at = memory.first % width; reads && at + width <= memory.bytes.size(); at += width) {
      const std::uint64_t bits = random_values(component(type), {-100, 100}, 1, random)[0];
      std::memcpy(&memory.bytes[at], &bits, width);
    }
  }
  for (const dtype type : kernel.parameters) {
    made.launch.parameters.push_back(bits_of(type, 2));
  }
  return made;
}

/// The sample's operands in C order over `kept`, constant steps and broadcasts as the kernel says, any_step as 3.
check sample_check(const sample& which, const dimensions& kept) {
  const lower::kernel& kernel = which.kernel;
  std::vector<placement> placements;
  std::vector<lower::operand> operands = kernel.inputs;
  operands.insert(operands.end(), kernel.outputs.begin(), kernel.outputs.end());
  for (const lower::operand& each : operands) {
    const std::int64_t step = each.step == lower::any_step ? 3 : each.step;
    const std::size_t shift = each.aligned ? (which.which.vector_access ? 0 : size_of(component(each.type))) : 1;
    placements.push_back({step == 0 ? dimensions::filled(kept.rank(), 0) : rows(kept, step), shift});
  }
  std::string shape;
  for (const std::int64_t extent : kept) {
    shape += (shape.empty() ? " of " : " x ") + std::to_string(extent);
  }
  check made = layout_check(which.name + shape, kernel, kept, placements);
  // What a library function of a sample makes is written as it is.
  const auto& body = kernel.body.body;
  for (const lower::instruction& step : body) {
    if (step.code == lower::opcode::apply) {
      made.ulp = std::max(made.ulp, bound_between(step.operation, body[step.args[step.arity - 1U]].type));
    }
  }
  return made;
}

}  // namespace

bool calls_library(const lower::kernel& kernel) {
  const auto& body = kernel.body.body;
  return std::any_of(body.begin(), body.end(), [&](const lower::instruction& step) {
    return step.code == lower::opcode::apply &&
           graph::lowering_of(step.operation, body[step.args[step.arity - 1U]].type).how == graph::lowering::library;
  });
}

operand_memory memory_for(const dimensions& kept, const dimensions& strides, std::size_t element_bytes,
                          std::size_t shift) {
  std::int64_t lowest = 0, highest = 0;
  for (std::size_t d = 0; d < kept.rank(); ++d) {
    const std::int64_t reach = (kept[d] - 1) * strides[d];
    (reach < 0 ? lowest : highest) += reach;
  }
  operand_memory memory;
  memory.first = static_cast<std::size_t>(-lowest) + shift;
  memory.bytes.assign(memory.first + static_cast<std::size_t>(highest) + element_bytes, std::byte{0x5A});
  return memory;
}

std::vector<check> layout_checks() {
  std::vector<check> checks;
  for (const sample& each : samples()) {
    for (const dimensions& kept : {dimensions{1}, dimensions{7}, dimensions{1024}, dimensions{4099}, dimensions{5, 7},
                                   dimensions{3, 1, 129}, dimensions{2, 3, 4, 5}}) {
      checks.push_back(sample_check(each, kept));
    }
  }
  const lower::kernel& contiguous = samples()[0].kernel;
  const lower::kernel& strided = samples()[5].kernel;  // its first operand takes any stride
  for (const std::size_t shift : {0U, 8U}) {
    checks.push_back(layout_check("rows of padded matrices, shift " + std::to_string(shift), contiguous, {9, 6},
                                  {{{8, 1}, shift}, {{10, 1}, 0}, {{6, 1}, shift}}));
  }
  checks.push_back(layout_check("one row for all", contiguous, {9, 6}, {{{0, 1}}, {{6, 1}}, {{6, 1}}}));
  checks.push_back(layout_check("one column for all", strided, {9, 6}, {{{1, 0}}, {{6, 1}}, {{6, 1}}}));
  checks.push_back(layout_check("a transposed matrix", strided, {9, 6}, {{{1, 9}}, {{6, 1}}, {{6, 1}}}));
  checks.push_back(layout_check("backwards", strided, {9, 6}, {{{-6, -1}}, {{-6, 1}}, {{6, 1}}}));
  checks.push_back(layout_check("a scalar", contiguous, {}, {{{}}, {{}}, {{}}}));
  const dimensions many = dimensions::filled(14, 2);
  checks.push_back(
      layout_check("fourteen dimensions", strided, many, {{rows(many, 2)}, {rows(many, 1)}, {rows(many, 1)}}));
  // A parameter block beyond 4 KB.
  checks.push_back(sample_check(samples().back(), dimensions::filled(13, 2)));
  return checks;
}

}  // namespace gpucompute::cuda
