// SPDX-License-Identifier: Apache-2.0
#include "kernels/device/disk_cache.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <exception>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "kernels/device/cache_file.hpp"
#include "kernels/device/environment.hpp"
#include "kernels/device/fork_gate.hpp"

namespace gpucompute::device_layer {
namespace {

// Entries are spread over folders by their hash, each with its share of the bytes, so that making room looks at a share
// of the files only.
constexpr unsigned shards = 64;
constexpr std::string_view unfinished = ".part";
constexpr std::time_t day = 24 * 60 * 60;
constexpr std::time_t hour = 60 * 60;

class descriptor {
 public:
  explicit descriptor(int number) : number_(number) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  int get() const { return number_; }
  bool open() const { return number_ >= 0; }
  /// False when what was written did not reach its place.
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

int shard_of(const std::string& hash) {
  return static_cast<int>(static_cast<unsigned>(std::stoul(hash.substr(0, 2), nullptr, 16)) % shards);
}

std::string shard_name(int shard) { return {"0123456789abcdef"[shard / 16], "0123456789abcdef"[shard % 16]}; }

/// Why a folder is not to be trusted with code that will run; empty when it is.
std::string distrust(int folder) {
  struct stat facts {};
  if (fstat(folder, &facts) != 0) {
    return std::strerror(errno);
  }
  if (facts.st_uid != geteuid()) {
    return "it belongs to another user";
  }
  return (facts.st_mode & 077U) != 0 ? "others may enter it (its mode must be 0700)" : "";
}

int open_folder(const std::string& path) { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }

/// The shard's folder, -1 with errno when there is none or the cache's folder is not private.
int open_shard(const std::string& folder, int shard, bool make) {
  const descriptor top(open_folder(folder));
  if (!top.open()) {
    return -1;
  }
  if (!distrust(top.get()).empty()) {
    errno = EACCES;
    return -1;
  }
  const std::string name = shard_name(shard);
  if (make && mkdirat(top.get(), name.c_str(), 0700) != 0 && errno != EEXIST) {
    return -1;
  }
  return openat(top.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/// The errno of the first folder that could not be made; 0 when all are there.
int make_folders(const std::string& path) {
  int failure = 0;
  const auto make = [&failure](const char* folder) {
    if (mkdir(folder, 0700) != 0 && errno != EEXIST && failure == 0) {
      failure = errno;
    }
  };
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    make(path.substr(0, slash).c_str());
  }
  make(path.c_str());
  return failure;
}

std::optional<std::string> contents(int file, std::uint64_t size) {
  std::string text(size, '\0');
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = ::read(file, text.data() + done, size - done);
    if (got == 0 || (got < 0 && errno != EINTR)) {
      return std::nullopt;
    }
    done += got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  return text;
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t done = ::write(file, text.data(), text.size());
    if (done == 0 || (done < 0 && errno != EINTR)) {
      return false;
    }
    text.remove_prefix(done > 0 ? static_cast<std::size_t>(done) : 0);
  }
  return true;
}

/// A write beyond the limit would end the process by a signal.
bool may_write(std::uint64_t bytes) {
  rlimit most{};
  return getrlimit(RLIMIT_FSIZE, &most) == 0 && bytes <= most.rlim_cur;
}

std::string random_digits() {
  std::uint64_t number = 0;
  if (getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number) {
    number = static_cast<std::uint64_t>(getpid());
  }
  return std::to_string(number);
}

}  // namespace

std::optional<std::string> disk_cache::read(std::string_view key) {
  const std::string hash = hash_of(key);
  const descriptor folder(open_shard(folder_, shard_of(hash), false));
  if (!folder.open()) {
    return std::nullopt;
  }
  // A pipe in the place of a file is not waited for.
  const descriptor file(openat(folder.get(), hash.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat facts {};
  if (!file.open() || fstat(file.get(), &facts) != 0) {
    return std::nullopt;
  }
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  std::optional<std::string> text;
  if (S_ISREG(facts.st_mode) && size <= most_bytes_ / shards) {
    text = contents(file.get(), size);
  }
  const std::optional<cache_file> found = text ? unwrapped(*text) : std::nullopt;
  if (!found) {
    counts_.damaged.fetch_add(1, std::memory_order_relaxed);
    unlinkat(folder.get(), hash.c_str(), 0);
    return std::nullopt;
  }
  if (found->key != key) {
    return std::nullopt;
  }
  if (facts.st_mtime + day < std::time(nullptr)) {
    futimens(file.get(), nullptr);
  }
  return std::string(found->content);
}

std::optional<std::string> disk_cache::find(std::string_view key) noexcept {
  if (folder_.empty()) {
    return std::nullopt;
  }
  std::optional<std::string> found;
  try {
    found = read(key);
  } catch (const std::exception&) {
    found.reset();  // no memory for it: the kernel is compiled
  }
  (found ? counts_.hits : counts_.misses).fetch_add(1, std::memory_order_relaxed);
  return found;
}

bool disk_cache::write(std::string_view key, std::string_view content) {
  const std::string hash = hash_of(key);
  const std::string text = wrapped(key, content);
  if (text.size() > most_bytes_ / shards || !may_write(text.size())) {
    return false;
  }
  const int shard = shard_of(hash);
  int number = open_shard(folder_, shard, true);
  if (number < 0 && errno == ENOENT) {
    make_folders(folder_);
    number = open_shard(folder_, shard, true);
  }
  const descriptor folder(number);
  if (!folder.open()) {
    return false;
  }
  make_room(folder.get(), text.size());
  // Not named by the process: several machines may share the folder.
  const std::string beside = hash + "." + random_digits() + std::string(unfinished);
  descriptor file(openat(folder.get(), beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.open()) {
    return false;
  }
  const bool whole = write_all(file.get(), text);
  if (file.close() && whole && renameat(folder.get(), beside.c_str(), folder.get(), hash.c_str()) == 0) {
    return true;
  }
  unlinkat(folder.get(), beside.c_str(), 0);
  return false;
}

void disk_cache::store(std::string_view key, std::string_view content) noexcept {
  if (folder_.empty()) {
    return;
  }
  bool stored = false;
  try {
    stored = write(key, content);
  } catch (const std::exception&) {
    stored = false;  // no memory: counted like any other reason
  }
  (stored ? counts_.stores : counts_.failures).fetch_add(1, std::memory_order_relaxed);
}

void disk_cache::discard(std::string_view key) noexcept {
  try {
    const std::string hash = hash_of(key);
    const descriptor folder(open_shard(folder_, shard_of(hash), false));
    if (folder.open() && unlinkat(folder.get(), hash.c_str(), 0) == 0) {
      counts_.damaged.fetch_add(1, std::memory_order_relaxed);
    }
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    // It will be discarded when it is met again.
  }
}

void disk_cache::make_room(int folder, std::uint64_t bytes) {
  struct entry {
    std::int64_t used;  // nanoseconds
    std::uint64_t bytes;
    std::string name;
  };
  std::vector<entry> entries;
  std::uint64_t total = bytes;
  const int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> list(fdopendir(again), closedir);
  if (list == nullptr && again >= 0) {
    close(again);
  }
  const std::time_t now = std::time(nullptr);
  for (const dirent* each = list ? readdir(list.get()) : nullptr; each != nullptr; each = readdir(list.get())) {
    const std::string name = each->d_name;
    struct stat facts {};
    if (name.front() == '.' || fstatat(folder, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
      continue;
    }
    if (name.ends_with(unfinished) && facts.st_mtime + hour < now) {
      unlinkat(folder, name.c_str(), 0);  // its writer is gone
      continue;
    }
    entries.push_back({facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec,
                       static_cast<std::uint64_t>(facts.st_size), name});
    total += entries.back().bytes;
  }
  const std::uint64_t most = most_bytes_ / shards;
  if (total <= most) {
    return;
  }
  std::sort(entries.begin(), entries.end(), [](const entry& a, const entry& b) { return a.used < b.used; });
  for (const entry& each : entries) {
    if (total <= most) {
      break;
    }
    if (unlinkat(folder, each.name.c_str(), 0) == 0) {
      counts_.evicted.fetch_add(1, std::memory_order_relaxed);
      total -= each.bytes;
    }
  }
}

std::string disk_cache::problem() const {
  int number = open_folder(folder_);
  if (number < 0 && errno == ENOENT) {
    // Only trying tells whether it can be made: /proc takes nobody's folders whatever its mode says.
    if (const int failure = make_folders(folder_); failure != 0) {
      return std::string("it cannot be made: ") + std::strerror(failure);
    }
    number = open_folder(folder_);
  }
  const descriptor folder(number);
  return folder.open() ? distrust(folder.get()) : std::strerror(errno);
}

std::string cache_folder() {
  if (const char* const asked = setting("GPUCOMPUTE_CACHE_DIR")) {
    // A program may change its directory between two looks.
    std::error_code failure;
    const std::filesystem::path folder = *asked == '\0' ? "" : std::filesystem::absolute(asked, failure);
    return failure ? "" : folder.string();
  }
  // XDG's rule: a relative path is as good as none.
  if (const char* const base = setting("XDG_CACHE_HOME"); base != nullptr && *base == '/') {
    return std::string(base) + "/gpucompute";
  }
  if (const char* const home = setting("HOME"); home != nullptr && *home == '/') {
    return std::string(home) + "/.cache/gpucompute";
  }
  return "";
}

disk_cache& kernel_files() {
  constexpr std::uint64_t most_bytes = std::uint64_t{256} << 20U;
  return made_once([] { return new disk_cache(cache_folder(), most_bytes); });
}

}  // namespace gpucompute::device_layer
