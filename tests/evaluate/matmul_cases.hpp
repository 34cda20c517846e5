// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gpucompute/gpucompute.hpp>

#include "tests/common/runs.hpp"

// Matrix products in long double, element by element from NumPy's definitions, and arrays that lie in any way.

namespace gpucompute::testing {

inline std::string run_name(const ::testing::TestParamInfo<run_on>& each) {
  std::string called = each.param.name;
  std::replace(called.begin(), called.end(), ' ', '_');
  return called;
}

using number = std::complex<long double>;

/// In C order.
struct numbers {
  dimensions shape;
  std::vector<number> values;

  number at(const dimensions& place) const {
    std::size_t position = 0;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
      position = position * static_cast<std::size_t>(shape[axis]) +
                 static_cast<std::size_t>(shape[axis] == 1 ? 0 : place[axis]);
    }
    return values[position];
  }
};

/// Calls visit(place) for every element in C order.
template <typename Visit>
void for_each_place(const dimensions& shape, Visit visit) {
  const std::int64_t count = element_count(shape);
  for (std::int64_t position = 0; position < count; ++position) {
    dimensions place = shape;
    std::int64_t rest = position;
    for (std::size_t axis = shape.rank(); axis-- > 0;) {
      place[axis] = rest % shape[axis];
      rest /= shape[axis];
    }
    visit(place);
  }
}

inline dimensions part(const dimensions& of, std::size_t begin, std::size_t end) {
  return dimensions(of.span().subspan(begin, end - begin));
}

inline dimensions joined(const dimensions& a, const dimensions& b) {
  dimensions both = a;
  for (const std::int64_t each : b) {
    both.push_back(each);
  }
  return both;
}

/// Numbers that `type` holds exactly.
inline numbers random_numbers(const dimensions& shape, dtype type, std::mt19937& random) {
  std::uniform_real_distribution<double> between(-2, 2);
  const auto one = [&] {
    const double value = between(random);
    return static_cast<long double>(component(type) == float32 ? static_cast<float>(value) : value);
  };
  numbers made{shape, {}};
  for (std::int64_t i = 0; i < element_count(shape); ++i) {
    const long double real = one();
    made.values.emplace_back(real, is_complex(type) ? one() : 0);
  }
  return made;
}

/// Sums of products, and of their magnitudes.
struct exact_product {
  numbers value;
  std::vector<long double> magnitude;
  std::int64_t length = 1;
};

/// shape: of the result. NumPy's definitions: dot(a, b)[i..., j..., m] = sum(a[i..., :] * b[j..., :, m]); matmul does the
/// same to each pair of a stack.
inline exact_product multiplied(std::string_view function, const numbers& a, const numbers& b,
                                const dimensions& shape) {
  exact_product made{{shape, {}}, {}, 1};
  const bool summed = a.shape.rank() > 0 && b.shape.rank() > 0;
  made.length = summed ? a.shape[a.shape.rank() - 1] : 1;
  const std::size_t rank_a = a.shape.rank();
  const std::size_t rank_b = b.shape.rank();
  const auto of_stack = [](const dimensions& stack, std::size_t rank) {  // broadcast from the right
    return part(stack, stack.rank() - rank, stack.rank());
  };
  for_each_place(shape, [&](const dimensions& place) {
    number sum = 0;
    long double magnitude = 0;
    for (std::int64_t k = 0; k < made.length; ++k) {
      dimensions in_a;
      dimensions in_b;
      if (!summed) {
        in_a = part(place, 0, rank_a);
        in_b = part(place, rank_a, place.rank());
      } else if (function == "dot") {
        in_a = joined(part(place, 0, rank_a - 1), {k});
        const dimensions rest = part(place, rank_a - 1, place.rank());
        in_b = rank_b == 1 ? dimensions{k} : joined(joined(part(rest, 0, rank_b - 2), {k}), {rest[rank_b - 2]});
      } else {
        const std::size_t stack = place.rank() - (rank_a > 1 ? 1 : 0) - (rank_b > 1 ? 1 : 0);
        const dimensions outer = part(place, 0, stack);
        in_a = rank_a == 1 ? dimensions{k} : joined(joined(of_stack(outer, rank_a - 2), {place[stack]}), {k});
        in_b =
            rank_b == 1 ? dimensions{k} : joined(joined(of_stack(outer, rank_b - 2), {k}), {place[place.rank() - 1]});
      }
      const number left = a.at(in_a);
      const number right = b.at(in_b);
      sum += left * right;
      magnitude += std::abs(left) * std::abs(right);
    }
    made.value.values.push_back(sum);
    made.magnitude.push_back(magnitude);
  });
  return made;
}

