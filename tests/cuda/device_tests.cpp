// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <gtest/gtest.h>

#include <gpucompute/error.hpp>

#include "cuda/runtime/driver.hpp"
#include "cuda/runtime/nvrtc.hpp"
#include "kernels/device/backend.hpp"
#include "tests/cuda/samples.hpp"

namespace gpucompute::cuda {
namespace {

class CudaDevice : public testing::Test {
 protected:
  void SetUp() override {
    setenv("GPUCOMPUTE_CUDA_DRIVER", "/nowhere/libcuda.so.1", 1);
    setenv("GPUCOMPUTE_NVRTC", "/nowhere/libnvrtc.so", 1);
  }
  const std::unique_ptr<device_layer::backend> device_ = device_layer::make_cuda_device();
};

TEST_F(CudaDevice, SaysEverythingThatIsMissing) {
  const device_info info = device_->describe();
  EXPECT_EQ(info.name, "cuda");
  EXPECT_FALSE(info.available);
  EXPECT_NE(info.missing.find("/nowhere/libcuda.so.1"), std::string::npos) << info.missing;
  EXPECT_NE(info.missing.find("/nowhere/libnvrtc.so"), std::string::npos) << info.missing;
  EXPECT_NE(info.missing.find("running on a GPU"), std::string::npos) << info.missing;
}

TEST_F(CudaDevice, ShowsItsTextWithoutADevice) {
  const std::string text = device_->source(samples().front().kernel, {});
  EXPECT_NE(text.find("--fmad=false"), std::string::npos);
  EXPECT_NE(text.find("extern \"C\" __global__"), std::string::npos);
}

TEST_F(CudaDevice, ShowsAReductionAsWhatItCannotDoYet) {
  lower::kernel kernel;
  kernel.schedule = lower::schedule::reduce_inner;
  EXPECT_NE(device_->source(kernel, {}).find("// kernel reduce_inner"), std::string::npos);
}

TEST_F(CudaDevice, RefusesToEvaluateAndNamesWhatIsMissing) {
  try {
    device_->prepare(std::make_shared<lower::kernel>(samples().front().kernel), {});
    FAIL() << "expected device_unavailable";
  } catch (const device_unavailable& problem) {
    EXPECT_NE(std::string(problem.what()).find("/nowhere/libcuda.so.1"), std::string::npos) << problem.what();
  }
  EXPECT_THROW(device_->allocate(64), device_unavailable);
}

TEST_F(CudaDevice, ALibraryWithoutACallIsMissingThatCall) {
  setenv("GPUCOMPUTE_CUDA_DRIVER", "libm.so.6", 1);
  setenv("GPUCOMPUTE_NVRTC", "libm.so.6", 1);
  EXPECT_NE(driver().missing().find("has no cuInit"), std::string::npos);
  EXPECT_NE(nvrtc().missing().find("has no nvrtcVersion"), std::string::npos);
}

TEST_F(CudaDevice, ADriverIsDescribedByItsDevice) {
  setenv("GPUCOMPUTE_CUDA_DRIVER", GPUCOMPUTE_FAKE_CUDA, 1);
  const device_info info = device_->describe();
  EXPECT_EQ(info.name, "cuda:0");
  EXPECT_NE(info.description.find("sm_90"), std::string::npos) << info.description;
  EXPECT_FALSE(info.available);
}

}  // namespace
}  // namespace gpucompute::cuda
