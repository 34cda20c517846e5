// SPDX-License-Identifier: Apache-2.0
#include "bench/files/input_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "bench/process/failure.hpp"

namespace gpucompute::bench {

input_file::input_file(std::string path, std::string expected)
    : path_(std::move(path)), expected_(std::move(expected)), descriptor_(open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
  struct stat status {};
  const int error = descriptor_ < 0 || fstat(descriptor_, &status) != 0 ? errno : S_ISDIR(status.st_mode) ? EISDIR : 0;
  if (error != 0) {
    if (descriptor_ >= 0) close(descriptor_);
    fail(std::strerror(error));
  }
  if (S_ISREG(status.st_mode)) size_ = static_cast<std::size_t>(status.st_size);
}

input_file::~input_file() { close(descriptor_); }

std::size_t input_file::read(void* to, std::size_t bytes) {
  constexpr std::size_t most_at_once = std::size_t{1} << 30;  // Linux reads at most 2 GiB a call
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t got = ::read(descriptor_, static_cast<char*>(to) + done, std::min(bytes - done, most_at_once));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(std::strerror(errno));
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  position_ += done;
  return done;
}

std::optional<std::size_t> input_file::remaining() const {
  return size_ ? std::optional(*size_ - std::min(*size_, position_)) : std::nullopt;
}

void input_file::fail(const std::string& what) const {
  throw bad_input(path_ + ": expected " + expected_ + ", got: " + what);
}

}  // namespace gpucompute::bench
