// Elementwise: float32 x0 -> float32 y0.
// 1 dimension, 32-bit indices, 4 elements an access, 4 accesses a thread.
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

typedef int gc_index;

struct gc_block {
  long long extent;  // of the innermost dimension
  struct {
    char* data;
    long long step;  // bytes, as the strides
  } operand[2];
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
__device__ __forceinline__ void gc_element(const float& x0, float& y0) {
  const float fma_3 = fmaf(0x1p-2f /* 0.25 */, x0, 0x1.8p-1f /* 0.75 */);
  const float fma_5 = fmaf(fma_3, x0, (-0x1.8p+0f /* -1.5 */));
  const float fma_7 = fmaf(fma_5, x0, (-2.0f));
  y0 = fma_7;
}

}  // namespace gpucompute_kernel_parts

extern "C" __global__ void __launch_bounds__(256) gpucompute_kernel(const __grid_constant__ gpucompute_kernel_parts::gc_block block) {
  using namespace gpucompute_kernel_parts;
  const gc_index accesses = gc_accesses_per_row(block);
  for (gc_index tile = (gc_index)blockIdx.x * 1024; tile < accesses; tile += (gc_index)gridDim.x * 1024) {
    gc_place at[4];
    gc_pack<float, 4> x0[4] = {};
#pragma unroll
    for (int u = 0; u < 4; ++u) {
      at[u] = gc_locate(block, tile + u * 256 + (gc_index)threadIdx.x, accesses);
      gc_read(x0[u], gc_address(block, 0, at[u], 4), at[u].count);
    }
#pragma unroll
    for (int u = 0; u < 4; ++u) {
      gc_pack<float, 4> y0;
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        gc_element(x0[u].lane[i], y0.lane[i]);
      }
      gc_write(y0, gc_address(block, 1, at[u], 4), at[u].count);
    }
  }
}
