// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <random>

#include <gpucompute/error.hpp>

#include "kernels/evaluate/function.hpp"
#include "tests/common/naive.hpp"
#include "tests/common/runs.hpp"
#include "tests/common/walker.hpp"

// Random expressions, shapes, strides, offsets and outputs on the walker against the naive evaluator: what is tested is
// expansion, staging, dimension merging and overlap. Bits are equal where no reduction is; reductions are within a bound.

namespace gpucompute::testing {
namespace {

class generator {
 public:
  explicit generator(std::uint32_t seed) : random_(seed) {}

  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  template <typename List>
  auto one_of(const List& list) {
    return list[static_cast<std::size_t>(pick(0, static_cast<int>(std::size(list)) - 1))];
  }

  /// Memory with `count` bytes and an array in it: any order of dimensions, gaps, flips, odd offsets, stretched axes.
  struct placed {
    std::vector<char> memory;
    dtype type = float64;
    dimensions shape, strides;
    std::size_t offset = 0;
    array_view view() const { return {memory.data() + offset, type, shape, strides}; }
    mutable_view writable() { return {memory.data() + offset, type, shape, strides}; }
  };

  placed place(dtype type, const dimensions& shape, bool output) {
    placed made{{}, type, shape, dimensions::filled(shape.rank(), 0), 0};
    std::vector<std::size_t> order(shape.rank());
    for (std::size_t i = 0; i < order.size(); ++i) {
      order[i] = i;
    }
    if (pick(0, 2) == 0) {
      std::shuffle(order.begin(), order.end(), random_);
    }
    std::int64_t stride = static_cast<std::int64_t>(size_of(type));
    std::int64_t low = 0;
    for (std::size_t i = order.size(); i-- > 0;) {
      const std::size_t axis = order[i];
      if (pick(0, 4) == 0) {
        stride *= pick(1, 5);
      }
      if (pick(0, 15) == 0) {
        stride += 1;
      }
      const bool stretched = !output && pick(0, 15) == 0;
      made.strides[axis] = stretched ? 0 : pick(0, 4) == 0 ? -stride : stride;
      if (!stretched) {
        low += made.strides[axis] < 0 && shape[axis] > 0 ? made.strides[axis] * (shape[axis] - 1) : 0;
        stride *= std::max<std::int64_t>(shape[axis], 1);
      }
    }
    made.offset = static_cast<std::size_t>(-low) + (pick(0, 5) == 0 ? 3U : 0U);
    made.memory.resize(made.offset + static_cast<std::size_t>(stride) + size_of(type) + 16);
    return made;
  }

  void fill(placed& where) {
    const std::size_t bytes = size_of(where.type);
    const std::int64_t count = element_count(where.shape);
    for (std::int64_t at = 0; at < count; ++at) {
      std::int64_t rest = at;
      char* to = where.memory.data() + where.offset;
      for (std::size_t axis = where.shape.rank(); axis-- > 0;) {
        to += rest % where.shape[axis] * where.strides[axis];
        rest /= where.shape[axis];
      }
      for (std::size_t part = 0; part < (is_complex(where.type) ? 2U : 1U); ++part) {
        const std::uint64_t bits = scalar_cast(to_bits(0.25 * pick(-40, 40)), float64, component(where.type));
        std::memcpy(to + part * size_of(component(where.type)), &bits, bytes / (is_complex(where.type) ? 2 : 1));
      }
    }
  }

  dimensions base_shape() {
    dimensions shape;
    for (int axis = pick(0, 4); axis > 0; --axis) {
      shape.push_back(one_of(std::array{1, 2, 3, 4, 5, 9, 0}) % (pick(0, 9) == 0 ? 10 : 100));
    }
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
      if (shape[axis] == 0 && pick(0, 3) != 0) {
        shape[axis] = 2;
      }
    }
    return shape;
  }

  /// A shape that broadcasts to `whole`.
  dimensions part_of(const dimensions& whole) {
    dimensions shape;
    for (std::size_t axis = static_cast<std::size_t>(pick(0, 3) == 0 ? pick(0, static_cast<int>(whole.rank())) : 0);
         axis < whole.rank(); ++axis) {
      shape.push_back(pick(0, 5) == 0 ? 1 : whole[axis]);
    }
    return shape;
  }

  std::string leaf() { return one_of(std::array<std::string, 6>{"a", "b", "c", "a", "b", "1.5"}); }

