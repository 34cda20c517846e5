// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gpucompute/evaluate.hpp>

#include "kernels/evaluate/inline_buffer.hpp"
#include "kernels/graph/graph.hpp"
#include "kernels/lower/plan.hpp"

namespace gpucompute::evaluation {

/// An array that takes part in a call; borrowed.
struct call_input {
  const void* data;
  const array_view* view;
};

struct call_output {
  std::uint32_t result;        ///< position in program::results
  const mutable_view* memory;  ///< null: made by the call
};

/// One call with its names resolved and checked, but for shapes. Lives on the stack of the call.
struct call {
  inline_buffer<call_input, 16> inputs;        ///< as program::inputs
  inline_buffer<call_output, 8> outputs;       ///< in the order in which they were asked for
  inline_buffer<lower::overlap, 64> overlaps;  ///< outputs x inputs; empty when no output has memory of the caller
};

inline const mutable_view* memory_of(const std::optional<mutable_view>& out) { return out ? &*out : nullptr; }

/// @throw invalid_argument for a negative number
void require_threads(int threads);

/// @throw invalid_argument for a missing, repeated or undeclared name, another type than declared, null data
void bind_inputs(const graph::program& program, std::span<const parameter> declared, const arguments& inputs,
                 call& made);

/// @throw invalid_argument for an unknown or repeated name, a cast that is not same-kind, memory whose elements overlap
/// each other or another output's
void bind_output(const graph::program& program, std::string_view name, const mutable_view* memory, call& made);

void find_overlaps(call& made);

/// What a plan depends on, as words: equal keys have equal plans.
using plan_key = inline_buffer<std::uint64_t, 192>;
void write_key(const call& which, plan_key& key);

/// What write_key stands for.
lower::layout layout_of(const void* data, const array_view& view);
std::vector<lower::layout> input_layouts(const call& which);
std::vector<lower::output_request> output_requests(const call& which);

}  // namespace gpucompute::evaluation
