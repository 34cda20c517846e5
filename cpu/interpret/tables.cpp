// SPDX-License-Identifier: Apache-2.0
#include "cpu/interpret/tables.hpp"

namespace gpucompute::cpu::interpret {

namespace avx2 {
extern const tables all;
}
namespace avx512 {
extern const tables all;
}

const tables& tables_for(isa which) { return which == isa::avx512 ? avx512::all : avx2::all; }

}  // namespace gpucompute::cpu::interpret
