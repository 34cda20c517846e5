// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <sstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "kernels/device/cache_file.hpp"
#include "kernels/device/disk_cache.hpp"

namespace gpucompute::device_layer {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t plenty = std::uint64_t{64} << 20U;

class DiskCache : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "gpucompute_cache_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    top_ = name;
    folder_ = top_ + "/kernels";
  }
  void TearDown() override { fs::remove_all(top_); }

  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto& each : fs::recursive_directory_iterator(folder_)) {
      if (!each.is_directory()) {
        found.push_back(each.path());
      }
    }
    return found;
  }
  static std::string read(const fs::path& path) {
    std::stringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  static void write(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

  std::string top_;
  std::string folder_;
};

TEST(Hash, OfSimilarTextsTakesEveryDigitInEveryPlace) {
  std::set<std::string> seen;
  std::vector<std::set<char>> digits(32);
  for (int i = 0; i < 1000; ++i) {
    const std::string hash = hash_of("key " + std::to_string(i));
    ASSERT_EQ(hash.size(), 32U);
    EXPECT_TRUE(seen.insert(hash).second) << i;
    for (std::size_t k = 0; k < 32; ++k) digits[k].insert(hash[k]);
  }
  for (const std::set<char>& each : digits) EXPECT_EQ(each.size(), 16U);
  EXPECT_NE(hash_of(""), hash_of(std::string(1, '\0')));
  EXPECT_NE(hash_of(std::string(8, '\0')), hash_of(std::string(9, '\0')));
}

TEST_F(DiskCache, ReturnsWhatWasStoredAndNothingElse) {
  disk_cache cache(folder_, plenty);
  EXPECT_EQ(cache.find("a"), std::nullopt);
  const std::string content("any \0 bytes", 11);
  cache.store("a", content);
  cache.store("empty", "");
  EXPECT_EQ(cache.find("a"), content);
  EXPECT_EQ(cache.find("empty"), "");
  EXPECT_EQ(cache.find("b"), std::nullopt);
  EXPECT_EQ(cache.find(""), std::nullopt);
  disk_cache other(folder_, plenty);
  EXPECT_EQ(other.find("a"), content);
  EXPECT_EQ(cache.counts().hits, 2);
  EXPECT_EQ(cache.counts().misses, 3);
  EXPECT_EQ(cache.counts().stores, 2);
  EXPECT_EQ(cache.counts().failures, 0);
}

TEST_F(DiskCache, OfNoFolderTouchesNothing) {
  disk_cache cache("", plenty);
  cache.store("a", "x");
  EXPECT_EQ(cache.find("a"), std::nullopt);
  EXPECT_EQ(cache.counts().misses + cache.counts().failures + cache.counts().stores, 0);
}

TEST_F(DiskCache, AnEntryWithAnyBitChangedIsRemovedAndNeverReturned) {
  disk_cache cache(folder_, plenty);
  cache.store("key", "content of some length");
  const fs::path file = files().at(0);
  const std::string whole = read(file);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    write(file, damaged);
    ASSERT_EQ(cache.find("key"), std::nullopt) << "byte " << i;
    ASSERT_FALSE(fs::exists(file)) << "byte " << i;
  }
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write(file, whole.substr(0, size));
    ASSERT_EQ(cache.find("key"), std::nullopt) << size << " bytes";
    ASSERT_FALSE(fs::exists(file));
  }
  EXPECT_EQ(cache.counts().damaged, static_cast<std::int64_t>(2 * whole.size()));
  write(file, whole);
  EXPECT_EQ(cache.find("key"), "content of some length");
}

TEST_F(DiskCache, AWholeEntryOfAnotherKeyIsNotReturned) {
  disk_cache cache(folder_, plenty);
  cache.store("key", "content");
  const fs::path file = files().at(0);
  write(file, wrapped("other", "content"));  // as two keys of one hash would meet
  EXPECT_EQ(cache.find("key"), std::nullopt);
  EXPECT_TRUE(fs::exists(file));
  EXPECT_EQ(cache.counts().damaged, 0);
}

TEST_F(DiskCache, IsMadeForTheUserAlone) {
  const mode_t before = umask(0);
  disk_cache cache(folder_ + "/deep/below", plenty);
  cache.store("a", "x");
  umask(before);
  ASSERT_EQ(cache.counts().stores, 1);
  for (const auto& each : fs::recursive_directory_iterator(top_)) {
    EXPECT_EQ(static_cast<unsigned>(each.status().permissions()) & 077U, 0U) << each.path();
  }
}

