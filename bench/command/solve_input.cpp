// SPDX-License-Identifier: Apache-2.0
#include "bench/command/solve_input.hpp"

#include <cmath>
#include <complex>
#include <cstring>
#include <iterator>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "bench/command/list.hpp"
#include "bench/command/nearest.hpp"
#include "bench/process/failure.hpp"

namespace gpucompute::bench {
namespace {

template <typename T>
struct choice {
  std::string_view word;
  T value;
};

/// The value of an option that has few, the first of which is the default.
template <typename T>
T choose(const parsed_command& line, std::string_view option, std::span<const choice<T>> choices) {
  const auto given = line.value(option);
  if (!given) return choices.front().value;
  std::vector<std::string_view> known;
  std::string all;
  for (const choice<T>& one : choices) {
    if (one.word == *given) return one.value;
    known.push_back(one.word);
    all += (all.empty() ? "" : ", ") + std::string(one.word);
  }
  throw bad_input(std::string(option) + ": expected one of " + all + ", got '" + *given + "'" +
                  suggestion(*given, known));
}

std::vector<choice<structure>> structures() {
  std::vector<choice<structure>> list;
  for (const structure one :
       {structure::any, structure::general, structure::symmetric, structure::positive_definite, structure::upper,
        structure::lower, structure::banded, structure::tridiagonal, structure::diagonal}) {
    list.push_back({name(one), one});
  }
  return list;
}

std::vector<choice<method>> methods() {
  std::vector<choice<method>> list = {{name(method::automatic), method::automatic}, {"auto", method::automatic}};
#define GPUCOMPUTE_METHOD(row, words, routines) list.push_back({name(method::row), method::row});
#include <gpucompute/methods.def>
  return list;
}

constexpr choice<factor_precision> precisions[] = {
    {"auto", factor_precision::automatic}, {"same", factor_precision::same}, {"float32", factor_precision::float32}};
constexpr choice<operation> operations[] = {
    {"none", operation::none}, {"transpose", operation::transpose}, {"adjoint", operation::adjoint}};
constexpr choice<condition> conditions[] = {
    {"always", condition::always}, {"screened", condition::screened}, {"never", condition::never}};

template <typename T>
T element_at(const array_view& view, std::int64_t offset) {
  T value;
  std::memcpy(&value, static_cast<const char*>(view.data()) + offset, sizeof value);
  return value;
}

/// Sums of op(A)'s rows of T as R, which solve takes T for.
template <typename T, typename R>
array row_sums(const array_view& a, operation op, dtype type) {
  using wide = std::conditional_t<std::is_arithmetic_v<R>, long double, std::complex<long double>>;
  const std::size_t along = op == operation::none ? 0 : 1;
  const std::int64_t rows = a.shape()[along], columns = a.shape()[1 - along];
  array sums = array::empty(type, {rows});
  auto* const to = static_cast<R*>(sums.data());
  for (std::int64_t i = 0; i < rows; ++i) {
    wide sum = 0;
    for (std::int64_t j = 0; j < columns; ++j) {
      sum += static_cast<wide>(element_at<T>(a, i * a.strides()[along] + j * a.strides()[1 - along]));
    }
    if constexpr (!std::is_arithmetic_v<R>) {
      if (op == operation::adjoint) sum = std::conj(sum);
    }
    to[i] = static_cast<R>(sum);
  }
  return sums;
}

template <typename T>
double distance(const array_view& x) {
  double most = 0;
  const std::int64_t stride = x.strides()[0];
  for (std::int64_t i = 0; i < x.shape()[0]; ++i) {
    const double one = static_cast<double>(std::abs(element_at<T>(x, i * stride) - T{1}));
    if (!(one <= most)) most = one;
    if (std::isnan(most)) break;
  }
  return most;
}

}  // namespace

solve_options parse_solve_options(const parsed_command& line) {
  solve_options options;
  options.assume = choose<structure>(line, "--assume", structures());
  options.operation = choose<operation>(line, "--operation", operations);
  options.factors = choose<factor_precision>(line, "--factor-precision", precisions);
  options.condition = choose<condition>(line, "--condition", conditions);
  options.method = choose<method>(line, "--method", methods());
  options.device = device(line.value("--device").value_or("auto"));
  if (const auto share = line.value("--rank-tolerance")) {
    options.rank_tolerance = parse_share(*share, "--rank-tolerance");
  }
  if (const auto threads = line.value("--threads")) options.threads = parse_threads(*threads);
  return options;
}

std::int64_t unknowns_of(const array_view& a, operation op) {
  return a.shape()[a.rank() - (op == operation::none ? 1 : 2)];
}

array times_ones(const array_view& a, operation op) {
  if (a.rank() != 2) {
    throw bad_input("without b: expected one A, of 2 dimensions, got shape " + to_string(a.shape()));
  }
  switch (a.type()) {
#define GPUCOMPUTE_DTYPE(name, cpp, kind, bytes, numpy) \
  case name:                                            \
    if constexpr (std::is_integral_v<cpp>)              \
      return row_sums<cpp, double>(a, op, float64);     \
    else                                                \
      return row_sums<cpp, cpp>(a, op, name);
#include <gpucompute/dtypes.def>
  }
  return {};
}

double distance_from_ones(const array_view& x) {
  switch (x.type()) {
    case float32:
      return distance<float>(x);
    case complex64:
      return distance<std::complex<float>>(x);
    case complex128:
      return distance<std::complex<double>>(x);
    default:
      return distance<double>(x);
  }
}

std::string_view words(method which) {
  switch (which) {
#define GPUCOMPUTE_METHOD(row, text, routines) \
  case method::row:                            \
    return text;
#include <gpucompute/methods.def>
    case method::automatic:
      break;
  }
  return "";
}

}  // namespace gpucompute::bench
