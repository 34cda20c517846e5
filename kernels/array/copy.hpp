// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gpucompute/view.hpp>

namespace gpucompute {

/// Element by element into C-ordered memory that holds source.size() elements and does not overlap the source.
void copy_to_c_order(const array_view& source, void* target);

}  // namespace gpucompute
