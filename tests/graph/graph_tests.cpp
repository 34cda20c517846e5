// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kernels/graph/graph.hpp"

namespace gpucompute::graph {
namespace {

TEST(Graph, EqualNodesAreOneNode) {
  graph g;
  const node_id a = g.input(0, float64);
  const node_id b = g.input(1, float64);
  const node_id sum = g.apply(op::add, float64, std::array{a, b});
  EXPECT_EQ(g.apply(op::add, float64, std::array{a, b}), sum);
  EXPECT_NE(g.apply(op::add, float64, std::array{b, a}), sum);
}

TEST(Graph, LiteralsDifferByBits) {
  graph g;
  const node_id zero = g.constant(float64, {0, 0}, false);
  const node_id negative_zero = g.constant(float64, {1ULL << 63U, 0}, false);
  EXPECT_NE(zero, negative_zero);
}

TEST(Graph, CastToOwnTypeIsTheNodeItself) {
  graph g;
  const node_id a = g.input(0, int32);
  EXPECT_EQ(g.cast(a, int32), a);
  EXPECT_NE(g.cast(a, int64), a);
}

TEST(Graph, ReductionsDifferByAxes) {
  graph g;
  const node_id a = g.input(0, float64);
  const reduction_axes all;
  const reduction_axes last{.all = false, .axes = {-1}};
  EXPECT_NE(g.reduce(reduction::sum, float64, a, all), g.reduce(reduction::sum, float64, a, last));
  EXPECT_EQ(g.reduce(reduction::sum, float64, a, last), g.reduce(reduction::sum, float64, a, last));
}

}  // namespace
}  // namespace gpucompute::graph
