# SPDX-License-Identifier: Apache-2.0
"""gpubench run: rows, files and exit codes, also when a row fails. cli_run_tests.py GPUBENCH GPUBENCH_FAULTY SCHEMA [unittest arguments]"""

import json
import os
import pathlib
import re
import subprocess
import unittest

from check_results import file_errors
from cli_tests import FAULTY, GPUBENCH, JIT, SANITIZER, SCHEMA, Cli
from terminal import on_terminal


class Run(Cli):
    QUICK = ("--max-time", "0.02", "--target-ci", "20%")

    def test_every_case_runs_and_follows_the_schema(self):
        run = self.fine("run", "expr", "ceilings", "--n", "10240", "--threads", "1,2", *self.QUICK, "--json", "r.json",
                        "--csv", "r.csv", "--md", "r.md")
        document = json.loads((self.folder / "r.json").read_text())
        self.assertEqual(file_errors(json.loads(pathlib.Path(SCHEMA).read_text()), document), [])
        rows = document["rows"]
        self.assertTrue(all(row["verified"] for row in rows))
        ids = {row["id"] for row in rows}
        for wanted in ("E1", "E2", "E3", "E4a", "E4b", "E5a", "E5b", "E6", "E7a", "E7b", "E8a", "E8b", "E9a", "E9b", "E9c",
                       "E9d", "E9e", "E10a", "E10b", "E11a", "E11b", "E13a", "E13b", "triad", "triad_streaming"):
            self.assertIn(wanted, ids)
        self.assertEqual({row["variant"] for row in rows if row["id"] == "E2"}, {"naive", "fused", "fast", "hand"})
        self.assertEqual(len((self.folder / "r.csv").read_text().splitlines()), len(rows) + 1)
        self.assertEqual(len((self.folder / "r.md").read_text().splitlines()), len(rows) + 2)
        self.assertEqual(len(run.stdout.partition("\n\n")[0].splitlines()), len(rows) + 1)

    def test_a_terminal_is_told_how_long_the_rest_takes(self):
        words = [GPUBENCH, "run", "ceilings", "--n", "1000,2000", "--threads", "1", *self.QUICK]
        run, text = on_terminal(lambda stderr: subprocess.run(words, stdout=subprocess.DEVNULL, stderr=stderr, timeout=250))
        self.assertEqual(run.returncode, 0, text)
        lines = text.splitlines()
        for i, line in enumerate(lines[:4], 1):
            self.assertRegex(line, rf"^{i} of 4 ceilings/triad.*: [\d.]+ \w+" + (r", about \d+ \w+ left$" if i < 4 else "$"))

    def test_more_threads_than_there_are_is_no_row_of_ours(self):
        self.fine("run", "expr", "--filter", "^E1/|^expr/E1/|^E11b$", "--n", "1000", "--threads", "2000", *self.QUICK, "--json", "r.json")
        rows = {(row["id"], row["variant"]): row for row in json.loads((self.folder / "r.json").read_text())["rows"]}
        for name, variant in (("E1", "fused"), ("E1", "fast"), ("E11b", "fused")):
            self.assertRegex(rows[name, variant]["reasons"]["median_s"], r"^skipped: cpu has \d+ threads? ")
        self.assertTrue(rows["E1", "hand"]["verified"])

    @unittest.skipIf(SANITIZER in ("address", "thread"), "the sanitizer's own map is larger than any limit")
    def test_threads_that_cannot_be_had_are_refused_before_the_first_row(self):
        def little_memory():
            import resource
            resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        for suite in ("ceilings", "expr"):
            run = self.run_gpubench("run", suite, "--n", "1000", "--threads", "1,4096", *self.QUICK, "--json", "r.json", preexec_fn=little_memory)
            self.assertEqual((run.returncode, run.stdout), (2, ""), run.stderr)
            self.assertRegex(run.stderr, r"^gpubench: --threads: expected threads that this process may start, got 4096 where \d+ could be started\n$")

    def test_a_size_that_rounds_to_another_is_one_row(self):
        self.fine("run", "expr", "--filter", "^E9d$", "--n", "1000,1001,1010", "--threads", "1", *self.QUICK, "--json", "r.json")
        rows = json.loads((self.folder / "r.json").read_text())["rows"]
        ours = [(row["n"], row["variant"]) for row in rows if row["suite"] == "expr"]
        self.assertEqual(len(ours), len(set(ours)))
        self.assertEqual({n for n, _ in ours}, {1000, 1010})

    @unittest.skipUnless(JIT, "this build has no JIT, whose kernels are kept")
    def test_a_new_text_is_new_to_the_next_process(self):
        cache = {"GPUCOMPUTE_CACHE_DIR": str(self.folder / "kernels"), "GPUCOMPUTE_TIER": "jit"}
        (self.folder / "kernels").mkdir(mode=0o700)
        for _ in range(2):
            before = len(list((self.folder / "kernels").rglob("*")))
            self.fine("run", "expr", "--filter", "^E11a$", "--threads", "1", *self.QUICK, env=os.environ | cache)
            after = len(list((self.folder / "kernels").rglob("*")))
            if before == after == 0:
                self.skipTest("a build without a compiler")
            self.assertGreater(after, before + 3)

    def test_json_on_stdout_is_nothing_but_json(self):
        out = self.fine("run", "expr", "--n", "1000", "--filter", "^E1$", *self.QUICK, "--json", "-").stdout
        self.assertTrue(json.loads(out)["rows"])

    def test_the_lecture_table_is_the_default(self):
        run = self.fine("lecture", *self.QUICK)
        neutral = re.sub(r"\d+(\.\d+)?(e[+-]\d+)?", "N", run.stdout.replace("2011", "year"))
        self.assertRegex(neutral, r"an array at a time +N +N +(±N%|N samples?) +N +N% +N\n")
        self.assertRegex(neutral, r"fused \(\w+\) +N +N +(±N%|N samples?) +Nx +N +N% +N +Nx\n")
        self.assertIn("35.9", run.stdout)
        self.assertIn("9.28", run.stdout)
        self.assertIn("fused", run.stderr)


