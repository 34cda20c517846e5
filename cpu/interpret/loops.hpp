// SPDX-License-Identifier: Apache-2.0
// The interpreter's loops for one instruction set; included by one source a set, which defines GPUCOMPUTE_ISA.
#pragma once

#include "cpu/interpret/scalar.hpp"
#include "cpu/interpret/tables.hpp"
#include "kernels/reduce/tree.hpp"

namespace gpucompute::cpu::interpret::GPUCOMPUTE_ISA {

// Blocks alias fully or not at all, so no iteration depends on another. Clang's pragma for it is an error where a
// sanitizer keeps a loop scalar; its checks at run time serve instead.
#if defined(__clang__)
#define GPUCOMPUTE_INDEPENDENT
#else
#define GPUCOMPUTE_INDEPENDENT _Pragma("GCC ivdep")
#endif
#define GPUCOMPUTE_LOOP(i, count) GPUCOMPUTE_INDEPENDENT for (std::size_t i = 0; i < (count); ++i)

enum : unsigned { BOOLEAN = 1, INTEGERS = 2, FLOATS = 4, ANY = 7 };
struct SAME {
  static constexpr bool same_type = true;
  static constexpr dtype fixed = bool_;
};
struct TRUTH {
  static constexpr bool same_type = false;
  static constexpr dtype fixed = bool_;
};
struct COUNT {
  static constexpr bool same_type = false;
  static constexpr dtype fixed = uint8;
};
template <typename Result, dtype D>
using result_storage = storage<Result::same_type ? D : Result::fixed>;

constexpr unsigned kind_bit(dtype type) {
  return type == bool_ ? BOOLEAN : is_integer(type) ? INTEGERS : is_floating(type) ? FLOATS : 0U;
}

// One struct a row: its meaning on scalars.
#define GPUCOMPUTE_BODY(id, operands, types_, result_, expression)                              \
  struct id##_row {                                                                             \
    static constexpr unsigned types = types_;                                                   \
    static constexpr int arity = operands;                                                      \
    using result = result_;                                                                     \
    template <dtype D, typename T = storage<D>>                                                 \
    [[gnu::always_inline]] static inline auto apply([[maybe_unused]] T a, [[maybe_unused]] T b, \
                                                    [[maybe_unused]] T c) {                     \
      return static_cast<result_storage<result, D>>(expression);                                \
    }
#define PRIMITIVE(id, operands, types_, result_, expression) \
  GPUCOMPUTE_BODY(id, operands, types_, result_, expression) \
  }                                                          \
  ;
#define MERGING(id, types_, expression, neutral_)  \
  GPUCOMPUTE_BODY(id, 2, types_, SAME, expression) \
  template <dtype D, typename T = storage<D>>      \
  static constexpr T neutral() {                   \
    return static_cast<T>(neutral_);               \
  }                                                \
  }                                                \
  ;
#include "cpu/interpret/primitives.def"

template <typename Row, dtype D>
void run_block(void* out, const void* a, const void* b, const void* c, std::size_t count) {
  using T = storage<D>;
  using R = result_storage<typename Row::result, D>;
  R* const r = static_cast<R*>(out);
  const T* const x = static_cast<const T*>(a);
  if constexpr (Row::arity == 1) {
    GPUCOMPUTE_LOOP(i, count) { r[i] = Row::template apply<D>(x[i], x[i], x[i]); }
  } else if constexpr (Row::arity == 2) {
    const T* const y = static_cast<const T*>(b);
    GPUCOMPUTE_LOOP(i, count) { r[i] = Row::template apply<D>(x[i], y[i], y[i]); }
  } else {
    const T* const y = static_cast<const T*>(b);
    const T* const z = static_cast<const T*>(c);
    GPUCOMPUTE_LOOP(i, count) { r[i] = Row::template apply<D>(x[i], y[i], z[i]); }
  }
}

