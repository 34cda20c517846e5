// Elementwise: float64 x0 (any stride), float64 x1 (any stride), float64 x2 (any stride), float64 x3 (any stride), float64 x4 (any stride), float64 x5 (any stride), float64 x6 (any stride), float64 x7 (any stride), float64 x8 (any stride), float64 x9 (any stride), float64 x10 (any stride), float64 x11 (any stride), float64 x12 (any stride), float64 x13 (any stride), float64 x14 (any stride), float64 x15 (any stride), float64 x16 (any stride), float64 x17 (any stride), float64 x18 (any stride), float64 x19 (any stride), float64 x20 (any stride), float64 x21 (any stride), float64 x22 (any stride), float64 x23 (any stride), float64 x24 (any stride), float64 x25 (any stride), float64 x26 (any stride), float64 x27 (any stride), float64 x28 (any stride), float64 x29 (any stride), float64 x30 (any stride), float64 x31 (any stride), float64 x32 (any stride), float64 x33 (any stride), float64 x34 (any stride), float64 x35 (any stride), float64 x36 (any stride), float64 x37 (any stride), float64 x38 (any stride), float64 x39 (any stride) -> float64 y0.
// 13 dimensions, 32-bit indices, 2 elements an access, 1 access a thread.
namespace gpucompute_kernel_parts {

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

typedef int gc_index;

struct gc_block {
  long long extent;  // of the innermost dimension
  long long outer[12];  // extents, outermost first
  struct {
    char* data;
    long long step;  // bytes, as the strides
    long long outer[12];
  } operand[41];
};

struct gc_place {
  gc_index first, count;  // in the innermost dimension; none left: count <= 0
  gc_index outer[12];
};

__device__ __forceinline__ gc_index gc_accesses_per_row(const gc_block& block) {
  return ((gc_index)block.extent + 1) / 2;
}

__device__ __forceinline__ gc_place gc_locate(const gc_block& block, gc_index access, gc_index accesses) {
  gc_place at;
  const gc_index per_row = gc_accesses_per_row(block);
  gc_index row = access / per_row;
  at.first = (access - row * per_row) * 2;
  at.outer[11] = row % (gc_index)block.outer[11];
  row /= (gc_index)block.outer[11];
  at.outer[10] = row % (gc_index)block.outer[10];
  row /= (gc_index)block.outer[10];
  at.outer[9] = row % (gc_index)block.outer[9];
  row /= (gc_index)block.outer[9];
  at.outer[8] = row % (gc_index)block.outer[8];
  row /= (gc_index)block.outer[8];
  at.outer[7] = row % (gc_index)block.outer[7];
  row /= (gc_index)block.outer[7];
  at.outer[6] = row % (gc_index)block.outer[6];
  row /= (gc_index)block.outer[6];
  at.outer[5] = row % (gc_index)block.outer[5];
  row /= (gc_index)block.outer[5];
  at.outer[4] = row % (gc_index)block.outer[4];
  row /= (gc_index)block.outer[4];
  at.outer[3] = row % (gc_index)block.outer[3];
  row /= (gc_index)block.outer[3];
  at.outer[2] = row % (gc_index)block.outer[2];
  row /= (gc_index)block.outer[2];
  at.outer[1] = row % (gc_index)block.outer[1];
  row /= (gc_index)block.outer[1];
  at.outer[0] = row;
  at.count = access < accesses ? (gc_index)block.extent - at.first : 0;
  return at;
}

__device__ __forceinline__ char* gc_address(const gc_block& block, int operand, const gc_place& at, long long step) {
  return block.operand[operand].data + at.first * step + at.outer[0] * block.operand[operand].outer[0] + at.outer[1] * block.operand[operand].outer[1] + at.outer[2] * block.operand[operand].outer[2] + at.outer[3] * block.operand[operand].outer[3] + at.outer[4] * block.operand[operand].outer[4] + at.outer[5] * block.operand[operand].outer[5] + at.outer[6] * block.operand[operand].outer[6] + at.outer[7] * block.operand[operand].outer[7] + at.outer[8] * block.operand[operand].outer[8] + at.outer[9] * block.operand[operand].outer[9] + at.outer[10] * block.operand[operand].outer[10] + at.outer[11] * block.operand[operand].outer[11];
}

// One element.
__device__ __forceinline__ void gc_element(const double& x0, const double& x1, const double& x2, const double& x3, const double& x4, const double& x5, const double& x6, const double& x7, const double& x8, const double& x9, const double& x10, const double& x11, const double& x12, const double& x13, const double& x14, const double& x15, const double& x16, const double& x17, const double& x18, const double& x19, const double& x20, const double& x21, const double& x22, const double& x23, const double& x24, const double& x25, const double& x26, const double& x27, const double& x28, const double& x29, const double& x30, const double& x31, const double& x32, const double& x33, const double& x34, const double& x35, const double& x36, const double& x37, const double& x38, const double& x39, double& y0) {
  const double add_2 = x0 + x1;
  const double add_4 = add_2 + x2;
  const double add_6 = add_4 + x3;
  const double add_8 = add_6 + x4;
  const double add_10 = add_8 + x5;
  const double add_12 = add_10 + x6;
  const double add_14 = add_12 + x7;
  const double add_16 = add_14 + x8;
  const double add_18 = add_16 + x9;
  const double add_20 = add_18 + x10;
  const double add_22 = add_20 + x11;
  const double add_24 = add_22 + x12;
  const double add_26 = add_24 + x13;
  const double add_28 = add_26 + x14;
  const double add_30 = add_28 + x15;
  const double add_32 = add_30 + x16;
  const double add_34 = add_32 + x17;
  const double add_36 = add_34 + x18;
  const double add_38 = add_36 + x19;
  const double add_40 = add_38 + x20;
  const double add_42 = add_40 + x21;
  const double add_44 = add_42 + x22;
  const double add_46 = add_44 + x23;
  const double add_48 = add_46 + x24;
  const double add_50 = add_48 + x25;
  const double add_52 = add_50 + x26;
  const double add_54 = add_52 + x27;
  const double add_56 = add_54 + x28;
  const double add_58 = add_56 + x29;
  const double add_60 = add_58 + x30;
  const double add_62 = add_60 + x31;
  const double add_64 = add_62 + x32;
  const double add_66 = add_64 + x33;
  const double add_68 = add_66 + x34;
  const double add_70 = add_68 + x35;
  const double add_72 = add_70 + x36;
  const double add_74 = add_72 + x37;
  const double add_76 = add_74 + x38;
  const double add_78 = add_76 + x39;
  y0 = add_78;
}

}  // namespace gpucompute_kernel_parts

