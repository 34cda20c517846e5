// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <limits>
#include <poll.h>
#include <pty.h>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <vector>

#include "bench/command/commands.hpp"
#include "bench/command/solve_input.hpp"
#include "bench/files/npy.hpp"
#include "bench/report/progress_line.hpp"
#include "kernels/solve/test_hook.hpp"
#include "tests/bench/refusal.hpp"

namespace gpucompute::bench {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// What measuring sees is wrong in one element, past mending by refinement, on each way that is tried.
class WrongAnswers : public testing::Test {
 protected:
  WrongAnswers() {
    solving::before_measuring = [](solving::solver&, const solving::block& x, double) {
      if (x.rows > 0) static_cast<double*>(x.data)[0] = std::numeric_limits<double>::quiet_NaN();
    };
    std::ofstream(path("a.mtx")) << "%%MatrixMarket matrix array real general\n3 3\n4\n1\n0\n2\n5\n1\n0\n3\n6\n";
  }
  ~WrongAnswers() override {
    solving::before_measuring = nullptr;
    for (const char* name : {"a.mtx", "x.npy", "s.json"}) fs::remove(path(name));
  }
  static std::string path(const std::string& name) {
    return (fs::temp_directory_path() / ("gpubench-solve-" + std::to_string(getpid()) + "-" + name)).string();
  }
};

TEST_F(WrongAnswers, AreWrittenWithAWarningAndExit4) {
  const std::vector<std::string> words = {path("a.mtx"), "-o",     path("x.npy"), "--device",
                                          "reference",   "--json", path("s.json")};
  testing::internal::CaptureStderr();
  const exit_code code = solve_command.run(parse(solve_command.table, words));
  const std::string errors = testing::internal::GetCapturedStderr();
  EXPECT_EQ(code, exit_code::unreliable);
  EXPECT_THAT(errors, HasSubstr("gpubench: x is not one to rely on: the backward error "));
  EXPECT_THAT(errors, HasSubstr(" is above its bar "));
  EXPECT_EQ(read_npy(path("x.npy")).view.shape(), dimensions{3});
  std::ifstream file(path("s.json"));
  const std::string json{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  for (const char* member : {"\"verdict\": \"inaccurate\"", "\"verified\": false", "\"median_s\": null"}) {
    EXPECT_NE(json.find(member), std::string::npos) << member;
  }
}

TEST(TimesOnes, SumsRowsInTheTypeThatIsSolved) {
  const std::vector<std::int32_t> whole = {1, 2, 3, 4, 5, 6};
  const array sums = times_ones(array_view(whole.data(), {2, 3}));
  EXPECT_EQ(sums.type(), float64);
  EXPECT_THAT(sums.values<double>(), testing::ElementsAre(6, 15));
  const std::vector<float> single = {1.5F, 2, -1, 0.25F};
  EXPECT_THAT(times_ones(array_view(single.data(), float32, {2, 2}, {4, 8})).values<float>(),
              testing::ElementsAre(0.5F, 2.25F));
  const std::vector<std::complex<double>> two = {{1, 2}, {3, -4}};
  EXPECT_EQ(times_ones(array_view(two.data(), {1, 2})).values<std::complex<double>>()[0], std::complex<double>(4, -2));
  const array_view tall(two.data(), {2, 1});
  EXPECT_EQ(times_ones(tall, operation::transpose).values<std::complex<double>>()[0], std::complex<double>(4, -2));
  EXPECT_EQ(times_ones(tall, operation::adjoint).values<std::complex<double>>()[0], std::complex<double>(4, 2));
  EXPECT_EQ(unknowns_of(tall, operation::none), 1);
  EXPECT_EQ(unknowns_of(tall, operation::adjoint), 2);
  EXPECT_THAT(refusal([&] { times_ones(array_view(whole)); }),
              HasSubstr("expected one A, of 2 dimensions, got shape (6,)"));
}

TEST(TimesOnes, LosesNothingToCancellation) {
  const std::vector<double> row = {1e16, 1, -1e16, 1};
  EXPECT_EQ(times_ones(array_view(row.data(), {1, 4})).values<double>()[0], 2);
}

TEST(DistanceFromOnes, IsTheLargestAndSeesNan) {
  EXPECT_EQ(distance_from_ones(std::vector<double>{1, 0.5, 1.25}), 0.5);
  EXPECT_EQ(distance_from_ones(std::vector<float>{1, 3}), 2);
  EXPECT_EQ(distance_from_ones(std::vector<std::complex<double>>{{1, 3}, {1, 0}}), 3);
  EXPECT_TRUE(std::isnan(distance_from_ones(std::vector<double>{5, NAN, 7})));
}

TEST(Words, AreThoseOfTheTable) {
  EXPECT_EQ(words(method::lu), "LU with partial pivoting");
  EXPECT_EQ(words(method::automatic), "");
}

/// stderr is a terminal of our own while one exists.
class terminal {
 public:
  terminal() : saved_(dup(STDERR_FILENO)) {
    int slave = -1;
    if (openpty(&master_, &slave, nullptr, nullptr, nullptr) != 0) throw std::runtime_error("no terminal");
    dup2(slave, STDERR_FILENO);
    close(slave);
  }
  terminal(const terminal&) = delete;
  terminal& operator=(const terminal&) = delete;
  ~terminal() {
    restore();
    close(master_);
  }
  /// What was written up to and with `wanted`, or to the deadline: a terminal hands over what it got by and by.
  std::string read_until(std::string_view wanted) {
    std::string text;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (text.find(wanted) == std::string::npos && std::chrono::steady_clock::now() < deadline) {
      pollfd ready{.fd = master_, .events = POLLIN, .revents = 0};
      if (poll(&ready, 1, 100) > 0 && !read_more(text)) break;
    }
    return text;
  }
  /// What remains; the terminal is gone then, and its end, unlike a pause, says that no more will come.
  std::string read_rest() {
    restore();
    std::string text;
    while (read_more(text)) {
    }
    return text;
  }

 private:
  bool read_more(std::string& text) const {
    std::array<char, 4096> piece{};
    const ssize_t got = ::read(master_, piece.data(), piece.size());
    if (got > 0) text.append(piece.data(), static_cast<std::size_t>(got));
    return got > 0;
  }
  void restore() {
    if (saved_ < 0) return;
    dup2(saved_, STDERR_FILENO);
    close(saved_);
    saved_ = -1;
  }
  int saved_, master_ = -1;
};

TEST(ProgressLine, ShowsAndClearsItselfOnATerminalAlone) {
  terminal shown;
  std::string text;
  {
    const progress_line line("solve n=7", 600.0), short_one("quick", 2.0);
    text = shown.read_until(" left");
  }
  text += shown.read_rest();
  EXPECT_THAT(text, testing::ContainsRegex("^\r\033\\[Ksolve n=7: [0-9]+ s, about [0-9.]+ [a-z]+ left"));
  EXPECT_THAT(text, testing::EndsWith("\r\033[K"));
  EXPECT_THAT(text, testing::Not(HasSubstr("quick")));
  testing::internal::CaptureStderr();
  {
    const progress_line line("solve", 60.0);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace gpucompute::bench
