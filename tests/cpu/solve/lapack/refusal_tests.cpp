// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gpucompute/error.hpp>

#include "cpu/solve/lapack/library.hpp"

// A program of its own: no BLAS is loaded before it is looked for.

namespace gpucompute::testing {
namespace {

std::string refusal() {
  try {
    const cpu::lapack::library opened;
    return "opened " + opened.description();
  } catch (const error& refused) {
    return refused.what();
  }
}

std::string refusal_of(const std::string& file) {
  setenv("GPUCOMPUTE_BLAS", file.c_str(), 1);
  const std::string text = refusal();
  unsetenv("GPUCOMPUTE_BLAS");
  return text;
}

const std::string named = "environment: expected GPUCOMPUTE_BLAS as a BLAS and LAPACK library, got '";

TEST(LapackRefusal, NamesAFileThatIsNotThere) {
  EXPECT_EQ(
      refusal_of("/nowhere/libblas.so"),
      named + "/nowhere/libblas.so': /nowhere/libblas.so: cannot open shared object file: No such file or directory");
}

TEST(LapackRefusal, NamesALibraryWithoutBlas) {
  EXPECT_EQ(refusal_of("libm.so.6"), named + "libm.so.6': libm.so.6 has no dgetrf or no idamax");
}

TEST(LapackRefusal, NamesAFolder) {
  const std::string folder = "/proc/self";
  EXPECT_EQ(refusal_of(folder), named + folder + "': " + folder + ": cannot read file data: Is a directory");
}

/// In a process with so much left of what the limit counts.
std::string refusal_within(decltype(RLIMIT_AS) resource, rlim_t left) {
  int ends[2] = {};
  if (pipe(ends) != 0) {
    return "no pipe";
  }
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t used = resource == RLIMIT_AS ? pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) : 0;
    const rlimit limit = {used + left, used + left};
    const std::string text = setrlimit(resource, &limit) == 0 ? refusal() : "no limit";
    _exit(write(ends[1], text.data(), text.size()) < 0);
  }
  close(ends[1]);
  std::string text(1 << 16, '\0');
  std::size_t used = 0;
  for (ssize_t count = 1; count > 0; used += static_cast<std::size_t>(count > 0 ? count : 0)) {
    count = read(ends[0], text.data() + used, text.size() - used);
  }
  close(ends[0]);
  waitpid(child, nullptr, 0);
  text.resize(used);
  return text;
}

TEST(LapackRefusal, SaysWhatIsMissingWhereNoLibraryCanBeOpened) {
  // No file can be opened: as on a machine without one.
  const std::string text = refusal_within(RLIMIT_NOFILE, 0);
  const std::string expected =
      "solve: expected a BLAS and LAPACK library, got none (Debian's package libopenblas0-pthread has one; "
      "GPUCOMPUTE_BLAS "
      "names "
      "any other): ";
  EXPECT_EQ(text.substr(0, expected.size()), expected);
  for (const char* const tried : {"libopenblas.so.0: ", "libmkl_rt.so.2: ", "; liblapack.so.3: "}) {
    EXPECT_NE(text.find(tried), std::string::npos) << tried << " in " << text;
  }
}

TEST(LapackRefusal, SaysThatALimitLeavesNoRoomForTheBuffersThatOpenBlasWouldAskForForEver) {
  const std::string text = refusal_within(RLIMIT_AS, rlim_t{100} << 20U);
  EXPECT_EQ(text.find("solve: expected limits of the process that leave "), 0U) << text;
  EXPECT_NE(text.find(" MiB of memory for a BLAS library and the buffers of its threads, got "), std::string::npos)
      << text;
}

}  // namespace
}  // namespace gpucompute::testing
