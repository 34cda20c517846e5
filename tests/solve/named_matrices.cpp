// SPDX-License-Identifier: Apache-2.0
#include "tests/solve/named_matrices.hpp"

#include <limits>
#include <memory>
#include <numbers>
#include <stdexcept>

#include "tests/solve/matrices.hpp"

namespace gpucompute::testing {
namespace {

using number = std::complex<double>;
using element_function = std::function<number(index, index, index)>;

/// Random elements that depend on their place alone.
double uniform_at(index i, index j) { return uniform<double>(static_cast<std::uint64_t>(1000003 * i + j + 1))(); }

template <typename T>
element_function of(dense<T> made) {
  const auto held = std::make_shared<const dense<T>>(std::move(made));
  return [held](index, index i, index j) { return number((*held)(i - 1, j - 1)); };
}

element_function with_values(index n, symmetry kind, const std::vector<double>& values) {
  return of(latms<double>(n, n, kind, 1, 1, n, n, 71, values));
}

std::vector<double> ones_and(index count, double last) {
  std::vector<double> values(static_cast<std::size_t>(count), 1.0);
  values.back() = last;
  return values;
}

std::vector<double> rising_to_one_but(index count, double first) {
  std::vector<double> values;
  for (index i = 1; i <= count; ++i) {
    values.push_back(i == 1 ? first : static_cast<double>(i) / static_cast<double>(count));
  }
  return values;
}

double power_of_ten(index i, index n, double last) {
  return std::pow(10.0, last * static_cast<double>(i - 1) / static_cast<double>(n - 1));
}

double real(index i) { return static_cast<double>(i); }

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

void add_spectra(std::vector<named_matrix>& all) {
  const auto geometric = [](double c) { return of(latms<double>(60, 60, symmetry::none, c, 1, 60, 60, 41)); };
  all.push_back({"svd-geo 1e4", 60, outcome::solved, geometric(1e4)});
  all.push_back({"svd-geo 1e14", 60, outcome::solved, geometric(1e14)});
  all.push_back({"svd-geo 1e19", 60, outcome::ill_conditioned, geometric(1e19)});
  all.push_back({"svd-cluster 1e12", 60, outcome::solved, with_values(60, symmetry::none, ones_and(60, 1e-12))});
  all.push_back({"one negative eigenvalue", 40, outcome::solved,
                 with_values(40, symmetry::symmetric, rising_to_one_but(40, -1e-14))});
}

void add_random(std::vector<named_matrix>& all) {
  const auto at = [](index, index i, index j) { return number(uniform_at(i, j)); };
  all.push_back({"uniform", 100, outcome::solved, at});
  all.push_back({"diagonally dominant", 100, outcome::solved,
                 [](index n, index i, index j) { return uniform_at(i, j) + (i == j ? real(n) : 0.0); }});
  const auto grade = [](index n, index i) { return power_of_ten(i, n, -16); };
  all.push_back(
      {"graded rows", 40, outcome::solved, [=](index n, index i, index j) { return grade(n, i) * uniform_at(i, j); }});
  all.push_back({"graded columns", 40, outcome::solved,
                 [=](index n, index i, index j) { return grade(n, j) * uniform_at(i, j); }});
  all.push_back({"graded rows and columns", 40, outcome::ill_conditioned,
                 [=](index n, index i, index j) { return grade(n, i) * grade(n, j) * uniform_at(i, j); }});
  all.push_back({"huge", 40, outcome::solved, [](index, index i, index j) { return 0x1p500 * uniform_at(i, j); }});
  all.push_back({"tiny", 40, outcome::solved, [](index, index i, index j) { return 0x1p-500 * uniform_at(i, j); }});
  const auto without = [](index zero) {
    return [=](index, index i, index j) { return j == zero ? 0.0 : uniform_at(i, j); };
  };
  all.push_back({"zero column first", 20, outcome::singular, without(1), 0});
  all.push_back({"zero column middle", 20, outcome::singular, without(11), 10});
  all.push_back({"zero column last", 20, outcome::singular, without(20), 19});
  all.push_back({"duplicate row", 20, outcome::near_singular,
                 [](index, index i, index j) { return uniform_at(i == 7 ? 3 : i, j); }});
  const auto mirrored = [](index i, index j) { return uniform_at(std::min(i, j), std::max(i, j)); };
  all.push_back({"symmetric but for an ulp", 30, outcome::solved, [=](index n, index i, index j) {
                   return i == n && j == 1 ? std::nextafter(mirrored(i, j), 2.0) : mirrored(i, j);
                 }});
  all.push_back(
      {"tiny diagonal", 30, outcome::solved, [=](index, index i, index j) { return i == j ? 1e-20 : mirrored(i, j); }});
  const auto imaginary = [](index i, index j) { return uniform_at(std::max(i, j) + 100, std::min(i, j)); };
  all.push_back({"complex symmetric", 30, outcome::solved,
                 [=](index, index i, index j) { return number(mirrored(i, j), imaginary(i, j)); }, -1, true});
  all.push_back({"hermitian", 30, outcome::solved,
                 [=](index, index i, index j) {
                   return number(mirrored(i, j), i == j ? 0 : i < j ? imaginary(i, j) : -imaginary(i, j));
                 },
                 -1, true});
  all.push_back({"band 7/5", 50, outcome::solved,
                 [](index, index i, index j) { return i - j > 7 || j - i > 5 ? 0.0 : uniform_at(i, j); }});
  all.push_back(
      {"circulant", 50, outcome::solved, [](index n, index i, index j) { return uniform_at((j - i + n) % n, 5); }});
  const auto with = [](index place, double value) {
    return [=](index, index i, index j) { return i == place && j == place ? value : uniform_at(i, j); };
  };
  all.push_back({"NaN first", 10, outcome::non_finite, with(1, nan)});
  all.push_back({"NaN last", 10, outcome::non_finite, with(10, nan)});
  all.push_back({"infinity last", 10, outcome::non_finite, with(10, -infinity)});
}

void add_formulas(std::vector<named_matrix>& all) {
  const auto add = [&](const char* name, index n, outcome expected, element_function element) {
    all.push_back({name, n, expected, std::move(element)});
  };
  const auto hilbert = [](index, index i, index j) { return 1 / real(i + j - 1); };
  add("Hilbert", 12, outcome::ill_conditioned, hilbert);
  add("integer Hilbert", 6, outcome::solved, [](index, index i, index j) { return 27720 / real(i + j - 1); });
  add("Wilkinson growth", 80, outcome::grows, [](index n, index i, index j) {
    return i == j || j == n ? 1.0 : i > j ? -1.0 : 0.0;
  });
  // Known as one that grows by 1.5 a step; rows change places in each, and it does not.
  add("half on the diagonal", 132, outcome::solved, [](index n, index i, index j) {
    return j == n ? 1.0 : i == j ? 0.5 : i > j ? -1.0 : 0.0;
  });
  add("triw", 60, outcome::ill_conditioned, [](index, index i, index j) { return i == j ? 1.0 : i < j ? -1.0 : 0.0; });
  add("Kahan", 132, outcome::ill_conditioned, [](index, index i, index j) {
    return std::pow(std::sin(1.2), real(i - 1)) * (i == j ? 1 : i < j ? -std::cos(1.2) : 0);
  });
  add("diagonal to 1e50", 10, outcome::ill_conditioned,
      [](index n, index i, index j) { return i == j ? power_of_ten(i, n, 50) : 0.0; });
  add("Vandermonde", 20, outcome::solved,
      [](index n, index i, index j) { return std::pow(real(i) / real(n), real(j - 1)); });
  add("Lotkin", 14, outcome::ill_conditioned,
      [=](index n, index i, index j) { return i == 1 ? 1.0 : hilbert(n, i, j); });
  add("Frank", 12, outcome::solved,
      [](index n, index i, index j) { return i > j + 1 ? 0.0 : real(n + 1 - std::max(i, j)); });
  add("Clement", 30, outcome::solved, [](index n, index i, index j) {
    return i == j + 1 ? real(n - j) : j == i + 1 ? real(i) : 0.0;
  });
  add("Pei", 50, outcome::solved, [](index, index i, index j) { return i == j ? 2.0 : 1.0; });
  add("KMS", 50, outcome::solved, [](index, index i, index j) { return std::pow(0.5, std::abs(real(i - j))); });
  add("Cauchy", 8, outcome::solved, [](index, index i, index j) { return 1 / real(i + j); });
  add("orthog", 50, outcome::solved, [](index n, index i, index j) {
    return std::sqrt(2 / real(n + 1)) * std::sin(real(i * j) * std::numbers::pi / real(n + 1));
  });
  add("redheff", 100, outcome::solved, [](index, index i, index j) { return j == 1 || j % i == 0 ? 1.0 : 0.0; });
  add("second difference", 100, outcome::solved, [](index, index i, index j) {
    return i == j ? 2.0 : std::abs(i - j) == 1 ? -1.0 : 0.0;
  });
  add("permutation", 50, outcome::exact, [](index n, index i, index j) { return (7 * i) % n + 1 == j ? 1.0 : 0.0; });
  add("identity", 50, outcome::exact, [](index, index i, index j) { return i == j ? 1.0 : 0.0; });
  add("signs", 50, outcome::exact, [](index, index i, index j) { return i == j ? (i % 3 == 0 ? -1.0 : 1.0) : 0.0; });
  // min(i, j) is L L^T for L of ones.
  add("subnormal pivots", 30, outcome::exact, [](index, index i, index j) { return 0x1p-1060 * real(std::min(i, j)); });
  add("one to nine", 3, outcome::near_singular, [](index, index i, index j) { return real(3 * (i - 1) + j); });
  add("zeros and ones", 9, outcome::near_singular, [](index, index i, index j) {
    constexpr const char* rows[] = {"100000101", "111000101", "011000101", "101111000", "101111000",
                                    "101111000", "101111000", "111111111", "111111111"};
    return rows[i - 1][j - 1] == '1' ? 1.0 : 0.0;
  });
  all.push_back({"zeros", 10, outcome::singular, [](index, index, index) { return 0.0; }, 0});
  all.push_back({"zero of order 1", 1, outcome::singular, [](index, index, index) { return 0.0; }, 0});
  add("order 0", 0, outcome::exact, [](index, index, index) { return 0.0; });
}

}  // namespace

std::vector<named_matrix> named_matrices() {
  std::vector<named_matrix> all;
  add_random(all);
  add_spectra(all);
  add_formulas(all);
  return all;
}

named_matrix matrix_named(const std::string& name) {
  for (named_matrix& one : named_matrices()) {
    if (one.name == name) {
      return one;
    }
  }
  throw std::out_of_range("matrix_named: there is none called '" + name + "'");
}

}  // namespace gpucompute::testing
