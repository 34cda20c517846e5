// SPDX-License-Identifier: Apache-2.0
#include "cuda/codegen/emit.hpp"

#include <vector>

#include <gpucompute/error.hpp>

#include "cuda/codegen/lines.hpp"
#include "cuda/codegen/types.hpp"

namespace gpucompute::cuda {
namespace {

using lower::any_step;
using lower::opcode;
using lower::operand;

std::string parts_of(std::string_view name) { return std::string(name) + "_parts"; }

class emitter {
 public:
  emitter(const lower::kernel& kernel, const variant& which)
      : kernel_(kernel),
        which_(which),
        lanes_(elements_per_access(kernel, which)),
        accesses_(accesses_per_thread(kernel)) {}

  std::string text(std::string_view name) const {
    const std::string parts = block() + place() + element();
    const std::string entry = function(name);
    const std::string space = parts_of(name);
    return summary() + "namespace " + space + " {\n" + helpers_for(parts + entry) + parts + "\n}  // namespace " +
           space + "\n" + entry;
  }

 private:
  const operand& operand_at(std::size_t k) const {
    return k < inputs() ? kernel_.inputs[k] : kernel_.outputs[k - inputs()];
  }
  std::size_t inputs() const { return kernel_.inputs.size(); }
  std::size_t operands() const { return inputs() + kernel_.outputs.size(); }
  std::string operand_name(std::size_t k) const {
    return k < inputs() ? "x" + std::to_string(k) : "y" + std::to_string(k - inputs());
  }

  std::string summary() const;
  std::string block() const;
  std::string place() const;
  std::string element() const;
  std::string function(std::string_view name) const;
  std::string transfer(std::size_t k) const;
  std::string step_text(std::size_t k) const;

