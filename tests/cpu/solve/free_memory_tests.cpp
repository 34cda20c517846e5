// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gpucompute/gpucompute.hpp>

#include "cpu/solve/free_memory.hpp"

namespace gpucompute::testing {
namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();
constexpr std::size_t gib = std::size_t{1} << 30U;

/// Files like those of control groups, in a folder of their own.
class ControlGroups : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "gpucompute-groups-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& file, const std::string& text) const {
    const std::filesystem::path path = folder_ / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  std::size_t left() const { return cpu::free_in_control_groups(folder_ / "groups", folder_); }

 private:
  std::filesystem::path folder_;
};

TEST_F(ControlGroups, WithoutALimitLeaveEverything) {
  EXPECT_EQ(left(), unlimited);
  write("groups", "12:cpu,cpuacct:/\n0::/user/app\n");
  EXPECT_EQ(left(), unlimited);
  write("user/app/memory.max", "max\n");
  write("user/app/memory.current", "5000\n");
  EXPECT_EQ(left(), unlimited);
}

TEST_F(ControlGroups, OfVersionTwoLeaveWhatTheTightestOnTheWayUpDoes) {
  write("groups", "0::/user/app\n");
  write("user/app/memory.max", "9000\n");
  write("user/app/memory.current", "4000\n");
  EXPECT_EQ(left(), 5000);
  write("user/app/memory.stat", "anon 2500\nfile 1500\ninactive_file 1000\nactive_file 500\n");
  EXPECT_EQ(left(), 6000) << "pages of files that can be dropped are free";
  write("user/memory.max", "10000\n");
  write("user/memory.current", "9500\n");
  EXPECT_EQ(left(), 500);
  write("user/memory.current", "10100\n");
  EXPECT_EQ(left(), 0);
}

TEST_F(ControlGroups, OfVersionOneLeaveWhatTheirLimitDoes) {
  write("groups", "5:cpuset:/\n4:hugetlb,memory:/pod/7\n0::/\n");
  write("memory/memory.limit_in_bytes", "9223372036854771712\n");
  write("memory/memory.usage_in_bytes", "1000\n");
  EXPECT_EQ(left(), 9223372036854770712);
  write("memory/pod/7/memory.limit_in_bytes", "8000\n");
  write("memory/pod/7/memory.usage_in_bytes", "7000\n");
  write("memory/pod/7/memory.stat", "inactive_file 1\ntotal_inactive_file 300\n");
  EXPECT_EQ(left(), 1300);
}

TEST_F(ControlGroups, ThatAContainerSeesAsTheRootCount) {
  write("groups", "0::/docker/0123\n");
  write("memory.max", "700\n");
  write("memory.current", "100\n");
  EXPECT_EQ(left(), 600);
}

/// Bytes of the process that the limit counts.
std::size_t counted(decltype(RLIMIT_AS) resource) {
  std::size_t total = 0, resident = 0, shared = 0, text = 0, library = 0, data = 0;
  std::ifstream("/proc/self/statm") >> total >> resident >> shared >> text >> library >> data;
  return (resource == RLIMIT_DATA ? data : total) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// What the body says in a process that may take so much more.
template <typename Body>
int status_within(decltype(RLIMIT_AS) resource, std::size_t bytes, Body body) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    const std::size_t most = counted(resource) + bytes;
    const rlimit limit = {most, most};
    _exit(setrlimit(resource, &limit) != 0 ? 100 : body());
  }
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(FreeMemory, IsWhatTheLimitOfTheProcessLeaves) {
  const std::size_t before = cpu::free_memory();
  ASSERT_GT(before, gib) << "this machine has too little memory for this test";
  const auto is_below = [] {
    const std::size_t left = cpu::free_memory();
    return left <= gib / 2 && left > gib / 2 - gib / 16 ? 0 : 1;
  };
  EXPECT_EQ(status_within(RLIMIT_AS, gib / 2, is_below), 0);
  EXPECT_EQ(status_within(RLIMIT_DATA, gib / 2, is_below), 0);
}

TEST(FreeMemory, ThatALimitTakesAwayIsMissedBeforeASolveBegins) {
  const double one = 1;
  const int status = status_within(RLIMIT_AS, gib, [&] {
    constexpr std::int64_t n = 20000;
    const dimensions shape = {n, n}, strides = {0, 0};
    try {
      solve(array_view(&one, float64, shape, strides), array_view(&one, float64, {n}, {0}));
    } catch (const out_of_memory& error) {
      const std::string text = error.what(), before = "fits into the ";
      const std::size_t at = text.find(before);
      return at != std::string::npos && std::stod(text.substr(at + before.size())) < 1.2 ? 0 : 1;
    }
    return 2;
  });
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace gpucompute::testing
