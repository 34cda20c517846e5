// SPDX-License-Identifier: Apache-2.0
#include "bench/files/output_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <random>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "bench/files/ending.hpp"
#include "bench/process/failure.hpp"

namespace gpucompute::bench {
namespace {

namespace fs = std::filesystem;

const std::string stdout_name = "/dev/stdout";

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

/// The name that open() with O_CREAT would write to: links are followed to their end, existing or not.
std::string resolve(const std::string& path) {
  constexpr int most_links = 40;  // as in the kernel
  std::error_code error;
  fs::path place = path;
  for (int links = 0; links < most_links; ++links) {
    const fs::path next = fs::read_symlink(place, error);
    if (error) break;
    place = place.parent_path() / next;
  }
  const fs::path folder = fs::weakly_canonical(fs::absolute(place, error).parent_path(), error);
  return (folder / place.filename()).string();
}

std::string directory_of(const std::string& path) {
  const std::string parent = fs::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

constexpr std::string_view partial_ending = ".partial";
constexpr std::size_t partial_digits = 16;

/// What all temporary names of a file begin with.
std::string partial_beginning(const std::string& target) {
  return "." + fs::path(target).filename().string().substr(0, 200) + ".";
}

std::string temporary_name(const std::string& target) {
  std::random_device random;
  char number[partial_digits + 1];
  std::snprintf(number, sizeof number, "%08x%08x", random(), random());
  return directory_of(target) + "/" + partial_beginning(target) + number + std::string(partial_ending);
}

/// Removes what processes that were killed have left of this file. A living one holds a lock on its own.
void remove_stale(const std::string& target) {
  const std::string beginning = partial_beginning(target);
  std::error_code error;
  for (fs::directory_iterator at(directory_of(target), error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.size() != beginning.size() + partial_digits + partial_ending.size() || !name.starts_with(beginning) ||
        !name.ends_with(partial_ending) ||
        name.find_first_not_of("0123456789abcdef", beginning.size()) != beginning.size() + partial_digits) {
      continue;
    }
    const int descriptor = open(at->path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) continue;
    struct stat status {};
    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
        flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
      unlink(at->path().c_str());
    }
    close(descriptor);
  }
}

/// Owner, group and permissions of the file that is replaced, as if its bytes were written over. Where the group cannot
/// be had, no other group gets its rights.
void take_over(int descriptor, const struct stat& old) {
  mode_t mode = old.st_mode & 0777;
  const bool same_group =
      fchown(descriptor, old.st_uid, old.st_gid) == 0 || fchown(descriptor, static_cast<uid_t>(-1), old.st_gid) == 0;
  if (!same_group) mode &= ~static_cast<mode_t>(S_IRWXG);
  fchmod(descriptor, mode);  // where it fails the file stays its owner's alone
}

bool may(const std::string& path, int what) { return faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0; }

enum class kind { absent, regular, directory, special };

kind kind_of(const std::string& path, struct stat& status) {
  if (stat(path.c_str(), &status) != 0) {
    // A link to nowhere is a name that can be made; one that leads to itself is none.
    if (errno != ENOENT) refuse(path, errno);
    return kind::absent;
  }
  return S_ISREG(status.st_mode) ? kind::regular : S_ISDIR(status.st_mode) ? kind::directory : kind::special;
}

}  // namespace

void require_writable(const std::string& path) {
  struct stat status {};
  const bool is_name = !path.empty() && path.back() != '/';
  const kind what = is_name ? kind_of(path, status) : kind::directory;
  if (what == kind::directory) {
    throw bad_input("expected the name of a file to write, got the directory '" + path + "'");
  }
  if (what != kind::absent && !may(path, W_OK)) refuse(path, errno);
  if (what != kind::special && !may(directory_of(resolve(path)), W_OK | X_OK)) refuse(path, errno);
}

void require_writable_npy(const std::string& option, const std::string& path) {
  require_writable(path);
  // stdout may have been led to a file of any name.
  struct stat status {};
  if (has_ending(path, ".npy") || kind_of(path, status) == kind::special || (path != "-" && is_stdout(path))) return;
  throw bad_input(option + " " + path + ": expected a name that ends in .npy, the format that is written, got '" +
                  path + "'" +
                  (path == "-" ? "; without " + option + " the result is printed, /dev/stdout gets .npy bytes" : ""));
}

bool same_file(const std::string& one, const std::string& other) {
  struct stat a {
  }, b{};
  const bool both = stat(one.c_str(), &a) == 0 && stat(other.c_str(), &b) == 0;
  return both ? a.st_dev == b.st_dev && a.st_ino == b.st_ino : resolve(one) == resolve(other);
}

bool same_output(const std::string& one, const std::string& other) {
  const auto named = [](const std::string& path) { return path == "-" ? stdout_name : path; };
  return same_file(named(one), named(other));
}

bool is_stdout(const std::string& path) { return same_output(path, stdout_name); }

output_file::output_file(const std::string& path) : path_(path) {
  require_writable(path);
  struct stat old {};
  const kind what = kind_of(path, old);
  if (what == kind::special) {
    descriptor_ = open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) refuse(path, errno);
    return;
  }
  target_ = resolve(path);
  remove_stale(target_);
  while (!make_temporary(what == kind::regular ? 0600 : 0666)) {
  }
  if (what == kind::regular) take_over(descriptor_, old);
}

/// False when another process took the file for a stale one before it was locked.
bool output_file::make_temporary(mode_t mode) {
  temporary_.emplace(temporary_name(target_));
  descriptor_ = open(temporary_->path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor_ < 0) refuse(path_, errno);
  struct stat status {};
  if (flock(descriptor_, LOCK_EX) == 0 && fstat(descriptor_, &status) == 0 && status.st_nlink == 0) {
    close(std::exchange(descriptor_, -1));
    return false;
  }
  lock_ = fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
  return true;
}

output_file::output_file(output_file&& other) noexcept
    : path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      lock_(std::exchange(other.lock_, -1)) {}

output_file::~output_file() {
  temporary_.reset();
  if (descriptor_ >= 0) close(descriptor_);
  if (lock_ >= 0) close(lock_);
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
  if (temporary_ && fsync(descriptor_) != 0) fail(path_, errno);
  if (close(std::exchange(descriptor_, -1)) != 0) fail(path_, errno);
}

void output_file::commit() {
  finish();
  if (!temporary_) return;
  if (const int error = temporary_->rename_to(target_); error != 0) fail(path_, error);
  temporary_.reset();
  const int directory = open(directory_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    fsync(directory);  // the new name survives a power loss; the data already does
    close(directory);
  }
}

}  // namespace gpucompute::bench
