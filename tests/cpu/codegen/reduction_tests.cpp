// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>

#include "kernels/reduce/tree.hpp"
#include "tests/common/kernel_builder.hpp"
#include "tests/cpu/codegen/harness.hpp"
#include "tests/cpu/codegen/random_kernel.hpp"
#include "tests/cpu/codegen/scalar_oracle.hpp"

namespace gpucompute::testing {
namespace {

/// Inputs over reduced x kept elements, and what each result should be.
class reduction_case {
 public:
  reduction_case(const lower::kernel& kernel, std::int64_t reduced, std::int64_t kept, std::mt19937_64& random)
      : kernel_(kernel), reduced_(reduced), kept_(kept), position_(static_cast<std::int64_t>(random() % 3) * 4096) {
    const bool inner = kernel.schedule == lower::schedule::reduce_inner;
    const std::int64_t inner_extent = inner ? reduced : kept, outer_extent = inner ? kept : reduced;
    for (const lower::operand& what : kernel.inputs) {
      test_array::layout how = {.at_end = random() % 2 == 0, .aligned = what.aligned};
      how.inner_step = what.step != lower::any_step ? what.step : static_cast<std::int64_t>(random() % 13) - 6;
      const std::int64_t row = std::abs(how.inner_step) * (inner_extent - 1) + 1;
      how.outer_step = random() % 4 == 0 ? 0 : random() % 2 == 0 ? row : -(row + 1);
      arrays_.push_back(std::make_unique<test_array>(what.type, inner_extent, outer_extent, how));
      arrays_.back()->fill(random);
    }
    for (const lower::operand& what : kernel.outputs) {
      test_array::layout how = {.at_end = random() % 2 == 0};
      const std::int64_t step = what.step == lower::any_step ? -3 : 1;
      if (inner) {
        how.inner_step = 0;
        how.outer_step = step;
        arrays_.push_back(std::make_unique<test_array>(what.type, 1, kept, how));
      } else {
        how.inner_step = step;
        arrays_.push_back(std::make_unique<test_array>(what.type, kept, 1, how));
      }
    }
    for (const dtype type : kernel.parameters) parameters_.push_back(random_element(type, random));
    for (std::int64_t k = 0; k < kept; ++k) expected_.push_back(reduce_leaf(kernel, lifted(k)));
  }

  /// The whole leaf in one tile: its inner part is cut into tiles at `cuts` when there is one result.
  void run_inner(const cpu::compiled& code, std::vector<std::int64_t> cuts) {
    std::vector<std::vector<char>> lanes;
    std::vector<char*> lane_addresses;
    lanes.reserve(kernel_.outputs.size());
    lane_addresses.reserve(kernel_.outputs.size());
    for (const lower::operand& field : kernel_.outputs) lanes.emplace_back(reduce::lanes * size_of(field.type));
    for (auto& each : lanes) lane_addresses.push_back(each.data());
    cuts.push_back(reduced_);
    std::int64_t start = 0;
    for (const std::int64_t cut : cuts) {
      run_part(code,
               {.inner_extent = cut - start,
                .outer_extent = kept_,
                .parameters = parameters_,
                .position = position_ + start,
                .lane = start % reduce::lanes,
                .lanes = lane_addresses,
                .begin = start == 0,
                .end = cut == reduced_},
               start, 0);
      start = cut;
    }
  }

  void run_outer(const cpu::compiled& code, std::vector<std::int64_t> cuts) {
    cuts.push_back(reduced_);
    std::int64_t start = 0;
    for (const std::int64_t cut : cuts) {
      run_part(code,
               {.inner_extent = kept_,
                .outer_extent = cut - start,
                .parameters = parameters_,
                .position = position_ + start,
                .begin = start == 0},
               0, start);
      start = cut;
    }
  }

  void expect_results(const std::string& where) const {
    for (std::int64_t k = 0; k < kept_; ++k) {
      for (std::size_t f = 0; f < kernel_.outputs.size(); ++f) {
        const test_array& out = *arrays_[kernel_.inputs.size() + f];
        const bool inner = kernel_.schedule == lower::schedule::reduce_inner;
        const std::uint64_t got = inner ? out.get(0, k) : out.get(k, 0);
        const std::uint64_t expected = expected_[static_cast<std::size_t>(k)][f];
        ASSERT_TRUE(same(got, expected, out.type()))
            << where << ", result " << k << " of " << kept_ << ", field " << f << ", reduced length " << reduced_
            << ": got " << std::hex << got << ", expected " << expected;
      }
    }
  }

 private:
  std::vector<states> lifted(std::int64_t result) const {
    std::vector<lower::value> wanted;
    for (const auto& each : kernel_.reducers) wanted.insert(wanted.end(), each.lifted.begin(), each.lifted.end());
    const bool inner = kernel_.schedule == lower::schedule::reduce_inner;
    std::vector<states> all;
    for (std::int64_t j = 0; j < reduced_; ++j) {
      const element_bits values = run_scalar(kernel_.body, [&](const lower::instruction& step) -> std::uint64_t {
        if (step.code == lower::opcode::position) return static_cast<std::uint64_t>(position_ + j);
        if (step.code == lower::opcode::load) {
          return inner ? arrays_[step.index]->get(j, result, step.lane)
                       : arrays_[step.index]->get(result, j, step.lane);
        }
        const std::uint64_t given = parameters_[step.index];
        return step.type == bool_ ? from_bits<bool>(given) : given;
      });
      all.push_back(select(values, wanted));
    }
    return all;
  }

