// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <gpucompute/evaluate.hpp>

#include "kernels/graph/graph.hpp"
#include "kernels/graph/typing.hpp"

namespace gpucompute::language {

/// Wide enough for every literal that any dtype can hold, and for arithmetic on them.
__extension__ using wide_integer = __int128;

/// A Python number: what a literal, or operators on literals, are before they meet a typed value.
struct weak_value {
  graph::weakness kind = graph::weakness::integer;  ///< never strong
  wide_integer integer = 0;                         ///< boolean and integer
  std::complex<double> number = 0;                  ///< floating (real part) and complex
};

weak_value weak_boolean(bool value);
weak_value weak_integer(wide_integer value);
weak_value weak_floating(double value);
weak_value weak_complex(std::complex<double> value);
weak_value to_weak(const weak_scalar& value);

/// A number that is not complex.
double as_double(const weak_value& value);
std::complex<double> as_complex(const weak_value& value);

/// As Python prints it.
std::string to_string(const weak_value& value);

/// `operation` on literals as Python's operators do it; nothing when Python has no such operator for them.
/// `problem` says why there is no value: "division by zero", "integer beyond 128 bits", ...
struct folded {
  std::optional<weak_value> value;
  std::string_view problem = {};
};
folded fold(graph::op operation, std::span<const weak_value> operands);

/// The element of `type` nearest to the value. Nothing when an integer is out of the type's range, or when the kind
/// of `type` is below the value's kind.
std::optional<graph::literal> to_literal(const weak_value& value, dtype type);
/// The same as an explicit cast: reals truncate and saturate, NaN gives 0, to bool is != 0; only complex to real and
/// integers out of range are refused.
std::optional<graph::literal> cast_literal(const weak_value& value, dtype type);
/// -1 and 1 when an integer is below or above the range of an integer `type`, 0 when it fits.
int out_of_range(wide_integer value, dtype type);

}  // namespace gpucompute::language
