# SPDX-License-Identifier: Apache-2.0
"""gpubench solve: what goes where. cli_solve_outputs_tests.py GPUBENCH GPUBENCH_FAULTY SCHEMA [unittest arguments]"""

import json
import subprocess
import unittest

from cli_solve_tests import SolveCli
from cli_tests import GPUBENCH, read_npy


class SolveOutputs(SolveCli):
    def setUp(self):
        super().setUp()
        self.npy("a.npy", [4.0, 1.0, 1.0, 3.0], (2, 2))

    def test_json_on_stdout_loses_no_x(self):
        for stdout in ("-", "/dev/stdout"):
            self.fails(2, f"--json {stdout}: expected -o FILE.npy beside it, since x goes to stdout otherwise", "solve", "a.npy", "--json", stdout)
            run = self.solve("a.npy", "--json", stdout, "-o", "x.npy")
            self.assertEqual(json.loads(run.stdout)["rows"][0]["suite"], "solve")
            self.assertEqual(read_npy(self.folder / "x.npy")[1], [1.0, 1.0])
            self.solve("a.npy", "--json", stdout, "-o", "/dev/null")

    def test_what_explain_tells_keeps_off_a_stdout_that_is_taken(self):
        for words in (("--json", "-", "-o", "x.npy"), ("--json", "/dev/stdout", "-o", "x.npy")):
            run = self.solve("a.npy", "--explain", *words)
            self.assertEqual(len(json.loads(run.stdout)["rows"]), 1)
            self.assertIn("plan:", run.stderr)
        run = subprocess.run([GPUBENCH, "solve", "a.npy", "--explain", "-o", "/dev/stdout"], capture_output=True, cwd=self.folder, timeout=250)
        self.assertTrue(run.stdout.startswith(b"\x93NUMPY"), run.stdout)
        self.assertIn(b"plan:", run.stderr)

    def test_a_forward_error_that_is_not_known_has_its_reason(self):
        self.npy("wide.npy", [1.0, 0.0, 1.0, 0.0, 1.0, 1.0], (2, 3))
        self.npy("b.npy", [2.0, 2.0])
        why = "ones are not the only x with this b: the rank of A is 2, x has 3 elements"
        run = self.solve("wide.npy", "-o", "x.npy", "--json", "s.json")
        self.assertIn(f", rank 2 of 2; forward error: not known, because {why}\n", run.stderr)
        self.assertEqual(self.document("s.json")["rows"][0]["solve"]["reasons"]["forward_error"], why)
        run = self.solve("wide.npy", "b.npy", "-o", "x.npy", "--json", "s.json")
        self.assertNotIn("forward error", run.stderr)
        self.assertIn("b was given", self.document("s.json")["rows"][0]["solve"]["reasons"]["forward_error"])


if __name__ == "__main__":
    unittest.main()
