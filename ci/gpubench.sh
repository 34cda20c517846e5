#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Sets up, builds the release preset and runs gpubench with the arguments given, in the caller's directory. Only
# gpubench writes to stdout; the exit code is its own.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
log=$root/build/gpubench.log

build() {
  "$root/ci/setup.sh" build &&
    { [[ -e $root/build/release/build.ninja ]] || cmake -S "$root" --preset release; } &&
    cmake --build "$root/build/release" --target gpubench gpucompute_modules
}

mkdir -p "$root/build"
[[ -x $root/build/release/bin/gpubench ]] || echo "ci/gpubench.sh: building; the first time takes minutes" >&2
if ! build >"$log" 2>&1; then
  cat "$log" >&2
  echo "ci/gpubench.sh: the build failed" >&2
  exit 5
fi
exec "$root/build/release/bin/gpubench" "$@"
