// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/device/backend.hpp"
#include "kernels/reduce/tree.hpp"
#include "tests/common/scalar.hpp"

// A device that runs kernel descriptions one element at a time, written from kernel.hpp, launch.hpp and tree.hpp alone.
// It verifies every kernel and shares no code with the real devices.

namespace gpucompute::testing {

class walker final : public device_layer::backend {
 public:
  int prepared = 0;
  std::size_t allocated = 0;

  device_info describe() const override {
    return {"walker", "one element at a time", true, "", 1, {"interpreter"}, ""};
  }
  std::string source(const lower::kernel& kernel, const device_layer::prepare_options&) const override {
    return to_text(kernel);
  }
  std::shared_ptr<const device_layer::executable> prepare(const std::shared_ptr<const lower::kernel>& kernel,
                                                          const device_layer::prepare_options&) override {
    verify(*kernel);
    ++prepared;
    return std::make_shared<device_layer::executable>();
  }
  std::shared_ptr<void> allocate(std::size_t bytes) override {
    allocated += bytes;
    return {::operator new(bytes), [](void* p) { ::operator delete(p); }};
  }

  void run(const device_layer::executable&, const lower::launch& launch, std::span<void* const> pointers,
           const device_layer::run_options&) override {
    const std::int64_t results = element_count(launch.kept);
    for (std::int64_t at = 0; at < results; ++at) {
      const element_walk walk{launch, pointers, at};
      if (launch.kernel->reducers.empty()) {
        store(walk);
      } else {
        reduce(walk);
      }
    }
  }

 private:
  using bits = std::vector<std::uint64_t>;

  struct element_walk {
    const lower::launch& launch;
    std::span<void* const> pointers;
    std::int64_t at;

    char* place(std::size_t operand, std::int64_t position) const {
      const lower::operand_binding& binding = launch.operands[operand];
      return static_cast<char*>(pointers[operand]) + distance(launch.kept, binding.kept_strides, at) +
             distance(launch.reduced, binding.reduced_strides, position);
    }
    static std::int64_t distance(const dimensions& extents, const dimensions& strides, std::int64_t number) {
      std::int64_t bytes = 0;
      for (std::size_t axis = extents.rank(); axis-- > 0;) {
        bytes += number % extents[axis] * strides[axis];
        number /= extents[axis];
      }
      return bytes;
    }
  };

  template <typename Load>
  static bits run_program(const lower::program& code, const bits& parameters, std::int64_t position, Load load) {
    bits values;
    for (const lower::instruction& step : code.body) {
      std::uint64_t args[3] = {};
      for (std::size_t i = 0; i < step.arity; ++i) {
        args[i] = values[step.args[i]];
      }
      const dtype from = step.arity == 0 ? step.type : code.body[step.args[step.arity - 1U]].type;
      switch (step.code) {
        case lower::opcode::load:
          values.push_back(load(step));
          break;
        case lower::opcode::parameter:
          values.push_back(parameters[step.index]);
          break;
        case lower::opcode::constant:
          values.push_back(step.bits);
          break;
        case lower::opcode::position:
          values.push_back(static_cast<std::uint64_t>(position));
          break;
        case lower::opcode::cast:
          values.push_back(scalar_cast(args[0], from, step.type));
          break;
        case lower::opcode::apply:
          values.push_back(scalar_apply(step.operation, from, args));
          break;
      }
    }
    return values;
  }

  static bits body(const element_walk& walk, std::int64_t position) {
    return run_program(walk.launch.kernel->body, walk.launch.parameters, position, [&](const lower::instruction& step) {
      std::uint64_t value = 0;
      std::memcpy(&value, walk.place(step.index, position) + step.lane * size_of(step.type), size_of(step.type));
      return value;
    });
  }

  static void store(const element_walk& walk) {
    const lower::kernel& kernel = *walk.launch.kernel;
    const bits values = body(walk, 0);
    std::size_t next = 0;
    for (std::size_t k = 0; k < kernel.outputs.size(); ++k) {
      const std::size_t bytes = size_of(component(kernel.outputs[k].type));
      for (std::size_t lane = 0; lane <= (is_complex(kernel.outputs[k].type) ? 1U : 0U); ++lane) {
        std::memcpy(walk.place(kernel.inputs.size() + k, 0) + lane * bytes, &values[kernel.body.results[next++]],
                    bytes);
      }
    }
  }

  static bits combine(const lower::reducer& reducer, const bits& left, const bits& right) {
    const bits values = run_program(reducer.combine, {}, 0, [&](const lower::instruction& step) {
      return (step.lane == 0 ? left : right)[step.index];
    });
    bits made;
    for (const lower::value result : reducer.combine.results) {
      made.push_back(values[result]);
    }
    return made;
  }

  static void reduce(const element_walk& walk) {
    const lower::kernel& kernel = *walk.launch.kernel;
    const std::int64_t n = element_count(walk.launch.reduced);
    const std::int64_t lanes = kernel.schedule == lower::schedule::reduce_inner ? reduce::lanes : 1;
    std::size_t output = kernel.inputs.size();
    for (const lower::reducer& reducer : kernel.reducers) {
      std::vector<bits> leaves;
      for (std::int64_t leaf = 0; leaf < reduce::leaf_count(n); ++leaf) {
        std::vector<bits> states(static_cast<std::size_t>(lanes), reducer.identities);
        const std::int64_t first = leaf * reduce::leaf_length;
        for (std::int64_t i = first; i < std::min(n, first + reduce::leaf_length); ++i) {
          const bits values = body(walk, i);
          bits lifted;
          for (const lower::value each : reducer.lifted) {
            lifted.push_back(values[each]);
          }
          bits& lane = states[static_cast<std::size_t>((i - first) % lanes)];
          lane = combine(reducer, lane, lifted);
        }
        for (std::size_t half = static_cast<std::size_t>(lanes) / 2; half > 0; half /= 2) {
          for (std::size_t j = 0; j < half; ++j) {
            states[j] = combine(reducer, states[j], states[j + half]);
          }
        }
        leaves.push_back(states[0]);
      }
      while (leaves.size() > 1) {
        std::vector<bits> merged;
        for (std::size_t j = 0; j < leaves.size(); j += 2) {
          merged.push_back(j + 1 < leaves.size() ? combine(reducer, leaves[j], leaves[j + 1]) : leaves[j]);
        }
        leaves = std::move(merged);
      }
      for (std::size_t field = 0; field < reducer.fields.size(); ++field, ++output) {
        std::memcpy(walk.place(output, 0), &leaves[0][field], size_of(reducer.fields[field]));
      }
    }
  }
};

}  // namespace gpucompute::testing
