// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernels/device/shared_library.hpp"

namespace gpucompute::cpu::lapack {

struct spelling;

/// Name, version and threads of an opened library: "OpenBLAS 0.3.21 (SkylakeX, pthreads)"; where LAPACK comes from another
/// file than BLAS, both: "LAPACK 3.11.0 over BLAS of /usr/lib/libblas.so.3".
std::string describe(const device_layer::shared_library& file, const spelling& names);

}  // namespace gpucompute::cpu::lapack
