// SPDX-License-Identifier: Apache-2.0
#define GPUCOMPUTE_ISA avx2
#include "cpu/interpret/tables_isa.hpp"
