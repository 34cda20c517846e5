// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "kernels/lower/launch.hpp"
#include "kernels/lower/lowered.hpp"

namespace gpucompute::lower {

/// How an array lies in memory; its address is not part of a plan.
struct layout {
  dtype type = float64;
  dimensions shape;
  dimensions strides;   ///< bytes
  bool aligned = true;  ///< the first element is at a multiple of its component's size
};

/// A result that the call wants.
struct output_request {
  std::uint32_t result = 0;  ///< position in lowered::results
  bool given = false;        ///< memory of the caller lying as `where`; else C order, the result's own type and shape
  layout where = {};
};

/// How the memory of an output and of an input share bytes.
enum class overlap : std::uint8_t {
  none,
  exact,    ///< same address, shape, strides and element size
  partial,  ///< any other way, or not known to be disjoint
};

/// The launches that compute the wanted results. Depends on shapes and layouts only, so that the bits of a result
/// never depend on threads, tier or device.
/// overlaps: outputs.size() x inputs.size(), row by row; empty when nothing overlaps.
/// @throw invalid_argument when shapes do not broadcast (language::check_shapes says it better, with a caret)
plan make_plan(const lowered& program, std::span<const layout> inputs, std::span<const output_request> outputs,
               std::span<const overlap> overlaps = {});

}  // namespace gpucompute::lower
