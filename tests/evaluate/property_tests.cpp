// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <limits>

#include <gpucompute/error.hpp>

#include "cpu/runtime/team.hpp"
#include "kernels/evaluate/function.hpp"
#include "tests/common/naive.hpp"
#include "tests/common/runs.hpp"
#include "tests/common/walker.hpp"
#include "tests/evaluate/random_trials.hpp"

// Random expressions, shapes, strides, offsets and outputs on the walker against the naive evaluator: what is tested is
// expansion, staging, dimension merging and overlap. Bits are equal where no reduction is. Where there is one, the naive
// evaluator runs again with each inexact step off by what it may be, and what an element moves by, times a margin, is allowed.

namespace gpucompute::testing {
namespace {

std::array<double, 2> parts(const naive_value& value, std::size_t i) {
  const std::complex<double> number = value.complex_number(i);
  return {number.real(), number.imag()};
}

/// The bits of a component, and whether it is a NaN.
std::pair<std::uint64_t, bool> component_bits(const naive_value& value, std::size_t i, std::size_t part) {
  const graph::literal& element = value.elements[i];
  const std::uint64_t bits =
      value.type == complex64 ? element.low >> (32 * part) & 0xffffffffU : (part == 0 ? element.low : element.high);
  return {bits, std::isnan(parts(value, i)[part])};
}

/// What each part of each element may be off by; nothing at all: bits are equal.
using allowances = std::vector<std::array<double, 2>>;

/// Bits equal, or NaN in both, or as near as allowed.
::testing::AssertionResult same(const naive_value& expected, const naive_value& actual,
                                const allowances& allowed = {}) {
  if (expected.type != actual.type || expected.shape != actual.shape) {
    return ::testing::AssertionFailure() << "expected " << name(expected.type) << to_string(expected.shape) << ", got "
                                         << name(actual.type) << to_string(actual.shape);
  }
  for (std::size_t i = 0; i < expected.elements.size(); ++i) {
    for (std::size_t part = 0; part < 2; ++part) {
      const auto [want, want_nan] = component_bits(expected, i, part);
      const auto [got, got_nan] = component_bits(actual, i, part);
      const double limit = allowed.empty() ? 0 : allowed[i][part];
      const double distance = std::abs(parts(expected, i)[part] - parts(actual, i)[part]);
      const bool both_nan = want_nan && got_nan;
      const bool near = limit > 0 && (distance <= limit || std::isinf(limit));
      if (want != got && !both_nan && !near) {
        return ::testing::AssertionFailure()
               << "element " << i << " of " << to_string(expected.shape) << ": expected " << expected.complex_number(i)
               << " (0x" << std::hex << want << "), got " << actual.complex_number(i) << " (0x" << got << std::dec
               << ") where " << limit << " is allowed";
      }
    }
  }
  return ::testing::AssertionSuccess();
}

struct trial {
  std::string text;
  graph::program program;
  std::vector<generator::placed> inputs;  ///< as program.inputs
  std::vector<argument> arguments;
  language::typed_text typed;
  std::vector<parameter> declared;
  std::unique_ptr<function> made;

  function on(device_layer::backend& device, tier how = tier::automatic) const {
    return make_function(typed, {.text = text, .declared = declared, .where = device, .prepare = {.tier = how}});
  }
};

/// Random inputs a, b and c for a random text; empty when the text does not type.
std::optional<trial> make_trial(generator& random, walker& device, int depth) {
  trial made;
  made.text = random.expression(depth);
  std::vector<language::binding> bindings;
  std::vector<parameter> declared;
  for (const char* name : {"a", "b", "c"}) {
    const dtype type = random.one_of(types);
    bindings.push_back({name, type});
    declared.push_back({name, type});
  }
  language::typed_text typed;
  try {
    typed = language::compile_text(made.text, bindings);
  } catch (const gpucompute::invalid_argument&) {
    return std::nullopt;
  }
  made.program = *typed.program;
  const dimensions whole = random.base_shape();
  for (const graph::typed_input& input : made.program.inputs) {
    made.inputs.push_back(random.place(input.type, random.part_of(whole), false));
    random.fill(made.inputs.back());
  }
  for (std::size_t i = 0; i < made.inputs.size(); ++i) {
    made.arguments.push_back({made.program.inputs[i].name, made.inputs[i].view()});
  }
  made.typed = typed;
  made.declared = declared;
  made.made = std::make_unique<function>(made.on(device));
  return made;
}

naive_value expected_of(const trial& which, error_source* errors = nullptr) {
  std::vector<naive_value> inputs;
  inputs.reserve(which.inputs.size());
  for (const generator::placed& input : which.inputs) {
    inputs.push_back(naive_evaluator::read(input.view().data(), input.view()));
  }
  return naive_evaluator(which.program.nodes, inputs, errors).value(which.program.results.back().value);
}

/// Infinite where an element jumps: from a number to a NaN, or over a threshold.
allowances allowed_by(const trial& which, const naive_value& expected) {
  constexpr int runs = 6;
  constexpr double margin = 4;
  const bool real = is_floating(component(expected.type));
  const double epsilon = component(expected.type) == float32 ? 0x1p-23 : 0x1p-52;
  allowances made(expected.elements.size());
  error_source errors(1);
  for (int run = 0; run < runs; ++run) {
    errors.next_run();
    const naive_value other = expected_of(which, &errors);
    for (std::size_t i = 0; i < made.size(); ++i) {
      for (std::size_t part = 0; part < 2; ++part) {
        const double from = parts(expected, i)[part];
        const double to = parts(other, i)[part];
        if (from == to || (std::isnan(from) && std::isnan(to))) {
          continue;
        }
        const double distance = std::abs(from - to);
        const double limit = real && std::isfinite(distance) ? margin * distance + 4 * epsilon * std::abs(from)
                                                             : std::numeric_limits<double>::infinity();
        made[i][part] = std::max(made[i][part], limit);
      }
    }
  }
  return made;
}

/// Elements compared, and those of which so much is allowed that they prove little.
struct proof {
  std::size_t elements = 0;
  std::size_t loose = 0;

