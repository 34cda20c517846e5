#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Times the release against NumPy, NumExpr, Numba, JAX (newest from PyPI, in build/oracle) and compiled loops on this
# machine, which should be quiet: about 20 minutes. Writes STEM.json and STEM.md, after every case.
#
#   ci/rivals.sh STEM [--resume] [--filter RE] [--n LIST] [--threads LIST] [--seconds S] [--minutes M]
#
# With `solves` first: solves against LAPACK, SciPy, NumPy and Eigen, with Debian's OpenBLAS to STEM and with that of SciPy's
# wheel to STEM_scipy_blas; about 25 minutes each.
#
#   ci/rivals.sh solves STEM [--filter RE] [--n LIST] [--threads LIST] [--seconds S] [--matrices N]
#
# Exit: 0 all bars are met, 1 one is missed, 2 usage, 5 the build or a run failed.
set -euo pipefail
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '3,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit; }
what=expressions
[[ ${1:-} != solves ]] || { what=solves; shift; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[[ $# -ge 1 && $1 != -* ]] || { sed -n '3,/^set/p' "${BASH_SOURCE[0]}" | sed '$d; s/^# \{0,1\}//' >&2; exit 2; }
stem=$1
shift

prepare() {
  "$root/ci/setup.sh" rivals &&
    cmake -S "$root" --preset release &&
    cmake --build "$root/build/release" --target gpubench gpubench_shim gpucompute_modules &&
    python3 -m venv "$root/build/oracle" &&
    "$root/build/oracle/bin/python" -m pip install --quiet --upgrade -r "$root/bench/rivals/requirements.txt"
}
prepare >&2 || { echo "ci/rivals.sh: the build or the rivals' installation failed" >&2; exit 5; }
python=$root/build/oracle/bin/python
if [[ $what == expressions ]]; then
  exec "$python" "$root/bench/rivals/run_rivals.py" --build "$root/build/release" --json "$stem.json" --md "$stem.md" "$@"
fi
status=0
for blas in libopenblas.so.0 scipy; do
  [[ $blas == scipy ]] && stem+=_scipy_blas
  "$python" "$root/bench/rivals/solves/run_solves.py" --build "$root/build/release" --blas "$blas" --json "$stem.json" --md "$stem.md" "$@" && code=0 || code=$?
  status=$((code > status ? code : status))
done
exit "$status"
