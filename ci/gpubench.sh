#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Sets up, builds the release preset and runs gpubench with the arguments given, in the caller's directory. Only
# gpubench writes to stdout; the exit code is its own. What the build says goes to a log and, on a terminal, its last
# line is shown.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
log=$root/build/gpubench.log

build() {
  "$root/ci/setup.sh" build &&
    { [[ -e $root/build/release/build.ninja ]] || cmake -S "$root" --preset release; } &&
    cmake --build "$root/build/release" --target gpubench gpucompute_modules
}

# Each line in the place of the one before it, no longer than the terminal is wide.
show_last_line() {
  local line columns
  columns=$(stty size <&2 | cut -d' ' -f2) || true # a terminal without a size: 80
  ((columns > 1)) || columns=80
  while IFS= read -r line; do printf '\r\033[K%s' "${line:0:columns-1}" >&2; done
  printf '\r\033[K' >&2
}

build_and_tell() {
  if [[ -t 2 ]]; then
    build 2>&1 | tee "$log" | show_last_line
  else
    build >"$log" 2>&1
  fi
}

mkdir -p "$root/build"
[[ -x $root/build/release/bin/gpubench ]] || echo "ci/gpubench.sh: building; the first time takes minutes; log: $log" >&2
if ! build_and_tell; then
  cat "$log" >&2
  echo "ci/gpubench.sh: the build failed; log: $log" >&2
  exit 5
fi
exec "$root/build/release/bin/gpubench" "$@"
