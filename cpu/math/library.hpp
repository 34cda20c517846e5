// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <gpucompute/dtype.hpp>

#include "cpu/isa.hpp"
#include "cpu/math/implementation.hpp"

// The CPU's math functions, the same for every tier: the JIT calls `vector` by address, the interpreter `block`. An
// element's bits are a function of that element alone: instruction set, lane, tail and neighbours do not change them
// (a NaN's sign and payload excepted). They do not depend on libm, and assume the default rounding mode and no
// flushing of subnormals.
namespace gpucompute::cpu::math {

struct range {
  double low;
  double high;
};

/// One function at one element type in one instruction set.
struct entry {
  std::string_view name;  ///< as in functions.def: "sin", "sin_fast"
  dtype type;             ///< of operands and result
  int arity;
  /// Takes and returns full registers in the C calling convention: __m512d(__m512d) or __m512d(__m512d, __m512d) for
  /// float64 and AVX-512, __m256(__m256) for float32 and AVX2, __m512i(__m512i, __m512i) for integers.
  void* vector;
  const char* symbol;  ///< of `vector`: "gpucompute_avx512_sin_f64"
  block_function block;
  double ulp;           ///< bound of the error; 0 for exact results
  double cancellation;  ///< where not 0, the bound is in ULP of max(|result|, cancellation * max(|a|, |b|))
  range ranges[2];      ///< where tests put uniform samples of a and b
};

/// All entries of a set, whether or not this CPU can run them.
std::span<const entry> entries(isa set);

/// The entry, or null if the library has no such function at this type. With `fast` the "_fast" variant if there is
/// one, else the precise function.
const entry* find(std::string_view name, dtype type, isa set, bool fast);

}  // namespace gpucompute::cpu::math
