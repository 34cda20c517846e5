# SPDX-License-Identifier: Apache-2.0
"""Include arrows: include <- kernels <- cpu and cuda, include <- bench; cpu and cuda never meet. Quoted paths start at
the root, and a library's headers stay in the folder that may know it."""

import re

from sources import CODE, files, main

MAY_REACH = {
    "include": {"include"},
    "kernels": {"include", "kernels"},
    "cpu": {"include", "kernels", "cpu"},
    "cuda": {"include", "kernels", "cuda"},
    "bench": {"include", "bench"},
    "tests": {"include", "kernels", "cpu", "cuda", "bench", "tests"},
}
# Headers of libraries and the only folders that may include them (tests may include all).
LIBRARIES = [
    (re.compile(r"^(llvm|llvm-c|clang)/"), {"cpu"}),
    (re.compile(r"^(sleef|immintrin|x86intrin|arm_neon)"), {"cpu", "bench"}),
    (re.compile(r"^(lapack|lapacke|cblas|openblas)"), {"cpu"}),
    (re.compile(r"^(cuda|cu[A-Z]|cublas|cusolver|cusparse|cufft|curand|nvrtc|thrust/|cub/|device_launch)"), {"cuda"}),
    (re.compile(r"^omp\.h"), {"cpu", "bench"}),
]
GENERATED = "generated/build_id.hpp"  # by CMake, in the build tree
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def check(root):
    for path in files(root, CODE | {".def", ".inc"}, MAY_REACH):
        source = path.parts[0]
        for number, line in enumerate((root / path).read_text().splitlines(), 1):
            if match := INCLUDE.match(line):
                if message := judge(root, source, *match.groups()):
                    yield f"{path}:{number}: {message}"


def judge(root, source, bracket, target):
    if target.startswith("gpucompute/"):
        return None if bracket == "<" else f'public headers are written <{target}>, got "{target}"'
    if target == GENERATED:
        return None if source in {"cpu", "tests"} else f"{source}/ may not include {GENERATED}"
    if bracket == '"':
        folder = target.split("/")[0]
        if folder not in MAY_REACH or not (root / target).is_file():
            return f'quoted includes start at the root, got "{target}"'
        if folder not in MAY_REACH[source]:
            return f"{source}/ may not include {folder}/, got {target}"
        return None
    if target.split("/")[0] in MAY_REACH:
        return f"what is not public is written \"{target}\", got <{target}>"
    if source != "tests":
        for pattern, folders in LIBRARIES:
            if pattern.match(target) and source not in folders:
                return f"only {', '.join(sorted(folders))} may include <{target}>, got it in {source}/"
    return None


SOUND = {
    "include/gpucompute/a.hpp": "#include <vector>\n",
    "kernels/k.hpp": "#include <gpucompute/a.hpp>\n",
    "cpu/c.hpp": '#include "kernels/k.hpp"\n#include <llvm/IR/Module.h>\n',
    "cuda/d.hpp": '#include "kernels/k.hpp"\n#include <cuda.h>\n',
    "bench/b.cpp": "#include <gpucompute/a.hpp>\n",
    "tests/t.cpp": '#include "cpu/c.hpp"\n#include "cuda/d.hpp"\n',
}
BROKEN = {
    "include/gpucompute/x.hpp": '#include "kernels/k.hpp"\n',
    "include/gpucompute/y.hpp": "#include <cuda_runtime.h>\n",
    "include/gpucompute/z.hpp": "#include <omp.h>\n",
    "kernels/x.cpp": '#include "cpu/c.hpp"\n',
    "kernels/y.cpp": "#include <llvm/IR/Module.h>\n",
    "cpu/x.cpp": '#include "cuda/d.hpp"\n',
    "cuda/x.cpp": '  #  include "cpu/c.hpp"\n',
    "bench/x.cpp": '#include "kernels/k.hpp"\n',
    "cpu/y.cpp": '#include "c.hpp"\n',
    "kernels/z.cpp": '#include "gpucompute/a.hpp"\n',
    "bench/y.cpp": "#include <kernels/k.hpp>\n",
    "tests/x.cpp": "#include <cpu/c.hpp>\n",
    "kernels/x.inc": '#include "cpu/c.hpp"\n',
}
if __name__ == "__main__":
    main(check, BROKEN, SOUND)
