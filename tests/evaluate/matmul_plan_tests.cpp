// SPDX-License-Identifier: Apache-2.0
#include "kernels/device/backend.hpp"
#include "kernels/evaluate/function.hpp"
#include "tests/evaluate/helpers.hpp"
#include "tests/evaluate/matmul_cases.hpp"

// What a call with products says of itself, and what it says where there is no BLAS.

namespace gpucompute {
namespace {

using testing::expect_error;
using testing::run_on;

class MatmulPlan : public ::testing::TestWithParam<run_on> {
 protected:
  evaluate_options here() const { return {.device = GetParam().device, .tier = GetParam().tier}; }
};

TEST_P(MatmulPlan, APlanSaysWhatIsMultipliedAndByWhat) {
  const std::vector<double> stack(5 * 3 * 4, 1);
  const std::vector<double> right(5 * 4 * 6, 1);
  const array_view a(stack.data(), {5, 3, 4});
  const auto plan = [&](const char* text, const array_view& b) { return explain(text, {{"a", a}, {"b", b}}, here()); };
  // Rows of a stack that meet one matrix are rows of one product.
  const std::string one = plan("a @ b", array_view(right.data(), {4, 6}));
  EXPECT_NE(one.find("= matmul float64 %0 %1\n"), std::string::npos) << one;
  EXPECT_NE(one.find("gemm 15 x 6 x 4 of float64 on "), std::string::npos) << one;
  EXPECT_NE(one.find("launch 1 of 1\n"), std::string::npos) << one;
  EXPECT_NE(one.find("flops 720, launches 1\n"), std::string::npos) << one;
  const std::string each = plan("exp(a) @ b + 1", array_view(right.data(), {5, 4, 6}));
  EXPECT_NE(each.find("gemm 3 x 6 x 4 of float64, 5 times on "), std::string::npos) << each;
  EXPECT_NE(each.find("launch 3 of 3\n"), std::string::npos) << each;
  // A stack that BLAS cannot take as it lies is copied once; one matrix is converted by the solver in pieces.
  const array_view backwards(stack.data() + 59, float64, {5, 3, 4}, {-96, -32, -8});
  const auto launches = [&](const array_view& left, const array_view& other) {
    return compile("a @ b", {{"a", float64}, {"b", float64}}, {.device = GetParam().device, .tier = GetParam().tier})
        .estimate({{"a", left}, {"b", other}})
        .kernels;
  };
  EXPECT_EQ(launches(backwards, array_view(right.data(), {5, 4, 6})), 2);
  EXPECT_EQ(launches(array_view(stack.data() + 11, float64, {3, 4}, {-32, -8}), array_view(right.data(), {4, 6})), 1);
  EXPECT_EQ(launches(array_view(stack.data(), float64, {5, 4, 3}, {96, 8, 32}), array_view(right.data(), {5, 3, 8})),
            1);
  EXPECT_EQ(launches(array_view(stack.data() + 2, float64, {5, 2, 3}, {0, 8, -8}), array_view(right.data(), {5, 3, 8})),
            1);
  // exp is stored for the product, and not computed again for the sum.
  const function made = compile("x = exp(a); sum(x) + x @ b", {{"a", float64}, {"b", float64}},
                                {.device = GetParam().device, .tier = GetParam().tier});
  const std::string shared = made.explain({{"a", a}, {"b", array_view(right.data(), {4, 6})}});
  EXPECT_NE(shared.find("= exp %"), std::string::npos) << shared;
  EXPECT_EQ(shared.find("= exp %"), shared.rfind("= exp %")) << shared;
}

TEST_P(MatmulPlan, CostAndTierAreThoseOfWhatRuns) {
  const function made =
      compile("a @ b", {{"a", complex64}, {"b", complex64}}, {.device = GetParam().device, .tier = GetParam().tier});
  const array a = array::zeros(complex64, {30, 20});
  const array b = array::zeros(complex64, {20, 10});
  const cost_estimate cost = made.estimate({{"a", a}, {"b", b}});
  EXPECT_EQ(cost.flops, 8.0 * 30 * 20 * 10);
  EXPECT_EQ(cost.bytes, 8.0 * (30 * 20 + 20 * 10 + 30 * 10));
  EXPECT_EQ(cost.kernels, 1);
  EXPECT_EQ(made.tier_of({{"a", a}, {"b", b}}), tier::interpreter) << "no kernel of its own";
  const function more = compile("a @ b + 1", {{"a", complex64}, {"b", complex64}},
                                {.device = GetParam().device, .tier = GetParam().tier});
  EXPECT_EQ(more.tier_of({{"a", a}, {"b", b}}), GetParam().tier == tier::jit ? tier::jit : tier::interpreter);
  EXPECT_NE(more.source({{"a", a}, {"b", b}}).find("gemm 30 x 10 x 20 of complex64"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Runs, MatmulPlan, ::testing::ValuesIn(testing::planned_runs()), testing::run_name);

TEST(MatmulCuda, ShowsThePlanAndRefusesToRun) {
  const std::vector<double> a(4, 1);
  const array_view matrix(a.data(), {2, 2});
  const evaluate_options on_cuda = {.device = device("cuda")};
  EXPECT_NE(explain("a @ a", {{"a", matrix}}, on_cuda).find("gemm 2 x 2 x 2 of float64, but cuda: "),
            std::string::npos);
  expect_error<device_unavailable>([&] { evaluate("a @ a", {{"a", matrix}}, on_cuda); }, {"cuda", "missing"});
}

/// A processor without a BLAS.
class bare_backend final : public device_layer::backend {
 public:
  device_info describe() const override { return {}; }
  std::string source(const lower::launch&, const device_layer::prepare_options&) const override { return "kernel\n"; }
  std::string tier_text(const device_layer::prepare_options&) const override { return {}; }
  std::shared_ptr<const device_layer::executable> prepare(const std::shared_ptr<const lower::kernel>&,
                                                          const device_layer::prepare_options&) override {
    return std::make_shared<device_layer::executable>();
  }
  void run(const device_layer::executable&, const lower::launch&, std::span<void* const>,
           const device_layer::run_options&) override {
    ++runs;
  }
  std::shared_ptr<void> allocate(std::size_t bytes) override {
    return {::operator new(bytes), [](void* p) { ::operator delete(p); }};
  }
  solving::solver& solver() override { throw device_unavailable("cpu: a BLAS, got none\nmissing: libopenblas"); }
  int runs = 0;
};

TEST(MatmulMissing, OnlyTextsThatContractSayThatBlasIsMissing) {
  bare_backend bare;
  const auto made = [&](const char* text) {
    return make_function(language::compile_text(text, std::array<language::binding, 1>{{{"a", float64}}}),
                         {.text = text, .declared = {{"a", float64}}, .where = bare, .prepare = {}});
  };
  const std::vector<double> a(9, 1);
  const array_view matrix(a.data(), {3, 3});
  made("sum(a*a)")({{"a", matrix}});
  EXPECT_EQ(bare.runs, 1);
  const function contracting = made("exp(a) @ a");
  expect_error<device_unavailable>([&] { contracting({{"a", matrix}}); }, {"missing: libopenblas"});
  EXPECT_EQ(bare.runs, 1) << "nothing was launched";
  EXPECT_NE(contracting.explain({{"a", matrix}}).find("gemm 3 x 3 x 3 of float64, but cpu: a BLAS"), std::string::npos);
  EXPECT_NE(contracting.source({{"a", matrix}}).find("kernel\n"), std::string::npos);
}

}  // namespace
}  // namespace gpucompute
