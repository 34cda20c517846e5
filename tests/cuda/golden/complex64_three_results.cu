// Elementwise: complex64 x0 (stride -1) -> complex64 y0, float32 y1, float32 y2 (any stride).
// 1 dimension, 32-bit indices, 2 elements an access, 1 access a thread.
namespace gpucompute_kernel_parts {

template <typename T>
struct gc_complex {
  T re, im;
};

// N neighbours, loaded and stored as one access.
template <typename T, int N>
struct alignas(sizeof(T) * N) gc_pack {
  T lane[N];
};

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

// Up to N of `count` elements, `step` bytes from one to the next.
template <typename T, int N>
__device__ __forceinline__ void gc_read_strided(gc_pack<T, N>& into, const char* at, long long step, long long count) {
  for (int i = 0; i < N; ++i) {
    if (i < count) {
      into.lane[i] = *(const T*)(at + i * step);
    }
  }
}

template <typename T, int N>
__device__ __forceinline__ void gc_write_strided(const gc_pack<T, N>& from, char* at, long long step, long long count) {
  for (int i = 0; i < N; ++i) {
    if (i < count) {
      *(T*)(at + i * step) = from.lane[i];
    }
  }
}

typedef int gc_index;

struct gc_block {
  long long extent;  // of the innermost dimension
  struct {
    char* data;
    long long step;  // bytes, as the strides
  } operand[4];
};

struct gc_place {
  gc_index first, count;  // in the innermost dimension; none left: count <= 0
};

__device__ __forceinline__ gc_index gc_accesses_per_row(const gc_block& block) {
  return ((gc_index)block.extent + 1) / 2;
}

__device__ __forceinline__ gc_place gc_locate(const gc_block& block, gc_index access, gc_index accesses) {
  gc_place at;
  at.first = access * 2;
  at.count = access < accesses ? (gc_index)block.extent - at.first : 0;
  return at;
}

__device__ __forceinline__ char* gc_address(const gc_block& block, int operand, const gc_place& at, long long step) {
  return block.operand[operand].data + at.first * step;
}

// One element.
__device__ __forceinline__ void gc_element(const gc_complex<float>& x0, gc_complex<float>& y0, float& y1, float& y2) {
  const float negative_2 = -x0.im;
  const float hypot_3 = hypotf(x0.re, x0.im);
  const float arctan2_4 = atan2f(x0.im, x0.re);
  y0.re = x0.re;
  y0.im = negative_2;
  y1 = hypot_3;
  y2 = arctan2_4;
}

}  // namespace gpucompute_kernel_parts

extern "C" __global__ void __launch_bounds__(256) gpucompute_kernel(const __grid_constant__ gpucompute_kernel_parts::gc_block block) {
  using namespace gpucompute_kernel_parts;
  const gc_index accesses = gc_accesses_per_row(block);
  for (gc_index tile = (gc_index)blockIdx.x * 256; tile < accesses; tile += (gc_index)gridDim.x * 256) {
    gc_place at[1];
    gc_pack<gc_complex<float>, 2> x0[1] = {};
#pragma unroll
    for (int u = 0; u < 1; ++u) {
      at[u] = gc_locate(block, tile + u * 256 + (gc_index)threadIdx.x, accesses);
      gc_read_strided(x0[u], gc_address(block, 0, at[u], -8), -8, at[u].count);
    }
#pragma unroll
    for (int u = 0; u < 1; ++u) {
      gc_pack<gc_complex<float>, 2> y0;
      gc_pack<float, 2> y1;
      gc_pack<float, 2> y2;
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        gc_element(x0[u].lane[i], y0.lane[i], y1.lane[i], y2.lane[i]);
      }
      gc_write(y0, gc_address(block, 1, at[u], 8), at[u].count);
      gc_write(y1, gc_address(block, 2, at[u], 4), at[u].count);
      gc_write_strided(y2, gc_address(block, 3, at[u], block.operand[3].step), block.operand[3].step, at[u].count);
    }
  }
}
