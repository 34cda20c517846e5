// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>

#include <gpucompute/error.hpp>

#include "kernels/device/disk_cache.hpp"
#include "kernels/device/environment.hpp"

namespace gpucompute::device_layer {
namespace {

class Setting : public ::testing::Test {
 protected:
  static constexpr const char* name = "GPUCOMPUTE_POOL_BYTES";
  void TearDown() override { unsetenv(name); }
  static void expect_refused(const char* value) {
    setenv(name, value, 1);
    try {
      number_setting(name, 1, 100);
      ADD_FAILURE() << value;
    } catch (const invalid_argument& refusal) {
      const std::string text = refusal.what();
      EXPECT_NE(text.find(name), std::string::npos) << text;
      EXPECT_NE(text.find("a number of bytes"), std::string::npos) << text;
      EXPECT_NE(text.find("'" + std::string(value) + "'"), std::string::npos) << text;
    }
  }
};

TEST_F(Setting, OfNothingOrOfNoTextIsNone) {
  unsetenv(name);
  EXPECT_EQ(number_setting(name, 0, 9), std::nullopt);
  setenv(name, "", 1);
  EXPECT_EQ(number_setting(name, 0, 9), std::nullopt);
  EXPECT_EQ(word_setting(name, {}), std::nullopt);
}

TEST_F(Setting, IsANumberWithinItsBounds) {
  for (const char* good : {"1", "007", "100"}) {
    setenv(name, good, 1);
    EXPECT_EQ(number_setting(name, 1, 100), std::strtoull(good, nullptr, 10));
  }
  for (const char* bad : {"0", "101", "-1", "+1", "1 ", " 1", "1e1", "ten", "99999999999999999999999"}) {
    expect_refused(bad);
  }
}

TEST_F(Setting, IsOneOfItsWords) {
  constexpr std::string_view words[] = {"one", "two"};
  setenv(name, "two", 1);
  EXPECT_EQ(word_setting(name, words), 1U);
  for (const char* bad : {"Two", "tw", "twoo"}) {
    setenv(name, bad, 1);
    EXPECT_THROW(word_setting(name, words), invalid_argument);
  }
}

TEST(Environment, EveryVariableIsInTheDocs) {
  std::ifstream file(GPUCOMPUTE_DOCS "/environment.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const environment_variable& each : environment) {
    const std::string row =
        "| `" + std::string(each.name) + "` | " + std::string(each.values) + " | " + std::string(each.meaning) + " |";
    EXPECT_NE(text.str().find(row), std::string::npos) << row;
  }
}

TEST(Folder, IsMadeWhenAskedForOrToldToBeOfNoUse) {
  std::string top = (std::filesystem::temp_directory_path() / "gpucompute_folder_XXXXXX").string();
  ASSERT_NE(mkdtemp(top.data()), nullptr);
  EXPECT_EQ(disk_cache(top + "/deep/kernels", 1).problem(), "");
  EXPECT_EQ(static_cast<unsigned>(std::filesystem::status(top + "/deep/kernels").permissions()), 0700U);
  std::filesystem::remove_all(top);
  const std::string nowhere = disk_cache("/proc/gpucompute/kernels", 1).problem();
  EXPECT_TRUE(nowhere.starts_with("it cannot be made: ")) << nowhere;
}

}  // namespace
}  // namespace gpucompute::device_layer
