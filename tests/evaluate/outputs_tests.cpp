// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <random>

#include <gpucompute/gpucompute.hpp>

#include "tests/evaluate/helpers.hpp"

// Where a result goes changes none of its bits: over inputs, into gaps, beside other results.

namespace gpucompute {
namespace {

using testing::counted;
using testing::expect_error;

const evaluate_options interpreted = {.tier = tier::interpreter};

/// Rows of doubles in which views are placed anywhere, so that inputs and outputs share bytes in any way.
struct arena {
  std::vector<double> memory;

  explicit arena(std::size_t count, std::mt19937& random) : memory(count) {
    std::uniform_real_distribution<double> values(1.1, 3.3);
    std::generate(memory.begin(), memory.end(), [&] { return values(random); });
  }
  bool holds(std::int64_t offset, const dimensions& shape, const dimensions& strides) const {
    std::int64_t low = offset;
    std::int64_t high = offset;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
      (strides[axis] < 0 ? low : high) += strides[axis] / 8 * (shape[axis] - 1);
    }
    return low >= 0 && high < static_cast<std::int64_t>(memory.size());
  }
};

class random_call {
 public:
  explicit random_call(std::uint32_t seed) : random_(seed), shared_(6000, random_) {}

  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }

  mutable_view place(const dimensions& shape) {
    for (;;) {
      dimensions strides = c_strides(shape, 8);
      for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
        strides[axis] *= pick(0, 3) == 0 ? pick(1, 2) : 1;
        strides[axis] *= pick(0, 5) == 0 ? -1 : 1;
      }
      // Few places, so that the same one is met often.
      const std::int64_t offset = pick(0, 1) == 0 ? 0 : pick(0, 12) * 250 + pick(-2, 2);
      if (shared_.holds(offset, shape, strides)) {
        return {shared_.memory.data() + offset, float64, shape, strides};
      }
    }
  }

  /// False where outputs share memory with each other, which is refused.
  bool agrees(const std::string& text, const std::vector<std::string>& results, const dimensions& shape) {
    const mutable_view a = place(shape);
    const mutable_view c = place(shape);
    const array a_apart = array::from(a);
    const array c_apart = array::from(c);
    const std::vector<named_array> expected =
        evaluate_all(text, {{"a", a_apart}, {"c", c_apart}}, results, interpreted);
    evaluate_options over = interpreted;
    for (const named_array& each : expected) {
      if (pick(0, 5) != 0) {
        over.outputs.push_back({each.name, place(pick(0, 2) == 0 ? several(each.value.shape()) : each.value.shape())});
      }
    }
    try {
      evaluate(text, {{"a", a}, {"c", c}}, over);
    } catch (const invalid_argument&) {
      return false;
    }
    for (const named_output& each : over.outputs) {
      const auto wanted = std::find_if(expected.begin(), expected.end(),
                                       [&](const named_array& other) { return other.name == each.name; });
      const array actual = array::from(each.view);
      const std::span<const double> one = wanted->value.values<double>();
      for (std::span<const double> rest = actual.values<double>(); !rest.empty(); rest = rest.subspan(one.size())) {
        EXPECT_EQ(std::memcmp(rest.data(), one.data(), one.size_bytes()), 0)
            << text << " of " << to_string(shape) << ", result " << each.name << " into " << to_string(actual.shape());
      }
    }
    return true;
  }

  /// A shape to which `one` is broadcast.
  dimensions several(const dimensions& one) {
    dimensions all{pick(2, 5)};
    for (const std::int64_t extent : one) {
      all.push_back(extent);
    }
    return all;
  }

 private:
  std::mt19937 random_;
  arena shared_;
};

TEST(OverlappingOutputs, AreAsIfEachHadMemoryOfItsOwn) {
  const std::vector<std::string> names = {"x", "y", "z"};
  int done = 0;
  for (std::uint32_t seed = 0; seed < 1500; ++seed) {
    random_call call(seed);
    for (const char* text :
         {"x = gamma(a) + c; y = gamma(a)*2 + c; z = x - y", "x = a + c; y = a - c; z = a*c",
          "x = sum(a, axis=-1); y = gamma(a)*2 + sum(c); z = gamma(a) - c",
          "x = gamma(a); y = mean(x) + c; z = var(gamma(c)) + x", "x = c; y = a; z = c + gamma(a)"}) {
      const dimensions shape = call.pick(0, 1) == 0 ? dimensions{1000} : dimensions{20, 25};
      done += call.agrees(text, names, shape) ? 1 : 0;
    }
    if (HasFailure()) {
      FAIL() << "seed " << seed;
    }
  }
  EXPECT_GT(done, 1000);
}

