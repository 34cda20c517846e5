// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/codegen/helper.hpp"

namespace gpucompute::cuda {

// Elements in memory: how one access of a thread reads and writes them. A helper comes after those that it names.
inline constexpr helper memory_helpers[] = {
    {"gc_complex", R"(
template <typename T>
struct gc_complex {
  T re, im;
};
)"},
    {"gc_pack", R"(
// N neighbours, loaded and stored as one access.
template <typename T, int N>
struct alignas(sizeof(T) * N) gc_pack {
  T lane[N];
};
)"},
    {"gc_read", R"(
// Elements `at`, at + 1, ...: all N in one access, or the first `count`.
template <typename T, int N>
__device__ __forceinline__ void gc_read(gc_pack<T, N>& into, const char* at, long long count) {
  if (count >= N) {
    into = *(const gc_pack<T, N>*)at;
    return;
  }
  for (int i = 0; i < N; ++i) {
    if (i < count) {
      into.lane[i] = ((const T*)at)[i];
    }
  }
}
)"},
    {"gc_write", R"(
template <typename T, int N>
__device__ __forceinline__ void gc_write(const gc_pack<T, N>& from, char* at, long long count) {
  if (count >= N) {
    *(gc_pack<T, N>*)at = from;
    return;
  }
  for (int i = 0; i < N; ++i) {
    if (i < count) {
      ((T*)at)[i] = from.lane[i];
    }
  }
}
)"},
    {"gc_read_strided", R"(
// Up to N of `count` elements, `step` bytes from one to the next.
template <typename T, int N>
__device__ __forceinline__ void gc_read_strided(gc_pack<T, N>& into, const char* at, long long step, long long count) {
  for (int i = 0; i < N; ++i) {
    if (i < count) {
      into.lane[i] = *(const T*)(at + i * step);
    }
  }
}
)"},
    {"gc_write_strided", R"(
template <typename T, int N>
__device__ __forceinline__ void gc_write_strided(const gc_pack<T, N>& from, char* at, long long step, long long count) {
  for (int i = 0; i < N; ++i) {
    if (i < count) {
      *(T*)(at + i * step) = from.lane[i];
    }
  }
}
)"},
    {"gc_read_unaligned", R"(
// The same for elements at any address.
template <typename T, int N>
__device__ __forceinline__ void gc_read_unaligned(gc_pack<T, N>& into, const char* at, long long step,
                                                  long long count) {
  for (int i = 0; i < N; ++i) {
    for (int k = 0; i < count && k < (int)sizeof(T); ++k) {
      ((char*)&into.lane[i])[k] = at[i * step + k];
    }
  }
}
)"},
    {"gc_write_unaligned", R"(
template <typename T, int N>
__device__ __forceinline__ void gc_write_unaligned(const gc_pack<T, N>& from, char* at, long long step,
                                                   long long count) {
  for (int i = 0; i < N; ++i) {
    for (int k = 0; i < count && k < (int)sizeof(T); ++k) {
      at[i * step + k] = ((const char*)&from.lane[i])[k];
    }
  }
}
)"},
};

}  // namespace gpucompute::cuda
