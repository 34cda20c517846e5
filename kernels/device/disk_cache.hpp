// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gpucompute::device_layer {

/// Compiled kernels that outlive the process: one file each in a folder that belongs to the user alone (mode 0700). Any
/// number of processes and machines may share the folder. A file is written beside its place and renamed, so that readers
/// see whole files; what was damaged all the same is told by its hash, removed and never returned. Whatever goes wrong
/// costs the entry and is counted; nothing throws. Safe from any thread.
class disk_cache {
 public:
  /// Nothing is touched yet. An empty folder keeps nothing.
  disk_cache(std::string folder, std::uint64_t most_bytes) : folder_(std::move(folder)), most_bytes_(most_bytes) {}

  /// What was stored under the same key.
  std::optional<std::string> find(std::string_view key) noexcept;
  /// Keeps a copy; the entries that went unused for longest make room, a day more or less.
  void store(std::string_view key, std::string_view content) noexcept;
  /// Forgets what find() returned and proved to be of no use.
  void discard(std::string_view key) noexcept;

  /// Where entries lie; empty when none are kept.
  const std::string& folder() const { return folder_; }
  /// Why the folder cannot be used; empty when it can. Makes it when it is not there.
  std::string problem() const;

  struct statistics {
    std::atomic<std::int64_t> hits = 0;
    std::atomic<std::int64_t> misses = 0;
    std::atomic<std::int64_t> stores = 0;
    std::atomic<std::int64_t> failures = 0;  ///< entries that could not be written
    std::atomic<std::int64_t> damaged = 0;   ///< entries that were not what was stored, removed
    std::atomic<std::int64_t> evicted = 0;
  };
  const statistics& counts() const { return counts_; }

 private:
  std::optional<std::string> read(std::string_view key);
  bool write(std::string_view key, std::string_view content);
  /// Removes from an open folder of entries what went unused for longest, so that `bytes` more fit into its share.
  void make_room(int folder, std::uint64_t bytes);

  std::string folder_;
  std::uint64_t most_bytes_;
  statistics counts_;
};

/// Where the environment wants entries: GPUCOMPUTE_CACHE_DIR, else gpucompute in XDG_CACHE_HOME or in ~/.cache. Empty
/// when the variable is or when there is no home.
std::string cache_folder();

/// The cache of the process.
disk_cache& kernel_files();

}  // namespace gpucompute::device_layer