TEST(OverlappingOutputs, AnInputThatIsReadLaterBecauseAnotherOutputIsStagedIsNotOverwritten) {
  constexpr std::int64_t n = 1000;
  const auto value = [](std::int64_t i) { return 1.1 + 0.002 * static_cast<double>(i); };
  std::vector<double> buffer(n + 1);
  std::vector<double> rows(8 * n);
  for (std::int64_t i = 0; i <= n; ++i) {
    buffer[static_cast<std::size_t>(i)] = value(i);
  }
  for (std::int64_t i = 0; i < n; ++i) {
    rows[static_cast<std::size_t>(i)] = 0.5 * value(n - i);
  }
  const array_view a(buffer.data(), {n});
  const array_view c(rows.data(), {n});
  const char* text = "x = gamma(a) + c; y = gamma(a)*2 + c";
  const array x = array::empty(float64, {8, n});
  const array y = array::empty(float64, {n});
  array wide = x;
  array flat = y;
  evaluate(text, {{"a", a}, {"c", c}}, {.outputs = {{"x", wide}, {"y", flat}}, .tier = tier::interpreter});
  evaluate(text, {{"a", a}, {"c", c}},
           {.outputs = {{"x", mutable_view(rows.data(), {8, n})}, {"y", mutable_view(buffer.data() + 1, {n})}},
            .tier = tier::interpreter});
  // NOLINTBEGIN(bugprone-suspicious-memory-comparison): the bits are asked for
  EXPECT_EQ(std::memcmp(rows.data(), wide.data(), rows.size() * 8), 0);
  EXPECT_EQ(std::memcmp(buffer.data() + 1, flat.data(), n * 8), 0);
  // NOLINTEND(bugprone-suspicious-memory-comparison)
}

TEST(ReductionBits, DoNotFollowTheLayoutOfTheOutput) {
  std::mt19937 random(11);
  std::normal_distribution<double> values;
  std::vector<double> a(12000);
  std::generate(a.begin(), a.end(), [&] { return values(random); });
  struct reduction {
    const char* text;
    dimensions shape;
  };
  const reduction cases[] = {{"sum(a, axis=0)", {1000, 4, 3}},        {"sum(a, axis=1)", {4, 1000, 3}},
                             {"mean(a, axis=0)", {30, 20, 20}},       {"sum(a, axis=(0, 2))", {40, 10, 30}},
                             {"sum(a*1.5, axis=1)", {3, 1000, 2, 2}}, {"var(a, axis=0, keepdims=True)", {3000, 2, 2}}};
  for (const reduction& each : cases) {
    const array_view view(a.data(), each.shape);
    const array expected = evaluate(each.text, {{"a", view}}, interpreted);
    for (int layout = 0; layout < 12; ++layout) {
      std::vector<double> memory(200000);
      dimensions strides = dimensions::filled(expected.rank(), 0);
      std::int64_t stride = 8;
      std::vector<std::size_t> order(expected.rank());
      for (std::size_t axis = 0; axis < order.size(); ++axis) {
        order[axis] = axis;
      }
      std::shuffle(order.begin(), order.end(), random);
      for (const std::size_t axis : order) {
        stride *= layout % 3 == 0 ? 1 : 1 + static_cast<std::int64_t>(random() % 4);
        strides[axis] = stride;
        stride *= expected.shape()[axis];
      }
      const mutable_view out(memory.data(), float64, expected.shape(), strides);
      evaluate(each.text, {{"a", view}}, {.out = out, .tier = tier::interpreter});
      const array actual = array::from(out);
      EXPECT_EQ(std::memcmp(actual.data(), expected.data(), static_cast<std::size_t>(actual.size()) * 8), 0)
          << each.text << " into strides " << to_string(strides);
    }
  }
}