  std::string expression(int depth) {
    if (depth == 0) {
      return leaf();
    }
    const std::string x = expression(depth - 1);
    const std::string y = expression(pick(0, depth - 1));
    switch (pick(0, 11)) {
      case 0:
      case 1:
        return "(" + x + " + " + y + ")";
      case 2:
        return "(" + x + " - 1*" + y + ")";
      case 3:
      case 4:
        return "(" + x + " * " + y + ")";
      case 5:
        return reductions && library ? "hypot(" + x + ", 0.5)" : "where(" + x + " == " + y + ", " + x + ", " + y + ")";
      case 6:
        return reductions ? "(" + x + " - " + y + ")" : "(" + x + " / " + y + ")";
      case 7:
        return library ? "exp(0.01*" + x + ")" : "(2 - " + x + ")";
      case 8:
        return library ? "sqrt(" + x + ")" : "maximum(" + x + ", 1)";
      case 9:
        return library ? "abs(" + x + ")" : "-(" + x + ")";
      case 10:
        return reductions
                   ? one_of(std::array<std::string, 5>{"sum", "mean", "sum", "prod", "count_nonzero"}) + "(" + x + ")"
                   : x;
      default:
        return reductions
                   ? one_of(std::array<std::string, 4>{"sum", "mean", "var", "std"}) + "(" + x + ", keepdims=True)"
                   : x;
    }
  }

  bool reductions = false;
  bool library = true;  ///< functions whose last bits differ between <cmath> and the devices

 private:
  std::mt19937 random_;
};

constexpr dtype types[] = {bool_, int8, int32, int64, uint8, uint64, float32, float64, float64, complex64, complex128};

/// Bits equal, or NaN in both, or `relative` apart.
::testing::AssertionResult same(const naive_value& expected, const naive_value& actual, double relative) {
  if (expected.type != actual.type || expected.shape != actual.shape) {
    return ::testing::AssertionFailure() << "expected " << name(expected.type) << to_string(expected.shape) << ", got "
                                         << name(actual.type) << to_string(actual.shape);
  }
  for (std::size_t i = 0; i < expected.elements.size(); ++i) {
    if (expected.elements[i] == actual.elements[i]) {
      continue;
    }
    const std::complex<double> e = expected.complex_number(i);
    const std::complex<double> a = actual.complex_number(i);
    const auto close = [&](double x, double y) {
      return (std::isnan(x) && std::isnan(y)) || x == y ||
             (relative > 0 && std::abs(x - y) <= relative * (std::abs(e) + 1));
    };
    if (!close(e.real(), a.real()) || !close(e.imag(), a.imag())) {
      return ::testing::AssertionFailure()
             << "element " << i << " of " << to_string(expected.shape) << ": expected " << e << ", got " << a;
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

naive_value expected_of(const trial& which) {
  std::vector<naive_value> inputs;
  for (const generator::placed& input : which.inputs) {
    inputs.push_back(naive_evaluator::read(input.view().data(), input.view()));
  }
  return naive_evaluator(which.program.nodes, inputs).value(which.program.results.back().value);
}

void run_trials(bool reductions, int count, double relative) {
  walker device;
  int done = 0;
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
    const array result = (*each->made)(each->arguments);
    ASSERT_TRUE(same(expected, naive_evaluator::read(result.data(), result), relative))
        << each->made->explain(each->arguments);
    // Again into memory of any layout: first apart from the inputs, then within one of them.
    generator::placed out = random.place(expected.type, expected.shape, true);
    (*each->made)(each->arguments, {.out = out.writable()});
    if (expected.elements.empty()) {
      continue;
    }
    ASSERT_TRUE(same(expected, naive_evaluator::read(out.view().data(), out.view()), relative)) << "into given memory";
    for (generator::placed& victim : each->inputs) {
      const std::size_t room = victim.memory.size();
      const std::size_t needed = expected.elements.size() * size_of(expected.type);
      if (needed > room || expected.elements.empty()) {
        continue;
      }
      const auto shift = static_cast<std::size_t>(random.pick(0, static_cast<int>(room - needed)));
      const mutable_view inside(victim.memory.data() + shift, expected.type, expected.shape);
      (*each->made)(each->arguments, {.out = inside});
      ASSERT_TRUE(same(expected, naive_evaluator::read(inside.data(), inside), relative)) << "over an input";
      break;
    }
  }
}

TEST(RandomExpressions, DevicesGiveTheBitsOfTheWalkerInReductionsToo) {
  walker device;
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
      ASSERT_TRUE(
          same(naive_evaluator::read(expected.data(), expected), naive_evaluator::read(actual.data(), actual), 0))
          << run.name << ", seed " << seed << ": " << each->text;
    }
  }
}

TEST(RandomExpressions, ElementwiseEqualsTheNaiveEvaluatorBitForBit) { run_trials(false, 1500, 0); }

TEST(RandomExpressions, ReductionsAnywhereAgreeWithTheNaiveEvaluator) { run_trials(true, 1500, 1e-4); }

}  // namespace
}  // namespace gpucompute::testing
