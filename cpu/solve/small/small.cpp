// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/small.hpp"

#include <algorithm>
#include <cstring>

#include "cpu/runtime/team.hpp"
#include "cpu/solve/passes/instructions.hpp"
#include "cpu/solve/small/table.hpp"

namespace gpucompute::cpu {
namespace {

using solving::apply;
using solving::small_outcome;
using solving::small_systems;

small::task task_of(const small_systems& systems) {
  const bool turned = systems.op == apply::transpose || systems.op == apply::adjoint;
  return {.systems = systems,
          .conjugated = is_complex(systems.type) && (systems.op == apply::adjoint || systems.op == apply::conjugate),
          .row = turned ? systems.a_column : systems.a_row,
          .column = turned ? systems.a_row : systems.a_column};
}

const small::kernels& kernels_of(dtype type) {
  const small::table& table = passes::instructions() == isa::avx512 ? small::avx512::all : small::avx2::all;
  return table.of[static_cast<std::size_t>(type) - static_cast<std::size_t>(float32)];
}

/// Systems whose matrices stay in the second-level cache until they are copied: whole registers of them.
std::int64_t copied_at_once(const small_systems& systems, std::int64_t lanes) {
  constexpr std::int64_t bytes = 256 << 10U;
  const auto each = systems.order * systems.order * static_cast<std::int64_t>(size_of(systems.type));
  return std::max(bytes / each / lanes, std::int64_t{1}) * lanes;
}

void copy(const small_systems& systems, std::int64_t first, std::int64_t count) {
  if (systems.copies == nullptr) return;
  const std::size_t each = static_cast<std::size_t>(systems.order * systems.order) * size_of(systems.type);
  const std::size_t at = each * static_cast<std::size_t>(first);
  std::memcpy(static_cast<char*>(systems.copies) + at, static_cast<const char*>(systems.a) + at,
              each * static_cast<std::size_t>(count));
}

}  // namespace

solving::small_cost cost_of_small(dtype type, std::int64_t order, std::int64_t right_hand_sides) {
  // Measured with AVX-512 at orders 1 to 64, alone and in batches, with 1 to 16 right-hand sides: within 1.7 of it all. Wider
  // registers hold more of a row as orders grow, so that the cube does not show.
  const auto n = static_cast<double>(order);
  const double sides = 0.88 + 0.12 * static_cast<double>(right_hand_sides);
  const double element = (component(type) == float32 ? 1.4e-9 : 2.5e-9) * (is_complex(type) ? 2.2 : 1);
  return {.call = 0.13e-6, .system = n * n * sides * element};
}

std::int64_t largest_small(dtype type) { return is_floating(type) || is_complex(type) ? kernels_of(type).largest : 0; }

int solve_small(const small_systems& systems, small_outcome* outcomes, double* errors) {
  if (systems.order == 0) {
    std::fill_n(outcomes, systems.count, small_outcome{});
    if (errors != nullptr) std::fill_n(errors, systems.count * systems.right_hand_sides, 0.0);
    return 1;
  }
  const small::kernels& run = kernels_of(systems.type);
  const small::task work = task_of(systems);
  if (systems.count == 1) {
    run.single(work, 0, 1, outcomes, errors);
    copy(systems, 0, 1);
    return 1;
  }
  const bool interleaved = systems.order <= small::most_interleaved_rows;
  const auto solve_piece = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t first = begin; first < end;) {
      const std::int64_t count = std::min(end - first, run.lanes);
      if (interleaved && count > 1) {
        run.interleaved(work, first, count, outcomes, errors);
        first += count;
      } else {
        run.single(work, first, 1, outcomes, errors);
        ++first;
      }
    }
  };
  const std::int64_t piece = systems.copies != nullptr ? copied_at_once(systems, run.lanes) : systems.count;
  const auto solve_range = [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t first = begin; first < end; first += piece) {
      const std::int64_t count = std::min(end - first, piece);
      solve_piece(first, first + count);
      copy(systems, first, count);
    }
  };
  const double each = cost_of_small(systems.type, systems.order, systems.right_hand_sides).system;
  const sharing how = sharing_worth(each * 1e9 * static_cast<double>(systems.count), systems.threads);
  parallel_ranges(how, systems.count, run.lanes, solve_range);
  return how.threads;
}

}  // namespace gpucompute::cpu
