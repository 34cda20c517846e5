// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include <gpucompute/error.hpp>

#include "kernels/lower/kernel.hpp"

namespace gpucompute::lower {
namespace {

class checker {
 public:
  explicit checker(const kernel& description) : kernel_(description) {}

  void run() {
    if (kernel_.schedule == schedule::contract) {
      return check_contraction();
    }
    const bool reduces = kernel_.schedule != schedule::elementwise;
    for (const operand& input : kernel_.inputs) {
      check_operand(input, true);
    }
    for (const operand& output : kernel_.outputs) {
      check_operand(output, kernel_.schedule == schedule::reduce_inner);
    }
    for (const dtype parameter : kernel_.parameters) {
      require(!is_complex(parameter), "a parameter of a real type");
    }
    check_program(kernel_.body, "body");
    require(reduces != kernel_.reducers.empty(), "reducers in a reduction kernel and only there");
    reduces ? check_reducers() : check_stores();
  }

 private:
  /// Throws unless `holds`; a message is put together only then.
  template <typename... Where>
  void require(bool holds, const char* expected, const Where&... where) const {
    if (!holds) {
      std::string message = std::string("verify: expected ") + expected;
      ((message += where), ...);
      throw internal_error(message + ", got\n" + to_text(kernel_));
    }
  }

  void check_operand(const operand& which, bool may_stand) const {
    require(which.step == any_step || std::abs(which.step) <= 4, "a step of -4 .. 4 or any");
    require(which.step != 0 || may_stand, "an output that moves with the inner loop");
  }

  void check_contraction() const {
    require(kernel_.inputs.size() == 2 && kernel_.outputs.size() == 1, "two inputs and one output of a contraction");
    const dtype type = kernel_.outputs[0].type;
    require((is_floating(type) || is_complex(type)) && kernel_.inputs[0].type == type && kernel_.inputs[1].type == type,
            "operands of one floating or complex type");
    require(kernel_.outputs[0].aligned, "an aligned output of a contraction");
    require(kernel_.body == program{} && kernel_.reducers.empty() && kernel_.parameters.empty(),
            "nothing to compute but products and sums");
  }

  void check_stores() const {
    std::size_t next = 0;
    for (const operand& output : kernel_.outputs) {
      for (int lane = 0; lane <= (is_complex(output.type) ? 1 : 0); ++lane, ++next) {
        require(next < kernel_.body.results.size(), "a result for each lane of each output");
        require(kernel_.body.body[kernel_.body.results[next]].type == component(output.type),
                "results of the type of their output");
      }
    }
    require(next == kernel_.body.results.size(), "no result without an output");
  }

  void check_reducers() {
    std::size_t output = 0;
    require(kernel_.body.results.empty(), "no body results in a reduction");
    for (const reducer& reduction : kernel_.reducers) {
      const std::size_t fields = reduction.fields.size();
      require(fields != 0 && reduction.identities.size() == fields && reduction.lifted.size() == fields &&
                  reduction.combine.results.size() == fields,
              "an identity, a lifted value and a combined value for each state field");
      fields_ = &reduction.fields;
      check_program(reduction.combine, "combine");
      for (std::size_t i = 0; i < fields; ++i, ++output) {
        const dtype field = reduction.fields[i];
        require(!is_complex(field), "state fields of real types");
        require(reduction.lifted[i] < kernel_.body.body.size() && kernel_.body.body[reduction.lifted[i]].type == field,
                "lifted values of the type of their field");
        require(reduction.combine.body[reduction.combine.results[i]].type == field,
                "combined values of the type of their field");
        require(output < kernel_.outputs.size() && kernel_.outputs[output].type == field,
                "an output of the field's type for each field");
      }
      fields_ = nullptr;
    }
    require(output == kernel_.outputs.size(), "no output without a field");
  }

  void check_program(const program& code, const char* which) const {
    for (std::size_t i = 0; i < code.body.size(); ++i) {
      check_instruction(code, i, std::string(" at %") + std::to_string(i) + " of " + which);
    }
    for (const value result : code.results) {
      require(result < code.body.size(), "results that exist in ", which);
    }
  }

  void check_instruction(const program& code, std::size_t number, const std::string& where) const {
    const instruction& step = code.body[number];
    require(!is_complex(step.type), "a real type", where);
    for (std::size_t i = 0; i < step.arity; ++i) {
      require(step.args[i] < number, "arguments before their users", where);
    }
    switch (step.code) {
      case opcode::load:
        check_load(step, where);
        break;
      case opcode::parameter:
        require(
            fields_ == nullptr && step.index < kernel_.parameters.size() && kernel_.parameters[step.index] == step.type,
            "a parameter of this type", where);
        break;
      case opcode::constant:
        break;
      case opcode::position:
        require(fields_ == nullptr && kernel_.schedule != schedule::elementwise && step.type == int64,
                "an int64 position in a reduction's body", where);
        break;
      case opcode::cast:
        require(step.arity == 1 && code.body[step.args[0]].type != step.type, "one argument of another type", where);
        break;
      case opcode::apply:
        check_apply(code, step, where);
        break;
    }
  }

  void check_load(const instruction& step, const std::string& where) const {
    if (fields_ != nullptr) {
      require(step.index < fields_->size() && (*fields_)[step.index] == step.type && step.lane <= 1,
              "a state field of this type", where);
    } else {
      require(step.index < kernel_.inputs.size() && component(kernel_.inputs[step.index].type) == step.type &&
                  step.lane <= (is_complex(kernel_.inputs[step.index].type) ? 1 : 0),
              "a lane of an input of this type", where);
    }
  }

  void check_apply(const program& code, const instruction& step, const std::string& where) const {
    const graph::op_row& row = graph::row(step.operation);
    require(step.arity == row.arity && step.arity > 0, "as many arguments as the row takes", where);
    const dtype compute = compute_type(code, step);
    for (std::size_t i = 0; i < step.arity; ++i) {
      const bool condition = i == 0 && row.rule == graph::type_rule::select;
      require(code.body[step.args[i]].type == (condition ? bool_ : compute), "arguments of one type", where);
    }
    const graph::lowering how = graph::lowering_of(step.operation, compute).how;
    require(how == graph::lowering::primitive || how == graph::lowering::library, "a primitive or library row", where);
  }

  const kernel& kernel_;
  const std::vector<dtype>* fields_ = nullptr;  ///< state fields while a combine program is checked
};

}  // namespace

void verify(const kernel& description) { checker(description).run(); }

}  // namespace gpucompute::lower
