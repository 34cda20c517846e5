// Elementwise: float64 x0, float64 x1 -> float64 y0.
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

// The unevaluated sum of two numbers, low at most half a unit of high.
struct gc_double {
  double high, low;
};
__device__ __forceinline__ gc_double gc_sum(double a, double b) {
  const double high = a + b;
  const double rest = high - a;
  return {high, (a - (high - rest)) + (b - rest)};
}
__device__ __forceinline__ gc_double gc_add(gc_double a, gc_double b) {
  const gc_double s = gc_sum(a.high, b.high);
  const gc_double t = gc_sum(a.low, b.low);
  const gc_double u = gc_sum(s.high, s.low + t.high);
  return gc_sum(u.high, u.low + t.low);
}
__device__ __forceinline__ gc_double gc_product(double a, double b) {
  const double high = a * b;
  return {high, fma(a, b, -high)};
}
__device__ __forceinline__ gc_double gc_multiply(gc_double a, gc_double b) {
  const gc_double p = gc_product(a.high, b.high);
  return gc_sum(p.high, p.low + (a.high * b.low + a.low * b.high));
}

// exp(x) = (1 + fraction) * scale in twice the precision, for -746 < x.high <= 0.
struct gc_scaled {
  gc_double fraction;
  double scale;
};
__device__ __noinline__ gc_scaled gc_scaled_exp(gc_double x) {
  const double k = rint(x.high * 1.4426950408889634);
  const gc_double log2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
  const gc_double rest = gc_add(x, gc_multiply({-k, 0.0}, log2));
  const gc_double y = {rest.high * 0x1p-8, rest.low * 0x1p-8};
  gc_double sum = {0.0, 0.0};  // y + y^2/2! + ... as y * (1 + y/2 * (1 + y/3 * ...))
  for (int n = 11; n >= 1; --n) {
    const double quotient = y.high / n;
    const gc_double back = gc_product(quotient, n);
    const gc_double part = gc_sum(quotient, ((y.high - back.high) - back.low + y.low) / n);
    sum = gc_multiply(part, gc_add({1.0, 0.0}, sum));
  }
  for (int i = 0; i < 8; ++i) {
    sum = gc_add({2 * sum.high, 2 * sum.low}, gc_multiply(sum, sum));
  }
  return {sum, ldexp(1.0, (int)k)};
}

// log(exp(a) + exp(b)) where it may be near 0, a.high >= b.high: the sum less 1 needs twice the precision.
__device__ __noinline__ double gc_log_of_sum(gc_double a, gc_double b) {
  const gc_scaled p = gc_scaled_exp(a);
  const gc_scaled q = gc_scaled_exp(b);
  const gc_double first = gc_add({p.scale - 1.0, 0.0}, {p.fraction.high * p.scale, p.fraction.low * p.scale});
  const gc_double second = gc_add({q.scale, 0.0}, {q.fraction.high * q.scale, q.fraction.low * q.scale});
  const gc_double s = gc_add(first, second);
  return log1p(s.high) + s.low / (1.0 + s.high);
}

__device__ __forceinline__ double gc_logaddexp(double a, double b) {
  const double high = a < b ? b : a;
  const double low = a < b ? a : b;
  if (high == low) {
    return high + 0.6931471805599453;
  }
  if (high > -1.5 && high < 0.0 && low > -745.0) {
    return gc_log_of_sum({high, 0.0}, {low, 0.0});
  }
  return a != a || b != b ? a + b : high + log1p(exp(low - high));
}
__device__ __forceinline__ float gc_logaddexp(float a, float b) {
  const double high = a < b ? b : a;
  const double low = a < b ? a : b;
  if (high == low) {
    return (float)(high + 0.6931471805599453);
  }
  return a != a || b != b ? a + b : (float)(high + log1p(exp(low - high)));
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
__device__ __forceinline__ void gc_element(const double& x0, const double& x1, double& y0) {
  const double logaddexp_2 = gc_logaddexp(x0, x1);
  y0 = logaddexp_2;
}

}  // namespace gpucompute_kernel_parts

extern "C" __global__ void __launch_bounds__(256) gpucompute_kernel(const __grid_constant__ gpucompute_kernel_parts::gc_block block) {
  using namespace gpucompute_kernel_parts;
  const gc_index accesses = gc_accesses_per_row(block);
  for (gc_index tile = (gc_index)blockIdx.x * 1024; tile < accesses; tile += (gc_index)gridDim.x * 1024) {
    gc_place at[4];
    gc_pack<double, 2> x0[4] = {};
    gc_pack<double, 2> x1[4] = {};
#pragma unroll
    for (int u = 0; u < 4; ++u) {
      at[u] = gc_locate(block, tile + u * 256 + (gc_index)threadIdx.x, accesses);
      gc_read(x0[u], gc_address(block, 0, at[u], 8), at[u].count);
      gc_read(x1[u], gc_address(block, 1, at[u], 8), at[u].count);
    }
#pragma unroll
    for (int u = 0; u < 4; ++u) {
      gc_pack<double, 2> y0;
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        gc_element(x0[u].lane[i], x1[u].lane[i], y0.lane[i]);
      }
      gc_write(y0, gc_address(block, 2, at[u], 8), at[u].count);
    }
  }
}
