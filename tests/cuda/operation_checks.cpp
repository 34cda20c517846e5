// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <cstring>
#include <span>

#include "tests/cuda/builder.hpp"
#include "tests/cuda/check.hpp"
#include "tests/cuda/edge_values.hpp"

namespace gpucompute::cuda {
namespace {

using graph::op;
using graph::type_rule;

constexpr dtype real_types[] = {bool_, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64};

dtype result_type(type_rule rule, dtype compute) {
  switch (rule) {
    case type_rule::comparison:
    case type_rule::comparison_ordered:
    case type_rule::predicate:
    case type_rule::predicate_real:
      return bool_;
    case type_rule::count_bits:
      return uint8;
    default:
      return compute;
  }
}

using column = std::vector<std::uint64_t>;

/// All tuples of edge values (for three arguments of every fifth one), then random ones.
std::vector<column> argument_columns(std::span<const dtype> types, const graph::interval& range, unsigned seed) {
  std::vector<column> edges;
  for (const dtype type : types) {
    column values = edge_values(type);
    if (types.size() == 3 && values.size() > 12) {
      column sparse;
      for (std::size_t i = 0; i < values.size(); i += 5) {
        sparse.push_back(values[i]);
      }
      values = sparse;
    }
    edges.push_back(values);
  }
  std::size_t tuples = 1;
  for (const column& values : edges) {
    tuples *= values.size();
  }
  std::mt19937_64 random(seed);
  std::vector<column> columns(types.size());
  std::size_t stride = 1;
  for (std::size_t a = 0; a < types.size(); ++a) {
    for (std::size_t i = 0; i < tuples; ++i) {
      columns[a].push_back(edges[a][i / stride % edges[a].size()]);
    }
    stride *= edges[a].size();
    const column extra = random_values(types[a], range, 601, random);
    columns[a].insert(columns[a].end(), extra.begin(), extra.end());
  }
  return columns;
}

operand_memory contiguous(dtype type, const column& values) {
  operand_memory memory;
  memory.bytes.resize(values.size() * size_of(type));
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::memcpy(&memory.bytes[i * size_of(type)], &values[i], size_of(type));
  }
  return memory;
}

/// Inputs given by columns, one output, all contiguous.
check contiguous_check(std::string name, const lower::kernel& kernel, const std::vector<column>& columns, double ulp) {
  check made;
  made.name = std::move(name);
  made.launch.kernel = std::make_shared<lower::kernel>(kernel);
  made.launch.kept = {static_cast<std::int64_t>(columns[0].size())};
  made.ulp = ulp;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    made.memory.push_back(contiguous(kernel.inputs[k].type, columns[k]));
  }
  const std::size_t bytes = size_of(kernel.outputs[0].type);
  made.memory.push_back(memory_for(made.launch.kept, {static_cast<std::int64_t>(bytes)}, bytes));
  made.launch.operands.resize(made.memory.size());
  for (std::size_t k = 0; k < made.memory.size(); ++k) {
    const dtype type = k < columns.size() ? kernel.inputs[k].type : kernel.outputs[0].type;
    made.launch.operands[k].kept_strides = {static_cast<std::int64_t>(size_of(type))};
  }
  return made;
}

check operation_check(op operation, dtype compute) {
  const graph::op_row& row = graph::row(operation);
  std::vector<dtype> types(static_cast<std::size_t>(row.arity), compute);
  if (row.rule == type_rule::select) {
    types[0] = bool_;
  }
  kernel_builder builder;
  std::vector<lower::value> arguments;
  arguments.reserve(types.size());
  for (const dtype type : types) {
    arguments.push_back(builder.in(type));
  }
  const dtype result = result_type(row.rule, compute);
  builder.out(result, {builder.apply(operation, result, arguments)});
  return contiguous_check(std::string(row.name) + " of " + std::string(name(compute)), builder.done(),
                          argument_columns(types, row.range, static_cast<unsigned>(operation)),
                          bound_between(operation, compute));
}

}  // namespace

double bound_between(op operation, dtype compute) {
  if (graph::lowering_of(operation, compute).how != graph::lowering::library || !is_floating(compute)) {
    return 0;
  }
  const graph::ulp_bounds& ulp = graph::row(operation).ulp;
  const double units = compute == float32 ? ulp.cpu_float32 + ulp.cuda_float32 : ulp.cpu_float64 + ulp.cuda_float64;
  return units <= 1 ? 0 : std::ceil(units);
}

std::vector<check> operation_checks() {
  std::vector<check> checks;
  for (std::size_t i = 0; i < graph::op_count(); ++i) {
    for (const dtype type : real_types) {
      const graph::lowering how = graph::lowering_of(static_cast<op>(i), type).how;
      if (how == graph::lowering::primitive || how == graph::lowering::library) {
        checks.push_back(operation_check(static_cast<op>(i), type));
      }
    }
  }
  for (const dtype from : real_types) {
    for (const dtype to : real_types) {
      if (from != to) {
        kernel_builder builder;
        builder.out(to, {builder.cast(builder.in(from), to)});
        const std::vector<column> columns = argument_columns(std::array{from}, {-300, 300}, 1);
        checks.push_back(contiguous_check("cast of " + std::string(name(from)) + " to " + std::string(name(to)),
                                          builder.done(), columns, 0));
      }
    }
  }
  return checks;
}

}  // namespace gpucompute::cuda
