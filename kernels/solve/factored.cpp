// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/solve/prepared.hpp"
#include "kernels/solve/verify.hpp"

// Blocks and factors as prepared.hpp has them: how they are made, and whether they will do.

namespace gpucompute::solving {

timings& timings::operator+=(const timings& other) {
  inspect += other.inspect;
  factor += other.factor;
  solve += other.solve;
  verify += other.verify;
  condition += other.condition;
  return *this;
}

owned_block make_block(solver& with, dtype type, std::int64_t rows, std::int64_t columns) {
  const std::int64_t leading = std::max<std::int64_t>(1, rows);
  std::shared_ptr<void> memory =
      with.allocate(static_cast<std::size_t>(leading) * static_cast<std::size_t>(columns) * size_of(type));
  return {{memory.get(), type, rows, columns, leading}, std::move(memory)};
}

block columns_of(const block& b, std::int64_t first, std::int64_t count) {
  block part = b;
  part.data = static_cast<char*>(part.data) + first * b.leading * static_cast<std::int64_t>(size_of(b.type));
  part.columns = count;
  return part;
}

block rows_of(block b, std::int64_t rows) {
  b.rows = rows;
  return b;
}

owned_block scaled_copy(solver& with, const matrix_view& from, dtype type, int exponent, int threads) {
  owned_block copy = make_block(with, type, from.rows, from.columns);
  // The scale of a subnormal matrix is beyond the largest number: in two steps.
  const int half = exponent / 2;
  const std::vector<int> rest(static_cast<std::size_t>(from.columns), exponent - half);
  with.copy(from, false, std::ldexp(1.0, half), copy.elements, threads);
  with.scale_columns(copy.elements, rest);
  return copy;
}

bool are_sound(const prepared& a) {
  const factored& by = a.current;
  const double norm = std::ldexp(std::max(a.found.norm_one, a.found.norm_inf), by.exponent - a.exponent);
  if (by.made->singular_at() >= 0 || !(norm <= largest_number(by.type))) {
    return false;
  }
  const owned_block b = make_block(*a.with, by.type, a.size.rows, 1);
  const owned_block x = make_block(*a.with, by.type, a.size.rows, 1);
  double error = std::numeric_limits<double>::quiet_NaN();
  // An inverse that is so large is not the factors' fault.
  for (const int exponent : {0, component(by.type) == float32 ? -30 : -60}) {
    if (!std::isnan(error)) {
      break;
    }
    a.with->fill_probe(b.elements);
    a.with->scale_columns(b.elements, {&exponent, 1});
    a.with->copy(view_of(b.elements), false, 1, x.elements, a.chosen.threads);
    by.made->solve(apply::none, x.elements, a.chosen.threads);
    verification(a, apply::none, view_of(b.elements), a.chosen.threads).measure(*by.made, x.elements, {&error, 1});
  }
  return error <= bar_of(a.size.rows, a.size.columns, by.type);
}

factored factor_again(const prepared& from, method which, dtype type, bool equilibrated) {
  factor_request request{.method = which,
                         .source = from.source,
                         .type = type,
                         .part = from.chosen.part,
                         .hermitian = from.chosen.hermitian,
                         .threads = from.chosen.threads};
  if (!equilibrated) {
    return {from.with->factorize(request), which, type, std::nullopt, from.exponent};
  }
  const owned_block copy = make_block(*from.with, type, from.size.rows, from.size.columns);
  from.with->copy(from.source, false, 1, copy.elements, from.chosen.threads);
  balance scaled = from.with->equilibrate(copy.elements);
  request.source = view_of(copy.elements);
  request.consumable = copy.elements;
  request.owner = copy.memory;
  return {from.with->factorize(request), which, type, std::move(scaled), from.exponent};
}

}  // namespace gpucompute::solving