class Failures(Cli):
    """What a run does when a row fails; FAULTY has cases that fail on purpose."""
    QUICK = ("--max-time", "0.01", "--target-ci", "50%", "--threads", "1")

    def run_faulty(self, pattern, *words):
        """(exit code, the rows of the JSON file by (id, variant), stderr)"""
        run = subprocess.run([FAULTY, "run", "expr", "--filter", pattern, *self.QUICK, "--json", "r.json", "--csv", "r.csv", "--md", "r.md", *words],
                             capture_output=True, text=True, cwd=self.folder, timeout=250)
        document = json.loads((self.folder / "r.json").read_text())
        self.assertEqual(file_errors(json.loads(pathlib.Path(SCHEMA).read_text()), document), [])
        return run.returncode, {(row["id"], row["variant"]): row for row in document["rows"]}, run.stderr

    def failed(self, row, why):
        self.assertEqual((row["verified"], row["median_s"], row["samples"], row["stop_reason"]), (False, None, [], None))
        self.assertRegex(row["reasons"]["median_s"], why)

    def test_a_wrong_result_is_exit_3_and_has_no_time(self):
        code, rows, errors = self.run_faulty("^(right|wrong|right_again)$")
        self.assertEqual(code, 3, errors)
        self.failed(rows["wrong", "fused"], "did not verify: at most 4")
        self.assertEqual(rows["wrong", "fused"]["error"], 1e6)

    def test_a_failure_of_the_machine_is_exit_5(self):
        for name, why in (("memory", "out of memory"), ("lost", "the device is lost")):
            code, rows, errors = self.run_faulty(f"^(right|wrong|{name})$")
            self.assertEqual(code, 5, errors)
            self.failed(rows[name, "fused"], why)
            self.assertRegex(errors, f"expr/{name} .*FAILED: .*{why}")

    def test_a_defect_of_ours_is_exit_70_whatever_else_failed(self):
        code, rows, errors = self.run_faulty("")
        self.assertEqual(code, 70, errors)
        self.failed(rows["defect", "fused"], "an invariant is broken")

    def test_rows_before_and_after_a_failure_are_kept_in_every_file(self):
        _, rows, _ = self.run_faulty("")
        for name in ("right", "right_again"):
            self.assertTrue(rows[name, "fused"]["verified"])
            self.assertGreater(rows[name, "fused"]["median_s"], 0)
        table, page = ((self.folder / name).read_text() for name in ("r.csv", "r.md"))
        for word in ("right,", "right_again,", "defect,", "an invariant is broken"):
            self.assertIn(word, table)
        for word in ("| right |", "| right_again |", "FAILED: a defect of gpubench or the library: ", "NOT VERIFIED"):
            self.assertIn(word, page)

    def test_memory_that_is_not_there_fails_its_rows_alone(self):
        run = self.run_gpubench("run", "expr", "--filter", "^E1$", "--n", "1000,2^50", *self.QUICK, "--json", "r.json")
        self.assertEqual(run.returncode, 5, run.stderr)
        rows = json.loads((self.folder / "r.json").read_text())["rows"]
        self.assertTrue(all(row["verified"] for row in rows if row["n"] == 1000))
        self.failed(next(row for row in rows if row["n"] == 2**50), "memory")

    def test_a_file_that_cannot_be_written_is_exit_5_and_takes_no_other_with_it(self):
        run = self.run_gpubench("run", "ceilings", "--n", "1000", *self.QUICK, "--json", "/dev/full", "--csv", "r.csv")
        self.assertEqual(run.returncode, 5, run.stderr)
        self.assertIn("No space left", run.stderr)
        self.assertEqual(len((self.folder / "r.csv").read_text().splitlines()), 3)
        self.assertEqual(len(run.stdout.splitlines()), 3)

    def test_a_size_below_a_row_skips_its_case_and_says_so_in_every_file(self):
        run = self.fine("run", "expr", "--n", "1000", "--filter", "^E(1|9c)$", *self.QUICK, "--json", "r.json", "--csv", "r.csv",
                        "--md", "r.md")
        document = json.loads((self.folder / "r.json").read_text())
        self.assertEqual(file_errors(json.loads(pathlib.Path(SCHEMA).read_text()), document), [])
        skipped = [row for row in document["rows"] if row["id"] == "E9c"]
        self.assertTrue(skipped)
        for row in skipped:
            self.failed(row, "^skipped: n = 1000 is less than a row$")
        for text in (run.stdout, run.stderr, (self.folder / "r.csv").read_text(), (self.folder / "r.md").read_text()):
            self.assertEqual(text.count("skipped: n = 1000 is less than a row"), len(skipped))
        self.assertTrue(all(row["verified"] for row in document["rows"] if row["id"] != "E9c"))

    def test_a_case_that_was_asked_for_alone_is_refused_where_it_has_no_such_size(self):
        run = self.run_gpubench("run", "expr", "--n", "1000", "--filter", "^E9c$", *self.QUICK, "--json", "r.json")
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("gpubench: no case can be run: expr/E9c skipped: n = 1000 is less than a row\n", run.stderr)
        self.assertFalse((self.folder / "r.json").exists())


if __name__ == "__main__":
    unittest.main()