/// `where` alone has a first argument of another type: a block of bool.
template <dtype D>
void run_where(void* out, const void* a, const void* b, const void* c, std::size_t count) {
  using T = storage<D>;
  T* const r = static_cast<T*>(out);
  const auto* const x = static_cast<const std::uint8_t*>(a);
  const T* const y = static_cast<const T*>(b);
  const T* const z = static_cast<const T*>(c);
  GPUCOMPUTE_LOOP(i, count) { r[i] = x[i] != 0 ? y[i] : z[i]; }
}

template <typename Row, dtype D>
void accumulate(void* state, const void* values, std::size_t count, std::size_t lane) {
  using T = storage<D>;
  T* const lanes = static_cast<T*>(state);
  const T* x = static_cast<const T*>(values);
  const T* const end = x + count;
  const auto single = [&](std::size_t to) {
    for (; lane < to && x != end; ++lane, ++x) {
      lanes[lane] = Row::template apply<D>(lanes[lane], *x, *x);
    }
    lane %= reduce::lanes;
  };
  if (lane != 0) {
    single(reduce::lanes);
  }
  if (end - x >= reduce::lanes) {
    T local[reduce::lanes];
    GPUCOMPUTE_LOOP(j, reduce::lanes) { local[j] = lanes[j]; }
    for (; end - x >= reduce::lanes; x += reduce::lanes) {
      GPUCOMPUTE_LOOP(j, reduce::lanes) { local[j] = Row::template apply<D>(local[j], x[j], x[j]); }
    }
    GPUCOMPUTE_LOOP(j, reduce::lanes) { lanes[j] = local[j]; }
  }
  single(reduce::lanes);
}

/// Rows of at most one element a lane, 16 rows abreast: t[j] holds lane j of each. With the neutral element as
/// identity, a merge with a lane that met no element changes nothing and is left out.
template <typename Row, dtype D>
void reduce_short_rows(void* out, const void* values, std::size_t rows, std::size_t count, storage<D> identity,
                       bool neutral) {
  using T = storage<D>;
  constexpr std::size_t group = 16;
  constexpr std::size_t lanes = reduce::lanes;
  const T* const x = static_cast<const T*>(values);
  T* const result = static_cast<T*>(out);
  for (std::size_t first = 0; first < rows; first += group) {
    const std::size_t live = rows - first < group ? rows - first : group;
    T t[lanes][group];
    for (std::size_t j = 0; j < lanes; ++j) {
      if (j >= count) {
        if (!neutral) {
          GPUCOMPUTE_LOOP(r, group) { t[j][r] = identity; }
        }
      } else if (live == group) {
        GPUCOMPUTE_LOOP(r, group) { t[j][r] = x[(first + r) * count + j]; }
      } else {
        GPUCOMPUTE_LOOP(r, group) { t[j][r] = x[(first + (r < live ? r : 0)) * count + j]; }
      }
      if (j < count && !neutral) {
        GPUCOMPUTE_LOOP(r, group) { t[j][r] = Row::template apply<D>(identity, t[j][r], identity); }
      }
    }
    for (std::size_t half = lanes / 2; half >= 1; half /= 2) {
      for (std::size_t j = 0; j < half && (!neutral || j + half < count); ++j) {
        GPUCOMPUTE_LOOP(r, group) { t[j][r] = Row::template apply<D>(t[j][r], t[j + half][r], t[j][r]); }
      }
    }
    for (std::size_t r = 0; r < live; ++r) {
      result[first + r] = t[0][r];
    }
  }
}

