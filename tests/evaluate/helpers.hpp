// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <initializer_list>
#include <string>
#include <vector>

namespace gpucompute::testing {

inline std::vector<double> counted(std::size_t n, double step = 1) {
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) {
    values[i] = step * static_cast<double>(i);
  }
  return values;
}

/// What `call` throws says all of `parts`.
template <typename Error, typename Call>
void expect_error(Call call, std::initializer_list<const char*> parts) {
  try {
    call();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& failure) {
    for (const char* part : parts) {
      EXPECT_NE(std::string(failure.what()).find(part), std::string::npos) << failure.what();
    }
  }
}

}  // namespace gpucompute::testing
