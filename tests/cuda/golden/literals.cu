// Elementwise: float64 x0, int64 x1, float32 x2, int16 x3, uint64 x4 -> float64 y0, int64 y1, float32 y2, int16 y3, uint64 y4.
// 1 dimension, 32-bit indices, 2 elements an access, 2 accesses a thread.
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
  } operand[10];
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
__device__ __forceinline__ void gc_element(const double& x0, const long long& x1, const float& x2, const short& x3, const unsigned long long& x4, double& y0, long long& y1, float& y2, short& y3, unsigned long long& y4) {
  const double add_6 = x0 + 0x1.999999999999ap-4 /* 0.1 */;
  const double add_8 = add_6 + (-0.0);
  const double add_10 = add_8 + 0x0.0000000000001p-1022 /* 5e-324 */;
  const double add_12 = add_10 + (-0x1.fffffffffffffp+1023 /* -1.7976931348623157e+308 */);
  const double add_14 = add_12 + __longlong_as_double(0x7ff0000000000000LL);
  const double add_16 = add_14 + 0x1.00001p+20 /* 1048577 */;
  const double add_18 = add_16 + __longlong_as_double(0x7ff8000000000000LL);
  const long long add_20 = (long long)((unsigned long long)x1 + (unsigned long long)(-9223372036854775807LL - 1));
  const float multiply_22 = x2 * (-0x1.99999ap-4f /* -0.1 */);
  const short subtract_24 = (short)((unsigned int)x3 - (unsigned int)(short)(-3));
  const unsigned long long multiply_26 = (unsigned long long)((unsigned long long)x4 * (unsigned long long)18446744073709551615ULL);
  y0 = add_18;
  y1 = add_20;
  y2 = multiply_22;
  y3 = subtract_24;
  y4 = multiply_26;
}

}  // namespace gpucompute_kernel_parts

extern "C" __global__ void __launch_bounds__(256) gpucompute_kernel(const __grid_constant__ gpucompute_kernel_parts::gc_block block) {
  using namespace gpucompute_kernel_parts;
  const gc_index accesses = gc_accesses_per_row(block);
  for (gc_index tile = (gc_index)blockIdx.x * 512; tile < accesses; tile += (gc_index)gridDim.x * 512) {
    gc_place at[2];
    gc_pack<double, 2> x0[2] = {};
    gc_pack<long long, 2> x1[2] = {};
    gc_pack<float, 2> x2[2] = {};
    gc_pack<short, 2> x3[2] = {};
    gc_pack<unsigned long long, 2> x4[2] = {};
#pragma unroll
    for (int u = 0; u < 2; ++u) {
      at[u] = gc_locate(block, tile + u * 256 + (gc_index)threadIdx.x, accesses);
      gc_read(x0[u], gc_address(block, 0, at[u], 8), at[u].count);
      gc_read(x1[u], gc_address(block, 1, at[u], 8), at[u].count);
      gc_read(x2[u], gc_address(block, 2, at[u], 4), at[u].count);
      gc_read(x3[u], gc_address(block, 3, at[u], 2), at[u].count);
      gc_read(x4[u], gc_address(block, 4, at[u], 8), at[u].count);
    }
#pragma unroll
    for (int u = 0; u < 2; ++u) {
      gc_pack<double, 2> y0;
      gc_pack<long long, 2> y1;
      gc_pack<float, 2> y2;
      gc_pack<short, 2> y3;
      gc_pack<unsigned long long, 2> y4;
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        gc_element(x0[u].lane[i], x1[u].lane[i], x2[u].lane[i], x3[u].lane[i], x4[u].lane[i], y0.lane[i], y1.lane[i], y2.lane[i], y3.lane[i], y4.lane[i]);
      }
      gc_write(y0, gc_address(block, 5, at[u], 8), at[u].count);
      gc_write(y1, gc_address(block, 6, at[u], 8), at[u].count);
      gc_write(y2, gc_address(block, 7, at[u], 4), at[u].count);
      gc_write(y3, gc_address(block, 8, at[u], 2), at[u].count);
      gc_write(y4, gc_address(block, 9, at[u], 8), at[u].count);
    }
  }
}
