// SPDX-License-Identifier: Apache-2.0
#include <gpucompute/gpucompute.hpp>

int main() { return 0; }