inline number element_at(const void* from, dtype type) {
  const auto real = [from](std::size_t lane, bool single) {
    if (single) {
      float value = 0;
      std::memcpy(&value, static_cast<const char*>(from) + 4 * lane, 4);
      return static_cast<long double>(value);
    }
    double value = 0;
    std::memcpy(&value, static_cast<const char*>(from) + 8 * lane, 8);
    return static_cast<long double>(value);
  };
  const bool single = component(type) == float32;
  return {real(0, single), is_complex(type) ? real(1, single) : 0};
}

inline void put_element(void* to, dtype type, number value) {
  for (std::size_t lane = 0; lane < (is_complex(type) ? 2U : 1U); ++lane) {
    const long double real = lane == 0 ? value.real() : value.imag();
    if (component(type) == float32) {
      const auto single = static_cast<float>(real);
      std::memcpy(static_cast<char*>(to) + 4 * lane, &single, 4);
    } else {
      const auto wide = static_cast<double>(real);
      std::memcpy(static_cast<char*>(to) + 8 * lane, &wide, 8);
    }
  }
}

/// The documented bound: (k + 2) u |A||B|, of complex numbers twice that in each part. Empty when it holds.
inline std::string product_difference(const exact_product& expected, const array_view& actual) {
  if (actual.shape() != expected.value.shape) {
    return "shape " + to_string(expected.value.shape) + ", got " + to_string(actual.shape());
  }
  const long double unit = component(actual.type()) == float32 ? std::numeric_limits<float>::epsilon() / 2
                                                               : std::numeric_limits<double>::epsilon() / 2;
  const long double factor = static_cast<long double>(expected.length + 2) * unit * (is_complex(actual.type()) ? 2 : 1);
  std::string different;
  std::size_t next = 0;
  for_each_place(actual.shape(), [&](const dimensions& place) {
    std::int64_t offset = 0;
    for (std::size_t axis = 0; axis < place.rank(); ++axis) {
      offset += place[axis] * actual.strides()[axis];
    }
    const number got = element_at(static_cast<const char*>(actual.data()) + offset, actual.type());
    const number wanted = expected.value.values[next];
    const long double bound = factor * expected.magnitude[next++];
    const auto near = [bound](long double x, long double y) { return std::abs(x - y) <= bound; };
    if (different.empty() && !(near(got.real(), wanted.real()) && near(got.imag(), wanted.imag()))) {
      std::ostringstream text;
      text << "at " << to_string(place) << " " << wanted << " within " << bound << ", got " << got;
      different = text.str();
    }
  });
  return different;
}

/// How numbers lie in memory.
enum class lie : std::uint8_t { c_order, transposed, reversed, gaps, shifted, unaligned };
inline constexpr lie all_lies[] = {lie::c_order, lie::transposed, lie::reversed,
                                   lie::gaps,    lie::shifted,    lie::unaligned};

struct laid {
  std::vector<std::byte> memory;
  mutable_view view;
};

/// Room for an array of this shape, filled with NaN.
inline laid room(const dimensions& shape, dtype type, lie how) {
  const auto size = static_cast<std::int64_t>(size_of(type));
  std::int64_t step = how == lie::gaps ? 3 * size : size;
  dimensions strides = dimensions::filled(shape.rank(), 0);
  for (std::size_t i = 0; i < shape.rank(); ++i) {
    const std::size_t axis = how == lie::transposed ? i : shape.rank() - 1 - i;
    strides[axis] = step;
    step = step * std::max<std::int64_t>(shape[axis], 1) + (how == lie::gaps ? size : 0);
  }
  laid made;
  made.memory.assign(static_cast<std::size_t>(step + 5 * size), std::byte{0xFF});
  std::int64_t first = how == lie::unaligned ? 1 : how == lie::shifted ? 3 * size : 0;
  for (std::size_t axis = 0; how == lie::reversed && axis < shape.rank(); ++axis) {
    first += strides[axis] * std::max<std::int64_t>(shape[axis] - 1, 0);
    strides[axis] = -strides[axis];
  }
  made.view = {made.memory.data() + first, type, shape, strides};
  return made;
}

inline laid place(const numbers& what, dtype type, lie how) {
  laid made = room(what.shape, type, how);
  std::size_t next = 0;
  for_each_place(what.shape, [&](const dimensions& at) {
    std::int64_t offset = 0;
    for (std::size_t axis = 0; axis < at.rank(); ++axis) {
      offset += at[axis] * made.view.strides()[axis];
    }
    put_element(static_cast<char*>(made.view.data()) + offset, type, what.values[next++]);
  });
  return made;
}

}  // namespace gpucompute::testing
