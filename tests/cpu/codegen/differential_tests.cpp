// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>

#include "tests/cpu/codegen/harness.hpp"
#include "tests/cpu/codegen/random_kernel.hpp"
#include "tests/cpu/codegen/scalar_oracle.hpp"

namespace gpucompute::testing {
namespace {

struct extents {
  std::int64_t inner, outer;
};

std::string describe(const lower::kernel& kernel, const extents& size) {
  const cpu::codegen_options any = {.isa = cpu::isa::avx512};
  return std::to_string(size.outer) + " x " + std::to_string(size.inner) + "\n" + jit().source(kernel, any);
}

/// Runs the kernel on random data for each size and instruction set and compares every output element, and every byte
/// between them, with the oracle.
void expect_as_oracle(const lower::kernel& kernel, const std::vector<extents>& sizes, std::mt19937_64& random) {
  std::vector<cpu::compiled> codes;
  for (const cpu::isa set : instruction_sets()) codes.push_back(compile(kernel, set));
  const std::size_t inputs = kernel.inputs.size();
  for (const extents& size : sizes) {
    std::vector<std::unique_ptr<test_array>> arrays;
    std::vector<test_array*> operands;
    for (std::size_t k = 0; k < inputs + kernel.outputs.size(); ++k) {
      const lower::operand& what = k < inputs ? kernel.inputs[k] : kernel.outputs[k - inputs];
      test_array::layout how = {.at_end = random() % 2 == 0, .aligned = what.aligned};
      how.inner_step = what.step != lower::any_step ? what.step : static_cast<std::int64_t>(random() % 13) - 6;
      if (k >= inputs && how.inner_step == 0) how.inner_step = 7;
      const std::int64_t row = std::abs(how.inner_step) * (size.inner - 1) + 1;
      how.outer_step = k < inputs && random() % 3 == 0 ? 0 : random() % 2 == 0 ? row : -(row + 2);
      arrays.push_back(std::make_unique<test_array>(what.type, size.inner, size.outer, how));
      arrays.back()->fill(random);
      operands.push_back(arrays.back().get());
    }
    std::vector<std::uint64_t> parameters;
    parameters.reserve(kernel.parameters.size());
    for (const dtype type : kernel.parameters) parameters.push_back(random_element(type, random));
    for (std::size_t set = 0; set < codes.size(); ++set) {
      for (std::size_t k = inputs; k < arrays.size(); ++k) arrays[k]->fill_bytes(0xa5);
      run(codes[set], operands,
          {.inner_extent = size.inner,
           .outer_extent = size.outer,
           .parameters = parameters,
           .stream = random() % 2 == 0});
      std::vector<std::vector<unsigned char>> written;
      for (std::size_t k = inputs; k < arrays.size(); ++k) written.push_back(arrays[k]->bytes());
      for (std::int64_t o = 0; o < size.outer; ++o) {
        for (std::int64_t i = 0; i < size.inner; ++i) {
          const element_bits values = run_scalar(kernel.body, [&](const lower::instruction& step) {
            if (step.code == lower::opcode::load) return arrays[step.index]->get(i, o, step.lane);
            return step.type == bool_ ? std::uint64_t{from_bits<bool>(parameters[step.index])} : parameters[step.index];
          });
          const element_bits expected = select(values, kernel.body.results);
          std::size_t result = 0;
          for (std::size_t k = inputs; k < arrays.size(); ++k) {
            const dtype type = component(arrays[k]->type());
            for (int lane = 0; lane < (is_complex(arrays[k]->type()) ? 2 : 1); ++lane) {
              const std::uint64_t got = arrays[k]->get(i, o, lane);
              ASSERT_TRUE(same(got, expected[result], type))
                  << name(instruction_sets()[set]) << ", output " << k - inputs << ", element " << o << ", " << i
                  << ": got " << std::hex << got << ", expected " << expected[result] << std::dec << " for "
                  << describe(kernel, size);
              std::memset(arrays[k]->at(i, o, lane), 0xa5, size_of(type));
              ++result;
            }
          }
        }
      }
      for (std::size_t k = inputs; k < arrays.size(); ++k) {
        const auto left = arrays[k]->bytes();
        ASSERT_EQ(std::count(left.begin(), left.end(), 0xa5), static_cast<std::ptrdiff_t>(left.size()))
            << "bytes beside the elements were written by " << describe(kernel, size);
      }
    }
  }
}

const std::vector<extents> row_of_many = {{2500, 1}};

TEST(Primitives, EveryRowAtEveryTypeIsTheOraclesElementByElement) {
  std::mt19937_64 random(1);
  for (const primitive& each : all_primitives()) {
    SCOPED_TRACE(std::string(graph::row(each.operation).name) + " of " + std::string(name(each.type)));
    expect_as_oracle(single_primitive(each), row_of_many, random);
    if (HasFatalFailure()) return;
  }
}

TEST(Casts, EveryPairOfTypesIsTheOraclesElementByElement) {
  std::mt19937_64 random(2);
  for (const dtype from : real_types) {
    for (const dtype to : real_types) {
      SCOPED_TRACE(std::string(name(from)) + " to " + std::string(name(to)));
      expect_as_oracle(single_cast(from, to), row_of_many, random);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Differential, RandomKernelsAreTheOraclesElementByElement) {
  std::mt19937_64 random(3);
  for (int turn = 0; turn < 100; ++turn) {
    SCOPED_TRACE("kernel " + std::to_string(turn));
    const lower::kernel kernel = random_kernel(random);
    const auto any = [&](std::uint64_t most) { return static_cast<std::int64_t>(1 + random() % most); };
    expect_as_oracle(kernel, {{1, 1}, {any(100), 1}, {any(300), 1}, {any(20), any(9)}, {any(130), 2}}, random);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace gpucompute::testing
