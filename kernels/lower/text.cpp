// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "kernels/lower/kernel.hpp"

namespace gpucompute::lower {
namespace {

std::string hex(std::uint64_t bits) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "0x";
  int shift = 60;
  while (shift > 0 && (bits >> static_cast<unsigned>(shift)) == 0) {
    shift -= 4;
  }
  for (; shift >= 0; shift -= 4) {
    text += digits[(bits >> static_cast<unsigned>(shift)) & 15U];
  }
  return text;
}

std::string_view schedule_name(schedule which) {
  switch (which) {
    case schedule::elementwise:
      return "elementwise";
    case schedule::reduce_inner:
      return "reduce_inner";
    case schedule::reduce_outer:
      return "reduce_outer";
    case schedule::contract:
      return "contract";
  }
  return "?";
}

void add_operand(std::string& text, std::string_view role, std::size_t number, const operand& which) {
  text.append(role).append(std::to_string(number)).append(": ").append(name(which.type)).append(" step ");
  text += which.step == any_step ? "any" : std::to_string(which.step);
  text += which.aligned ? "\n" : " unaligned\n";
}

void add_instruction(std::string& text, std::size_t number, const instruction& step, bool combine) {
  text.append("  %").append(std::to_string(number)).append(" = ");
  switch (step.code) {
    case opcode::load:
      text += combine ? (step.lane == 0 ? "left" : "right") : "in" + std::to_string(step.index);
      text += combine ? std::to_string(step.index) : step.lane == 0 ? "" : ".imag";
      break;
    case opcode::parameter:
      text += "parameter" + std::to_string(step.index);
      break;
    case opcode::constant:
      text += hex(step.bits);
      break;
    case opcode::position:
      text += "position";
      break;
    case opcode::cast:
      text += "cast";
      break;
    case opcode::apply:
      text += graph::row(step.operation).name;
      break;
  }
  for (std::size_t i = 0; i < step.arity; ++i) {
    text += " %" + std::to_string(step.args[i]);
  }
  text.append(" : ").append(name(step.type)).append("\n");
}

void add_program(std::string& text, const program& code, bool combine) {
  for (std::size_t i = 0; i < code.body.size(); ++i) {
    add_instruction(text, i, code.body[i], combine);
  }
  if (!code.results.empty()) {
    text += "  ->";
    for (const value result : code.results) {
      text += " %" + std::to_string(result);
    }
    text += '\n';
  }
}

}  // namespace

std::string to_text(const kernel& description) {
  std::string text = "kernel " + std::string(schedule_name(description.schedule)) + "\n";
  for (std::size_t i = 0; i < description.inputs.size(); ++i) {
    add_operand(text, "in", i, description.inputs[i]);
  }
  for (std::size_t i = 0; i < description.outputs.size(); ++i) {
    add_operand(text, "out", i, description.outputs[i]);
  }
  for (std::size_t i = 0; i < description.parameters.size(); ++i) {
    text.append("parameter")
        .append(std::to_string(i))
        .append(": ")
        .append(name(description.parameters[i]))
        .append("\n");
  }
  text += "body\n";
  add_program(text, description.body, false);
  for (const reducer& reduction : description.reducers) {
    text += "reduce\n";
    for (std::size_t i = 0; i < reduction.fields.size(); ++i) {
      text.append("  state").append(std::to_string(i)).append(": ").append(name(reduction.fields[i]));
      text.append(" = ").append(hex(reduction.identities[i]));
      text.append(" from %").append(std::to_string(reduction.lifted[i])).append("\n");
    }
    text += "combine\n";
    add_program(text, reduction.combine, true);
  }
  return text;
}

}  // namespace gpucompute::lower
