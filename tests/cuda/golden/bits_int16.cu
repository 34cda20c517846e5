// Elementwise: int16 x0, int16 x1, bool x2, bool x3 -> int16 y0, int16 y1, int16 y2, uint8 y3, bool y4.
// 1 dimension, 32-bit indices, 8 elements an access, 3 accesses a thread.
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
__device__ __forceinline__ Integer gc_shift_left(Integer a, Integer by) {
  return (unsigned long long)by < 8 * sizeof(Integer) ? (Integer)((unsigned long long)a << by) : (Integer)0;
}

// A shift out of range leaves 0, or the sign.
template <typename Integer>
__device__ __forceinline__ Integer gc_shift_right(Integer a, Integer by) {
  constexpr bool is_signed = (Integer)-1 < (Integer)1;
  if ((unsigned long long)by < 8 * sizeof(Integer)) {
    return (Integer)(a >> by);
  }
  return is_signed ? (Integer)(a >> (8 * (int)sizeof(Integer) - 1)) : (Integer)0;
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
  return ((gc_index)block.extent + 7) / 8;
}

__device__ __forceinline__ gc_place gc_locate(const gc_block& block, gc_index access, gc_index accesses) {
  gc_place at;
  at.first = access * 8;
  at.count = access < accesses ? (gc_index)block.extent - at.first : 0;
  return at;
}

__device__ __forceinline__ char* gc_address(const gc_block& block, int operand, const gc_place& at, long long step) {
  return block.operand[operand].data + at.first * step;
}

// One element.
__device__ __forceinline__ void gc_element(const short& x0, const short& x1, const unsigned char& x2, const unsigned char& x3, short& y0, short& y1, short& y2, unsigned char& y3, unsigned char& y4) {
  const short bitwise_and_4 = (short)(x0 & x1);
  const short invert_5 = (short)(~x0);
  const short bitwise_xor_6 = (short)(bitwise_and_4 ^ invert_5);
  const short left_shift_7 = gc_shift_left(x0, x1);
  const short right_shift_8 = gc_shift_right(x0, x1);
  const unsigned char popcount_9 = (unsigned char)__popcll((unsigned long long)x0 & (~0ULL >> (64 - 8 * sizeof(short))));
  const bool invert_10 = !(x3 != 0);
  const bool bitwise_or_11 = (x2 != 0) || invert_10;
  y0 = bitwise_xor_6;
  y1 = left_shift_7;
  y2 = right_shift_8;
  y3 = popcount_9;
  y4 = bitwise_or_11;
}

}  // namespace gpucompute_kernel_parts

extern "C" __global__ void __launch_bounds__(256) gpucompute_kernel(const __grid_constant__ gpucompute_kernel_parts::gc_block block) {
  using namespace gpucompute_kernel_parts;
  const gc_index accesses = gc_accesses_per_row(block);
  for (gc_index tile = (gc_index)blockIdx.x * 768; tile < accesses; tile += (gc_index)gridDim.x * 768) {
    gc_place at[3];
    gc_pack<short, 8> x0[3] = {};
    gc_pack<short, 8> x1[3] = {};
    gc_pack<unsigned char, 8> x2[3] = {};
    gc_pack<unsigned char, 8> x3[3] = {};
#pragma unroll
    for (int u = 0; u < 3; ++u) {
      at[u] = gc_locate(block, tile + u * 256 + (gc_index)threadIdx.x, accesses);
      gc_read(x0[u], gc_address(block, 0, at[u], 2), at[u].count);
      gc_read(x1[u], gc_address(block, 1, at[u], 2), at[u].count);
      gc_read(x2[u], gc_address(block, 2, at[u], 1), at[u].count);
      gc_read(x3[u], gc_address(block, 3, at[u], 1), at[u].count);
    }
#pragma unroll
    for (int u = 0; u < 3; ++u) {
      gc_pack<short, 8> y0;
      gc_pack<short, 8> y1;
      gc_pack<short, 8> y2;
      gc_pack<unsigned char, 8> y3;
      gc_pack<unsigned char, 8> y4;
#pragma unroll
      for (int i = 0; i < 8; ++i) {
        gc_element(x0[u].lane[i], x1[u].lane[i], x2[u].lane[i], x3[u].lane[i], y0.lane[i], y1.lane[i], y2.lane[i], y3.lane[i], y4.lane[i]);
      }
      gc_write(y0, gc_address(block, 4, at[u], 2), at[u].count);
      gc_write(y1, gc_address(block, 5, at[u], 2), at[u].count);
      gc_write(y2, gc_address(block, 6, at[u], 2), at[u].count);
      gc_write(y3, gc_address(block, 7, at[u], 1), at[u].count);
      gc_write(y4, gc_address(block, 8, at[u], 1), at[u].count);
    }
  }
}
