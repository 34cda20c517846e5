// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <gpucompute/view.hpp>

#include "tests/common/scalar.hpp"

namespace gpucompute::testing {

/// Random texts, types, shapes and memory: the same for the same seed.
class generator {
 public:
  explicit generator(std::uint32_t seed) : random_(seed) {}

  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  template <typename List>
  auto one_of(const List& list) {
    return list[static_cast<std::size_t>(pick(0, static_cast<int>(std::size(list)) - 1))];
  }

  /// Memory with `count` bytes and an array in it: any order of dimensions, gaps, flips, odd offsets, stretched axes.
  struct placed {
    std::vector<char> memory;
    dtype type = float64;
    dimensions shape, strides;
    std::size_t offset = 0;
    array_view view() const { return {memory.data() + offset, type, shape, strides}; }
    mutable_view writable() { return {memory.data() + offset, type, shape, strides}; }
  };

  placed place(dtype type, const dimensions& shape, bool output) {
    placed made{{}, type, shape, dimensions::filled(shape.rank(), 0), 0};
    std::vector<std::size_t> order(shape.rank());
    for (std::size_t i = 0; i < order.size(); ++i) {
      order[i] = i;
    }
    if (pick(0, 2) == 0) {
      std::shuffle(order.begin(), order.end(), random_);
    }
    std::int64_t stride = static_cast<std::int64_t>(size_of(type));
    std::int64_t low = 0;
    for (std::size_t i = order.size(); i-- > 0;) {
      const std::size_t axis = order[i];
      if (pick(0, 4) == 0) {
        stride *= pick(1, 5);
      }
      if (pick(0, 15) == 0) {
        stride += 1;
      }
      const bool stretched = !output && pick(0, 15) == 0;
      made.strides[axis] = stretched ? 0 : pick(0, 4) == 0 ? -stride : stride;
      if (!stretched) {
        low += made.strides[axis] < 0 && shape[axis] > 0 ? made.strides[axis] * (shape[axis] - 1) : 0;
        stride *= std::max<std::int64_t>(shape[axis], 1);
      }
    }
    made.offset = static_cast<std::size_t>(-low) + (pick(0, 5) == 0 ? 3U : 0U);
    made.memory.resize(made.offset + static_cast<std::size_t>(stride) + size_of(type) + 16);
    return made;
  }

  void fill(placed& where) {
    const std::size_t bytes = size_of(where.type);
    const std::int64_t count = element_count(where.shape);
    for (std::int64_t at = 0; at < count; ++at) {
      std::int64_t rest = at;
      char* to = where.memory.data() + where.offset;
      for (std::size_t axis = where.shape.rank(); axis-- > 0;) {
        to += rest % where.shape[axis] * where.strides[axis];
        rest /= where.shape[axis];
      }
      for (std::size_t part = 0; part < (is_complex(where.type) ? 2U : 1U); ++part) {
        const std::uint64_t bits = scalar_cast(to_bits(0.25 * pick(-40, 40)), float64, component(where.type));
        std::memcpy(to + part * size_of(component(where.type)), &bits, bytes / (is_complex(where.type) ? 2 : 1));
      }
    }
  }

  /// One in 50 is worth two threads and holds leaves of a reduction.
  dimensions base_shape() {
    if (pick(0, 49) == 0) {
      const int count =
          static_cast<int>(std::exp2(std::uniform_real_distribution(std::log2(5e3), std::log2(2e5))(random_)));
      const int rows = one_of(std::array{1, 3, 7, 64});
      return one_of(
          std::array<dimensions, 4>{dimensions{count}, {rows, count / rows}, {count / rows, rows}, {3, count / 9, 3}});
    }
    dimensions shape;
    for (int axis = pick(0, 4); axis > 0; --axis) {
      shape.push_back(one_of(std::array{1, 2, 3, 4, 5, 9, 0}));
    }
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
      if (shape[axis] == 0 && pick(0, 3) != 0) {
        shape[axis] = 2;
      }
    }
    return shape;
  }

  /// A shape that broadcasts to `whole`.
  dimensions part_of(const dimensions& whole) {
    dimensions shape;
    for (std::size_t axis = static_cast<std::size_t>(pick(0, 3) == 0 ? pick(0, static_cast<int>(whole.rank())) : 0);
         axis < whole.rank(); ++axis) {
      shape.push_back(pick(0, 5) == 0 ? 1 : whole[axis]);
    }
    return shape;
  }

  std::string leaf() { return one_of(std::array<std::string, 6>{"a", "b", "c", "a", "b", "1.5"}); }

  std::string expression(int depth) {
    if (depth == 0) {
      return leaf();
    }
    const std::string x = expression(depth - 1);
    const std::string y = expression(pick(0, depth - 1));
    switch (pick(0, 11)) {
      case 0:
      case 1:
        return "(" + x + " + " + y + ")";
      case 2:
        return "(" + x + " - 1*" + y + ")";
      case 3:
      case 4:
        return "(" + x + " * " + y + ")";
      case 5:
        return reductions && library ? "hypot(" + x + ", 0.5)" : "where(" + x + " == " + y + ", " + x + ", " + y + ")";
      case 6:
        return reductions ? "(" + x + " - " + y + ")" : "(" + x + " / " + y + ")";
      case 7:
        return library ? "exp(0.01*" + x + ")" : "(2 - " + x + ")";
      case 8:
        return library ? "sqrt(" + x + ")" : "maximum(" + x + ", 1)";
      case 9:
        return library ? "abs(" + x + ")" : "-(" + x + ")";
      case 10:
        return reductions
                   ? one_of(std::array<std::string, 5>{"sum", "mean", "sum", "prod", "count_nonzero"}) + "(" + x + ")"
                   : x;
      default:
        return reductions
                   ? one_of(std::array<std::string, 4>{"sum", "mean", "var", "std"}) + "(" + x + ", keepdims=True)"
                   : x;
    }
  }

  bool reductions = false;
  bool library = true;  ///< functions whose last bits differ between <cmath> and the devices

 private:
  std::mt19937 random_;
};

inline constexpr dtype types[] = {bool_,   int8,    int32,   int64,     uint8,     uint64,
                                  float32, float64, float64, complex64, complex128};

}  // namespace gpucompute::testing
