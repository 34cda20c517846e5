// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu/codegen/stand_ins.hpp"

#include <immintrin.h>

namespace gpucompute::testing {
namespace {

__m512d avx512_f64(__m512d x) { return x * 2 + 1; }
__m512 avx512_f32(__m512 x) { return x * 2 + 1; }
__m256d avx2_f64(__m256d x) { return x * 2 + 1; }
__m256 avx2_f32(__m256 x) { return x * 2 + 1; }
__m512d avx512_fast_f64(__m512d x) { return x * 2 + 2; }

}  // namespace

const std::array<stand_in, 5> stand_ins = {{
    {"gpucompute_avx512_sin_f64", reinterpret_cast<void*>(avx512_f64)},
    {"gpucompute_avx512_sin_f32", reinterpret_cast<void*>(avx512_f32)},
    {"gpucompute_avx2_sin_f64", reinterpret_cast<void*>(avx2_f64)},
    {"gpucompute_avx2_sin_f32", reinterpret_cast<void*>(avx2_f32)},
    {"gpucompute_avx512_sin_fast_f64", reinterpret_cast<void*>(avx512_fast_f64)},
}};

}  // namespace gpucompute::testing
