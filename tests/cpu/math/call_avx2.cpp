// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "tests/cpu/math/call.hpp"

namespace gpucompute::cpu::math {

// Every element type travels in the same registers.
void call_avx2(void* vector, int arity, void* out, const void* a, const void* b) {
  const __m256d left = _mm256_loadu_pd(static_cast<const double*>(a));
  if (arity == 1) {
    _mm256_storeu_pd(static_cast<double*>(out), reinterpret_cast<__m256d (*)(__m256d)>(vector)(left));
    return;
  }
  const __m256d right = _mm256_loadu_pd(static_cast<const double*>(b));
  _mm256_storeu_pd(static_cast<double*>(out), reinterpret_cast<__m256d (*)(__m256d, __m256d)>(vector)(left, right));
}

}  // namespace gpucompute::cpu::math
