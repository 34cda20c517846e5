// Elementwise: float64 x0 (any stride), float64 x1 -> float64 y0.
// 3 dimensions, 32-bit indices, 2 elements an access, 4 accesses a thread.
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

// Up to N of `count` elements, `step` bytes from one to the next.
template <typename T, int N>
__device__ __forceinline__ void gc_read_strided(gc_pack<T, N>& into, const char* at, long long step, long long count) {
  for (int i = 0; i < N; ++i) {
    if (i < count) {
      into.lane[i] = *(const T*)(at + i * step);
    }
  }
}

typedef int gc_index;

struct gc_block {
  long long extent;  // of the innermost dimension
  long long outer[2];  // extents, outermost first
  struct {
    char* data;
    long long step;  // bytes, as the strides
    long long outer[2];
  } operand[3];
  unsigned long long parameter[1];  // bits
};

struct gc_place {
  gc_index first, count;  // in the innermost dimension; none left: count <= 0
  gc_index outer[2];
};

__device__ __forceinline__ gc_index gc_accesses_per_row(const gc_block& block) {
  return ((gc_index)block.extent + 1) / 2;
}

__device__ __forceinline__ gc_place gc_locate(const gc_block& block, gc_index access, gc_index accesses) {
  gc_place at;
  const gc_index per_row = gc_accesses_per_row(block);
  gc_index row = access / per_row;
  at.first = (access - row * per_row) * 2;
  at.outer[1] = row % (gc_index)block.outer[1];
  row /= (gc_index)block.outer[1];
  at.outer[0] = row;
  at.count = access < accesses ? (gc_index)block.extent - at.first : 0;
  return at;
}

__device__ __forceinline__ char* gc_address(const gc_block& block, int operand, const gc_place& at, long long step) {
  return block.operand[operand].data + at.first * step + at.outer[0] * block.operand[operand].outer[0] + at.outer[1] * block.operand[operand].outer[1];
}

// One element.
__device__ __forceinline__ void gc_element(const gc_block& block, const double& x0, const double& x1, double& y0) {
  const double p0 = __longlong_as_double((long long)block.parameter[0]);
  const double multiply_3 = x0 * x0;
  const double multiply_4 = x1 * x1;
  const double add_5 = multiply_3 + multiply_4;
  const double multiply_6 = p0 * x0;
  const double multiply_7 = multiply_6 * x1;
  const double add_8 = add_5 + multiply_7;
  y0 = add_8;
}

}  // namespace gpucompute_kernel_parts

extern "C" __global__ void __launch_bounds__(256) gpucompute_kernel(const __grid_constant__ gpucompute_kernel_parts::gc_block block) {
  using namespace gpucompute_kernel_parts;
  const gc_index accesses = gc_accesses_per_row(block) * (gc_index)block.outer[0] * (gc_index)block.outer[1];
  for (gc_index tile = (gc_index)blockIdx.x * 1024; tile < accesses; tile += (gc_index)gridDim.x * 1024) {
    gc_place at[4];
    gc_pack<double, 2> x0[4] = {};
    gc_pack<double, 2> x1[4] = {};
#pragma unroll
    for (int u = 0; u < 4; ++u) {
      at[u] = gc_locate(block, tile + u * 256 + (gc_index)threadIdx.x, accesses);
      gc_read_strided(x0[u], gc_address(block, 0, at[u], block.operand[0].step), block.operand[0].step, at[u].count);
      gc_read(x1[u], gc_address(block, 1, at[u], 8), at[u].count);
    }
#pragma unroll
    for (int u = 0; u < 4; ++u) {
      gc_pack<double, 2> y0;
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        gc_element(block, x0[u].lane[i], x1[u].lane[i], y0.lane[i]);
      }
      gc_write(y0, gc_address(block, 2, at[u], 8), at[u].count);
    }
  }
}
