// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gpucompute/array.hpp>
#include <gpucompute/view.hpp>

namespace gpucompute::bench {

class output_file;

/// A .npy file in memory, in native byte order.
struct npy_array {
  array storage;       ///< the file's elements in the file's order
  array_view view;     ///< with the file's shape; borrows from storage
  bool fortran_order;  ///< as the header says
};

/// Versions 1 to 3. Bytes of a bool other than 0 count as true.
/// @throw bad_input for what cannot be read, is no .npy file of plain numbers, or is shorter or longer than its header
/// says, in a message that has the path and what was `expected`; out_of_memory before the elements are read
npy_array read_npy(const std::string& path, const std::string& expected = "a readable .npy file");

/// Any strides. Writes version 1.0, in C order or in Fortran order. @throw machine_failure
void write_npy(output_file& file, const array_view& values, bool fortran_order);

}  // namespace gpucompute::bench