TEST_F(DiskCache, AFolderThatOthersMayEnterIsNeitherReadNorWritten) {
  disk_cache cache(folder_, plenty);
  cache.store("a", "x");
  for (const mode_t mode : {0755U, 0750U, 0701U, 0720U}) {
    chmod(folder_.c_str(), mode);
    EXPECT_EQ(cache.find("a"), std::nullopt);
    cache.store("b", "x");
    EXPECT_NE(cache.problem(), "");
  }
  EXPECT_EQ(cache.counts().failures, 4);
  chmod(folder_.c_str(), 0700);
  EXPECT_EQ(cache.problem(), "");
  EXPECT_EQ(cache.find("a"), "x");
  EXPECT_EQ(cache.find("b"), std::nullopt);
}

TEST_F(DiskCache, AFolderOfAnotherUserIsNotUsed) {
  if (geteuid() != 0) {
    GTEST_SKIP() << "only root can give a folder away";
  }
  disk_cache cache(folder_, plenty);
  cache.store("a", "x");
  ASSERT_EQ(chown(folder_.c_str(), 65534, 65534), 0);
  EXPECT_EQ(cache.find("a"), std::nullopt);
  EXPECT_NE(cache.problem().find("another user"), std::string::npos);
}

TEST_F(DiskCache, AnEntryThatIsALinkOrAPipeIsNotRead) {
  disk_cache cache(folder_, plenty);
  cache.store("key", "content");
  const fs::path file = files().at(0);
  fs::rename(file, top_ + "/elsewhere");
  fs::create_symlink(top_ + "/elsewhere", file);
  EXPECT_EQ(cache.find("key"), std::nullopt);
  fs::remove(file);
  ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
  alarm(60);
  EXPECT_EQ(cache.find("key"), std::nullopt);
  alarm(0);
  cache.store("key", "content");
  EXPECT_EQ(cache.find("key"), "content");
}

TEST_F(DiskCache, StaysBelowItsBytesAndForgetsTheOldest) {
  constexpr std::uint64_t most = std::uint64_t{1} << 20U;
  disk_cache cache(folder_, most);
  const std::string content(2000, 'x');
  for (int i = 0; i < 2000; ++i) {
    cache.store("key " + std::to_string(i), content);
  }
  std::uint64_t total = 0;
  for (const fs::path& each : files()) {
    total += fs::file_size(each);
  }
  EXPECT_LE(total, most);
  EXPECT_GT(total, most / 2);
  EXPECT_GT(cache.counts().evicted, 1000);
  EXPECT_EQ(cache.counts().failures, 0);
  int early = 0;
  int late = 0;
  for (int i = 0; i < 100; ++i) {
    early += cache.find("key " + std::to_string(i)) ? 1 : 0;
    late += cache.find("key " + std::to_string(1999 - i)) ? 1 : 0;
  }
  EXPECT_EQ(early, 0);
  EXPECT_EQ(late, 100);
}

TEST_F(DiskCache, AnEntryInUseIsYoungAgain) {
  disk_cache cache(folder_, plenty);
  cache.store("key", "content");
  const timespec long_ago[] = {{std::time(nullptr) - 1000000, 0}, {std::time(nullptr) - 1000000, 0}};
  const fs::path file = files().at(0);
  utimensat(AT_FDCWD, file.c_str(), long_ago, 0);
  EXPECT_EQ(cache.find("key"), "content");
  struct stat facts {};
  stat(file.c_str(), &facts);
  EXPECT_GT(facts.st_mtim.tv_sec, std::time(nullptr) - 1000);
}

TEST_F(DiskCache, WhatIsLargerThanItsShareIsNotStored) {
  disk_cache cache(folder_, 64 * 1000);
  cache.store("key", std::string(1000, 'x'));
  EXPECT_EQ(cache.counts().failures, 1);
  EXPECT_EQ(cache.find("key"), std::nullopt);
}