  const lower::kernel& kernel_;
  const variant& which_;
  int lanes_;
  int accesses_;
};

std::string describe(const operand& memory, const std::string& name) {
  std::string text = std::string(gpucompute::name(memory.type)) + " " + name;
  if (memory.step == 0) {
    text += " (broadcast)";
  } else if (memory.step == any_step) {
    text += " (any stride)";
  } else if (memory.step != 1) {
    text += " (stride " + std::to_string(memory.step) + ")";
  }
  return memory.aligned ? text : text + " (unaligned)";
}

std::string plural(int count, const std::string& what, const std::string& ending = "s") {
  return std::to_string(count) + " " + what + (count == 1 ? "" : ending);
}

std::string emitter::summary() const {
  std::string from, to;
  for (std::size_t k = 0; k < operands(); ++k) {
    std::string& list = k < inputs() ? from : to;
    list += (list.empty() ? "" : ", ") + describe(operand_at(k), operand_name(k));
  }
  return "// Elementwise: " + from + (from.empty() ? "-> " : " -> ") + to + ".\n// " +
         plural(which_.outer_rank + 1, "dimension") + ", " + (which_.wide_index ? "64" : "32") + "-bit indices, " +
         plural(lanes_, "element") + " an access, " + plural(accesses_, "access", "es") + " a thread.\n";
}

/// The argument of the kernel, every field 8 bytes: block_words() fills it.
std::string emitter::block() const {
  const std::string outer = std::to_string(which_.outer_rank);
  std::string text = "\ntypedef " + std::string(which_.wide_index ? "long long" : "int") +
                     " gc_index;\n\nstruct gc_block {\n  long long extent;  // of the innermost dimension\n";
  text += which_.outer_rank > 0 ? "  long long outer[" + outer + "];  // extents, outermost first\n" : "";
  text += "  struct {\n    char* data;\n    long long step;  // bytes, as the strides\n";
  text += which_.outer_rank > 0 ? "    long long outer[" + outer + "];\n" : "";
  text += "  } operand[" + std::to_string(operands()) + "];\n";
  if (!kernel_.parameters.empty()) {
    text += "  unsigned long long parameter[" + std::to_string(kernel_.parameters.size()) + "];  // bits\n";
  }
  return text + "};\n";
}

/// Where an access lies: element numbers along the dimensions, and the address that they make.
std::string emitter::place() const {
  const auto split = [](const std::string& outer) {
    return "  at." + outer + " = row % (gc_index)block." + outer + ";\n  row /= (gc_index)block." + outer + ";\n";
  };
  const auto step = [](const std::string& outer) { return " + at." + outer + " * block.operand[operand]." + outer; };
  std::string divide, sum;
  for (int d = which_.outer_rank - 1; d >= 0; --d) {
    const std::string outer = "outer[" + std::to_string(d) + "]";
    divide += d == 0 ? "  at.outer[0] = row;\n" : split(outer);
    sum.insert(0, step(outer));
  }
  const std::string lanes = std::to_string(lanes_);
  std::string text =
      "\nstruct gc_place {\n  gc_index first, count;  // in the innermost dimension; none left: count <= 0\n";
  text += which_.outer_rank > 0 ? "  gc_index outer[" + std::to_string(which_.outer_rank) + "];\n" : "";
  text +=
      "};\n\n__device__ __forceinline__ gc_index gc_accesses_per_row(const gc_block& block) {\n  return "
      "((gc_index)block.extent + " +
      std::to_string(lanes_ - 1) + ") / " + lanes + ";\n}\n\n";
  text +=
      "__device__ __forceinline__ gc_place gc_locate(const gc_block& block, gc_index access, gc_index accesses) {\n"
      "  gc_place at;\n";
  if (which_.outer_rank > 0) {
    text +=
        "  const gc_index per_row = gc_accesses_per_row(block);\n  gc_index row = access / per_row;\n  at.first = "
        "(access - row * per_row) * " +
        lanes + ";\n" + divide;
  } else {
    text += "  at.first = access * " + lanes + ";\n";
  }
  text += "  at.count = access < accesses ? (gc_index)block.extent - at.first : 0;\n  return at;\n}\n\n";
  text +=
      "__device__ __forceinline__ char* gc_address(const gc_block& block, int operand, const gc_place& at, long long "
      "step) {\n"
      "  return block.operand[operand].data + at.first * step" +
      sum + ";\n}\n";
  return text;
}

std::string parameter_text(dtype type, std::size_t k) {
  const std::string bits = "block.parameter[" + std::to_string(k) + "]";
  switch (type) {
    case bool_:
      return "(" + bits + " & 255) != 0";
    case float32:
      return "__uint_as_float((unsigned int)" + bits + ")";
    case float64:
      return "__longlong_as_double((long long)" + bits + ")";
    default:
      return "(" + std::string(value_type(type)) + ")" + bits;
  }
}

/// What one element is: a function of the operands' elements, one named value an instruction.
std::string emitter::element() const {
  std::string signature, body;
  for (std::size_t k = 0; k < operands(); ++k) {
    signature +=
        std::string(", ") + (k < inputs() ? "const " : "") + memory_type(operand_at(k).type) + "& " + operand_name(k);
  }
  for (std::size_t k = 0; k < kernel_.parameters.size(); ++k) {
    body += "  const " + std::string(value_type(kernel_.parameters[k])) + " p" + std::to_string(k) + " = " +
            parameter_text(kernel_.parameters[k], k) + ";\n";
  }
  const auto& steps = kernel_.body.body;
  std::vector<std::string> texts(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const lower::instruction& step = steps[i];
    std::string made, name = "v" + std::to_string(i);
    switch (step.code) {
      case opcode::load: {
        const dtype type = kernel_.inputs[step.index].type;
        const std::string x = operand_name(step.index);
        texts[i] = type == bool_ ? "(" + x + " != 0)" : !is_complex(type) ? x : x + (step.lane == 0 ? ".re" : ".im");
        continue;
      }
      case opcode::parameter:
        texts[i] = "p" + std::to_string(step.index);
        continue;
      case opcode::constant:
        texts[i] = literal_text(step.type, step.bits);
        continue;
      case opcode::position:
        throw internal_error("cuda::emit: expected no position outside a reduction, got instruction " + name);
      case opcode::cast:
        made = cast_text(steps[step.args[0]].type, step.type, texts[step.args[0]]);
        break;
      case opcode::apply: {
        std::vector<std::string> arguments;
        arguments.reserve(step.arity);
        for (std::size_t a = 0; a < step.arity; ++a) {
          arguments.push_back(texts[step.args[a]]);
        }
        const dtype compute = steps[step.args[step.arity - 1U]].type;
        made = apply_text(step.operation, compute, step.type, arguments);
        name = std::string(graph::row(step.operation).name) + "_" + std::to_string(i);
        break;
      }
    }
    texts[i] = name;
    body += "  const " + std::string(value_type(step.type)) + " " + name;
    body += " = " + made + ";\n";
  }
  std::size_t next = 0;
  for (std::size_t k = inputs(); k < operands(); ++k) {
    const std::string y = operand_name(k);
    if (is_complex(operand_at(k).type)) {
      body += "  " + y + ".re = " + texts[kernel_.body.results[next]] + ";\n";
      body += "  " + y + ".im = " + texts[kernel_.body.results[next + 1]] + ";\n";
      next += 2;
    } else {
      body += "  " + y + " = " + texts[kernel_.body.results[next++]] + ";\n";
    }
  }
  const bool takes_block = !kernel_.parameters.empty();
  return "\n// One element.\n__device__ __forceinline__ void gc_element(" +
         (takes_block ? "const gc_block& block" + signature : signature.substr(2)) + ") {\n" + body + "}\n";
}

/// Byte stride along the innermost dimension: a constant where the kernel is specialised on it.
std::string emitter::step_text(std::size_t k) const {
  const operand& memory = operand_at(k);
  return memory.step == any_step ? "block.operand[" + std::to_string(k) + "].step"
                                 : std::to_string(memory.step * static_cast<int>(size_of(memory.type)));
}

/// The call that moves one access of operand k between memory and its pack.
std::string emitter::transfer(std::size_t k) const {
  const operand& memory = operand_at(k);
  const bool reads = k < inputs();
  const std::string step = step_text(k);
  const std::string pack = operand_name(k) + (reads ? "[u]" : "");
  const std::string address = "gc_address(block, " + std::to_string(k) + ", at[u], " + step + ")";
  const std::string verb = reads ? "gc_read" : "gc_write";
  if (!memory.aligned) {
    return verb + "_unaligned(" + pack + ", " + address + ", " + step + ", at[u].count);\n";
  }
  if (memory.step == 1 && lanes_ > 1) {
    return verb + "(" + pack + ", " + address + ", at[u].count);\n";
  }
  return verb + "_strided(" + pack + ", " + address + ", " + step + ", at[u].count);\n";
}

std::string emitter::function(std::string_view name) const {
  const std::string accesses = std::to_string(accesses_);
  const std::string lanes = std::to_string(lanes_);
  const std::string tile = std::to_string(threads_per_block * accesses_);
  const std::string threads = std::to_string(threads_per_block);
  const bool in_memory = block_bytes(kernel_, which_) > most_parameter_bytes;
  const std::string block_type = parts_of(name) + "::gc_block";
  std::string text = "\nextern \"C\" __global__ void __launch_bounds__(" + threads + ") " + std::string(name) +
                     (in_memory ? "(const " + block_type + "* memory) {\n  const " + block_type + "& block = *memory;\n"
                                : "(const __grid_constant__ " + block_type + " block) {\n") +
                     "  using namespace " + parts_of(name) + ";\n";
  std::string rows = "gc_accesses_per_row(block)";
  for (int d = 0; d < which_.outer_rank; ++d) {
    rows += " * (gc_index)block.outer[" + std::to_string(d) + "]";
  }
  text += "  const gc_index accesses = " + rows + ";\n";
  text += "  for (gc_index tile = (gc_index)blockIdx.x * " + tile +
          "; tile < accesses; tile += (gc_index)gridDim.x * " + tile + ") {\n";
  text += "    gc_place at[" + accesses + "];\n";
  std::string loads, arguments;
  const auto pack_type = [&](std::size_t k) {
    return "gc_pack<" + memory_type(operand_at(k).type) + ", " + lanes + ">";
  };
  for (std::size_t k = 0; k < inputs(); ++k) {
    text += "    " + pack_type(k) + " " + operand_name(k) + "[" + accesses + "] = {};\n";
    loads += "      " + transfer(k);
    arguments += (arguments.empty() ? "" : ", ") + operand_name(k) + "[u].lane[i]";
  }
  text += "#pragma unroll\n    for (int u = 0; u < " + accesses +
          "; ++u) {\n      at[u] = gc_locate(block, tile + u * " + threads + " + (gc_index)threadIdx.x, accesses);\n" +
          loads + "    }\n";
  text += "#pragma unroll\n    for (int u = 0; u < " + accesses + "; ++u) {\n";
  std::string stores;
  for (std::size_t k = inputs(); k < operands(); ++k) {
    text += "      " + pack_type(k) + " " + operand_name(k) + ";\n";
    stores += "      " + transfer(k);
    arguments += (arguments.empty() ? "" : ", ") + operand_name(k) + ".lane[i]";
  }
  text += "#pragma unroll\n      for (int i = 0; i < " + lanes + "; ++i) {\n        gc_element(" +
          (kernel_.parameters.empty() ? "" : "block, ") + arguments + ");\n      }\n" + stores + "    }\n  }\n}\n";
  return text;
}

}  // namespace

std::string emit(const lower::kernel& kernel, const variant& which, std::string_view name) {
  if (kernel.schedule != lower::schedule::elementwise) {
    throw device_unavailable(
        "cuda::emit: expected an elementwise kernel, got one with reductions, which cuda cannot do yet");
  }
  return emitter(kernel, which).text(name);
}

}  // namespace gpucompute::cuda
