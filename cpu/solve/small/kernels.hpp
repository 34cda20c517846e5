// SPDX-License-Identifier: Apache-2.0
// Fills the table of one instruction set; included by one source a set, which defines GPUCOMPUTE_ISA.
#pragma once

#include "cpu/solve/small/interleaved.hpp"
#include "cpu/solve/small/single.hpp"

namespace gpucompute::cpu::small::GPUCOMPUTE_ISA {

template <typename Number>
constexpr kernels kernels_of() {
  return {&run_single<Number>, &run_interleaved<Number>, lanes<typename Number::part>};
}

constexpr table all = {{kernels_of<real_numbers<float>>(), kernels_of<real_numbers<double>>(),
                        kernels_of<complex_numbers<float>>(), kernels_of<complex_numbers<double>>()}};

}  // namespace gpucompute::cpu::small::GPUCOMPUTE_ISA
