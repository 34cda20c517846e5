// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace gpucompute::bench {

/// How many threads of `wanted` can be there at the same time, the calling one included. OpenMP ends the process with exit
/// code 1 when it is refused one, and finished rows with it: so they are tried before the first row.
int threads_to_be_had(int wanted);

}  // namespace gpucompute::bench
