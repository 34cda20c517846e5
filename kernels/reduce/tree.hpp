// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// The order in which a reduction merges its elements is fixed by (reduced length, field types, schedule), never by
// threads, tier, vector width or device:
//
// 1. The reduced elements, numbered 0 .. n-1 in C order of the reduced dimensions, are cut into leaves of leaf_length.
// 2. reduce_inner: a leaf has `lanes` states, each starting at the identity. Element i merges into lane i % lanes:
//    lane = combine(lane, lift(x_i)), in order of i; a lane that meets no element keeps its identity. Then, for
//    h = lanes/2, ..., 2, 1: lane[j] = combine(lane[j], lane[j + h]) for j < h. The leaf's state is lane[0].
//    reduce_outer: a leaf has one state: state = combine(state, lift(x_i)) in order of i, starting at the identity.
// 3. Leaf states p[0] .. p[m-1] merge pairwise: p[j] = combine(p[2j], p[2j+1]); an odd last one moves up unmerged;
//    repeat until one is left. No element at all gives the identity.

namespace gpucompute::reduce {

inline constexpr int lanes = 32;
inline constexpr std::int64_t leaf_length = 4096;

constexpr std::int64_t leaf_count(std::int64_t n) { return n == 0 ? 0 : (n - 1) / leaf_length + 1; }

}  // namespace gpucompute::reduce
