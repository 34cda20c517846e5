// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu/codegen/scalar_oracle.hpp"

#include <cmath>

#include "tests/common/tree.hpp"

namespace gpucompute::testing {

dtype primitive_result(graph::op operation, dtype type) {
  using graph::op;
  switch (operation) {
    case op::equal:
    case op::not_equal:
    case op::less:
    case op::less_equal:
    case op::greater:
    case op::greater_equal:
      return bool_;
    case op::popcount:
      return uint8;
    default:
      return type;
  }
}

states identities(const lower::kernel& kernel) {
  states made;
  for (const auto& reducer : kernel.reducers) {
    made.insert(made.end(), reducer.identities.begin(), reducer.identities.end());
  }
  return made;
}

states combine(const lower::kernel& kernel, const states& left, const states& right) {
  states made;
  for (const auto& reducer : kernel.reducers) {
    const auto part = [&, first = made.size()](const states& from) {
      const auto begin = from.begin() + static_cast<std::ptrdiff_t>(first);
      return element_bits(begin, begin + static_cast<std::ptrdiff_t>(reducer.fields.size()));
    };
    const element_bits merged = combine(reducer, part(left), part(right));
    made.insert(made.end(), merged.begin(), merged.end());
  }
  return made;
}

states reduce_leaf(const lower::kernel& kernel, const std::vector<states>& lifted) {
  return reduce_leaf<states>(lifted, identities(kernel), kernel.schedule,
                             [&](const states& left, const states& right) { return combine(kernel, left, right); });
}

bool same(std::uint64_t a, std::uint64_t b, dtype type) {
  if (a == b) return true;
  if (type == float32) return std::isnan(from_bits<float>(a)) && std::isnan(from_bits<float>(b));
  if (type == float64) return std::isnan(from_bits<double>(a)) && std::isnan(from_bits<double>(b));
  return false;
}

}  // namespace gpucompute::testing
