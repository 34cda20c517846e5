// SPDX-License-Identifier: Apache-2.0
#include "kernels/evaluate/explain.hpp"

#include <cstdio>
#include <cstring>

#include "kernels/evaluate/function.hpp"
#include "kernels/lower/estimate.hpp"

namespace gpucompute {
namespace evaluation {
namespace {

/// All digits of a float64, fewer where fewer say the same.
std::string shortest(double value) {
  char text[32];
  for (const int digits : {6, 9, 17}) {
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    double back = 0;
    if (std::sscanf(text, "%lf", &back) == 1 && back == value) {
      break;
    }
  }
  return text;
}

template <typename T>
std::string number_at(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return shortest(static_cast<double>(value));
  } else {
    return shortest(static_cast<double>(value.real())) + " + " + shortest(static_cast<double>(value.imag())) + "j";
  }
}

std::string number_text(dtype type, const graph::literal& value) {
  std::byte bytes[16];
  std::memcpy(bytes, &value.low, 8);
  std::memcpy(bytes + 8, &value.high, 8);
  switch (type) {
#define DTYPE(id, cpp, kind, bytes_, numpy) \
  case dtype::id:                           \
    return number_at<cpp>(bytes);
#include <gpucompute/dtypes.def>
  }
  return "?";
}

std::string axes_text(const graph::reduction_axes& axes) {
  std::string text;
  if (!axes.all) {
    text += " axis=(";
    for (const int axis : axes.axes) {
      text += std::to_string(axis) + ",";
    }
    text += ")";
  }
  text += axes.keepdims ? " keepdims" : "";
  return axes.ddof == 0 ? text : text + " ddof=" + shortest(axes.ddof);
}

std::string node_text(const graph::program& program, graph::node_id id) {
  const graph::node& node = program.nodes[id];
  std::string text = "  %" + std::to_string(id) + " = ";
  switch (node.kind) {
    case graph::node_kind::input:
      text += "input " + program.inputs[node.index].name;
      break;
    case graph::node_kind::literal:
      text += number_text(node.type, node.value);
      break;
    case graph::node_kind::cast:
      text += "cast";
      break;
    case graph::node_kind::apply:
      text += graph::row(node.operation).name;
      break;
    case graph::node_kind::reduce:
      text += graph::row(node.reducer).name;
      break;
  }
  for (const graph::node_id arg : program.nodes.args(id)) {
    text += " %" + std::to_string(arg);
  }
  if (node.kind == graph::node_kind::reduce) {
    text += axes_text(program.nodes.axes(node.index));
  }
  return text + " : " + std::string(name(node.type)) + "\n";
}

std::string place_text(const lower::operand_binding& operand, const graph::program& program) {
  switch (operand.kind) {
    case lower::source_kind::input:
      return "input " + program.inputs[operand.index].name;
    case lower::source_kind::result: {
      const std::string& name = program.results[operand.index].name;
      return name.empty() ? "result" : "result " + name;
    }
    case lower::source_kind::scratch:
      return "scratch" + std::to_string(operand.index);
  }
  return "?";
}

}  // namespace

std::string to_text(const graph::program& program) {
  std::vector<bool> needed(program.nodes.size(), false);
  for (const graph::typed_result& result : program.results) {
    needed[result.value] = true;
  }
  for (std::size_t id = program.nodes.size(); id-- > 0;) {
    for (const graph::node_id arg : program.nodes.args(static_cast<graph::node_id>(id))) {
      needed[arg] = needed[arg] || needed[id];
    }
  }
  std::string text;
  for (graph::node_id id = 0; id < program.nodes.size(); ++id) {
    text += needed[id] ? node_text(program, id) : "";
  }
  for (const graph::typed_result& result : program.results) {
    text += "  " + (result.name.empty() ? "result" : "result " + result.name) + " = %" + std::to_string(result.value) +
            "\n";
  }
  return text;
}

std::string to_text(const lower::launch& which, const graph::program& program) {
  const lower::kernel& description = *which.kernel;
  std::string text = "results " + to_string(which.kept);
  if (!description.reducers.empty()) {
    text += ", each from " + to_string(which.reduced);
  }
  text += "\n";
  for (std::size_t k = 0; k < which.operands.size(); ++k) {
    const bool output = k >= description.inputs.size();
    text += (output ? "out" + std::to_string(k - description.inputs.size()) : "in" + std::to_string(k)) + ": " +
            place_text(which.operands[k], program) + ", strides " + to_string(which.operands[k].kept_strides);
    if (!description.reducers.empty()) {
      text += " and " + to_string(which.operands[k].reduced_strides);
    }
    text += "\n";
  }
  return text + lower::to_text(description);
}

}  // namespace evaluation

std::string function::implementation::explain(const arguments& inputs) const {
  const lower::plan plan = plan_of(inputs);
  const device_info device = settings_.where.describe();
  std::string text = "expression\n  " + settings_.text + "\ngraph\n" + evaluation::to_text(program());
  text +=
      "device\n  " + device.name + ": " + (device.available ? device.description : "missing: " + device.missing) + "\n";
  text += "tier\n  ";
  switch (settings_.prepare.tier) {
    case tier::automatic:
      text += "automatic, of";
      for (const std::string& name : device.tiers) {
        text += " " + name;
      }
      text += ": chosen a call by its work, since little work does not repay a compile\n";
      break;
    case tier::interpreter:
      text += "interpreter: asked for\n";
      break;
    case tier::jit:
      text += "jit: asked for\n";
      break;
  }
  std::size_t number = 0;
  for (const lower::launch& each : plan.launches) {
    const cost_estimate cost = lower::estimate(each);
    text += "launch " + std::to_string(++number) + " of " + std::to_string(plan.launches.size()) + "\n" +
            evaluation::to_text(each, program()) + "bytes " + evaluation::shortest(cost.bytes) + ", flops " +
            evaluation::shortest(cost.flops) + "\n";
  }
  const cost_estimate total = lower::estimate(plan);
  return text + "cost\n  bytes " + evaluation::shortest(total.bytes) + ", flops " + evaluation::shortest(total.flops) +
         ", launches " + std::to_string(total.kernels) + "\n";
}

}  // namespace gpucompute
