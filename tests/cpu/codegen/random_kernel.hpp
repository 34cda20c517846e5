// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <vector>

#include "kernels/lower/kernel.hpp"

namespace gpucompute::testing {

inline constexpr dtype real_types[] = {bool_,  int8,   int16,  int32,   int64,  uint8,
                                       uint16, uint32, uint64, float32, float64};

/// One PRIMITIVE row at one compute type.
struct primitive {
  graph::op operation;
  dtype type;
};
/// All of them: nothing is left out.
std::vector<primitive> all_primitives();

/// out = operation(inputs...), each input of its own.
lower::kernel single_primitive(const primitive& which);
/// out = cast of the input.
lower::kernel single_cast(dtype from, dtype to);

/// A typed straight-line elementwise kernel over inputs, parameters and constants of any type, complex ones too, with
/// random layouts; every result is used by an output.
lower::kernel random_kernel(std::mt19937_64& random);

/// The same with one to three reducers in place of outputs; fields and combine programs are random, too.
lower::kernel random_reduction(std::mt19937_64& random, lower::schedule schedule);

}  // namespace gpucompute::testing
