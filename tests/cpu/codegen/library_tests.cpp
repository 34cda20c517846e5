// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <vector>

#include "cpu/math/library.hpp"
#include "tests/common/kernel_builder.hpp"
#include "tests/cpu/codegen/harness.hpp"
#include "tests/cpu/codegen/scalar_oracle.hpp"

// Library functions called from machine code against the same functions called block by block, as the interpreter does.

namespace gpucompute::testing {
namespace {

namespace math = cpu::math;

using resolver = void* (*)(std::string_view);

/// Functions that take a register at a time.
void* registers(std::string_view symbol) {
  for (const cpu::isa set : cpu::every_isa) {
    for (const math::entry& each : math::entries(set)) {
      if (each.symbol == symbol) return each.vector;
    }
  }
  return nullptr;
}

/// Those, and the functions that take several.
void* blocks(std::string_view symbol) {
  constexpr std::string_view ending = "_block";
  if (!symbol.ends_with(ending)) return registers(symbol);
  symbol.remove_suffix(ending.size());
  for (const cpu::isa set : cpu::every_isa) {
    for (const math::entry& each : math::entries(set)) {
      if (each.symbol == symbol) return reinterpret_cast<void*>(each.block);
    }
  }
  return nullptr;
}

std::optional<graph::op> operation_named(std::string_view name) {
  for (std::size_t row = 0; row < graph::op_count(); ++row) {
    if (graph::row(static_cast<graph::op>(row)).name == name) return static_cast<graph::op>(row);
  }
  return std::nullopt;
}

lower::kernel call(graph::op operation, dtype type, int arity) {
  lower::kernel kernel;
  code_builder make(kernel.body);
  const auto inputs = [&](std::uint32_t k) {
    kernel.inputs.push_back({.type = type});
    return make.load(k, type);
  };
  const auto first = inputs(0);
  const auto result =
      arity == 1 ? make.apply(operation, type, {first}) : make.apply(operation, type, {first, inputs(1)});
  kernel.body.results = {result};
  kernel.outputs = {{.type = type}};
  return kernel;
}

void expect_bits_of_block(cpu::isa set, precision how, resolver resolve) {
  std::mt19937_64 random(1);
  int functions = 0;
  for (const math::entry& each : math::entries(set)) {
    const auto operation = operation_named(each.name);
    if (!operation || graph::lowering_of(*operation, each.type).how != graph::lowering::library) continue;
    ++functions;
    const math::entry* meant = math::find(each.name, each.type, set, how == precision::fast);
    const cpu::compiled code =
        jit().compile(call(*operation, each.type, each.arity), {.precision = how, .isa = set, .resolve = resolve});
    constexpr std::int64_t extent = 333;
    test_array x(each.type, extent, 1, {}), y(each.type, extent, 1, {}), out(each.type, extent, 1, {}),
        expected(each.type, extent, 1, {});
    x.fill(random);
    y.fill(random);
    std::vector<test_array*> operands = {&x, &y, &out};
    if (each.arity == 1) operands.erase(operands.begin() + 1);
    run(code, operands, {.inner_extent = extent});
    meant->block(expected.first(), x.first(), y.first(), extent);
    for (std::int64_t i = 0; i < extent; ++i) {
      ASSERT_TRUE(same(out.get(i, 0), expected.get(i, 0), each.type))
          << name(set) << ' ' << each.name << " of " << name(each.type) << ", element " << i << ": " << std::hex
          << x.get(i, 0) << ", " << y.get(i, 0) << " gave " << out.get(i, 0) << ", the block function "
          << expected.get(i, 0);
    }
  }
  EXPECT_GT(functions, 60) << "fewer than all library rows were tried";
}

TEST(Library, PreciseCallsGiveTheBitsOfTheBlockFunctions) {
  for (const cpu::isa set : instruction_sets()) {
    expect_bits_of_block(set, precision::precise, registers);
    expect_bits_of_block(set, precision::precise, blocks);
  }
}

TEST(Library, FastCallsGiveTheBitsOfTheFastBlockFunctions) {
  for (const cpu::isa set : instruction_sets()) {
    expect_bits_of_block(set, precision::fast, registers);
    expect_bits_of_block(set, precision::fast, blocks);
  }
}

}  // namespace
}  // namespace gpucompute::testing