  void add(const naive_value& expected, const allowances& allowed) {
    elements += allowed.size();
    for (std::size_t i = 0; i < allowed.size(); ++i) {
      const double size = std::abs(expected.complex_number(i));
      const double worst = std::max(allowed[i][0], allowed[i][1]);
      loose += worst > 1e-4 * (std::isfinite(size) ? size : 0) ? 1 : 0;
    }
  }
};

void run_trials(bool reductions, int count) {
  walker device;
  int done = 0;
  proof shown;
  for (std::uint32_t seed = 0; done < count; ++seed) {
    generator random(seed);
    random.reductions = reductions;
    std::optional<trial> each = make_trial(random, device, random.pick(1, 4));
    if (!each) {
      continue;
    }
    ++done;
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + each->text);
    const naive_value expected = expected_of(*each);
    const allowances allowed = reductions ? allowed_by(*each, expected) : allowances();
    shown.add(expected, allowed);
    const array result = (*each->made)(each->arguments);
    ASSERT_TRUE(same(expected, naive_evaluator::read(result.data(), result), allowed))
        << each->made->explain(each->arguments);
    // Again into memory of any layout: first apart from the inputs, then within one of them.
    generator::placed out = random.place(expected.type, expected.shape, true);
    (*each->made)(each->arguments, {.out = out.writable()});
    if (expected.elements.empty()) {
      continue;
    }
    ASSERT_TRUE(same(expected, naive_evaluator::read(out.view().data(), out.view()), allowed)) << "into given memory";
    for (generator::placed& victim : each->inputs) {
      const std::size_t room = victim.memory.size();
      const std::size_t needed = expected.elements.size() * size_of(expected.type);
      if (needed > room) {
        continue;
      }
      const auto shift = static_cast<std::size_t>(random.pick(0, static_cast<int>(room - needed)));
      const mutable_view inside(victim.memory.data() + shift, expected.type, expected.shape);
      (*each->made)(each->arguments, {.out = inside});
      ASSERT_TRUE(same(expected, naive_evaluator::read(inside.data(), inside), allowed)) << "over an input";
      break;
    }
  }
  std::cout << count << " expressions, " << shown.loose << " of " << shown.elements
            << " elements within a loose bound\n";
  EXPECT_LE(shown.loose, shown.elements / 500);
}

// Read once, at the first launch: two threads belong to the tests on any machine.
const bool two_threads = setenv("GPUCOMPUTE_NUM_THREADS", "2", 0) == 0;

TEST(RandomExpressions, DevicesGiveTheBitsOfTheWalkerInReductionsToo) {
  walker device;
  const cpu::team_use before = cpu::used_teams();
  int done = 0;
  for (std::uint32_t seed = 10000; done < 400; ++seed) {
    generator random(seed);
    random.reductions = seed % 4 != 0;
    random.library = false;
    const std::optional<trial> each = make_trial(random, device, random.pick(1, 4));
    if (!each) {
      continue;
    }
    ++done;
    const array expected = (*each->made)(each->arguments);
    for (const run_on& run : all_runs()) {
      // Code generation takes milliseconds a kernel: a share of the expressions is enough for the JIT.
      if (run.tier == tier::jit && done % 20 != 0) {
        continue;
      }
      const array actual = each->on(device_layer::find(run.device), run.tier)(each->arguments, {.threads = 2});
      ASSERT_TRUE(same(naive_evaluator::read(expected.data(), expected), naive_evaluator::read(actual.data(), actual)))
          << run.name << ", seed " << seed << ": " << each->text;
    }
  }
  EXPECT_GT(cpu::used_teams().calls, before.calls) << "some are large enough for two threads";
}

TEST(RandomExpressions, ElementwiseEqualsTheNaiveEvaluatorBitForBit) { run_trials(false, 1500); }

TEST(RandomExpressions, ReductionsAnywhereAgreeWithTheNaiveEvaluator) { run_trials(true, 1500); }

}  // namespace
}  // namespace gpucompute::testing
