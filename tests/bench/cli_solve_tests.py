# SPDX-License-Identifier: Apache-2.0
"""gpubench solve and run solve: answers, exit codes, files. cli_solve_tests.py GPUBENCH GPUBENCH_FAULTY SCHEMA [unittest arguments]"""

import json
import math
import os
import pathlib
import random
import signal
import subprocess
import unittest

from check_results import file_errors
from cli_tests import GPUBENCH, HERE, SANITIZER, SCHEMA, Cli, read_npy, write_npy

MATRICES = HERE.parent / "data" / "matrices"
HILBERT = [1 / (i + j + 1) for i in range(14) for j in range(14)]
REPORT = r"^[\dx ]+ \w+: .+, \d+ threads?, [\d.e+-]+ \w+; backward error [\d.e+-]+ \(bar [\d.e+-]+\)"


def has_lapack():
    """Whether the cpu has a library for solves; the reference device needs none."""
    env = subprocess.run([GPUBENCH, "env", "--json", "-"], capture_output=True, text=True, timeout=250)
    return json.loads(env.stdout)["library"]["lapack"] is not None


DEVICES = ["reference"] + (["cpu"] if GPUBENCH and has_lapack() else [])


class SolveCli(Cli):
    def solve(self, *words, device="reference", **options):
        return self.fine("solve", *words, "--device", device, **options)

    def refuses(self, code, pattern, *words):
        """As fails(), with an old file at x.npy that stays as it is."""
        (self.folder / "x.npy").write_text("old")
        self.fails(code, pattern, "solve", *words, "-o", "x.npy", "--device", "reference")
        self.assertEqual((self.folder / "x.npy").read_text(), "old")

    def npy(self, name, values, shape=None, fortran=False):
        return write_npy(self.folder / name, values, shape, fortran)

    def header_bytes(self, name):
        content = (self.folder / name).read_bytes()
        return 10 + int.from_bytes(content[8:10], "little")

    def document(self, name):
        document = json.loads((self.folder / name).read_text())
        self.assertEqual(file_errors(json.loads(pathlib.Path(SCHEMA).read_text()), document), [])
        return document


