// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "tests/cpu/math/call.hpp"

namespace gpucompute::cpu::math {

// Every element type travels in the same registers.
void call_avx512(void* vector, int arity, void* out, const void* a, const void* b) {
  const __m512d left = _mm512_loadu_pd(static_cast<const double*>(a));
  if (arity == 1) {
    _mm512_storeu_pd(static_cast<double*>(out), reinterpret_cast<__m512d (*)(__m512d)>(vector)(left));
    return;
  }
  const __m512d right = _mm512_loadu_pd(static_cast<const double*>(b));
  _mm512_storeu_pd(static_cast<double*>(out), reinterpret_cast<__m512d (*)(__m512d, __m512d)>(vector)(left, right));
}

}  // namespace gpucompute::cpu::math
