// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace gpucompute {

/// The fewest decimal digits that read back as the same number, whatever the locale: 0.1, 5e-324, -inf, nan.
std::string shortest_digits(double value);
std::string shortest_digits(float value);
/// The same as Python writes a float: 3.0, not 3.
std::string python_digits(double value);

}  // namespace gpucompute
