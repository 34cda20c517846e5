// SPDX-License-Identifier: Apache-2.0
#define GPUCOMPUTE_ISA avx2
#include "cpu/solve/small/kernels.hpp"
