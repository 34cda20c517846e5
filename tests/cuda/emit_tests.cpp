// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <sstream>

#include <gpucompute/error.hpp>

#include "cuda/codegen/emit.hpp"
#include "cuda/codegen/lines.hpp"
#include "cuda/codegen/types.hpp"
#include "tests/cuda/builder.hpp"
#include "tests/cuda/samples.hpp"

namespace {

class Golden : public testing::TestWithParam<gpucompute::cuda::sample> {};

// GPUCOMPUTE_REWRITE_GOLDEN=1 writes the files instead; the diff is then to be read.
TEST_P(Golden, TextIsTheFile) {
  const std::string path = GPUCOMPUTE_GOLDEN "/" + GetParam().name + ".cu";
  const std::string text = gpucompute::cuda::emit(GetParam().kernel, GetParam().which);
  if (std::getenv("GPUCOMPUTE_REWRITE_GOLDEN") != nullptr) {
    std::ofstream(path) << text;
  }
  std::stringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(text, golden.str()) << path;
}

INSTANTIATE_TEST_SUITE_P(Emit, Golden, testing::ValuesIn(gpucompute::cuda::samples()),
                         [](const auto& which) { return which.param.name; });

}  // namespace

namespace gpucompute::cuda {
namespace {

using graph::op;

// Every PRIMITIVE and LIBRARY row of ops.def has its line for each kind of number, and no line is without a row.
TEST(Lines, EveryPrimitiveAndLibraryRowHasALine) {
  int covered = 0;
  for (std::size_t i = 0; i < graph::op_count(); ++i) {
    const auto operation = static_cast<op>(i);
    for (const dtype type : {bool_, int32, uint32, float64}) {
      const graph::lowering how = graph::lowering_of(operation, type).how;
      const bool wanted = how == graph::lowering::primitive || how == graph::lowering::library;
      EXPECT_EQ(!line_of(operation, type).empty(), wanted) << graph::row(operation).name << " of " << name(type);
      covered += wanted ? 1 : 0;
    }
  }
  RecordProperty("lines", covered);
  EXPECT_GT(covered, 90);
}

TEST(Lines, EveryLineHasARow) {
  std::set<std::string_view> rows;
  for (std::size_t i = 0; i < graph::op_count(); ++i) {
    rows.insert(graph::row(static_cast<op>(i)).name);
  }
  for (const line& each : lines()) {
    EXPECT_EQ(rows.erase(each.operation), 1U) << each.operation << " has no row, or two lines";
  }
}

TEST(Lines, AnUnknownPrimitiveIsOurDefect) {
  EXPECT_THROW(apply_text(op::sin, int32, int32, std::vector<std::string>{"a"}), internal_error);
}

TEST(Helpers, ComeWithWhatTheyNeedAndNothingElse) {
  const std::string text = helpers_for("gc_quotient(a, b)");
  EXPECT_LT(text.find("bool gc_is_minus_one"), text.find("Integer gc_quotient"));
  EXPECT_EQ(text.find("gc_power"), std::string::npos);
  EXPECT_EQ(helpers_for("not_gc_quotient_(a)"), "");
}

TEST(Literals, KeepTheirBits) {
  const auto double_text = [](double x) { return literal_text(float64, std::bit_cast<std::uint64_t>(x)); };
  for (const double x : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, 1048576.0, 12345.0, 0.0}) {
    EXPECT_EQ(std::strtod(double_text(x).c_str(), nullptr), x) << double_text(x);
  }
  EXPECT_EQ(double_text(-0.0), "(-0.0)");
  EXPECT_EQ(literal_text(int8, 0x80), "(signed char)(-128)");
  EXPECT_EQ(literal_text(int32, 0x80000000U), "(-2147483647 - 1)");
}

TEST(Emit, AReductionIsRefusedInWords) {
  lower::kernel kernel;
  kernel.schedule = lower::schedule::reduce_inner;
  EXPECT_THROW(emit(kernel, {}), device_unavailable);
}

TEST(Emit, TextsOfDifferentNamesShareNothing) {
  const std::string first = emit(samples().front().kernel, {}, "first");
  EXPECT_NE(first.find("namespace first_parts {"), std::string::npos);
  EXPECT_NE(first.find("extern \"C\" __global__ void __launch_bounds__(256) first("), std::string::npos);
  EXPECT_EQ(first.find("gpucompute_kernel"), std::string::npos);
}

lower::launch launch_of(const lower::kernel& kernel, const dimensions& kept, const std::vector<dimensions>& strides) {
  lower::launch made;
  made.kernel = std::make_shared<lower::kernel>(kernel);
  made.kept = kept;
  made.operands.resize(strides.size());
  for (std::size_t k = 0; k < strides.size(); ++k) {
    made.operands[k].kept_strides = strides[k];
  }
  return made;
}

TEST(Variant, WideIndicesOnlyWhereNeeded) {
  const lower::kernel kernel = samples().front().kernel;
  const std::vector<void*> pointers(3, nullptr);
  EXPECT_FALSE(choose_variant(launch_of(kernel, {1 << 30}, {{8}, {8}, {8}}), pointers).wide_index);
  EXPECT_TRUE(choose_variant(launch_of(kernel, {(1LL << 30) + 1}, {{8}, {8}, {8}}), pointers).wide_index);
  EXPECT_TRUE(
      choose_variant(launch_of(kernel, {1 << 15, 1 << 16}, {{1 << 19, 8}, {1 << 19, 8}, {1 << 19, 8}}), pointers)
          .wide_index);
}

TEST(Variant, VectorAccessNeedsEveryRowAligned) {
  const lower::kernel kernel = samples().front().kernel;
  const std::vector<void*> aligned(3, nullptr);
  EXPECT_TRUE(choose_variant(launch_of(kernel, {7, 8}, {{64, 8}, {64, 8}, {64, 8}}), aligned).vector_access);
  EXPECT_FALSE(choose_variant(launch_of(kernel, {7, 7}, {{56, 8}, {56, 8}, {56, 8}}), aligned).vector_access);
  std::vector<void*> shifted = aligned;
  shifted[1] = reinterpret_cast<void*>(8);
  EXPECT_FALSE(choose_variant(launch_of(kernel, {8}, {{8}, {8}, {8}}), shifted).vector_access);
}

TEST(Variant, ElementsAnAccessFillSixteenBytes) {
  EXPECT_EQ(elements_per_access(samples()[0].kernel, {}), 2);
  EXPECT_EQ(elements_per_access(samples()[1].kernel, {}), 4);
  EXPECT_EQ(elements_per_access(samples()[1].kernel, {.vector_access = false}), 1);
}

TEST(Variant, TheBlockHoldsExtentsAddressesStridesAndParameters) {
  lower::launch launch = launch_of(samples().front().kernel, {5, 6}, {{48, 8}, {0, 8}, {48, 8}});
  launch.parameters = {std::bit_cast<std::uint64_t>(2.0)};
  const std::vector<void*> pointers = {reinterpret_cast<void*>(0x10), reinterpret_cast<void*>(0x20),
                                       reinterpret_cast<void*>(0x30)};
  const std::vector<std::uint64_t> expected = {6, 5, 0x10, 8, 48, 0x20, 8, 0, 0x30, 8, 48, launch.parameters[0]};
  const variant which = choose_variant(launch, pointers);
  EXPECT_EQ(block_words(launch, which, pointers), expected);
  EXPECT_EQ(block_bytes(*launch.kernel, which), 8 * expected.size());
}

TEST(Variant, TheGridFillsTheDeviceAndNoMore) {
  const lower::kernel kernel = samples().front().kernel;
  const std::vector<void*> pointers(3, nullptr);
  const auto blocks = [&](std::int64_t n) {
    const lower::launch launch = launch_of(kernel, {n}, {{8}, {8}, {8}});
    return grid_blocks(launch, choose_variant(launch, pointers), 132);
  };
  EXPECT_EQ(blocks(1), 1U);
  EXPECT_EQ(blocks(2048), 1U);
  EXPECT_EQ(blocks(2049), 2U);
  EXPECT_EQ(blocks(100'000'000), 132U * 8);
}

TEST(Options, PreciseForbidsContraction) {
  const auto has = [](precision wanted, const std::string& option) {
    const auto options = compile_options(wanted, "sm_90");
    return std::find(options.begin(), options.end(), option) != options.end();
  };
  EXPECT_TRUE(has(precision::precise, "--fmad=false"));
  EXPECT_FALSE(has(precision::fast, "--fmad=false"));
  EXPECT_TRUE(has(precision::precise, "--gpu-architecture=sm_90"));
}

}  // namespace
}  // namespace gpucompute::cuda
