#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ci/gpu_test.sh where there is no GPU: exit 2 and the name of what is missing.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
output=$(GPUCOMPUTE_GPU_CHECK=$1 "$root/ci/gpu_test.sh" 2>&1)
code=$?
echo "$output"
[[ $code == 2 ]] || { echo "expected exit 2, got $code"; exit 1; }
[[ $output == *libcuda.so.1* ]] || { echo "expected the name of the driver library in the message"; exit 1; }
