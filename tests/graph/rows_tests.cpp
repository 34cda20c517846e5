// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <string>

#include <gpucompute/error.hpp>

#include "kernels/graph/graph.hpp"
#include "kernels/graph/typing.hpp"
#include "kernels/language/compile.hpp"

namespace gpucompute::graph {
namespace {

constexpr dtype kinds[] = {bool_, int8, uint8, int64, uint64, float32, float64, complex64, complex128};

/// The signature when all operands (of where: the choices) have one type.
signature signature_of(const op_row& row, dtype type) {
  const std::array<operand_type, 3> operands{
      {{weakness::strong, type}, {weakness::strong, type}, {weakness::strong, type}}};
  const auto count = static_cast<std::size_t>(row.rule == type_rule::select ? 2 : row.arity);
  return resolve(row.rule, std::span(operands).first(count));
}

TEST(Rows, EveryTextHasTheResultTypeOfItsRule) {
  for (std::size_t i = 0; i < op_count(); ++i) {
    const auto operation = static_cast<op>(i);
    const op_row& r = row(operation);
    for (const dtype type : kinds) {
      const signature types = signature_of(r, type);
      const lowering_rule& how = lowering_of(operation, types.compute);
      if (!types.refused.empty() || (r.internal && how.how == lowering::never)) {
        continue;
      }
      ASSERT_NE(how.how, lowering::never) << r.name << " of " << name(types.compute);
      if (how.how != lowering::text) {
        continue;
      }
      graph g;
      const bool select = r.rule == type_rule::select;
      const std::array<language::bound_node, 3> names{{{"a", g.input(0, select ? bool_ : types.compute)},
                                                       {"b", g.input(1, types.compute)},
                                                       {"c", g.input(2, types.compute)}}};
      const node_id built =
          language::build_composite(g, how.text, std::span(names).first(static_cast<std::size_t>(r.arity)));
      EXPECT_EQ(name(g[built].type), name(types.result)) << r.name << " of " << name(types.compute) << ": " << how.text;
    }
  }
}

TEST(Rows, BoundsAboveFourHaveAReasonAndNoOthers) {
  for (std::size_t i = 0; i < op_count(); ++i) {
    const op_row& r = row(static_cast<op>(i));
    const double most =
        std::max({r.ulp.cpu_float32, r.ulp.cpu_float64, r.ulp.complex.units, r.ulp.cuda_float32, r.ulp.cuda_float64});
    EXPECT_EQ(most > 4, !r.ulp.reason.empty()) << r.name << " has the bound " << most;
  }
}

TEST(Rows, EveryReductionRowCanBeNamed) {
  for (std::size_t i = 0; i < reduction_count(); ++i) {
    const auto reducer = static_cast<reduction>(i);
    const std::string text = std::string(row(reducer).name) + "(a)";
    int taken = 0;
    for (const dtype type : kinds) {
      const std::array<language::binding, 1> names{{{"a", type}}};
      const reduction_signature types = resolve(reducer, type);
      if (!types.refused.empty()) {
        EXPECT_THROW(language::compile_text(text, names), type_error) << text << " of " << name(type);
        continue;
      }
      const language::typed_text typed = language::compile_text(text, names);
      const node& made = typed.program->nodes[typed.program->results.back().value];
      EXPECT_EQ(made.kind, node_kind::reduce) << text << " of " << name(type);
      EXPECT_EQ(made.reducer, reducer) << text << " of " << name(type);
      EXPECT_EQ(name(made.type), name(types.result)) << text << " of " << name(type);
      ++taken;
    }
    EXPECT_GE(taken, 7) << text << ": all types, or all but the complex ones";
  }
}

TEST(Rows, ReductionTextsAreTypedAsTheirState) {
  for (const dtype type : kinds) {
    const reduction_signature types = resolve(reduction::var, type);
    graph g;
    const std::array<language::bound_type, 3> casts{
        {{"acc", types.accumulator}, {"element", type}, {"result", types.result}}};
    const std::array<language::bound_node, 5> names{{{"k", g.input(0, float64)},
                                                     {"m", g.input(1, types.accumulator)},
                                                     {"s", g.input(2, float64)},
                                                     {"n", g.input(3, int64)},
                                                     {"ddof", g.input(4, float64)}}};
    EXPECT_EQ(g[language::build_composite(g, row(reduction::var).finish, names, casts)].type, types.result);
  }
}

}  // namespace
}  // namespace gpucompute::graph