  void run_part(const cpu::compiled& code, const tile_run& how, std::int64_t inner_start, std::int64_t outer_start) {
    std::vector<test_array*> operands;
    std::vector<char*> starts;
    for (std::size_t k = 0; k < arrays_.size(); ++k) {
      operands.push_back(arrays_[k].get());
      starts.push_back(k < kernel_.inputs.size() ? arrays_[k]->at(inner_start, outer_start) : arrays_[k]->first());
    }
    run(code, operands, starts, how);
  }

  const lower::kernel& kernel_;
  std::int64_t reduced_, kept_, position_;
  std::vector<std::unique_ptr<test_array>> arrays_;
  std::vector<std::uint64_t> parameters_;
  std::vector<states> expected_;
};

std::vector<std::int64_t> random_cuts(std::int64_t length, std::mt19937_64& random) {
  std::vector<std::int64_t> cuts;
  for (int k = 0; k < 3 && length > 1; ++k)
    cuts.push_back(1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(length - 1)));
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

void expect_as_tree(const lower::kernel& kernel, const std::vector<std::int64_t>& lengths, std::mt19937_64& random) {
  std::vector<cpu::compiled> codes;
  for (const cpu::isa set : instruction_sets()) codes.push_back(compile(kernel, set));
  const bool inner = kernel.schedule == lower::schedule::reduce_inner;
  for (const std::int64_t length : lengths) {
    reduction_case many(kernel, length, inner ? 3 : 1 + static_cast<std::int64_t>(random() % 90), random);
    reduction_case one(kernel, length, 1, random);
    const auto cuts = random_cuts(length, random);
    for (std::size_t set = 0; set < codes.size(); ++set) {
      const std::string where(name(instruction_sets()[set]));
      inner ? many.run_inner(codes[set], {}) : many.run_outer(codes[set], cuts);
      many.expect_results(where + ", whole rows");
      inner ? one.run_inner(codes[set], cuts) : one.run_outer(codes[set], {});
      one.expect_results(where + ", one result");
    }
    if (::testing::Test::HasFatalFailure()) return;
  }
}

/// sum(x*y) in float64 and, beside it, the position of the last element: several reducers of several fields.
lower::kernel dot_and_last(lower::schedule schedule, dtype type) {
  lower::kernel kernel;
  kernel.schedule = schedule;
  kernel.inputs = {{.type = type}, {.type = type}};
  kernel.outputs = {{.type = float64}, {.type = int64}};
  code_builder make(kernel.body);
  const auto wide = [&](lower::value from) { return type == float64 ? from : make.cast(from, float64); };
  const auto product = make.apply(graph::op::multiply, float64, {wide(make.load(0, type)), wide(make.load(1, type))});
  const auto position = make.position();
  kernel.reducers = {merging(graph::op::add, float64, to_bits(-0.0), product),
                     merging(graph::op::maximum, int64, 0, position)};
  return kernel;
}

TEST(ReduceInner, IsTheTreeForEveryShortLength) {
  std::mt19937_64 random(1);
  std::vector<std::int64_t> lengths(100);
  for (std::size_t k = 0; k < lengths.size(); ++k) lengths[k] = static_cast<std::int64_t>(k + 1);
  for (const dtype type : {float64, float32, int16})
    expect_as_tree(dot_and_last(lower::schedule::reduce_inner, type), lengths, random);
}

TEST(ReduceInner, IsTheTreeForLongLeaves) {
  std::mt19937_64 random(2);
  expect_as_tree(dot_and_last(lower::schedule::reduce_inner, float32), {1000, 4095, 4096}, random);
}

TEST(ReduceOuter, IsTheTreeForEveryShortLength) {
  std::mt19937_64 random(3);
  for (const dtype type : {float64, float32, uint8}) {
    expect_as_tree(dot_and_last(lower::schedule::reduce_outer, type), {1, 2, 3, 7, 40, 300}, random);
  }
}

TEST(Reductions, RandomReducersAreTheTreeBitForBit) {
  for (const auto schedule : {lower::schedule::reduce_inner, lower::schedule::reduce_outer}) {
    std::mt19937_64 random(4);
    for (int turn = 0; turn < 40; ++turn) {
      SCOPED_TRACE("kernel " + std::to_string(turn));
      const lower::kernel kernel = random_reduction(random, schedule);
      const auto any = [&](std::uint64_t most) { return static_cast<std::int64_t>(1 + random() % most); };
      expect_as_tree(kernel, {any(20), 31 + any(3), any(200), any(600)}, random);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace gpucompute::testing
