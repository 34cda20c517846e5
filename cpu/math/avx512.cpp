// SPDX-License-Identifier: Apache-2.0
#define GPUCOMPUTE_MATH_LAYER "cpu/math/vector_avx512.hpp"
#include "cpu/math/instantiate.hpp"
