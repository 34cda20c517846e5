#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Times the release against NumPy, NumExpr, Numba, JAX (newest from PyPI, in build/oracle) and compiled loops on this
# machine, which should be quiet: about 20 minutes. Writes STEM.json and STEM.md, after every case.
#
#   ci/rivals.sh STEM [--resume] [--filter RE] [--n LIST] [--threads LIST] [--seconds S] [--minutes M]
#
# Exit: 0 all bars are met, 1 one is missed, 2 usage, 5 the build or a run failed.
set -euo pipefail
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '3,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[[ $# -ge 1 && $1 != -* ]] || { sed -n '3,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//' >&2; exit 2; }
stem=$1
shift

prepare() {
  "$root/ci/setup.sh" test &&
    cmake -S "$root" --preset release &&
    cmake --build "$root/build/release" --target gpubench gpubench_shim gpucompute_modules &&
    python3 -m venv "$root/build/oracle" &&
    "$root/build/oracle/bin/python" -m pip install --quiet --upgrade -r "$root/bench/rivals/requirements.txt"
}
prepare >&2 || { echo "ci/rivals.sh: the build or the rivals' installation failed" >&2; exit 5; }
exec "$root/build/oracle/bin/python" "$root/bench/rivals/run_rivals.py" --build "$root/build/release" \
  --json "$stem.json" --md "$stem.md" "$@"
