// SPDX-License-Identifier: Apache-2.0
#pragma once

// CUDA's built-ins for a host compiler: put before CUDA C++ text that includes no header. Blocks run one at a time in
// one host thread, so __shared__ memory is static; it lies in a section of its own, which the scheduler fills with
// garbage before each block.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "tests/cuda/shim/device_state.hpp"

extern "C" __attribute__((visibility("default"))) gpucompute::shim::device_state* gpucompute_shim_state;
gpucompute::shim::device_state* gpucompute_shim_state = nullptr;

// One object at least, so that the section exists and has bounds.
extern "C" char __start_gpucompute_shared[], __stop_gpucompute_shared[];
__attribute__((section("gpucompute_shared"), used)) static char gpucompute_shim_pad[16];
extern "C" __attribute__((visibility("default"))) void gpucompute_shim_poison() {
  std::memset(__start_gpucompute_shared, 0xCD,
              static_cast<std::size_t>(__stop_gpucompute_shared - __start_gpucompute_shared));
}

// CUDA's cbrt is within 1 ULP, glibc's within 4.
#define cbrt(x) static_cast<double>(cbrtl(x))

#define __global__ __attribute__((visibility("default")))
#define __device__
#define __host__
#define __forceinline__ inline
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
#define __grid_constant__
#define __shared__ static __attribute__((section("gpucompute_shared")))
#define threadIdx (gpucompute_shim_state->thread)
#define blockIdx (gpucompute_shim_state->block)
#define blockDim (gpucompute_shim_state->block_extent)
#define gridDim (gpucompute_shim_state->grid_extent)

inline void __syncthreads() { gpucompute_shim_state->wait_for_block(); }
inline void __syncwarp(unsigned mask = ~0U) { gpucompute_shim_state->vote(mask, true); }
inline unsigned __ballot_sync(unsigned mask, int flag) { return gpucompute_shim_state->vote(mask, flag != 0); }
inline int __any_sync(unsigned mask, int flag) { return __ballot_sync(mask, flag) != 0; }
inline int __all_sync(unsigned mask, int flag) { return __ballot_sync(mask, flag) == mask; }

namespace gpucompute::shim {
template <typename T>
T exchange(unsigned mask, T value, unsigned source) {
  static_assert(sizeof(T) <= 8);
  unsigned long long bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  bits = gpucompute_shim_state->exchange(mask, bits, source);
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
inline unsigned lane() { return threadIdx.x % 32; }

template <typename... Parameters, std::size_t... I>
void call(void (*kernel)(Parameters...), void** parameters, std::index_sequence<I...>) {
  kernel(*static_cast<std::remove_reference_t<Parameters>*>(parameters[I])...);
}
template <typename... Parameters>
void call(void (*kernel)(Parameters...), void** parameters) {
  call(kernel, parameters, std::index_sequence_for<Parameters...>());
}
}  // namespace gpucompute::shim

template <typename T>
T __shfl_sync(unsigned mask, T value, int source) {
  return gpucompute::shim::exchange(mask, value, static_cast<unsigned>(source) % 32);
}
template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int lanes) {
  return gpucompute::shim::exchange(mask, value, gpucompute::shim::lane() ^ static_cast<unsigned>(lanes));
}
template <typename T>
T __shfl_down_sync(unsigned mask, T value, unsigned distance) {
  const unsigned lane = gpucompute::shim::lane();
  return gpucompute::shim::exchange(mask, value, lane + distance < 32 ? lane + distance : lane);
}
template <typename T>
T __shfl_up_sync(unsigned mask, T value, unsigned distance) {
  const unsigned lane = gpucompute::shim::lane();
  return gpucompute::shim::exchange(mask, value, lane >= distance ? lane - distance : lane);
}

template <typename To, typename From>
inline To gpucompute_shim_bits(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}
inline int __float_as_int(float x) { return gpucompute_shim_bits<int>(x); }
inline float __int_as_float(int x) { return gpucompute_shim_bits<float>(x); }
inline float __uint_as_float(unsigned x) { return gpucompute_shim_bits<float>(x); }
inline long long __double_as_longlong(double x) { return gpucompute_shim_bits<long long>(x); }
inline double __longlong_as_double(long long x) { return gpucompute_shim_bits<double>(x); }
inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }

// CUDA's functions that C lacks. The reduction to [-1, 1] is exact.
inline double sinpi(double x) {
  const double r = x - 2 * std::rint(x / 2);
  const double near = r > 0.5 ? 1 - r : r < -0.5 ? -1 - r : r;
  return r == std::trunc(r) ? x * 0.0 : static_cast<double>(std::sin(3.141592653589793238462643L * near));
}
inline double cospi(double x) {
  const double r = std::fabs(x - 2 * std::rint(x / 2));
  return static_cast<double>(std::sin(3.141592653589793238462643L * (0.5L - r)));
}
inline float sinpif(float x) { return static_cast<float>(sinpi(x)); }
inline float cospif(float x) { return static_cast<float>(cospi(x)); }
