// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gpucompute/array.hpp>
#include <gpucompute/view.hpp>

namespace gpucompute::bench {

/// An array that was read from a file.
struct matrix_file {
  array storage;
  array_view view;     ///< borrows from storage
  bool fortran_order;  ///< as the file has it
};

/// A name that ends with .mtx (in any case) is a Matrix Market file, every other one a .npy file. @throw as read_mtx and
/// read_npy
matrix_file read_matrix(const std::string& path);

}  // namespace gpucompute::bench
