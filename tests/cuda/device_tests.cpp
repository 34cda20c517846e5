// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <gtest/gtest.h>

#include <gpucompute/error.hpp>

#include "cuda/codegen/emit.hpp"
#include "cuda/runtime/driver.hpp"
#include "cuda/runtime/nvrtc.hpp"
#include "kernels/device/backend.hpp"
#include "tests/cuda/samples.hpp"

namespace gpucompute::cuda {
namespace {

/// A launch whose operands lie in C order.
lower::launch launch_of(const lower::kernel& kernel, const dimensions& extents) {
  lower::launch made;
  made.kernel = std::make_shared<lower::kernel>(kernel);
  made.kept = extents;
  for (std::size_t k = 0; k < kernel.inputs.size() + kernel.outputs.size(); ++k) {
    const lower::operand& which =
        k < kernel.inputs.size() ? kernel.inputs[k] : kernel.outputs[k - kernel.inputs.size()];
    lower::operand_binding binding;
    binding.kept_strides = c_strides(extents, size_of(which.type));
    made.operands.push_back(binding);
  }
  return made;
}

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
  const std::string text = device_->source(launch_of(samples().front().kernel, {1000}), {});
  EXPECT_NE(text.find("--fmad=false"), std::string::npos);
  EXPECT_NE(text.find("extern \"C\" __global__"), std::string::npos);
}

TEST_F(CudaDevice, ShowsAReductionAsWhatItCannotDoYet) {
  lower::kernel kernel;
  kernel.schedule = lower::schedule::reduce_inner;
  EXPECT_NE(device_->source(launch_of(kernel, {}), {}).find("// kernel reduce_inner"), std::string::npos);
}

TEST_F(CudaDevice, ShowsTheTextOfTheLaunchThatWouldRun) {
  const lower::kernel& kernel = samples().front().kernel;
  const auto shown = [&](const lower::launch& launch, const variant& which) {
    const std::string text = device_->source(launch, {});
    return text.substr(text.find('\n') + 1) == emit(kernel, which);
  };
  EXPECT_TRUE(shown(launch_of(kernel, {1000}), {}));
  EXPECT_TRUE(shown(launch_of(kernel, {7, 9, 1024}), {.outer_rank = 2}));
  EXPECT_TRUE(shown(launch_of(kernel, {std::int64_t{1} << 40}), {.wide_index = true}));
  EXPECT_TRUE(shown(launch_of(kernel, {3, 5}), {.vector_access = false, .outer_rank = 1}));
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
