// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gpucompute::cpu {

/// Instruction sets that code is made for. AVX-512 means F, BW, DQ, VL and CD; both include FMA.
enum class isa : std::uint8_t { avx2, avx512 };

constexpr isa every_isa[] = {isa::avx2, isa::avx512};

/// True when this CPU has what code for the set needs: all of x86-64-v3, for avx512 of x86-64-v4.
bool supports(isa set);
/// "avx2", "avx512"
std::string_view name(isa set);
constexpr std::size_t register_bytes(isa set) { return set == isa::avx512 ? 64 : 32; }

}  // namespace gpucompute::cpu