TEST(ReductionBits, OfAReductionDoNotFollowTheLayoutOfAnother) {
  std::vector<double> a(12000);
  for (std::size_t i = 0; i < a.size(); ++i) {
    a[i] = std::sin(static_cast<double>(i));
  }
  const array_view view(a.data(), {1000, 4, 3});
  const char* text = "x = sum(a, axis=0); y = sum(a*x, axis=0); z = sum(x*1.25 + y, axis=1)";
  const std::vector<std::string> names = {"x", "y", "z"};
  const std::vector<named_array> expected = evaluate_all(text, {{"a", view}}, names, interpreted);
  std::vector<double> memory(4 * 8);
  evaluate(text, {{"a", view}},
           {.outputs = {{"x", mutable_view(memory.data(), float64, {4, 3}, {64, 8})}}, .tier = tier::interpreter});
  evaluate_options padded = interpreted;
  padded.outputs = {{"x", mutable_view(memory.data(), float64, {4, 3}, {64, 8})}};
  const std::vector<named_array> actual = evaluate_all(text, {{"a", view}}, std::vector<std::string>{"y", "z"}, padded);
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(std::memcmp(actual[k].value.data(), expected[k + 1].value.data(),
                          static_cast<std::size_t>(actual[k].value.size()) * 8),
              0)
        << names[k + 1];
  }
}

TEST(ComplexResults, MayBeMadeOfReductionsOfAnyShapeAxesAndLevel) {
  const std::vector<double> a = counted(10);
  const std::vector<double> b = counted(20, 0.5);
  using number = std::complex<double>;
  EXPECT_EQ(evaluate("complex(sum(a), sum(b))", {{"a", a}, {"b", b}}, interpreted).item<number>(), number(45, 95));
  EXPECT_EQ(evaluate("complex(sum(a), sum(b - mean(b)) + 0*sum(a))", {{"a", a}, {"b", b}}, interpreted).item<number>(),
            number(45, 0));
  EXPECT_EQ(evaluate("complex(sum(a), max(a - sum(b)))", {{"a", a}, {"b", b}}, interpreted).item<number>(),
            number(45, -86));
  EXPECT_EQ(evaluate("complex(max(a - sum(b)), sum(a))", {{"a", a}, {"b", b}}, interpreted).item<number>(),
            number(-86, 45));
  const array_view square(b.data(), {4, 4});
  const array both = evaluate("complex(sum(m, axis=0), sum(m, axis=1))", {{"m", square}}, interpreted);
  ASSERT_EQ(both.shape(), dimensions({4}));
  for (std::int64_t i = 0; i < 4; ++i) {
    EXPECT_EQ(both.values<number>()[static_cast<std::size_t>(i)],
              number(12 + 2 * static_cast<double>(i), 3 + 8 * static_cast<double>(i)));
  }
}

TEST(LongTexts, ThousandsOfReductionsThatNeedOneAnotherAreEvaluated) {
  const std::vector<double> a = {0.25, 0.5};
  std::string text = "x0 = sum(a)\n";
  for (int i = 1; i < 10000; ++i) {
    text += "x" + std::to_string(i) + " = sum(a - x" + std::to_string(i - 1) + ")\n";
  }
  text += "x9999*0";
  const array result = evaluate(text, {{"a", a}}, interpreted);
  EXPECT_TRUE(result.item<double>() == 0 || std::isnan(result.item<double>()));
}

TEST(LongTexts, ThousandsOfStoredValuesThatNeedOneAnotherAreEvaluated) {
  const std::vector<double> a(1000, 1.5);
  std::string text = "x0 = gamma(a)\n";
  for (int i = 1; i < 2000; ++i) {
    text += "x" + std::to_string(i) + " = gamma(x" + std::to_string(i - 1) + "*0 + 1.5)\n";
    text += "s" + std::to_string(i) + " = sum(x" + std::to_string(i) + ")\n";
  }
  std::string total = "s1";
  for (int i = 2; i < 2000; ++i) {
    total += " + s" + std::to_string(i);
  }
  const array result = evaluate(text + total, {{"a", a}}, interpreted);
  EXPECT_NEAR(result.item<double>(), 1999 * 1000 * 0.886226925452758, 1e-3);
}

TEST(Scratch, MoreThanThereIsMemoryIsOutOfMemory) {
  const double one = 1.5;
  const array_view wide(&one, float64, {std::int64_t{1} << 59}, {0});
  const char* text =
      "p = gamma(a); q = lgamma(a); r = gamma(a+1); s = lgamma(a+1); u = mean(p+q+r+s); v = sum(p*q*r*s - u); v";
  expect_error<out_of_memory>([&] { evaluate(text, {{"a", wide}}, interpreted); }, {"bytes"});
}

}  // namespace
}  // namespace gpucompute
