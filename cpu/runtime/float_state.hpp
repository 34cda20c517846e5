// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <immintrin.h>

namespace gpucompute::cpu {

/// The processor's floating point settings as the documented bits need them, for as long as this object lives: round to
/// nearest, denormals kept, no traps. A host program may have set others for its own thread, which the team's lack.
class float_state {
 public:
  float_state() : before_(_mm_getcsr()) {
    if ((before_ & ~flags) != as_started) {
      _mm_setcsr(as_started);
    }
  }
  ~float_state() {
    if ((before_ & ~flags) != as_started) {
      _mm_setcsr(before_);
    }
  }
  float_state(const float_state&) = delete;
  float_state& operator=(const float_state&) = delete;

 private:
  static constexpr unsigned flags = 0x3F;  // which exceptions were met
  static constexpr unsigned as_started = 0x1F80;
  unsigned before_;
};

}  // namespace gpucompute::cpu
