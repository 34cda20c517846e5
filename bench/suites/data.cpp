// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <complex>

#include "bench/process/failure.hpp"
#include "bench/suites/expression_case.hpp"
#include "bench/suites/random.hpp"

namespace gpucompute::bench {
namespace {

template <typename T>
T element_value(std::uint64_t seed, std::int64_t i, const input_spec& spec) {
  const auto counter = static_cast<std::uint64_t>(i);
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(std::floor(uniform(seed, counter, spec.low, spec.high)));
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(uniform(seed, counter, spec.low, spec.high));
  } else {
    using real = typename T::value_type;
    return {static_cast<real>(uniform(seed, 2 * counter, spec.low, spec.high)),
            static_cast<real>(uniform(seed, 2 * counter + 1, spec.low, spec.high))};
  }
}

template <typename T>
void fill(array& values, std::uint64_t seed, const input_spec& spec) {
  T* const to = static_cast<T*>(values.data());
  const std::int64_t n = values.size();
#pragma omp parallel for schedule(static)
  for (std::int64_t i = 0; i < n; ++i) to[i] = element_value<T>(seed, i, spec);
}

void fill(array& values, std::uint64_t seed, const input_spec& spec) {
  switch (values.type()) {
#define GPUCOMPUTE_DTYPE(name, cpp, kind, bytes, numpy) \
  case name:                                            \
    return fill<cpp>(values, seed, spec);
#include <gpucompute/dtypes.def>
  }
}

std::int64_t side(std::int64_t n) { return static_cast<std::int64_t>(std::sqrt(static_cast<double>(n))); }

dimensions shape_of(layout where, std::int64_t n) {
  switch (where) {
    case layout::vector:
      return {n};
    case layout::strided:
      return {2 * n};
    case layout::rows_1024:
      return {n / 1024, 1024};
    case layout::rows_10:
      return {n / 10, 10};
    case layout::ten_rows:
      return {10, n / 10};
    case layout::column:
      return {side(n), 1};
    case layout::row:
      return {side(n)};
  }
  return {};
}

std::int64_t whole_rows(layout where, std::int64_t n) {
  switch (where) {
    case layout::vector:
    case layout::strided:
      return n;
    case layout::rows_1024:
      return n / 1024 * 1024;
    case layout::rows_10:
    case layout::ten_rows:
      return n / 10 * 10;
    case layout::column:
    case layout::row:
      return side(n) * side(n);
  }
  return n;
}

std::uint64_t seed_of(std::string_view id, std::string_view input) {
  std::uint64_t seed = 0;
  for (const std::string_view text : {id, input}) {
    for (const char c : text) seed = mixed(seed ^ static_cast<unsigned char>(c));
  }
  return seed;
}

}  // namespace

std::int64_t rounded_to_rows(const expression_case& one, std::int64_t n) {
  std::int64_t whole = n;
  for (const input_spec& spec : one.inputs) whole = std::min(whole, whole_rows(spec.layout, n));
  return whole;
}

case_data make_data(const expression_case& one, std::int64_t n) {
  case_data data{{}, {}, rounded_to_rows(one, n)};
  if (data.n == 0) {
    throw bad_input("--n: " + std::string(one.id) + " needs whole rows, got n = " + std::to_string(n));
  }
  for (const input_spec& spec : one.inputs) {
    fill(data.arrays.emplace_back(array::empty(spec.type, shape_of(spec.layout, n))), seed_of(one.id, spec.name), spec);
  }
  for (std::size_t i = 0; i < one.inputs.size(); ++i) {
    const array& values = data.arrays[i];
    array_view view = values;
    if (one.inputs[i].layout == layout::strided) {
      view = array_view(values.data(), values.type(), {n}, {2 * static_cast<std::int64_t>(size_of(values.type()))});
    }
    data.arguments.push_back({one.inputs[i].name, argument_value(view)});
  }
  return data;
}

std::string dtype_of_inputs(const expression_case& one) {
  std::string text;
  for (std::size_t i = 0; i < one.inputs.size(); ++i) {
    const std::string_view type = name(one.inputs[i].type);
    if (i > 0 && one.inputs[i].type == one.inputs[i - 1].type) continue;
    text += (text.empty() ? "" : "+") + std::string(type);
  }
  return text;
}

}  // namespace gpucompute::bench
