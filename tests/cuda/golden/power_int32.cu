// Elementwise: int32 x0, int32 x1 -> int32 y0.
// 1 dimension, 32-bit indices, 4 elements an access, 1 access a thread.
namespace gpucompute_kernel_parts {

// N neighbours, loaded and stored as one access.
template <typename T, int N>
struct alignas(sizeof(T) * N) gc_pack {
  T lane[N];
};

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

template <typename Integer>
__device__ __forceinline__ bool gc_is_minus_one(Integer x) {
  return (Integer)-1 < (Integer)1 && x == (Integer)-1;
}

// Wraps. A negative exponent gives what integer division of 1 gives: 1 for 1, 1 or -1 for -1, else 0.
template <typename Integer>
__device__ __forceinline__ Integer gc_power(Integer base, Integer exponent) {
  if (exponent < (Integer)1 && exponent != 0) {
    const bool even = ((long long)exponent & 1) == 0;
    return base == 1 || (gc_is_minus_one(base) && even) ? (Integer)1 : gc_is_minus_one(base) ? base : (Integer)0;
  }
  unsigned long long result = 1;
  unsigned long long square = (unsigned long long)base;
  for (unsigned long long bits = (unsigned long long)exponent; bits != 0; bits >>= 1) {
    result *= (bits & 1) != 0 ? square : 1;
    square *= square;
  }
  return (Integer)result;
}

typedef int gc_index;

struct gc_block {
  long long extent;  // of the innermost dimension
  struct {
    char* data;
    long long step;  // bytes, as the strides
  } operand[3];
};

struct gc_place {
  gc_index first, count;  // in the innermost dimension; none left: count <= 0
};

__device__ __forceinline__ gc_index gc_accesses_per_row(const gc_block& block) {
  return ((gc_index)block.extent + 3) / 4;
}

__device__ __forceinline__ gc_place gc_locate(const gc_block& block, gc_index access, gc_index accesses) {
  gc_place at;
  at.first = access * 4;
  at.count = access < accesses ? (gc_index)block.extent - at.first : 0;
  return at;
}

__device__ __forceinline__ char* gc_address(const gc_block& block, int operand, const gc_place& at, long long step) {
  return block.operand[operand].data + at.first * step;
}

// One element.
__device__ __forceinline__ void gc_element(const int& x0, const int& x1, int& y0) {
  const int power_2 = gc_power(x0, x1);
  y0 = power_2;
}

}  // namespace gpucompute_kernel_parts

extern "C" __global__ void __launch_bounds__(256) gpucompute_kernel(const __grid_constant__ gpucompute_kernel_parts::gc_block block) {
  using namespace gpucompute_kernel_parts;
  const gc_index accesses = gc_accesses_per_row(block);
  for (gc_index tile = (gc_index)blockIdx.x * 256; tile < accesses; tile += (gc_index)gridDim.x * 256) {
    gc_place at[1];
    gc_pack<int, 4> x0[1] = {};
    gc_pack<int, 4> x1[1] = {};
#pragma unroll
    for (int u = 0; u < 1; ++u) {
      at[u] = gc_locate(block, tile + u * 256 + (gc_index)threadIdx.x, accesses);
      gc_read(x0[u], gc_address(block, 0, at[u], 4), at[u].count);
      gc_read(x1[u], gc_address(block, 1, at[u], 4), at[u].count);
    }
#pragma unroll
    for (int u = 0; u < 1; ++u) {
      gc_pack<int, 4> y0;
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        gc_element(x0[u].lane[i], x1[u].lane[i], y0.lane[i]);
      }
      gc_write(y0, gc_address(block, 2, at[u], 4), at[u].count);
    }
  }
}