TEST_F(DiskCache, WhatADyingWriterLeftIsRemoved) {
  disk_cache cache(folder_, plenty);
  cache.store("key", "content");
  const fs::path file = files().at(0);
  const fs::path old = file.string() + ".1.part";
  const fs::path fresh = file.string() + ".2.part";
  write(old, "half");
  write(fresh, "half");
  const timespec long_ago[] = {{std::time(nullptr) - 100000, 0}, {std::time(nullptr) - 100000, 0}};
  utimensat(AT_FDCWD, old.c_str(), long_ago, 0);
  cache.store("key", "content");
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(fresh));
}

TEST_F(DiskCache, AFullDiskCostsTheEntryOnly) {
  const pid_t child = fork();
  if (child == 0) {
    // A file may not grow: as on a full disk, but a write beyond it would also be a deadly signal.
    disk_cache cache(folder_, plenty);
    cache.store("before", "x");
    rlimit most{};
    getrlimit(RLIMIT_FSIZE, &most);
    most.rlim_cur = 50;
    setrlimit(RLIMIT_FSIZE, &most);
    cache.store("key", std::string(5000, 'x'));
    const bool right = cache.counts().failures == 1 && !cache.find("key") && cache.find("before") == "x";
    _exit(right ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(DiskCache, AFolderThatCannotBeMadeIsCounted) {
  write(folder_, "a file");
  disk_cache cache(folder_, plenty);
  cache.store("a", "x");
  EXPECT_EQ(cache.find("a"), std::nullopt);
  EXPECT_EQ(cache.counts().failures, 1);
  EXPECT_NE(cache.problem(), "");
  disk_cache nowhere("/proc/gpucompute/kernels", plenty);
  nowhere.store("a", "x");
  EXPECT_EQ(nowhere.counts().failures, 1);
}

TEST_F(DiskCache, AReadOnlyFolderIsReadAndItsFailuresCounted) {
  disk_cache cache(folder_, plenty);
  cache.store("a", "x");
  const pid_t child = fork();
  if (child == 0) {
    // Root writes where it likes: another user takes its place.
    if (geteuid() == 0) {
      for (const auto& each : fs::recursive_directory_iterator(top_)) {
        if (lchown(each.path().c_str(), 65534, 65534) != 0) _exit(2);
      }
      // From within, since the way there may be closed to others.
      if (chown(top_.c_str(), 65534, 65534) != 0 || chdir(top_.c_str()) != 0) _exit(3);
      if (setgid(65534) != 0 || setuid(65534) != 0) _exit(4);
    } else if (chdir(top_.c_str()) != 0) {
      _exit(3);
    }
    for (const auto& each : fs::recursive_directory_iterator(".")) {
      if (each.is_directory()) chmod(each.path().c_str(), 0500);
    }
    disk_cache mine("kernels", plenty);
    mine.store("b", "x");
    mine.store("a", "y");
    const bool right = mine.counts().failures == 2 && mine.find("a") == "x" && !mine.find("b");
    for (const auto& each : fs::recursive_directory_iterator(".")) {
      if (each.is_directory()) chmod(each.path().c_str(), 0700);
    }
    _exit(right ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(DiskCache, ManyThreadsAndProcessesShareIt) {
  const auto content_of = [](int key) {
    return std::string(static_cast<std::size_t>(1000 + key * 100), char('a' + key));
  };
  const auto work = [&](disk_cache& cache) {
    int wrong = 0;
    for (int round = 0; round < 40; ++round) {
      for (int key = 0; key < 5; ++key) {
        const auto found = cache.find(std::to_string(key));
        wrong += found && *found != content_of(key) ? 1 : 0;
        cache.store(std::to_string(key), content_of(key));
      }
    }
    return wrong + static_cast<int>(cache.counts().damaged + cache.counts().failures);
  };
  std::vector<pid_t> children;
  for (int k = 0; k < 3; ++k) {
    children.push_back(fork());
    if (children.back() == 0) {
      disk_cache cache(folder_, plenty);
      _exit(work(cache) == 0 ? 0 : 1);
    }
  }
  disk_cache cache(folder_, plenty);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int k = 0; k < 4; ++k) {
    threads.emplace_back([&] { wrong += work(cache); });
  }
  for (std::thread& each : threads) {
    each.join();
  }
  EXPECT_EQ(wrong, 0);
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(files().size(), 5U) << "an unfinished file is left";
}

}  // namespace
}  // namespace gpucompute::device_layer
