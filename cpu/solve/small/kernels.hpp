// SPDX-License-Identifier: Apache-2.0
// Fills the table of one instruction set; included by one source a set, which defines GPUCOMPUTE_ISA.
#pragma once

#include "cpu/solve/small/interleaved.hpp"
#include "cpu/solve/small/single.hpp"

namespace gpucompute::cpu::small::GPUCOMPUTE_ISA {

template <typename Number>
constexpr kernels kernels_of(std::int64_t largest) {
  return {&run_single<Number>, &run_interleaved<Number>, lanes<typename Number::part>, largest};
}

// Largest orders as measured against OpenBLAS 0.3.21 on one thread, its kernels those of the same instruction set.
constexpr table all = {{kernels_of<real_numbers<float>>(64), kernels_of<real_numbers<double>>(64),
                        kernels_of<complex_numbers<float>>(64),
                        kernels_of<complex_numbers<double>>(register_bytes == 64 ? 64 : 32)}};

}  // namespace gpucompute::cpu::small::GPUCOMPUTE_ISA