class Solve(SolveCli):
    def test_real_matrices_give_ones_back(self):
        for device in DEVICES:
            for name, most in (("pores_1", 1e-9), ("west0479", 1e-5), ("well1033", 1e-11)):
                run = self.solve(MATRICES / f"{name}.mtx", "-o", "x.npy", device=device)
                self.assertEqual(run.stdout, "")
                self.assertRegex(run.stderr, REPORT + r", rcond [\d.e+-]+(, rank 320 of 320)?, forward error max\|x - 1\| [\d.e+-]+\n$")
                self.assertLess(max(abs(x - 1) for x in read_npy(self.folder / "x.npy")[1]), most, name)

    def test_a_rank_deficient_matrix_gives_the_least_norm_and_its_rank(self):
        for device in DEVICES:
            run = self.solve(MATRICES / "abb313.mtx", "-o", "x.npy", device=device)
            self.assertRegex(run.stderr, r"rank 128 of 176\n$")
            x = read_npy(self.folder / "x.npy")[1]
            self.assertLess(math.hypot(*x), math.sqrt(176))

    def test_b_is_read_and_x_printed(self):
        a = self.npy("a.npy", [2.0, 1.0, 1.0, 3.0], (2, 2))
        for device in DEVICES:
            self.assertEqual(self.solve(a, self.npy("b.npy", [3.0, 5.0]), device=device).stdout, "[0.8 1.4]\nfloat64 (2,)\n")
        (self.folder / "b.MTX").write_text("%%MatrixMarket matrix array real general\n2 2\n5\n5\n5\n10\n")
        self.assertEqual(self.solve(a, "b.MTX").stdout, "[[2.0 1.0]\n [1.0 3.0]]\nfloat64 (2, 2)\n")

    def test_orders_in_memory_are_those_of_the_file(self):
        self.npy("c.npy", [2.0, 1.0, 0.0, 4.0], (2, 2))
        self.npy("f.npy", [2.0, 0.0, 1.0, 4.0], (2, 2), fortran=True)
        self.npy("b.npy", [3.0, 4.0])
        self.solve("c.npy", "b.npy", "-o", "x.npy")
        self.solve("f.npy", "b.npy", "-o", "y.npy")
        self.assertEqual(read_npy(self.folder / "x.npy")[1], [1.0, 1.0])
        self.assertEqual(read_npy(self.folder / "y.npy")[1], [1.0, 1.0])

    def test_a_stack_of_systems_is_solved(self):
        self.npy("a.npy", [1.0, 0.0, 0.0, 2.0, 4.0, 0.0, 0.0, 5.0], (2, 2, 2))
        self.npy("b.npy", [1.0, 1.0, 1.0, 1.0], (2, 2, 1))
        self.solve("a.npy", "b.npy", "-o", "x.npy")
        self.assertEqual(read_npy(self.folder / "x.npy")[1], [1.0, 0.5, 0.25, 0.2])
        self.refuses(2, "without b: expected A of 2 dimensions, got shape \\(2, 2, 2\\)", "a.npy")

    def test_every_method_and_promise_that_fits_gives_the_same_x(self):
        a = self.npy("a.npy", [4.0, 1.0, 0.0, 1.0, 5.0, 2.0, 0.0, 2.0, 6.0], (3, 3))
        choices = [("--method", m) for m in ("automatic", "lu", "cholesky", "indefinite", "banded", "tridiagonal", "qr", "rank_revealing")]
        choices += [("--assume", s) for s in ("any", "general", "symmetric", "positive-definite", "banded", "tridiagonal")]
        choices += [("--factor-precision", p) for p in ("auto", "same", "float32")]
        choices += [("--condition", c) for c in ("always", "screened", "never")]
        for device in DEVICES:
            for choice in choices:
                run = self.solve(a, "-o", "x.npy", *choice, "--threads", "1", device=device)
                self.assertLess(max(abs(x - 1) for x in read_npy(self.folder / "x.npy")[1]), 1e-14, choice)
                self.assertEqual("rcond" in run.stderr, choice not in (("--condition", "screened"), ("--condition", "never")))

    def test_numbers_of_every_type_are_solved(self):
        for kind, values in (("integer", "3\n1\n1\n2\n"), ("complex", "1 1\n0 0\n0 0\n0 2\n"), ("real", "2\n0\n0\n4\n")):
            (self.folder / "a.mtx").write_text(f"%%MatrixMarket matrix array {kind} general\n2 2\n{values}")
            for device in DEVICES:
                self.assertRegex(self.solve("a.mtx", device=device).stdout, r"^\[1\.0 1\.0\]|\[\(1\+0j\) \(1\+0j\)\]")

    def test_the_file_says_how_x_came_about(self):
        for device in DEVICES:
            self.solve(MATRICES / "pores_1.mtx", "-o", "x.npy", "--json", "s.json", device=device)
            (row,) = self.document("s.json")["rows"]
            facts = row["solve"]
            self.assertEqual((row["suite"], row["id"], row["n"], row["dtype"], row["device"], row["variant"], row["verified"]),
                             ("solve", "file", 30, "float64", device, "fused", True))
            self.assertEqual((facts["rows"], facts["columns"], facts["right_hand_sides"], facts["method"], facts["verdict"], facts["rank"]),
                             (30, 30, 1, "lu", "good", 30))
            self.assertLess(facts["backward_error"], facts["bar"])
            self.assertAlmostEqual(facts["bar"], 30 * 30 * 2**-53)
            self.assertLess(facts["rcond"], 1e-5)
            self.assertLess(facts["forward_error"], 1e-9)
            self.assertEqual(row["samples"], [facts["seconds"]])
            self.assertIn("verdict: good", facts["report"])

    def test_json_on_stdout_is_nothing_but_json(self):
        run = self.solve(MATRICES / "pores_1.mtx", "--json", "-", "--explain")
        self.assertEqual(json.loads(run.stdout)["rows"][0]["suite"], "solve")
        self.assertIn("plan:", run.stderr)

    def test_explain_tells_the_plan_and_the_outcome(self):
        out = self.solve(MATRICES / "pores_1.mtx", "-o", "x.npy", "--explain").stdout
        for word in ("found:", "plan:", "backward error:", "verdict: good"):
            self.assertIn(word, out)

    def test_the_plan_of_what_cannot_be_solved_is_told_first(self):
        self.npy("a.npy", [1.0, 2.0, 2.0, 4.0], (2, 2))
        run = self.run_gpubench("solve", "a.npy", "--explain", "--device", "reference")
        self.assertEqual(run.returncode, 3)
        self.assertIn("plan:", run.stdout)