extern "C" __global__ void __launch_bounds__(256) gpucompute_kernel(const gpucompute_kernel_parts::gc_block* memory) {
  const gpucompute_kernel_parts::gc_block& block = *memory;
  using namespace gpucompute_kernel_parts;
  const gc_index accesses = gc_accesses_per_row(block) * (gc_index)block.outer[0] * (gc_index)block.outer[1] * (gc_index)block.outer[2] * (gc_index)block.outer[3] * (gc_index)block.outer[4] * (gc_index)block.outer[5] * (gc_index)block.outer[6] * (gc_index)block.outer[7] * (gc_index)block.outer[8] * (gc_index)block.outer[9] * (gc_index)block.outer[10] * (gc_index)block.outer[11];
  for (gc_index tile = (gc_index)blockIdx.x * 256; tile < accesses; tile += (gc_index)gridDim.x * 256) {
    gc_place at[1];
    gc_pack<double, 2> x0[1] = {};
    gc_pack<double, 2> x1[1] = {};
    gc_pack<double, 2> x2[1] = {};
    gc_pack<double, 2> x3[1] = {};
    gc_pack<double, 2> x4[1] = {};
    gc_pack<double, 2> x5[1] = {};
    gc_pack<double, 2> x6[1] = {};
    gc_pack<double, 2> x7[1] = {};
    gc_pack<double, 2> x8[1] = {};
    gc_pack<double, 2> x9[1] = {};
    gc_pack<double, 2> x10[1] = {};
    gc_pack<double, 2> x11[1] = {};
    gc_pack<double, 2> x12[1] = {};
    gc_pack<double, 2> x13[1] = {};
    gc_pack<double, 2> x14[1] = {};
    gc_pack<double, 2> x15[1] = {};
    gc_pack<double, 2> x16[1] = {};
    gc_pack<double, 2> x17[1] = {};
    gc_pack<double, 2> x18[1] = {};
    gc_pack<double, 2> x19[1] = {};
    gc_pack<double, 2> x20[1] = {};
    gc_pack<double, 2> x21[1] = {};
    gc_pack<double, 2> x22[1] = {};
    gc_pack<double, 2> x23[1] = {};
    gc_pack<double, 2> x24[1] = {};
    gc_pack<double, 2> x25[1] = {};
    gc_pack<double, 2> x26[1] = {};
    gc_pack<double, 2> x27[1] = {};
    gc_pack<double, 2> x28[1] = {};
    gc_pack<double, 2> x29[1] = {};
    gc_pack<double, 2> x30[1] = {};
    gc_pack<double, 2> x31[1] = {};
    gc_pack<double, 2> x32[1] = {};
    gc_pack<double, 2> x33[1] = {};
    gc_pack<double, 2> x34[1] = {};
    gc_pack<double, 2> x35[1] = {};
    gc_pack<double, 2> x36[1] = {};
    gc_pack<double, 2> x37[1] = {};
    gc_pack<double, 2> x38[1] = {};
    gc_pack<double, 2> x39[1] = {};
#pragma unroll
    for (int u = 0; u < 1; ++u) {
      at[u] = gc_locate(block, tile + u * 256 + (gc_index)threadIdx.x, accesses);
      gc_read_strided(x0[u], gc_address(block, 0, at[u], block.operand[0].step), block.operand[0].step, at[u].count);
      gc_read_strided(x1[u], gc_address(block, 1, at[u], block.operand[1].step), block.operand[1].step, at[u].count);
      gc_read_strided(x2[u], gc_address(block, 2, at[u], block.operand[2].step), block.operand[2].step, at[u].count);
      gc_read_strided(x3[u], gc_address(block, 3, at[u], block.operand[3].step), block.operand[3].step, at[u].count);
      gc_read_strided(x4[u], gc_address(block, 4, at[u], block.operand[4].step), block.operand[4].step, at[u].count);
      gc_read_strided(x5[u], gc_address(block, 5, at[u], block.operand[5].step), block.operand[5].step, at[u].count);
      gc_read_strided(x6[u], gc_address(block, 6, at[u], block.operand[6].step), block.operand[6].step, at[u].count);
      gc_read_strided(x7[u], gc_address(block, 7, at[u], block.operand[7].step), block.operand[7].step, at[u].count);
      gc_read_strided(x8[u], gc_address(block, 8, at[u], block.operand[8].step), block.operand[8].step, at[u].count);
      gc_read_strided(x9[u], gc_address(block, 9, at[u], block.operand[9].step), block.operand[9].step, at[u].count);
      gc_read_strided(x10[u], gc_address(block, 10, at[u], block.operand[10].step), block.operand[10].step, at[u].count);
      gc_read_strided(x11[u], gc_address(block, 11, at[u], block.operand[11].step), block.operand[11].step, at[u].count);
      gc_read_strided(x12[u], gc_address(block, 12, at[u], block.operand[12].step), block.operand[12].step, at[u].count);
      gc_read_strided(x13[u], gc_address(block, 13, at[u], block.operand[13].step), block.operand[13].step, at[u].count);
      gc_read_strided(x14[u], gc_address(block, 14, at[u], block.operand[14].step), block.operand[14].step, at[u].count);
      gc_read_strided(x15[u], gc_address(block, 15, at[u], block.operand[15].step), block.operand[15].step, at[u].count);
      gc_read_strided(x16[u], gc_address(block, 16, at[u], block.operand[16].step), block.operand[16].step, at[u].count);
      gc_read_strided(x17[u], gc_address(block, 17, at[u], block.operand[17].step), block.operand[17].step, at[u].count);
      gc_read_strided(x18[u], gc_address(block, 18, at[u], block.operand[18].step), block.operand[18].step, at[u].count);
      gc_read_strided(x19[u], gc_address(block, 19, at[u], block.operand[19].step), block.operand[19].step, at[u].count);
      gc_read_strided(x20[u], gc_address(block, 20, at[u], block.operand[20].step), block.operand[20].step, at[u].count);
      gc_read_strided(x21[u], gc_address(block, 21, at[u], block.operand[21].step), block.operand[21].step, at[u].count);
      gc_read_strided(x22[u], gc_address(block, 22, at[u], block.operand[22].step), block.operand[22].step, at[u].count);
      gc_read_strided(x23[u], gc_address(block, 23, at[u], block.operand[23].step), block.operand[23].step, at[u].count);
      gc_read_strided(x24[u], gc_address(block, 24, at[u], block.operand[24].step), block.operand[24].step, at[u].count);
      gc_read_strided(x25[u], gc_address(block, 25, at[u], block.operand[25].step), block.operand[25].step, at[u].count);
      gc_read_strided(x26[u], gc_address(block, 26, at[u], block.operand[26].step), block.operand[26].step, at[u].count);
      gc_read_strided(x27[u], gc_address(block, 27, at[u], block.operand[27].step), block.operand[27].step, at[u].count);
      gc_read_strided(x28[u], gc_address(block, 28, at[u], block.operand[28].step), block.operand[28].step, at[u].count);
      gc_read_strided(x29[u], gc_address(block, 29, at[u], block.operand[29].step), block.operand[29].step, at[u].count);
      gc_read_strided(x30[u], gc_address(block, 30, at[u], block.operand[30].step), block.operand[30].step, at[u].count);
      gc_read_strided(x31[u], gc_address(block, 31, at[u], block.operand[31].step), block.operand[31].step, at[u].count);
      gc_read_strided(x32[u], gc_address(block, 32, at[u], block.operand[32].step), block.operand[32].step, at[u].count);
      gc_read_strided(x33[u], gc_address(block, 33, at[u], block.operand[33].step), block.operand[33].step, at[u].count);
      gc_read_strided(x34[u], gc_address(block, 34, at[u], block.operand[34].step), block.operand[34].step, at[u].count);
      gc_read_strided(x35[u], gc_address(block, 35, at[u], block.operand[35].step), block.operand[35].step, at[u].count);
      gc_read_strided(x36[u], gc_address(block, 36, at[u], block.operand[36].step), block.operand[36].step, at[u].count);
      gc_read_strided(x37[u], gc_address(block, 37, at[u], block.operand[37].step), block.operand[37].step, at[u].count);
      gc_read_strided(x38[u], gc_address(block, 38, at[u], block.operand[38].step), block.operand[38].step, at[u].count);
      gc_read_strided(x39[u], gc_address(block, 39, at[u], block.operand[39].step), block.operand[39].step, at[u].count);
    }
#pragma unroll
    for (int u = 0; u < 1; ++u) {
      gc_pack<double, 2> y0;
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        gc_element(x0[u].lane[i], x1[u].lane[i], x2[u].lane[i], x3[u].lane[i], x4[u].lane[i], x5[u].lane[i], x6[u].lane[i], x7[u].lane[i], x8[u].lane[i], x9[u].lane[i], x10[u].lane[i], x11[u].lane[i], x12[u].lane[i], x13[u].lane[i], x14[u].lane[i], x15[u].lane[i], x16[u].lane[i], x17[u].lane[i], x18[u].lane[i], x19[u].lane[i], x20[u].lane[i], x21[u].lane[i], x22[u].lane[i], x23[u].lane[i], x24[u].lane[i], x25[u].lane[i], x26[u].lane[i], x27[u].lane[i], x28[u].lane[i], x29[u].lane[i], x30[u].lane[i], x31[u].lane[i], x32[u].lane[i], x33[u].lane[i], x34[u].lane[i], x35[u].lane[i], x36[u].lane[i], x37[u].lane[i], x38[u].lane[i], x39[u].lane[i], y0.lane[i]);
      }
      gc_write(y0, gc_address(block, 40, at[u], 8), at[u].count);
    }
  }
}
