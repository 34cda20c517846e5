// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "bench/process/signals.hpp"

namespace gpucompute::bench {

/// A file that appears whole or not at all: bytes go to a temporary name in the same directory, `commit` renames it. Until
/// then an old file of that name is untouched, and destruction or a deadly signal removes the temporary; what SIGKILL
/// leaves is removed by the next output_file of the same name. The new file has
/// the old one's permissions; another hard link to the old one keeps the old bytes. What is not a regular file (a pipe,
/// /dev/stdout) is written directly. Symbolic links are followed, to a file that is not there yet, too.
class output_file {
 public:
  /// @throw bad_input when the directory does not exist, or it or the old file may not be written to
  explicit output_file(const std::string& path);
  output_file(output_file&& other) noexcept;
  output_file& operator=(output_file&&) = delete;
  ~output_file();

  /// @throw machine_failure (disk full, input/output error)
  void write(const void* data, std::size_t bytes);
  void write(std::string_view text) { write(text.data(), text.size()); }
  /// Everything is on the disk when this returns; the name is still the temporary one. @throw machine_failure
  void finish();
  /// finish, then the file has its name. @throw machine_failure
  void commit();

 private:
  bool make_temporary(mode_t mode);

  std::string path_;                          ///< as the user wrote it, for messages
  std::string target_;                        ///< with symbolic links resolved
  std::optional<unfinished_file> temporary_;  ///< none when written directly or committed
  int descriptor_ = -1;
  int lock_ = -1;  ///< holds the lock of the temporary name until it has its final one
};

/// @throw bad_input when a file of this name could not be made: called before work that would be lost
void require_writable(const std::string& path);

/// As require_writable, of a name that an option has for an array. What is no regular file has any name.
/// @throw bad_input when it does not end in .npy, the only format that arrays are written in
void require_writable_npy(const std::string& option, const std::string& path);

/// Whether both names lead to the same file, through symbolic and hard links, whether it is there or not.
bool same_file(const std::string& one, const std::string& other);

/// As same_file, of options for which - is stdout.
bool same_output(const std::string& one, const std::string& other);

/// Whether what an option names is stdout, in any spelling: -, /dev/stdout, the file that stdout was led to.
bool is_stdout(const std::string& path);

}  // namespace gpucompute::bench
