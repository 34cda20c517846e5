// SPDX-License-Identifier: Apache-2.0
#include "bench/files/output_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "bench/command/failure.hpp"

namespace gpucompute::bench {
namespace {

namespace fs = std::filesystem;

std::string why(int error) { return std::strerror(error); }

[[noreturn]] void refuse(const std::string& path, int error) {
  const std::string message = path + ": expected a file that can be written, got: " + why(error);
  if (error == ENOSPC || error == EDQUOT || error == EIO || error == EMFILE || error == ENFILE || error == ENOMEM) {
    throw machine_failure(message);
  }
  throw bad_input(message);
}

[[noreturn]] void fail(const std::string& path, int error) {
  throw machine_failure(path + ": writing failed: " + why(error) + "; no file was written");
}

/// The name behind symbolic links, existing or not.
std::string resolve(const std::string& path) {
  std::error_code ignored;
  const fs::path resolved = fs::weakly_canonical(path, ignored);
  return resolved.empty() ? path : resolved.string();
}

std::string directory_of(const std::string& path) {
  const std::string parent = fs::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

bool is_special(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

}  // namespace

void require_writable(const std::string& path) {
  struct stat status {};
  const std::string target = resolve(path);
  if (path.empty() || path.back() == '/' || (stat(target.c_str(), &status) == 0 && S_ISDIR(status.st_mode))) {
    throw bad_input("expected the name of a file to write, got the directory '" + path + "'");
  }
  const std::string place = is_special(target) ? target : directory_of(target);
  if (access(place.c_str(), is_special(target) ? W_OK : W_OK | X_OK) != 0) refuse(path, errno);
}

output_file::output_file(const std::string& path) : path_(path), target_(resolve(path)) {
  require_writable(path);
  if (is_special(target_)) {
    descriptor_ = open(target_.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    const std::string stem = directory_of(target_) + "/." + fs::path(target_).filename().string().substr(0, 200) + ".";
    for (unsigned attempt = 0; descriptor_ < 0 && attempt < 100; ++attempt) {
      temporary_ = stem + std::to_string(getpid()) + "-" + std::to_string(attempt) + ".partial";
      descriptor_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (descriptor_ < 0 && errno != EEXIST) break;
    }
    if (descriptor_ < 0) temporary_.clear();
  }
  if (descriptor_ < 0) refuse(path, errno);
}

output_file::output_file(output_file&& other) noexcept
    : path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

output_file::~output_file() {
  if (descriptor_ >= 0) close(descriptor_);
  remove_temporary();
}

void output_file::remove_temporary() noexcept {
  if (!temporary_.empty()) unlink(temporary_.c_str());
  temporary_.clear();
}

void output_file::write(const void* data, std::size_t bytes) {
  constexpr std::size_t most_at_once = std::size_t{1} << 30;  // Linux writes at most 2 GiB a call
  const char* from = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(descriptor_, from, std::min(bytes, most_at_once));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path_, errno);
    from += written;
    bytes -= static_cast<std::size_t>(written);
  }
}

void output_file::finish() {
  if (descriptor_ < 0) return;
  // Pipes and terminals cannot be synchronised; a file on a disk that fails here has not been written.
  if (!temporary_.empty() && fsync(descriptor_) != 0) fail(path_, errno);
  if (close(std::exchange(descriptor_, -1)) != 0) fail(path_, errno);
}

void output_file::commit() {
  finish();
  if (temporary_.empty()) return;
  if (rename(temporary_.c_str(), target_.c_str()) != 0) fail(path_, errno);
  temporary_.clear();
  const int directory = open(directory_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    fsync(directory);  // the new name survives a power loss; the data already does
    close(directory);
  }
}

}  // namespace gpucompute::bench
