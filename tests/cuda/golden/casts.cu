// Elementwise: float64 x0, int64 x1, bool x2 -> int8 y0, uint64 y1, float32 y2, bool y3, uint16 y4, float64 y5.
// 1 dimension, 32-bit indices, 2 elements an access, 4 accesses a thread.
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

// Truncates; out of range gives the nearest integer, NaN gives 0.
template <typename Integer, typename Float>
__device__ __forceinline__ Integer gc_saturate(Float x) {
  constexpr bool is_signed = (Integer)-1 < (Integer)1;
  constexpr int bits = 8 * (int)sizeof(Integer) - is_signed;
  constexpr Integer highest = (Integer)(~0ULL >> (64 - bits));
  constexpr Integer lowest = is_signed ? (Integer)(-(long long)highest - 1) : (Integer)0;
  const Float limit = (Float)(1ULL << (bits - 1)) * 2;
  if (!(x > (is_signed ? -limit : (Float)0))) {
    return x == x ? lowest : (Integer)0;
  }
  return x >= limit ? highest : (Integer)x;
}

typedef int gc_index;

struct gc_block {
  long long extent;  // of the innermost dimension
  struct {
    char* data;
    long long step;  // bytes, as the strides
  } operand[9];
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
__device__ __forceinline__ void gc_element(const double& x0, const long long& x1, const unsigned char& x2, signed char& y0, unsigned long long& y1, float& y2, unsigned char& y3, unsigned short& y4, double& y5) {
  const signed char v3 = gc_saturate<signed char>(x0);
  const unsigned long long v4 = gc_saturate<unsigned long long>(x0);
  const float v5 = (float)x0;
  const bool v6 = x1 != 0;
  const unsigned short v7 = (unsigned short)x1;
  const double v8 = (double)(x2 != 0);
  y0 = v3;
  y1 = v4;
  y2 = v5;
  y3 = v6;
  y4 = v7;
  y5 = v8;
}

}  // namespace gpucompute_kernel_parts

extern "C" __global__ void __launch_bounds__(256) gpucompute_kernel(const __grid_constant__ gpucompute_kernel_parts::gc_block block) {
  using namespace gpucompute_kernel_parts;
  const gc_index accesses = gc_accesses_per_row(block);
  for (gc_index tile = (gc_index)blockIdx.x * 1024; tile < accesses; tile += (gc_index)gridDim.x * 1024) {
    gc_place at[4];
    gc_pack<double, 2> x0[4] = {};
    gc_pack<long long, 2> x1[4] = {};
    gc_pack<unsigned char, 2> x2[4] = {};
#pragma unroll
    for (int u = 0; u < 4; ++u) {
      at[u] = gc_locate(block, tile + u * 256 + (gc_index)threadIdx.x, accesses);
      gc_read(x0[u], gc_address(block, 0, at[u], 8), at[u].count);
      gc_read(x1[u], gc_address(block, 1, at[u], 8), at[u].count);
      gc_read(x2[u], gc_address(block, 2, at[u], 1), at[u].count);
    }
#pragma unroll
    for (int u = 0; u < 4; ++u) {
      gc_pack<signed char, 2> y0;
      gc_pack<unsigned long long, 2> y1;
      gc_pack<float, 2> y2;
      gc_pack<unsigned char, 2> y3;
      gc_pack<unsigned short, 2> y4;
      gc_pack<double, 2> y5;
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        gc_element(x0[u].lane[i], x1[u].lane[i], x2[u].lane[i], y0.lane[i], y1.lane[i], y2.lane[i], y3.lane[i], y4.lane[i], y5.lane[i]);
      }
      gc_write(y0, gc_address(block, 3, at[u], 1), at[u].count);
      gc_write(y1, gc_address(block, 4, at[u], 8), at[u].count);
      gc_write(y2, gc_address(block, 5, at[u], 4), at[u].count);
      gc_write(y3, gc_address(block, 6, at[u], 1), at[u].count);
      gc_write(y4, gc_address(block, 7, at[u], 2), at[u].count);
      gc_write(y5, gc_address(block, 8, at[u], 8), at[u].count);
    }
  }
}
