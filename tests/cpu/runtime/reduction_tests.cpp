// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <gtest/gtest.h>
#include <limits>
#include <random>

#include "cpu/runtime/drivers.hpp"
#include "cpu/runtime/executable.hpp"
#include "cpu/runtime/processor.hpp"
#include "kernels/device/backend.hpp"
#include "tests/common/kernel_builder.hpp"
#include "tests/common/tree.hpp"
#include "tests/cpu/runtime/jit.hpp"
#include "tests/cpu/runtime/numbers.hpp"

namespace gpucompute::cpu {
namespace {

using lower::schedule;
using testing::bind;
using testing::code_builder;
using testing::make_launch;
using testing::numbers;
using testing::reduce_by_tree;
using testing::to_bits;

// Two reducers at once: the sum of a*b with identity -0.0 (one merging primitive) and, through a combine program of
// several fields that depend on each other, something like moments of a and the largest of position * b.
using moments = std::array<double, 4>;  // count, mean, squares, largest position * b

double merge_sum(double l, double r) { return l + r; }

moments merge_moments(const moments& l, const moments& r) {
  const double count = l[0] + r[0];
  const double apart = r[1] - l[1];
  const double weight = r[0] * (count < 1 ? 1 : 0.375);
  return {count, l[1] + apart * weight, l[2] + r[2] + apart * apart * (l[0] * weight), r[3] < l[3] ? l[3] : r[3]};
}

std::shared_ptr<lower::kernel> sum_and_moments(schedule how, std::int32_t step, bool position) {
  auto kernel = std::make_shared<lower::kernel>();
  kernel->schedule = how;
  kernel->inputs = {{float64, step}, {float64, step}};
  kernel->outputs.assign(5, {float64, lower::any_step});
  code_builder code(kernel->body);
  const auto a = code.load(0, float64);
  const auto b = code.load(1, float64);
  const auto place = position ? code.cast(code.position(), float64) : a;
  const auto weighted = code.apply(graph::op::multiply, float64, {place, b});
  const auto product = code.apply(graph::op::multiply, float64, {a, b});
  kernel->reducers.push_back(testing::merging(graph::op::add, float64, to_bits(-0.0), product));

  lower::reducer many{.fields = {float64, float64, float64, float64},
                      .identities = {0, 0, 0, to_bits(-std::numeric_limits<double>::infinity())},
                      .lifted = {code.constant(1.0), a, code.constant(0.0), weighted},
                      .combine = {}};
  code_builder merge(many.combine);
  std::array<lower::value, 4> l{}, r{};
  for (std::uint32_t f = 0; f < 4; ++f) {
    l[f] = merge.load(f, float64, 0);
    r[f] = merge.load(f, float64, 1);
  }
  const auto one = merge.constant(1.0);
  const auto count = merge.apply(graph::op::add, float64, {l[0], r[0]});
  const auto apart = merge.apply(graph::op::subtract, float64, {r[1], l[1]});
  const auto factor = merge.apply(graph::op::where, float64,
                                  {merge.apply(graph::op::less, bool_, {count, one}), one, merge.constant(0.375)});
  const auto weight = merge.apply(graph::op::multiply, float64, {r[0], factor});
  const auto mean =
      merge.apply(graph::op::add, float64, {l[1], merge.apply(graph::op::multiply, float64, {apart, weight})});
  const auto spread = merge.apply(graph::op::multiply, float64,
                                  {merge.apply(graph::op::multiply, float64, {apart, apart}),
                                   merge.apply(graph::op::multiply, float64, {l[0], weight})});
  const auto squares =
      merge.apply(graph::op::add, float64, {merge.apply(graph::op::add, float64, {l[2], r[2]}), spread});
  const auto largest =
      merge.apply(graph::op::where, float64, {merge.apply(graph::op::less, bool_, {r[3], l[3]}), l[3], r[3]});
  many.combine.results = {count, mean, squares, largest};
  kernel->reducers.push_back(many);
  return kernel;
}

std::shared_ptr<lower::kernel> plain_sum(schedule how, std::int32_t step) {
  auto kernel = sum_and_moments(how, step, false);
  kernel->reducers.pop_back();
  kernel->outputs.resize(1);
  return kernel;
}

/// A case: extents kept and reduced of C-ordered arrays whose dimensions are the kept ones, then the reduced ones, or
/// for reduce_outer the other way round.
struct shape {
  dimensions kept, reduced;
};

std::int64_t product(const dimensions& extents) { return element_count(extents); }

struct problem {
  problem(schedule how_, const shape& s_) : how(how_), s(s_) {
    const std::int64_t results = product(s.kept), length = product(s.reduced);
    a = numbers(static_cast<std::size_t>(results * length), 1);
    b = numbers(static_cast<std::size_t>(results * length), 2);
    const bool inner = how == schedule::reduce_inner;
    kept_strides = c_strides(s.kept, inner ? static_cast<std::size_t>(8 * std::max<std::int64_t>(length, 1)) : 8);
    reduced_strides = c_strides(s.reduced, inner ? 8 : static_cast<std::size_t>(8 * results));
  }
  std::size_t index(std::int64_t result, std::int64_t position) const {
    const std::int64_t results = product(s.kept), length = product(s.reduced);
    return static_cast<std::size_t>(how == schedule::reduce_inner ? result * length + position
                                                                  : position * results + result);
  }
  /// Runs the kernel and returns one vector a state field.
  std::vector<std::vector<double>> run(const std::shared_ptr<lower::kernel>& kernel, isa which, tier how_fast,
                                       int threads) const {
    const auto results = static_cast<std::size_t>(product(s.kept));
    std::vector<std::vector<double>> out(kernel->outputs.size(), std::vector<double>(results, 99));
    std::vector<lower::operand_binding> operands = {bind(0, kept_strides, reduced_strides),
                                                    bind(1, kept_strides, reduced_strides)};
    std::vector<void*> pointers = {const_cast<double*>(a.data()), const_cast<double*>(b.data())};
    for (auto& each : out) {
      operands.push_back(bind(0, c_strides(s.kept, 8), dimensions::filled(s.reduced.rank(), 0)));
      pointers.push_back(each.data());
    }
    const auto launch = make_launch(kernel, s.kept, operands, s.reduced);
    const auto prepared = std::make_shared<prepared_kernel>(kernel, which, precision::precise);
    if (how_fast == tier::jit) {
      prepared->compile();
    }
    run_with_threads(prepared, launch, pointers, how_fast, threads);
    return out;
  }
  static void run_with_threads(const std::shared_ptr<prepared_kernel>& prepared, const lower::launch& launch,
                               std::span<void* const> pointers, tier how_fast, int threads) {
    const job work{.kernel = prepared->kernel(),
                   .launch = launch,
                   .pointers = pointers,
                   .run = how_fast == tier::jit ? prepared->compile() : prepared->interpreter(),
                   .combiner = prepared->interpreter()};
    run_reduction(work, threads);
  }
  schedule how;
  shape s;
  std::vector<double> a, b;
  dimensions kept_strides, reduced_strides;
};

bool same_bits(double x, double y) { return to_bits(x) == to_bits(y); }

const shape shapes[] = {
    {{}, {1}},          {{}, {31}},       {{}, {33}},        {{}, {4096}},      {{}, {4097}},     {{}, {100001}},
    {{5}, {10}},        {{1000}, {8}},    {{33}, {32}},      {{17}, {100}},     {{3}, {5000}},    {{300}, {9000}},
    {{2, 3}, {7}},      {{5, 40}, {45}},  {{4, 3}, {3, 50}}, {{6}, {5, 7, 11}}, {{2}, {70, 130}}, {{}, {1, 9000}},
    {{3, 2, 50}, {20}}, {{2, 2000}, {3}}, {{7}, {2, 5000}},  {{5}, {0}},        {{}, {0}},        {{0}, {5}},
};

class Reduction : public ::testing::TestWithParam<schedule> {};

TEST_P(Reduction, FollowsTheTreeBitForBitWhateverTheThreadsAndTheInstructionSet) {
  for (const shape& s : shapes) {
    const problem p(GetParam(), s);
    const std::int64_t results = product(s.kept), length = product(s.reduced);
    for (const bool position : {false, true}) {
      std::vector<double> sums;
      std::vector<moments> others;
      for (std::int64_t r = 0; r < results; ++r) {
        std::vector<double> products;
        std::vector<moments> lifted;
        for (std::int64_t i = 0; i < length; ++i) {
          const double a = p.a[p.index(r, i)], b = p.b[p.index(r, i)];
          products.push_back(a * b);
          lifted.push_back({1.0, a, 0.0, (position ? static_cast<double>(i) : a) * b});
        }
        sums.push_back(reduce_by_tree<double>(products, -0.0, GetParam(), merge_sum));
        others.push_back(reduce_by_tree<moments>(lifted, {0, 0, 0, -std::numeric_limits<double>::infinity()},
                                                 GetParam(), merge_moments));
      }
      const std::int32_t step = GetParam() == schedule::reduce_inner || !s.kept.empty() ? 1 : lower::any_step;
      const auto kernel = sum_and_moments(GetParam(), step, position);
      for (const isa which : {isa::avx2, isa::avx512}) {
        if (!supports(which)) {
          continue;
        }
        for (const int threads : {1, 2, 3, 7}) {
          const auto got = p.run(kernel, which, tier::interpreter, threads);
          const auto alone = p.run(plain_sum(GetParam(), step), which, tier::interpreter, threads);
          for (std::size_t r = 0; r < sums.size(); ++r) {
            const std::string where = to_string(s.kept) + " over " + to_string(s.reduced) + " result " +
                                      std::to_string(r) + " threads " + std::to_string(threads);
            ASSERT_TRUE(same_bits(got[0][r], sums[r])) << where << ": " << got[0][r] << " not " << sums[r];
            ASSERT_TRUE(same_bits(alone[0][r], sums[r])) << where << ": " << alone[0][r] << " not " << sums[r];
            for (std::size_t f = 0; f < 4; ++f) {
              ASSERT_TRUE(same_bits(got[1 + f][r], others[r][f]))
                  << where << " field " << f << ": " << got[1 + f][r] << " not " << others[r][f];
            }
          }
        }
      }
    }
  }
}

TEST_P(Reduction, CompiledCodeGivesTheInterpretersBits) {
  if (!has_jit()) {
    GTEST_SKIP() << "this build has no JIT";
  }
  for (const shape& s : shapes) {
    const problem p(GetParam(), s);
    const std::int32_t step = GetParam() == schedule::reduce_inner || !s.kept.empty() ? 1 : lower::any_step;
    for (const bool position : {false, true}) {
      const auto kernel = sum_and_moments(GetParam(), step, position);
      const auto expected = p.run(kernel, isa::avx2, tier::interpreter, 1);
      for (const isa which : {isa::avx2, isa::avx512}) {
        if (!supports(which)) {
          continue;
        }
        const auto got = p.run(kernel, which, tier::jit, 2);
        for (std::size_t f = 0; f < expected.size(); ++f) {
          for (std::size_t r = 0; r < expected[f].size(); ++r) {
            ASSERT_TRUE(same_bits(got[f][r], expected[f][r]))
                << to_string(s.kept) << " over " << to_string(s.reduced) << " field " << f << " result " << r
                << (which == isa::avx2 ? " AVX2: " : " AVX-512: ") << got[f][r] << " not " << expected[f][r];
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Schedules, Reduction, ::testing::Values(schedule::reduce_inner, schedule::reduce_outer),
                         [](const auto& each) { return each.param == schedule::reduce_inner ? "Inner" : "Outer"; });

}  // namespace
}  // namespace gpucompute::cpu
