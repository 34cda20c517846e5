// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <complex>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <random>
#include <unistd.h>

#include "bench/files/npy.hpp"
#include "bench/files/npy_header.hpp"
#include "bench/files/output_file.hpp"
#include "bench/process/failure.hpp"
#include "tests/bench/refusal.hpp"

namespace gpucompute::bench {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string data(const std::string& name) { return std::string(GPUBENCH_TEST_DATA) + "/" + name; }

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// A folder of its own for each test, gone afterwards.
class NpyFile : public testing::Test {
 protected:
  NpyFile() { fs::create_directories(folder_); }
  ~NpyFile() override { fs::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  fs::path folder_ = fs::temp_directory_path() / ("gpubench-npy-" + std::to_string(getpid()));
};

std::string refusal_of_header(const std::string& text) {
  return refusal([&] { parse_npy_header(text); });
}

/// Element (i, j) as a double, whatever the type.
double element(const array_view& view, std::int64_t i, std::int64_t j) {
  const char* at = static_cast<const char*>(view.data()) + i * view.strides()[0] + j * view.strides()[1];
  const auto as = [at]<typename T>(T value) {
    std::memcpy(&value, at, sizeof value);
    return value;
  };
  switch (view.type()) {
#define GPUCOMPUTE_DTYPE(name, cpp, kind, bytes, numpy) \
  case name:                                            \
    return static_cast<double>(std::real(as(cpp{})));
#include <gpucompute/dtypes.def>
  }
  return -1;
}

class NpyType : public testing::TestWithParam<dtype> {};

TEST_P(NpyType, ReadsWhatNumpyWroteInEveryOrder) {
  const dtype type = GetParam();
  for (const std::string suffix : {"", "_fortran", "_big"}) {
    if (suffix == "_big" && size_of(type) == 1) continue;
    const npy_array file = read_npy(data(std::string(row(type).numpy) + suffix + ".npy"));
    ASSERT_EQ(file.view.type(), type) << suffix;
    ASSERT_EQ(file.view.shape(), (dimensions{2, 3})) << suffix;
    EXPECT_EQ(file.fortran_order, suffix == "_fortran");
    for (std::int64_t i = 0; i < 2; ++i) {
      for (std::int64_t j = 0; j < 3; ++j) {
        const auto number = static_cast<double>(3 * i + j);
        EXPECT_EQ(element(file.view, i, j), type == bool_ ? static_cast<int>(number) % 2 : number) << suffix;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, NpyType,
                         testing::Values(bool_, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32,
                                         float64, complex64, complex128),
                         [](const auto& one) { return std::string(row(one.param).numpy); });

TEST(Npy, ReadsBothPartsOfBigEndianComplexNumbers) {
  const npy_array file = read_npy(data("c16_parts.npy"));
  EXPECT_EQ(file.storage.values<std::complex<double>>()[0], std::complex<double>(1, 2));
  EXPECT_EQ(file.storage.values<std::complex<double>>()[1], std::complex<double>(-3.5, -0.25));
}

TEST(Npy, ReadsVersionsTwoAndThreeScalarsAndEmptyArrays) {
  EXPECT_EQ(element(read_npy(data("version2.npy")).view, 1, 2), 5);
  EXPECT_EQ(element(read_npy(data("version3.npy")).view, 1, 2), 5);
  EXPECT_EQ(read_npy(data("scalar.npy")).storage.item<double>(), 2.5);
  EXPECT_EQ(read_npy(data("scalar.npy")).view.rank(), 0U);
  EXPECT_EQ(read_npy(data("empty.npy")).view.shape(), (dimensions{3, 0, 2}));
}

TEST(Npy, RefusalsNameTheType) {
  const std::pair<const char*, const char*> expected[] = {
      {"float16.npy", "float16"},       {"longdouble.npy", "longdouble"},  {"clongdouble.npy", "clongdouble"},
      {"structured.npy", "structured"}, {"void.npy", "raw or structured"}, {"object.npy", "Python objects"},
      {"unicode.npy", "unicode"},       {"bytes.npy", "byte strings"},     {"datetime.npy", "dates and times"},
      {"archive.npz", "zip archive"}};
  for (const auto& [file, reason] : expected) {
    const std::string path = data(std::string("refused_") + file);
    EXPECT_THAT(refusal([&] { read_npy(path); }), testing::AllOf(HasSubstr(reason), HasSubstr(path)));
  }
}

TEST(Npy, RefusesWhatIsNoFile) {
  EXPECT_THAT(refusal([] { read_npy("/nonexistent/a.npy"); }), HasSubstr("No such file"));
  EXPECT_THAT(refusal([] { read_npy("/"); }), HasSubstr("a directory"));
  EXPECT_THAT(refusal([] { read_npy("/dev/null"); }), HasSubstr("other content"));
}

TEST_F(NpyFile, RefusesEveryTruncationAndTrailingBytes) {
  const std::string whole = content(data("f8.npy"));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string file = write("a.npy", whole.substr(0, length));
    EXPECT_NE(refusal([&] { read_npy(file); }), "accepted") << length;
  }
  const std::string longer = write("a.npy", whole + "x");
  EXPECT_THAT(refusal([&] { read_npy(longer); }), HasSubstr("expected 48 bytes of elements after the header, got 49"));
}

TEST_F(NpyFile, AskForNoMemoryOnTheWordOfAHeader) {
  std::string header = format_npy_header({float64, {std::int64_t{1} << 59}, false, false});
  const std::string file = write("a.npy", header + "12345678");
  EXPECT_THAT(refusal([&] { read_npy(file); }), HasSubstr("got 8"));
  const std::string huge = write("b.npy", std::string("\x93NUMPY\x02\x00\xff\xff\xff\x7f", 12) + "{");
  EXPECT_THAT(refusal([&] { read_npy(huge); }), HasSubstr("a header of 2147483647 bytes"));
}

/// Changes, removes or inserts one to four bytes among the first `within`.
std::string corrupted(std::string bytes, std::size_t within, std::mt19937& random) {
  static constexpr char interesting[] = "{}()[]',:0123456789<>|=TFL \n\0\xff";
  const unsigned changes = 1 + static_cast<unsigned>(random() % 4);
  for (unsigned i = 0; i < changes; ++i) {
    const std::size_t at = random() % std::min(within, bytes.size());
    const char byte = interesting[random() % (sizeof interesting - 1)];
    switch (random() % 3) {
      case 0:
        bytes[at] = byte;
        break;
      case 1:
        bytes.erase(at, 1 + random() % 3);
        break;
      default:
        bytes.insert(at, 1, byte);
        break;
    }
  }
  return bytes;
}

TEST_F(NpyFile, ACorruptedFileIsReadOrRefusedAndNothingElse) {
  const std::string whole = content(data("f8_fortran.npy"));
  std::mt19937 random(20250101);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    const std::string file = write("a.npy", corrupted(whole, 80, random));
    refused += refusal([&] { read_npy(file); }) != "accepted";
  }
  EXPECT_GT(refused, 200);
}

TEST(NpyHeader, ACorruptedHeaderIsReadOrRefusedAndNothingElse) {
  std::mt19937 random(20250102);
  int refused = 0;
  for (int round = 0; round < 50'000; ++round) {
    const std::string text = corrupted("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 14), }\n", 55, random);
    refused += refusal_of_header(text) != "accepted";
  }
  EXPECT_GT(refused, 30'000);
  EXPECT_LT(refused, 50'000);
}

TEST(NpyHeader, FollowsAClosedGrammar) {
  const auto header = [](const std::string& shape) {
    return "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }";
  };
  EXPECT_EQ(parse_npy_header(header("(3, 4)")).shape, (dimensions{3, 4}));
  EXPECT_EQ(parse_npy_header(header("(3L, 4L)")).shape, (dimensions{3, 4}));
  EXPECT_EQ(parse_npy_header("{\"shape\":(2,),\"descr\":\"|u1\",\"fortran_order\":True}  \n").shape, dimensions{2});
  EXPECT_THAT(refusal_of_header(header("(3)")), HasSubstr("comma"));
  EXPECT_THAT(refusal_of_header(header("(3 4)")), HasSubstr("expected ','"));
  EXPECT_THAT(refusal_of_header(header("(-1,)")), HasSubstr("extent"));
  EXPECT_THAT(refusal_of_header(header("(3.0,)")), HasSubstr("','"));
  EXPECT_THAT(refusal_of_header(header("(99999999999999999999,)")), HasSubstr("extent"));
  EXPECT_THAT(refusal_of_header(header("(0, 4611686018427387904, 4611686018427387904)")), HasSubstr("2^63"));
  EXPECT_THAT(refusal_of_header(header("(4294967296, 4294967296)")), HasSubstr("2^63"));
  EXPECT_THAT(refusal_of_header(header("(1,) + (2,)")), HasSubstr("expected '}'"));
  EXPECT_THAT(refusal_of_header(header("(1,)") + "x"), HasSubstr("follows"));
  EXPECT_THAT(refusal_of_header("{'descr': '<f8', 'descr': '<f8', 'shape': (), 'fortran_order': False}"),
              HasSubstr("repeated"));
  EXPECT_THAT(refusal_of_header("{'descr': '<f8', 'shape': ()}"), HasSubstr("expected the keys"));
  EXPECT_THAT(refusal_of_header("{'descr': __import__('os'), }"), HasSubstr("quoted string"));
  std::string many = "(";
  for (int i = 0; i < 33; ++i) many += "1, ";
  EXPECT_THAT(refusal_of_header(header(many + ")")), HasSubstr("32 dimensions"));
}

TEST_F(NpyFile, WritesTheBytesThatNumpyWrites) {
  for (const std::string name :
       {"f8.npy", "b1_fortran.npy", "c16_fortran.npy", "cube_fortran.npy", "scalar.npy", "empty.npy", "u1.npy"}) {
    const npy_array file = read_npy(data(name));
    {
      output_file out(path(name));
      write_npy(out, file.view, file.fortran_order);
      out.commit();
    }
    const std::string ours = content(path(name));
    const std::string theirs = content(data(name));
    EXPECT_EQ(ours.size() % 64,
              (10 + 118 + static_cast<std::size_t>(file.view.size()) * size_of(file.view.type())) % 64);
    EXPECT_EQ(element_count(read_npy(path(name)).view.shape()), file.view.size());
    EXPECT_EQ(ours, theirs) << name;
  }
}

TEST_F(NpyFile, WritesATransposedViewInEitherOrder) {
  const npy_array file = read_npy(data("cube_fortran.npy"));
  output_file out(path("c.npy"));
  write_npy(out, file.view, false);
  out.commit();
  const npy_array turned = read_npy(path("c.npy"));
  EXPECT_FALSE(turned.fortran_order);
  for (std::int64_t i = 0; i < 24; ++i) {
    EXPECT_EQ(turned.storage.values<double>()[static_cast<std::size_t>(i)], static_cast<double>(i));
  }
}

TEST_F(NpyFile, AnAbandonedFileLeavesTheOldOneAndNothingElse) {
  write("a.npy", "old");
  {
    output_file out(path("a.npy"));
    out.write("new");
    EXPECT_EQ(content(path("a.npy")), "old");
  }
  EXPECT_EQ(content(path("a.npy")), "old");
  EXPECT_EQ(files(), 1U);
  {
    output_file out(path("a.npy"));
    out.write("new");
    out.commit();
  }
  EXPECT_EQ(content(path("a.npy")), "new");
  EXPECT_EQ(files(), 1U);
}

TEST_F(NpyFile, FollowsSymbolicLinksWhenWriting) {
  write("real.npy", "old");
  fs::create_symlink("real.npy", path("link.npy"));
  output_file out(path("link.npy"));
  out.write("new");
  out.commit();
  EXPECT_TRUE(fs::is_symlink(path("link.npy")));
  EXPECT_EQ(content(path("real.npy")), "new");
}

TEST_F(NpyFile, AFileThatMayNotBeWrittenIsNotReplaced) {
  write("a.npy", "old");
  fs::permissions(path("a.npy"), fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
  fs::permissions(folder_, fs::perms::all);
  const bool is_root = geteuid() == 0;
  constexpr uid_t nobody = 65534;
  ASSERT_EQ(is_root ? seteuid(nobody) : 0, 0);
  const std::string said = refusal([&] { output_file out(path("a.npy")); });
  ASSERT_EQ(is_root ? seteuid(0) : 0, 0);
  EXPECT_THAT(said, HasSubstr("Permission denied"));
  EXPECT_EQ(files(), 1U);
}

TEST_F(NpyFile, SameFileSeesThroughNamesAndLinks) {
  write("a.npy", "x");
  fs::create_hard_link(path("a.npy"), path("hard.npy"));
  fs::create_symlink("a.npy", path("soft.npy"));
  fs::create_symlink("soft.npy", path("softer.npy"));
  fs::create_symlink("new.npy", path("dangling.npy"));
  const auto same = [&](const char* one, const char* other) { return same_file(path(one), path(other)); };
  EXPECT_TRUE(same("a.npy", "hard.npy"));
  EXPECT_TRUE(same("hard.npy", "softer.npy"));
  EXPECT_TRUE(same("none.npy", "./none.npy"));
  EXPECT_TRUE(same("dangling.npy", "new.npy"));
  EXPECT_FALSE(same("a.npy", "none.npy"));
  EXPECT_FALSE(same("none.npy", "new.npy"));
}

TEST(OutputFile, AFullDiskIsAFailureOfTheMachine) {
  output_file out("/dev/full");
  EXPECT_THROW(out.write("x"), machine_failure);
}

TEST(OutputFile, APlaceThatIsNotThereIsBadInput) {
  EXPECT_THROW(output_file("/nonexistent/a.npy"), bad_input);
  EXPECT_THROW(output_file("/tmp/"), bad_input);
  EXPECT_THROW(output_file(""), bad_input);
}

}  // namespace
}  // namespace gpucompute::bench
