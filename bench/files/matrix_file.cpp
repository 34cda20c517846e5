// SPDX-License-Identifier: Apache-2.0
#include "bench/files/matrix_file.hpp"

#include <utility>

#include "bench/files/ending.hpp"
#include "bench/files/mtx.hpp"
#include "bench/files/npy.hpp"

namespace gpucompute::bench {

matrix_file read_matrix(const std::string& path) {
  if (has_ending(path, ".mtx")) {
    array matrix = read_mtx(path);
    const array_view view(matrix);
    return {std::move(matrix), view, false};
  }
  npy_array file = read_npy(path, "a readable .npy file, or a Matrix Market file whose name ends in .mtx");
  return {std::move(file.storage), file.view, file.fortran_order};
}

}  // namespace gpucompute::bench
