// SPDX-License-Identifier: Apache-2.0
#define GPUCOMPUTE_MATH_LAYER "cpu/math/vector_avx2.hpp"
#include "cpu/math/instantiate.hpp"
