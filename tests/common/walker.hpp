// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gpucompute/error.hpp>

#include "kernels/device/backend.hpp"
#include "tests/common/scalar_program.hpp"
#include "tests/common/tree.hpp"

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
  std::string source(const lower::launch& launch, const device_layer::prepare_options&) const override {
    return to_text(*launch.kernel);
  }
  std::string tier_text(const device_layer::prepare_options&) const override { return "walker"; }
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

  solving::solver& solver() override { throw device_unavailable("walker: no solver"); }

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

  static element_bits body(const element_walk& walk, std::int64_t position) {
    return run_scalar(walk.launch.kernel->body, [&](const lower::instruction& step) {
      std::uint64_t value = 0;
      switch (step.code) {
        case lower::opcode::parameter:
          return walk.launch.parameters[step.index];
        case lower::opcode::position:
          return static_cast<std::uint64_t>(position);
        default:
          std::memcpy(&value, walk.place(step.index, position) + step.lane * size_of(step.type), size_of(step.type));
          return value;
      }
    });
  }

  static void store(const element_walk& walk) {
    const lower::kernel& kernel = *walk.launch.kernel;
    const element_bits values = body(walk, 0);
    std::size_t next = 0;
    for (std::size_t k = 0; k < kernel.outputs.size(); ++k) {
      const std::size_t bytes = size_of(component(kernel.outputs[k].type));
      for (std::size_t lane = 0; lane <= (is_complex(kernel.outputs[k].type) ? 1U : 0U); ++lane) {
        std::memcpy(walk.place(kernel.inputs.size() + k, 0) + lane * bytes, &values[kernel.body.results[next++]],
                    bytes);
      }
    }
  }

  static void reduce(const element_walk& walk) {
    const lower::kernel& kernel = *walk.launch.kernel;
    const std::int64_t n = element_count(walk.launch.reduced);
    std::size_t output = kernel.inputs.size();
    for (const lower::reducer& reducer : kernel.reducers) {
      std::vector<element_bits> lifted;
      lifted.reserve(static_cast<std::size_t>(n));
      for (std::int64_t i = 0; i < n; ++i) {
        lifted.push_back(select(body(walk, i), reducer.lifted));
      }
      const element_bits state = reduce_by_tree<element_bits>(
          lifted, reducer.identities, kernel.schedule,
          [&](const element_bits& left, const element_bits& right) { return combine(reducer, left, right); });
      for (std::size_t field = 0; field < reducer.fields.size(); ++field, ++output) {
        std::memcpy(walk.place(output, 0), &state[field], size_of(reducer.fields[field]));
      }
    }
  }
};

}  // namespace gpucompute::testing
