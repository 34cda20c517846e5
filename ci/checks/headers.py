# SPDX-License-Identifier: Apache-2.0
"""No public header reaches a header of CUDA, LLVM, LAPACK, SLEEF or OpenMP, however deep. --compiler=COMMAND."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from sources import files, main

FORBIDDEN = re.compile(r"/(llvm|llvm-c)/|/(omp|sleef|lapacke?|cblas|cuda|cuda_runtime(_api)?|nvrtc|cublas\w*|cusolver\w*)\.h$")
COMPILER = next((a.split("=", 1)[1] for a in sys.argv if a.startswith("--compiler=")), "c++")


def check(root):
    for path in files(root, {".hpp", ".h"}, {"include"}):
        with tempfile.NamedTemporaryFile("w", suffix=".cpp") as unit:
            unit.write(f'#include "{root / path}"\n')
            unit.flush()
            run = subprocess.run([COMPILER, "-std=c++20", "-M", f"-I{root}/include", unit.name], capture_output=True, text=True)
        if run.returncode:
            yield f"{path}: does not compile alone:\n{run.stderr}"
        for header in run.stdout.replace("\\\n", " ").split():
            if FORBIDDEN.search(str(Path(header))):
                yield f"{path}: reaches {header}"


SOUND = {"include/gpucompute/a.hpp": "#include <vector>\n", "include/gpucompute/llvmlike.hpp": "#include <map>\n"}
BROKEN = {
    "include/gpucompute/omp_inside.hpp": "#include <omp.h>\n",
    "include/cuda.h": "int cuda;\n",
    "include/gpucompute/missing.hpp": "#include <gpucompute/nowhere.hpp>\n",
}
if __name__ == "__main__":
    main(check, BROKEN, SOUND)
