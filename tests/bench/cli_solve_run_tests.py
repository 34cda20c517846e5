# SPDX-License-Identifier: Apache-2.0
"""gpubench run solve and lecture: rows and files. cli_solve_run_tests.py GPUBENCH GPUBENCH_FAULTY SCHEMA [unittest arguments]"""

import os
import re
import signal
import subprocess
import unittest

from cli_solve_tests import DEVICES, SolveCli
from cli_tests import GPUBENCH


class SolveRun(SolveCli):
    QUICK = ("--max-time", "0.02", "--target-ci", "20%")

    def rows(self, *words):
        run = self.fine("run", "solve", *words, *self.QUICK, "--json", "r.json", "--csv", "r.csv", "--md", "r.md")
        document = self.document("r.json")
        self.assertEqual(len((self.folder / "r.csv").read_text().splitlines()), len(document["rows"]) + 1)
        return run, document["rows"]

    def test_small_sizes_are_measured_and_large_ones_extrapolated(self):
        run, rows = self.rows("--n", "1e6,10,30,100,200", "--threads", "1", "--device", ",".join(DEVICES))
        solves = [row for row in rows if row["suite"] == "solve"]
        self.assertEqual([row["n"] for row in solves], sorted(row["n"] for row in solves))
        kinds = {(row["device"], row["variant"]) for row in solves}
        self.assertLessEqual({("reference", "fused"), ("reference", "mixed")}, kinds)
        if "cpu" in DEVICES:
            self.assertLessEqual({("cpu", v) for v in ("textbook", "lapack", "fused", "mixed")}, kinds)
        for row in solves:
            if row["n"] < 1e6:
                self.assertTrue(row["verified"])
                self.assertLess(row["solve"]["hpl_residual"], 16)
                self.assertLess(row["solve"]["backward_error"], row["solve"]["bar"])
                continue
            self.assertIs(row["extrapolated"], True)
            self.assertLess(row["ci_low_s"], row["median_s"])
            self.assertLess(row["median_s"], row["ci_high_s"])
            self.assertRegex(row["reasons"]["stop_reason"], r"^extrapolated: .*fitted to this run's n = 10 30 100 200$")
            self.assertGreater(row["median_s"], 3600)
            self.assertAlmostEqual(row["solve"]["lecture_s"], 1e18 / 3 / 1e8)
        self.assertRegex(run.stdout, r"1000000 .* ~ [\d.]+ \w+ .*1\.056 centuries +extrapolated\n")
        self.assertIn("~ is extrapolated", run.stdout)
        if "cpu" in DEVICES:
            (gemm,) = [row for row in rows if row["id"] == "gemm"]
            self.assertEqual((gemm["suite"], gemm["variant"], gemm["verified"]), ("ceilings", "dgemm", True))

    @unittest.skipUnless("cpu" in DEVICES and (os.cpu_count() or 1) > 1, "one thread, or no library")
    def test_rows_have_the_threads_that_they_used(self):
        run, rows = self.rows("--n", "100", "--threads", "2")
        threads = {row["variant"]: (row["threads"], row.get("most_threads")) for row in rows if row["suite"] == "solve"}
        self.assertEqual((threads["textbook"], threads["fused"], threads["mixed"]), ((1, None), (1, 2), (1, 2)))
        self.assertIn(threads["lapack"], ((1, 2), (2, 2)))
        self.assertRegex(run.stdout, r"(?m)^ *100 +cpu +1 of 2 +fused ")
        self.assertRegex(run.stderr, r"n=100 cpu 1 of 2 threads fused: ")

    def test_what_is_too_long_is_extrapolated_from_what_is_not(self):
        _, rows = self.rows("--n", "50,100,200,400,3000", "--filter", "textbook")
        solves = [row for row in rows if row["suite"] == "solve"]
        self.assertEqual([row.get("extrapolated", False) for row in solves], [False] * 4 + [True])
        self.assertRegex(solves[-1]["reasons"]["stop_reason"], "a call would take about .*, more than --max-time; c0")
        self.assertTrue(all(row["threads"] == 1 for row in solves))

    def test_nothing_to_extrapolate_from_is_refused(self):
        run = self.run_gpubench("run", "solve", "--n", "1e6", "--filter", "textbook", *self.QUICK, "--json", "r.json")
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertRegex(run.stderr, "\ngpubench: no case can be run: solve/random skipped: .*no smaller size was measured to extrapolate from\n$")
        self.assertFalse((self.folder / "r.json").exists())

    def test_more_threads_than_there_are_are_skipped(self):
        _, rows = self.rows("--n", "10", "--threads", "1,2000", "--device", "reference")
        skipped = [row for row in rows if row["threads"] == 2000]
        self.assertTrue(skipped)
        for row in skipped:
            self.assertRegex(row["reasons"]["median_s"], r"^skipped: reference has \d+ threads? ")

    def test_a_run_that_is_stopped_keeps_the_rows_that_finished(self):
        run = subprocess.Popen([GPUBENCH, "run", "solve", "--n", "10,20,1e6", "--device", "reference", "--threads", "1", "--max-time", "20",
                                "--target-ci", "0.000001%", "--json", "r.json"], cwd=self.folder, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
        first = run.stderr.readline()
        run.send_signal(signal.SIGINT)
        _, rest = run.communicate(timeout=100)
        self.assertIn("n=10 reference 1 thread fused", first)
        self.assertEqual(run.returncode, -signal.SIGINT, rest)
        document = self.document("r.json")
        self.assertIn("stopped_by", document["tool"])
        self.assertTrue(document["rows"])
        self.assertTrue(all(row["verified"] and row["n"] < 1e6 for row in document["rows"]))

    def test_the_lecture_shows_the_table_of_solves(self):
        run = self.fine("lecture", *self.QUICK)
        out = run.stdout
        for n, time in (("10", "1 us"), ("100", "1 ms"), ("1000", "1 s"), ("10000", "1 hour"), ("100000", "1 month"), ("1000000", "1 century")):
            self.assertRegex(out, rf"\n *{n}  {time} ")
        interval = r"(/[\d.]+ x[\d.]+|±[\d.]+%|none)"
        cell = rf"~ [\d.]+ \w+ +{interval}"
        self.assertRegex(out, rf"\n *1000000  1 century +{cell}" + rf" +({cell}|-)" * 3 + "\n")
        self.assertRegex(out, r"\n *1000000  1\.056 centuries ")
        self.assertRegex(out, r"(?m)^ +2011: +2011:\na\*\*2 \+ b\*\*2 \+ 2\*a\*b  threads +ms  95% +speed-up +GB/s  % of triad +ms  speed-up$")
        self.assertLessEqual(max(map(len, out.splitlines())), 125)
        told = [line for line in run.stderr.splitlines() if re.match(r"\d+ of ", line)]
        for i, line in enumerate(told, 1):
            self.assertRegex(line, rf"^{i} of {len(told)} (expr|solve)/")
            self.assertNotIn("left", line)
            if line.endswith(", extrapolated"):
                self.assertRegex(line, rf": {cell}, extrapolated$".replace(" +", " "))


if __name__ == "__main__":
    unittest.main()