template <typename Row, dtype D>
void reduce_rows(void* out, const void* values, std::size_t rows, std::size_t count, std::uint64_t identity_bits) {
  using T = storage<D>;
  const T identity = __builtin_bit_cast(T, static_cast<bits_of<T>>(identity_bits));
  if (count <= reduce::lanes) {
    const bool neutral = to_bits(identity) == to_bits(Row::template neutral<D>());
    reduce_short_rows<Row, D>(out, values, rows, count, identity, neutral);
    return;
  }
  for (std::size_t row = 0; row < rows; ++row) {
    T lanes[reduce::lanes];
    GPUCOMPUTE_LOOP(j, reduce::lanes) { lanes[j] = identity; }  // NOLINT(modernize-loop-convert)
    accumulate<Row, D>(lanes, static_cast<const T*>(values) + row * count, count, 0);
    for (std::size_t half = reduce::lanes / 2; half >= 1; half /= 2) {
      GPUCOMPUTE_LOOP(j, half) { lanes[j] = Row::template apply<D>(lanes[j], lanes[j + half], lanes[j]); }
    }
    static_cast<T*>(out)[row] = lanes[0];
  }
}

template <dtype To, dtype From>
void cast_block(void* out, const void* in, std::size_t count) {
  storage<To>* const r = static_cast<storage<To>*>(out);
  const auto* const x = static_cast<const storage<From>*>(in);
  GPUCOMPUTE_LOOP(i, count) { r[i] = cast_of<To, From>(x[i]); }
}

/// Elements move as bits: memory may be aligned to nothing, and a signalling NaN stays one.
template <typename Bits>
[[gnu::always_inline]] static inline Bits read(const char* from) {
  Bits value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}

template <typename Bits, bool Truth>
void gather(void* out, const char* from, const rectangle& shape) {
  const auto normal = [](Bits value) { return Truth ? static_cast<Bits>(value != 0) : value; };
  constexpr std::int64_t size = sizeof(Bits);
  Bits* r = static_cast<Bits*>(out);
  for (std::size_t row = 0; row < shape.rows; ++row, r += shape.columns, from += shape.row_stride) {
    if (shape.column_stride == 0) {
      const Bits value = normal(read<Bits>(from));
      GPUCOMPUTE_LOOP(i, shape.columns) { r[i] = value; }
    } else if (shape.column_stride == size) {
      GPUCOMPUTE_LOOP(i, shape.columns) { r[i] = normal(read<Bits>(from + i * sizeof(Bits))); }
    } else if (shape.column_stride == 2 * size) {
      GPUCOMPUTE_LOOP(i, shape.columns) { r[i] = normal(read<Bits>(from + i * 2 * sizeof(Bits))); }
    } else {
      const char* p = from;
      for (std::size_t i = 0; i < shape.columns; ++i, p += shape.column_stride) {
        r[i] = normal(read<Bits>(p));
      }
    }
  }
}

template <typename Bits>
void scatter(char* to, const void* in, const rectangle& shape) {
  const Bits* x = static_cast<const Bits*>(in);
  for (std::size_t row = 0; row < shape.rows; ++row, x += shape.columns, to += shape.row_stride) {
    if (shape.column_stride == static_cast<std::int64_t>(sizeof(Bits))) {
      __builtin_memmove(to, x, shape.columns * sizeof(Bits));
    } else {
      char* p = to;
      for (std::size_t i = 0; i < shape.columns; ++i, p += shape.column_stride) {
        __builtin_memcpy(p, x + i, sizeof(Bits));
      }
    }
  }
}

template <typename Bits>
void fill(void* out, std::uint64_t bits, std::size_t count) {
  const auto value = static_cast<Bits>(bits);
  GPUCOMPUTE_LOOP(i, count) { static_cast<Bits*>(out)[i] = value; }
}

static void positions(std::int64_t* out, std::size_t rows, std::size_t columns, std::int64_t first,
                      std::int64_t row_step, std::int64_t column_step) {
  for (std::size_t row = 0; row < rows; ++row, out += columns, first += row_step) {
    GPUCOMPUTE_LOOP(i, columns) { out[i] = first + static_cast<std::int64_t>(i) * column_step; }
  }
}

}  // namespace gpucompute::cpu::interpret::GPUCOMPUTE_ISA
