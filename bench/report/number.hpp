// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gpucompute/dtype.hpp>
#include <gpucompute/view.hpp>

namespace gpucompute::bench {

/// The shortest text that reads back as the same number, in Python's spelling: 1.0, 1e+16, nan.
std::string shortest(double value);
std::string shortest(float value);
/// At most `digits` significant digits, without trailing zeros: for tables.
std::string rounded(double value, int digits);

/// The element at `data`: True, -3, 2.5, (1+2j); all digits, or for reals at most `digits` of them when not 0.
std::string format_element(const void* data, dtype type, int digits = 0);

/// A 0-d array as one number with all digits; others in nested brackets, eight digits a number, long axes cut to three
/// elements at both ends beyond 1000 elements, and a last line with shape and type.
std::string format_array(const array_view& values);

}  // namespace gpucompute::bench
