# SPDX-License-Identifier: Apache-2.0
"""ci/gpubench.sh, of a project whose build is a few lines. cli_script_tests.py GPUBENCH GPUBENCH_FAULTY SCHEMA [unittest arguments]"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from cli_tests import HERE
from terminal import on_terminal

CMAKE = """#!/bin/bash
[[ $1 == --build ]] || exit 0
echo "[1/2] Building one"; echo "[2/2] Linking $(printf 'long%.0s' {1..50})" >&2
[[ ! -e $2/broken ]] || { echo "error: no such thing"; exit 1; }
mkdir -p "$2/bin"; printf '#!/bin/bash\\necho "ran $*"; exit 3\\n' >"$2/bin/gpubench"; chmod +x "$2/bin/gpubench"
"""


class Script(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "ci").mkdir()
        (self.root / "bin").mkdir()
        (self.root / "build/release").mkdir(parents=True)
        shutil.copy(HERE.parents[1] / "ci/gpubench.sh", self.root / "ci")
        for name, text in (("ci/setup.sh", "#!/bin/bash\necho set up\n"), ("bin/cmake", CMAKE)):
            (self.root / name).write_text(text)
            (self.root / name).chmod(0o755)
        self.log = self.root / "build/gpubench.log"

    def run_script(self, stderr):
        env = os.environ | {"PATH": f"{self.root}/bin:{os.environ['PATH']}"}
        return subprocess.run([self.root / "ci/gpubench.sh", "a", "b"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr,
                              text=True, env=env, timeout=60)

    def test_a_terminal_sees_the_last_line_of_the_build(self):
        run, text = on_terminal(self.run_script)
        self.assertEqual((run.returncode, run.stdout), (3, "ran a b\n"))
        self.assertIn(f"building; the first time takes minutes; log: {self.log}\r\n", text)
        self.assertIn("\r\033[K[1/2] Building one\r\033[K[2/2] Linking long", text)
        self.assertTrue(text.endswith("\r\033[K"), text)
        self.assertLess(max(map(len, text.rpartition("\n")[2].split("\r\033[K"))), 80)
        self.assertEqual(self.log.read_text().splitlines()[:2], ["set up", "[1/2] Building one"])

    def test_others_see_the_log_of_a_build_that_failed_alone(self):
        run = self.run_script(subprocess.PIPE)
        self.assertEqual((run.returncode, run.stdout), (3, "ran a b\n"))
        self.assertEqual(run.stderr, f"ci/gpubench.sh: building; the first time takes minutes; log: {self.log}\n")
        self.assertEqual(self.run_script(subprocess.PIPE).stderr, "")
        (self.root / "build/release/broken").touch()
        run = self.run_script(subprocess.PIPE)
        self.assertEqual((run.returncode, run.stdout), (5, ""))
        self.assertTrue(run.stderr.endswith(f"error: no such thing\nci/gpubench.sh: the build failed; log: {self.log}\n"), run.stderr)
        run, text = on_terminal(self.run_script)
        self.assertEqual((run.returncode, run.stdout), (5, ""))
        self.assertIn("error: no such thing\r\nci/gpubench.sh: the build failed", text)


if __name__ == "__main__":
    unittest.main()
