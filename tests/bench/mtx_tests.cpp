// SPDX-License-Identifier: Apache-2.0
#include <complex>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <span>
#include <string>
#include <unistd.h>
#include <vector>

#include <gpucompute/error.hpp>

#include "bench/files/mtx.hpp"
#include "tests/bench/refusal.hpp"

namespace gpucompute::bench {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;

/// As zlib computes it.
std::uint32_t crc32(std::span<const unsigned char> bytes) {
  std::uint32_t value = 0xffffffff;
  for (const unsigned char byte : bytes) {
    value ^= byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~value;
}

struct expected_matrix {
  std::string file, type;
  std::int64_t rows, columns;
  std::uint32_t crc;
};

std::vector<expected_matrix> expected_matrices() {
  std::ifstream file(GPUBENCH_TEST_DATA "/mtx.expected");
  std::vector<expected_matrix> list;
  expected_matrix one;
  while (file >> one.file >> one.type >> std::dec >> one.rows >> one.columns >> std::hex >> one.crc)
    list.push_back(one);
  return list;
}

TEST(Mtx, HoldsWhatScipyReads) {
  const std::vector<expected_matrix> list = expected_matrices();
  ASSERT_GE(list.size(), 29U);
  for (const expected_matrix& one : list) {
    const bool small = one.file.starts_with("small_");
    const array got = read_mtx((small ? GPUBENCH_TEST_DATA "/" : GPUBENCH_TEST_MATRICES "/") + one.file);
    EXPECT_EQ(name(got.type()), one.type) << one.file;
    EXPECT_EQ(got.shape(), (dimensions{one.rows, one.columns})) << one.file;
    const auto* const data = static_cast<const unsigned char*>(got.data());
    EXPECT_EQ(crc32({data, static_cast<std::size_t>(got.size()) * size_of(got.type())}), one.crc) << one.file;
  }
}

/// A file of its own for each test, gone afterwards.
class MtxText : public testing::Test {
 protected:
  ~MtxText() override { fs::remove(path_); }
  array read(const std::string& text) const {
    std::ofstream(path_, std::ios::binary) << text;
    return read_mtx(path_);
  }
  /// The message behind the file's name: "LINE: expected ..., got ...".
  std::string refused(const std::string& text) const {
    const std::string message = refusal([&] { read(text); });
    return message.starts_with(path_ + ":") ? message.substr(path_.size() + 1) : message;
  }
  std::string coordinate(const std::string& rest, const std::string& kind = "real general") const {
    return "%%MatrixMarket matrix coordinate " + kind + "\n" + rest;
  }
  std::string path_ = fs::temp_directory_path() / ("gpubench-mtx-" + std::to_string(getpid()) + ".mtx");
};

TEST_F(MtxText, TheFirstLineIsLookedAtWordByWord) {
  EXPECT_EQ(refused(""), "1: expected a first line '%%MatrixMarket matrix FORMAT FIELD SYMMETRY', got an empty file");
  EXPECT_EQ(refused("\x93NUMPY\x01"),
            "1: expected a first line '%%MatrixMarket matrix FORMAT FIELD SYMMETRY', got '?NUMPY?'");
  EXPECT_THAT(refused("%%MatrixMarket vector array real general\n"), HasSubstr("expected a first line"));
  EXPECT_EQ(refused("%%MatrixMarket matrix dense real general\n"), "1: expected array or coordinate, got 'dense'");
  EXPECT_EQ(refused("%%MatrixMarket matrix array float general\n"),
            "1: expected real, double, integer, complex or pattern, got 'float'");
  EXPECT_EQ(refused("%%MatrixMarket matrix array real unsymmetric\n"),
            "1: expected general, symmetric, skew-symmetric or hermitian, got 'unsymmetric'");
  EXPECT_EQ(refused("%%MatrixMarket matrix array pattern general\n"),
            "1: expected pattern with coordinate, got it with array");
  EXPECT_EQ(refused("%%MatrixMarket matrix coordinate pattern hermitian\n"),
            "1: expected pattern with general or symmetric, got it with hermitian");
}

TEST_F(MtxText, SizesAreLookedAtBeforeMemoryIsAskedFor) {
  EXPECT_EQ(refused(coordinate("% only this\n")), "3: expected a line 'ROWS COLUMNS ENTRIES', got the end of the file");
  EXPECT_EQ(refused(coordinate("2 2\n")), "2: expected a line 'ROWS COLUMNS ENTRIES', got '2 2'");
  EXPECT_EQ(refused(coordinate("2 -2 1\n1 1 1\n")), "2: expected whole numbers from 0 to 2^63 - 1 as sizes, got '-2'");
  EXPECT_EQ(refused(coordinate("9223372036854775808 1 1\n1 1 1\n")),
            "2: expected whole numbers from 0 to 2^63 - 1 as sizes, got '9223372036854775808'");
  EXPECT_EQ(refused(coordinate("2 3 1\n2 1 1\n", "real symmetric")),
            "2: expected as many rows as columns, since it is no general matrix, got '2 3 1'");
  EXPECT_EQ(refused(coordinate("2 2 1000000000000\n1 1 1\n")),
            "2: expected 1000000000000 entries, got 6 bytes after this line, in which at most 1 fit");
  EXPECT_EQ(refused("%%MatrixMarket matrix array real general\n3000000000 3000000000\n1\n"),
            "2: expected 9000000000000000000 entries, got 2 bytes after this line, in which at most 1 fit");
  EXPECT_EQ(refused("%%MatrixMarket matrix array real general\n4000000000 4000000000\n1\n"),
            "2: expected sizes whose product has 64 bits, got '4000000000 4000000000'");
}

TEST_F(MtxText, AMatrixThatFitsInNoMemoryIsRefusedWithItsSize) {
  for (const std::string size : {"100000000 100000000", "9000000000000000000 9000000000000000000"}) {
    try {
      read(coordinate(size + " 1\n1 1 1\n"));
      ADD_FAILURE() << size;
    } catch (const out_of_memory& error) {
      EXPECT_THAT(error.what(),
                  HasSubstr(path_ + ":2: expected a dense matrix that fits in the memory that is left, "));
      EXPECT_GE(error.bytes(), 80'000'000'000'000'000U);
    }
  }
}

TEST_F(MtxText, EntriesOutsideTheMatrixAreRefused) {
  EXPECT_EQ(refused(coordinate("2 3 1\n3 1 1\n")), "3: expected a row from 1 to 2, got 3");
  EXPECT_EQ(refused(coordinate("2 3 1\n0 1 1\n")), "3: expected a row from 1 to 2, got 0");
  EXPECT_EQ(refused(coordinate("2 3 1\n2 -1 1\n")), "3: expected a column from 1 to 3, got -1");
  EXPECT_EQ(refused(coordinate("2 3 1\n% x\n\n2 4 1\n")), "5: expected a column from 1 to 3, got 4");
  EXPECT_EQ(refused(coordinate("2 3 1\n1.0 1 1\n")), "3: expected a row, got '1.0'");
  EXPECT_EQ(refused(coordinate("2 3 1\n99999999999999999999 1 1\n")),
            "3: expected a row of at most 64 bits, got '99999999999999999999'");
  EXPECT_EQ(refused(coordinate("0 0 1\n1 1 1\n")), "3: expected a row from 1 to 0, got 1");
}

TEST_F(MtxText, TooFewAndTooManyEntriesAreRefused) {
  EXPECT_EQ(refused(coordinate("2 2 2\n1 1 1.00000000\n")), "4: expected entry 2 of 2, got the end of the file");
  EXPECT_EQ(refused(coordinate("2 2 1\n1 1 1\n2 2 2\n")),
            "4: expected the end of the file after 1 entries, got '2 2 2'");
  EXPECT_EQ(refused(coordinate("2 2 2\n1 1 1.00000000\n2 2")), "4: expected a number, got the end of the line");
  EXPECT_EQ(refused(coordinate("2 2 1\n1 1 1 1\n")), "3: expected the end of the line, got '1'");
  EXPECT_EQ(refused(coordinate("2 2 1\n1 1 1\n", "complex general")),
            "2: expected 1 entries, got 6 bytes after this line, in which at most 0 fit");
  EXPECT_EQ(refused(coordinate("2 2 1\n1 1 1.5    \n", "complex general")),
            "3: expected a number, got the end of the line");
  EXPECT_EQ(refused("%%MatrixMarket matrix array real general\n2 1\n1 2\n2\n"),
            "3: expected the end of the line, got '2'");
}

TEST_F(MtxText, WhatIsNoNumberIsRefused) {
  for (const std::string text : {"x", "1,5", "0x10", "1e", "--1", "+-1", "nan(1)", "1d0", "+"}) {
    EXPECT_EQ(refused(coordinate("2 2 1\n1 1 " + text + "\n")), "3: expected a number, got '" + text + "'");
  }
  EXPECT_EQ(refused(coordinate("2 2 1\n1 1 1e400\n")), "3: expected a number within the range of float64, got '1e400'");
  EXPECT_EQ(refused(coordinate("2 2 1\n1 1 1.5\n", "integer general")), "3: expected a whole number, got '1.5'");
  EXPECT_EQ(refused(coordinate("2 2 1\n1 1 9223372036854775808\n", "integer general")),
            "3: expected a whole number of at most 64 bits, got '9223372036854775808'");
  EXPECT_THAT(refused(coordinate("2 2 1\n1 1 " + std::string(2'000'000, '1') + "\n")),
              EndsWith("3: expected lines of fewer than 1048576 bytes, got a longer one"));
}

TEST_F(MtxText, NumbersInOtherSpellingsAreRead) {
  const array got =
      read(coordinate("2 4 8\n1 1 +1.5\n1 2 -.5\n1 3 1E+2\n1 4 1e-400\n2 1 nan\n2 2 -inf\n2 3 5e-324\n2 4 +inf\n"));
  const auto x = got.values<double>();
  EXPECT_EQ(std::vector<double>(x.begin(), x.begin() + 4), (std::vector<double>{1.5, -0.5, 100, 0}));
  EXPECT_TRUE(std::isnan(x[4]));
  EXPECT_EQ(x[5], -std::numeric_limits<double>::infinity());
  EXPECT_EQ(x[6], 5e-324);
  EXPECT_EQ(x[7], std::numeric_limits<double>::infinity());
}

TEST_F(MtxText, SymmetryIsNotTakenOnTrust) {
  EXPECT_EQ(refused(coordinate("3 3 2\n2 1 1\n1 3 1\n", "real symmetric")),
            "4: expected entries of one triangle only, the lower, got one in row 1 and column 3");
  const array upper = read(coordinate("2 2 1\n1 2 5\n", "real symmetric"));
  EXPECT_EQ(upper.values<double>()[2], 5);
  EXPECT_EQ(refused(coordinate("2 2 1\n1 1 1\n", "real skew-symmetric")),
            "3: expected nothing but 0 on the diagonal of a skew-symmetric matrix, got '1 1 1'");
  EXPECT_EQ(refused(coordinate("2 2 1\n1 1 nan\n", "real symmetric")),
            "accepted");  // but by a solve, with its place
  EXPECT_EQ(refused(coordinate("2 2 1\n1 1 1 2\n", "complex hermitian")),
            "3: expected a real number on the diagonal of a hermitian matrix, got '1 1 1 2'");
  EXPECT_EQ(refused(coordinate("2 2 1\n2 1 -9223372036854775808\n", "integer skew-symmetric")),
            "3: expected a number whose negative has 64 bits, got -2^63");
}

TEST_F(MtxText, AdditionOfIntegersOverflowsIntoARefusal) {
  EXPECT_EQ(refused(coordinate("1 1 2\n1 1 9223372036854775807\n1 1 1\n", "integer general")),
            "4: expected entries of one position that add up to 64 bits, got a larger sum");
}

TEST_F(MtxText, LinesThatCrossThePiecesOfTheFileAreWhole) {
  std::mt19937 random(4);  // NOLINT: the same in every run
  std::string text = "%%MatrixMarket matrix array real general\n200000 1\n";
  std::vector<double> right;
  for (int i = 0; i < 200'000; ++i) {
    right.push_back(static_cast<double>(random()));
    text += std::to_string(right.back()) + "\n";
  }
  const array got = read(text);
  EXPECT_TRUE(std::ranges::equal(got.values<double>(), right));
}

/// Damaged files are refused or read: never anything else. (Sanitizers watch.)
TEST_F(MtxText, DamageIsRefusedOrRead) {
  std::mt19937 random(5);  // NOLINT: the same in every run
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  const std::string kinds[] = {"real general", "integer symmetric", "complex hermitian", "pattern general"};
  const std::string values[] = {" 1.5", " 2", " 1 0", ""};
  int refusals = 0, rounds = 2000;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t kind = below(std::size(kinds));
    std::string text =
        coordinate("4 4 3\n1 1" + values[kind] + "\n3 2" + values[kind] + "\n4 4" + values[kind] + "\n", kinds[kind]);
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
      const std::size_t at = below(text.size());
      switch (below(3)) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + below(5));
          break;
        default:
          text.insert(at, std::string(1 + below(3), "0129-+.e%\n\r\t \0"[below(14)]));
      }
      if (text.empty()) text = "%";
    }
    try {
      const std::string message = refused(text);
      refusals += message == "accepted" ? 0 : 1;
    } catch (const out_of_memory&) {
      ++refusals;
    }
  }
  EXPECT_GT(refusals, rounds / 2);
  EXPECT_LT(refusals, rounds);
}

TEST_F(MtxText, APipeAndAMissingFileAreFiles) {
  EXPECT_THAT(refusal([] { read_mtx("/nonexistent/a.mtx"); }),
              HasSubstr("a.mtx: expected a readable Matrix Market file, got: No such"));
  EXPECT_THAT(refusal([] { read_mtx("/dev/null"); }), HasSubstr("/dev/null:1: expected a first line"));
}

}  // namespace
}  // namespace gpucompute::bench