class SolveFailures(SolveCli):
    def test_an_exactly_singular_matrix_is_exit_3(self):
        for device in DEVICES:
            self.npy("a.npy", [1.0, 2.0, 2.0, 4.0], (2, 2))
            self.fails(3, "singular|zero|pivot", "solve", "a.npy", "-o", "x.npy", "--device", device, "--json", "s.json")
        self.refuses(3, "singular|zero|pivot", "a.npy")

    def test_a_matrix_conditioned_beyond_use_is_exit_4_and_x_is_there(self):
        self.npy("h.npy", HILBERT, (14, 14))
        for device in DEVICES:
            (self.folder / "x.npy").write_text("old")
            run = self.run_gpubench("solve", "h.npy", "-o", "x.npy", "--json", "s.json", "--device", device)
            self.assertEqual((run.returncode, run.stdout), (4, ""), run.stderr)
            self.assertRegex(run.stderr, r"gpubench: x is not one to rely on: A is singular to working precision: rcond [\d.]+e-(1[6-9]|2\d); no digit")
            self.assertEqual(len(read_npy(self.folder / "x.npy")[1]), 14)
            (row,) = self.document("s.json")["rows"]
            self.assertEqual((row["solve"]["verdict"], row["verified"]), ("ill_conditioned", True))
            self.assertLess(row["solve"]["rcond"], 2**-52)
        self.fine("solve", "h.npy", "-o", "x.npy", "--condition", "never", "--device", "reference")

    def test_the_first_entry_that_is_not_finite_is_named(self):
        self.npy("a.npy", [1.0, 2.0, math.nan, math.inf], (2, 2))
        self.refuses(2, r"\[1, 0\]", "a.npy")
        self.npy("g.npy", [1.0, 0.0, 0.0, 1.0], (2, 2))
        self.npy("b.npy", [1.0, math.inf])
        self.refuses(2, r"\[1\]", "g.npy", "b.npy")

    def test_bad_input_is_exit_2(self):
        self.npy("square.npy", [1.0, 2.0, 3.0, 4.0], (2, 2))
        self.npy("three.npy", [1.0, 2.0, 3.0])
        (self.folder / "bad.mtx").write_text("%%MatrixMarket matrix array real general\n2 2\n1\n2\nx\n4\n")
        for pattern, *words in ((r"expected A.npy\|A.mtx \[b.npy\|b.mtx\]",), ("unexpected operand", "square.npy", "three.npy", "three.npy"),
                                ("No such file", "none.npy"), ("No such file", "none.mtx"), (r"bad.mtx:5: expected a number, got 'x'", "bad.mtx"),
                                ("solve: ", "square.npy", "three.npy"), ("solve: |2 dimensions", "three.npy", "three.npy"),
                                ("--assume: expected one of any, .*'positive_definite' \\(did you mean 'positive-definite'\\?\\)", "square.npy", "--assume", "positive_definite"),
                                ("--method: expected one of automatic, lu, .*'LU'", "square.npy", "--method", "LU"),
                                ("--factor-precision: expected one of auto, same, float32, got 'float16'", "square.npy", "--factor-precision", "float16"),
                                ("--condition: expected one of always, screened, never, got 'no'", "square.npy", "--condition", "no"),
                                ("solve: .*symmetric|symmetric.*solve", "square.npy", "--assume", "symmetric"),
                                ("--threads", "square.npy", "--threads", "0")):
            self.refuses(2, f"(?s){pattern}", *words)
        self.fails(2, "cuda|CUDA", "solve", "square.npy", "-o", "y.npy", "--device", "cuda")
        self.fails(2, "auto, cpu, reference, cuda or cuda:N, got 'gpu'", "solve", "square.npy", "-o", "y.npy", "--device", "gpu")

    def test_outputs_that_cannot_be_are_refused_before_the_work(self):
        self.npy("a.npy", [1.0, 2.0, 3.0, 4.0], (2, 2))
        self.fails(2, "No such file", "solve", "a.npy", "-o", "none/x.npy")
        self.fails(2, "No such file", "solve", "a.npy", "--json", "none/x.json")
        self.fails(2, "expected a file of its own, got that of -o", "solve", "a.npy", "-o", "x.npy", "--json", "./x.npy")
        self.npy("b.npy", [1.0, 2.0])
        for input in ("./a.npy", "b.npy"):
            self.fails(2, "expected a file of its own, got that of an input", "solve", "a.npy", "b.npy", "-o", input)
            self.fails(2, "expected a file of its own, got that of an input", "solve", "a.npy", "b.npy", "--json", input)
        self.fails(2, "expected a name for an .npy file, got one for Matrix Market", "solve", "a.npy", "-o", "x.mtx")

    def test_a_full_disk_is_exit_5_and_leaves_the_other_file_alone(self):
        self.npy("a.npy", [1.0, 2.0, 3.0, 4.0], (2, 2))
        self.fails(5, "No space left", "solve", "a.npy", "-o", "/dev/full", "--device", "reference")
        self.fails(5, "No space left", "solve", "a.npy", "-o", "x.npy", "--json", "/dev/full", "--device", "reference")

    @unittest.skipIf(SANITIZER in ("address", "thread"), "the sanitizer's own map is larger than any limit")
    def test_a_system_too_large_for_the_memory_is_exit_5(self):
        def little_memory():
            import resource
            resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        n = 8000
        self.npy("a.npy", [1.0], (n, n))
        with open(self.folder / "a.npy", "r+b") as file:
            file.truncate(self.header_bytes("a.npy") + 8 * n * n)
        self.npy("b.npy", [1.0] * n)
        for device in DEVICES:
            (self.folder / "x.npy").write_text("old")
            run = self.run_gpubench("solve", "a.npy", "b.npy", "-o", "x.npy", "--method", "lu", "--device", device,
                                    preexec_fn=little_memory, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})
            self.assertEqual((run.returncode, run.stdout), (5, ""), run.stderr)
            self.assertRegex(run.stderr, "^gpubench: .*memory")
            self.assertEqual((self.folder / "x.npy").read_text(), "old")

    def test_what_no_memory_holds_is_exit_5_before_it_is_read(self):
        (self.folder / "huge.mtx").write_text("%%MatrixMarket matrix coordinate real general\n10000000 10000000 1\n1 1 1\n")
        self.refuses(5, "huge.mtx:2: expected a dense matrix that fits in the memory that is left", "huge.mtx")


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
            self.assertEqual((gemm["suite"], gemm["variant"], gemm["verified"]), ("ceilings", "lapack", True))

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
        out = self.fine("lecture", *self.QUICK).stdout
        for n, time in (("10", "1 us"), ("100", "1 ms"), ("1000", "1 s"), ("10000", "1 hour"), ("100000", "1 month"), ("1000000", "1 century")):
            self.assertRegex(out, rf"\n +{n}  {time} ")
        self.assertRegex(out, r"\n +1000000  1 century +1\.056 centuries +~ [\d.]+ \w+")


class Random(SolveCli):
    def test_random_systems_of_every_small_size_are_solved(self):
        draw = random.Random(4)
        for n in (1, 2, 3, 5, 17, 40):
            self.npy("a.npy", [draw.uniform(-1, 1) for _ in range(n * n)], (n, n))
            for device in DEVICES:
                self.solve("a.npy", "-o", "x.npy", device=device)
                self.assertLess(max(abs(x - 1) for x in read_npy(self.folder / "x.npy")[1]), 1e-10, n)


if __name__ == "__main__":
    unittest.main()
