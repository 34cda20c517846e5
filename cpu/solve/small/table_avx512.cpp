// SPDX-License-Identifier: Apache-2.0
#define GPUCOMPUTE_ISA avx512
#include "cpu/solve/small/kernels.hpp"
