// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace gpucompute::bench {

/// A file that is read from its beginning to its end.
class input_file {
 public:
  /// `expected` is what messages say should be there: "a readable .npy file". @throw bad_input with the system's reason
  input_file(std::string path, std::string expected);
  input_file(const input_file&) = delete;
  input_file& operator=(const input_file&) = delete;
  ~input_file();

  /// Returns how many bytes there were, at most `bytes`. @throw bad_input
  std::size_t read(void* to, std::size_t bytes);
  /// Bytes that are not read yet; nothing for pipes and devices, which do not know.
  std::optional<std::size_t> remaining() const;
  /// "PATH: expected ..., got: WHAT". @throw bad_input
  [[noreturn]] void fail(const std::string& what) const;

 private:
  std::string path_, expected_;
  int descriptor_ = -1;
  std::optional<std::size_t> size_;
  std::size_t position_ = 0;
};

}  // namespace gpucompute::bench
