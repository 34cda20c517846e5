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

    def test_a_name_that_is_not_one_for_npy_is_refused(self):
        (self.folder / "old.txt").write_text("old")
        for words in (("solve", "a.npy"), ("eval", "1+1")):
            for name in ("x.txt", "old.txt", "x", "x.npz", "x.csv", ".npy.txt"):
                self.fails(2, f"-o {name}: expected a name that ends in .npy, the format that is written, got '{name}'", *words, "-o", name)
            self.fails(2, "-o -: expected a name that ends in .npy.*; without -o the result is printed, /dev/stdout gets .npy bytes", *words, "-o", "-")
            self.fine(*words, "-o", "/dev/null")
            self.fine(*words, "-o", "X.NPY")
        self.fails(2, "-o y.txt: expected a name that ends in .npy", "eval", "y = 1; y", "-o", "y=y.txt")
        with open(self.folder / "led", "wb") as led:
            subprocess.run([GPUBENCH, "solve", "a.npy", "-o", "/dev/stdout"], stdout=led, stderr=subprocess.DEVNULL, cwd=self.folder, timeout=250, check=True)
        self.assertEqual(read_npy(self.folder / "led")[1], [1.0, 1.0])

    def facts(self, *words):
        run = self.run_gpubench("solve", *words, "-o", "x.npy", "--json", "s.json")
        self.assertIn(run.returncode, (0, 4), run.stderr)
        (row,) = self.document("s.json")["rows"]
        return row["solve"]

    def test_the_file_tells_the_systems_of_a_stack(self):
        self.npy("two.npy", [4.0, 1.0, 1.0, 3.0, 1.0, 1.0, 1.0, 1.0 + 2**-52], (2, 2, 2))
        self.npy("b.npy", [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], (2, 3))
        facts = self.facts("two.npy", "b.npy")
        self.assertEqual((facts["systems"], facts["right_hand_sides"], len(facts["backward_errors"])), (2, 6, 6))
        self.assertEqual((facts["verdict"], facts["doubtful"]), ("ill_conditioned", [1]))
        self.assertEqual(max(facts["backward_errors"]), facts["backward_error"])
        self.assertGreater(facts["condition_bound"], 2**50)

    def test_the_file_tells_every_way_that_was_tried(self):
        facts = self.facts("a.npy")
        self.assertEqual((facts["systems"], facts["right_hand_sides"], facts["doubtful"], len(facts["backward_errors"])), (1, 1, [], 1))
        # Symmetric with a positive diagonal, but not positive definite: Cholesky is tried in vain.
        n = 40
        self.npy("indefinite.npy", [1.0 if i == j else 0.9 if i + j == n - 1 else -0.9 for i in range(n) for j in range(n)], (n, n))
        *earlier, last = self.facts("indefinite.npy")["attempts"]
        self.assertEqual((earlier[0]["method"], earlier[0]["backward_error"]), ("cholesky", None))
        self.assertRegex(earlier[0]["outcome"], "leading minor of order 3 is not positive")
        self.assertIsNone(last["outcome"])
        self.assertNotEqual(last["method"], "cholesky")


if __name__ == "__main__":
    unittest.main()
