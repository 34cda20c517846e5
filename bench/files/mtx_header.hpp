// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "bench/files/line_reader.hpp"

namespace gpucompute::bench {

enum class mtx_field { real, integer, complex, pattern };
enum class mtx_symmetry { general, symmetric, skew, hermitian };

/// What the lines before the entries of a Matrix Market file say.
struct mtx_header {
  bool coordinate = false;
  mtx_field field = mtx_field::real;
  mtx_symmetry symmetry = mtx_symmetry::general;
  std::int64_t rows = 0, columns = 0;
  std::int64_t entries = 0;  ///< that the file holds: as written, or what the shape of an array needs
};

/// Goes to the next line that is neither blank nor a comment; false when there is none.
bool next_content(line_reader& lines);

/// Reads up to the line of sizes. The number of entries fits what is left of the file. @throw bad_input
mtx_header read_mtx_header(line_reader& lines);

}  // namespace gpucompute::bench
