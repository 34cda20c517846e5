// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <optional>

#include "tests/evaluate/helpers.hpp"
#include "tests/evaluate/matmul_cases.hpp"

// Shapes and types against NumPy 2, values against long double, on every device.

namespace gpucompute {
namespace {

using testing::all_lies;
using testing::expect_error;
using testing::lie;
using testing::numbers;
using testing::run_on;

constexpr dtype types[] = {float32, float64, complex64, complex128};

class Matmul : public ::testing::TestWithParam<run_on> {
 protected:
  evaluate_options here() const { return {.device = GetParam().device, .tier = GetParam().tier}; }

  array product(const std::string& text, const array_view& a, const array_view& b) const {
    return evaluate(text, {{"a", a}, {"b", b}}, here());
  }
};

/// `float64 2,3`, `bool -`, or `-` alone.
struct written_array {
  dtype type = float64;
  dimensions shape;
};

std::optional<written_array> read_written(const std::string& text) {
  std::istringstream words(text);
  std::string type;
  std::string extents;
  words >> type >> extents;
  if (extents.empty()) {
    return std::nullopt;
  }
  written_array made;
  for (std::size_t i = 0; i < dtype_count; ++i) {
    if (name(static_cast<dtype>(i)) == type) {
      made.type = static_cast<dtype>(i);
    }
  }
  std::istringstream numbers(extents == "-" ? "" : extents);
  for (std::string each; std::getline(numbers, each, ',');) {
    made.shape.push_back(std::stoll(each));
  }
  return made;
}

struct numpy_line {
  std::string text, function;
  written_array left, right;
  std::optional<written_array> result;
};

/// The lines that tests/oracle/make_matmul.py wrote.
std::vector<numpy_line> numpy_lines() {
  std::ifstream file(std::string(GPUCOMPUTE_TEST_DATA) + "/language/contractions.txt");
  std::vector<numpy_line> lines;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> fields;
    for (std::size_t begin = 0; begin != std::string::npos;) {
      const std::size_t end = line.find(" ; ", begin);
      fields.push_back(line.substr(begin, end == std::string::npos ? end : end - begin));
      begin = end == std::string::npos ? end : end + 3;
    }
    lines.push_back({line, fields.at(0), read_written(fields.at(1)).value(), read_written(fields.at(2)).value(),
                     read_written(fields.at(3))});
  }
  return lines;
}

bool multiplied_by_blas(dtype type) { return is_floating(type) || is_complex(type); }

TEST_P(Matmul, ShapesTypesAndValuesAreNumPys) {
  std::mt19937 random(1);
  const std::vector<numpy_line> lines = numpy_lines();
  ASSERT_GT(lines.size(), 1000U);
  for (const numpy_line& each : lines) {
    SCOPED_TRACE(each.text);
    const std::string text = each.function + "(a, b)";
    if (!multiplied_by_blas(each.left.type) || !multiplied_by_blas(each.right.type)) {
      const array a = array::zeros(each.left.type, each.left.shape);
      const array b = array::zeros(each.right.type, each.right.shape);
      expect_error<type_error>([&] { product(text, a, b); }, {"float64("});
      continue;
    }
    const numbers left = testing::random_numbers(each.left.shape, each.left.type, random);
    const numbers right = testing::random_numbers(each.right.shape, each.right.type, random);
    const testing::laid a = testing::place(left, each.left.type, lie::c_order);
    const testing::laid b = testing::place(right, each.right.type, lie::c_order);
    if (!each.result) {
      expect_error<shape_error>([&] { product(text, a.view, b.view); },
                                {to_string(each.left.shape).c_str(), "(a) and"});
      continue;
    }
    const array got = product(text, a.view, b.view);
    EXPECT_EQ(got.type(), each.result->type);
    ASSERT_EQ(got.shape(), each.result->shape);
    EXPECT_EQ(testing::product_difference(testing::multiplied(each.function, left, right, got.shape()), got), "");
  }
}

TEST_P(Matmul, AnyStridesOfEitherOperandGiveTheProduct) {
  std::mt19937 random(2);
  for (const dtype type : types) {
    for (const char* function : {"matmul", "dot"}) {
      const bool stacks = std::string(function) == "matmul";
      const numbers left = testing::random_numbers({2, 3, 5}, type, random);
      const numbers right = testing::random_numbers(stacks ? dimensions{2, 5, 4} : dimensions{3, 5, 4}, type, random);
      const testing::exact_product expected =
          testing::multiplied(function, left, right, stacks ? dimensions{2, 3, 4} : dimensions{2, 3, 3, 4});
      for (const lie how_a : all_lies) {
        for (const lie how_b : all_lies) {
          const testing::laid a = testing::place(left, type, how_a);
          const testing::laid b = testing::place(right, type, how_b);
          const array got = product(std::string(function) + "(a, b)", a.view, b.view);
          EXPECT_EQ(testing::product_difference(expected, got), "")
              << function << " " << name(type) << " " << static_cast<int>(how_a) << " " << static_cast<int>(how_b);
        }
      }
    }
  }
}

TEST_P(Matmul, RepeatedRowsAndColumnsAreReadWhereTheyLie) {
  std::mt19937 random(3);
  const numbers row = testing::random_numbers({1, 6}, float64, random);
  const numbers column = testing::random_numbers({6, 1}, float64, random);
  const testing::laid a = testing::place(row, float64, lie::c_order);
  const testing::laid b = testing::place(column, float64, lie::c_order);
  const array_view rows(a.view.data(), float64, {4, 6}, {0, 8});
  const array_view columns(b.view.data(), float64, {6, 5}, {8, 0});
  const array got = product("a @ b", rows, columns);
  const testing::exact_product one = testing::multiplied("matmul", row, column, {1, 1});
  testing::exact_product all{{{4, 5}, std::vector(20, one.value.values[0])}, std::vector(20, one.magnitude[0]), 6};
  EXPECT_EQ(testing::product_difference(all, got), "");
}

TEST_P(Matmul, ResultsGoWhereverTheyAreWanted) {
  std::mt19937 random(4);
  for (const dtype type : types) {
    for (const auto& [shape_a, shape_b, shape] :
         std::vector<std::array<dimensions, 3>>{{{{7, 5}, {5, 3}, {7, 3}}},
                                                {{{4, 7, 5}, {5, 3}, {4, 7, 3}}},
                                                {{{4, 1, 5}, {4, 5, 3}, {4, 1, 3}}},
                                                {{{7, 5}, {5}, {7}}},
                                                {{{5}, {4, 5, 3}, {4, 3}}},
                                                {{{5}, {5}, {}}}}) {
      const numbers left = testing::random_numbers(shape_a, type, random);
      const numbers right = testing::random_numbers(shape_b, type, random);
      const testing::laid a = testing::place(left, type, lie::c_order);
      const testing::laid b = testing::place(right, type, lie::c_order);
      const testing::exact_product expected = testing::multiplied("matmul", left, right, shape);
      for (const lie how : all_lies) {
        testing::laid to = testing::room(shape, type, how);
        evaluate_options options = here();
        options.out = to.view;
        const std::vector<std::byte> before = to.memory;
        evaluate("a @ b", {{"a", a.view}, {"b", b.view}}, options);
        EXPECT_EQ(testing::product_difference(expected, to.view), "") << name(type) << static_cast<int>(how);
        // What lies between is not touched: the same elements put by hand give the same bytes.
        testing::laid by_hand = testing::room(shape, type, how);
        testing::for_each_place(shape, [&](const dimensions& at) {
          std::int64_t offset = 0;
          for (std::size_t axis = 0; axis < at.rank(); ++axis) {
            offset += at[axis] * to.view.strides()[axis];
          }
          std::memcpy(static_cast<char*>(by_hand.view.data()) + offset,
                      static_cast<const char*>(to.view.data()) + offset, size_of(type));
        });
        EXPECT_EQ(to.memory, by_hand.memory) << name(type) << static_cast<int>(how);
      }
    }
  }
}

TEST_P(Matmul, AnOutputMayBeWiderAndLarger) {
  const std::vector<float> a = {1, 2, 3, 4};
  const std::vector<float> b = {1, -1};
  std::vector<double> out(6, 7);
  evaluate_options options = here();
  options.out = mutable_view(out.data(), {3, 2});
  evaluate("a @ b", {{"a", array_view(a.data(), {2, 2})}, {"b", b}}, options);
  EXPECT_EQ(out, (std::vector<double>{-1, -1, -1, -1, -1, -1}));
}

TEST_P(Matmul, SumsOfNothingAreZeroInAnyMemory) {
  for (const dtype type : types) {
    const array a = array::zeros(type, {3, 0});
    const array b = array::zeros(type, {0, 2});
    for (const lie how : all_lies) {
      testing::laid to = testing::room({3, 2}, type, how);
      evaluate_options options = here();
      options.out = to.view;
      evaluate("matmul(a, b)", {{"a", a}, {"b", b}}, options);
      EXPECT_EQ(testing::product_difference({{{3, 2}, std::vector<testing::number>(6)}, std::vector<long double>(6), 0},
                                            to.view),
                "");
    }
    EXPECT_EQ(product("dot(a, b) + 1", a, b).shape(), (dimensions{3, 2}));
  }
}

TEST_P(Matmul, AProductWithoutElementsComputesNothing) {
  const array a = array::zeros(float64, {0, 3});
  const array b = array::zeros(float64, {3, 2});
  EXPECT_EQ(product("a @ b", a, b).shape(), (dimensions{0, 2}));
  EXPECT_EQ(product("exp(a @ b) + 1", a, b).shape(), (dimensions{0, 2}));
  EXPECT_EQ(product("sum(a @ b)", a, b).values<double>()[0], 0);
}

TEST_P(Matmul, NaNAndInfinityReachTheirRowsAndColumnsAndNoOthers) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  std::vector<double> a(9 * 9, 1.0);
  std::vector<double> b(9 * 9, 1.0);
  a[2 * 9 + 4] = nan;
  a[5 * 9 + 1] = inf;
  b[1 * 9 + 3] = 0;
  std::vector<double> out(9 * 9, nan);
  evaluate_options options = here();
  options.out = mutable_view(out.data(), {9, 9});
  evaluate("a @ b", {{"a", array_view(a.data(), {9, 9})}, {"b", array_view(b.data(), {9, 9})}}, options);
  for (std::size_t i = 0; i < 9; ++i) {
    for (std::size_t j = 0; j < 9; ++j) {
      const double got = out[i * 9 + j];
      if (i == 2 || (i == 5 && j == 3)) {  // infinity times 0
        EXPECT_TRUE(std::isnan(got)) << i << j;
      } else {
        EXPECT_EQ(got, i == 5 ? inf : j == 3 ? 8.0 : 9.0) << i << j;
      }
    }
  }
}

TEST_P(Matmul, ANumberTimesAnArrayIsDot) {
  const std::vector<float> a = {1.5F, -2, 0.25F};
  const float three = 3;
  for (const char* text : {"dot(3, a)", "dot(a, 3.0)", "dot(a, s)", "dot(s, a)", "dot(a, True + 2)", "s*dot(a, 1)"}) {
    std::vector<argument> inputs = {{"a", a}};
    if (std::string_view(text).find('s') != std::string_view::npos) {
      inputs.push_back({"s", array_view(&three, dimensions{})});
    }
    const array got = evaluate(text, inputs, here());
    EXPECT_EQ(got.type(), float32) << text;
    EXPECT_EQ(std::vector<float>(got.values<float>().begin(), got.values<float>().end()),
              (std::vector<float>{4.5F, -6, 0.75F}))
        << text;
  }
  EXPECT_EQ(evaluate("dot(2.0, 1.5j)", {}, here()).type(), complex128);
}

INSTANTIATE_TEST_SUITE_P(Runs, Matmul, ::testing::ValuesIn(testing::planned_runs()), testing::run_name);

}  // namespace
}  // namespace gpucompute
