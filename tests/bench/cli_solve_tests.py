# SPDX-License-Identifier: Apache-2.0
"""gpubench solve: answers, exit codes, files. cli_solve_tests.py GPUBENCH GPUBENCH_FAULTY SCHEMA [unittest arguments]"""

import json
import math
import os
import pathlib
import random
import shutil
import subprocess
import time
import unittest

from check_results import file_errors, row_errors
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
            self.assertRegex(run.stderr, r", rank 128 of 176; forward error: not known, because ones are not the only x with this b: "
                             r"the rank of A is 128, x has 176 elements\n$")
            x = read_npy(self.folder / "x.npy")[1]
            # Ones are a solution too, and as short: only rounding may make this one longer.
            self.assertLess(math.hypot(*x), math.sqrt(176) * (1 + 1e-12))

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
        self.refuses(2, "without b: expected one A, of 2 dimensions, got shape \\(2, 2, 2\\)", "a.npy")

    def test_the_transpose_and_the_adjoint_are_solved(self):
        self.npy("a.npy", [2.0, 1.0, 0.0, 4.0], (2, 2))
        self.npy("b.npy", [4.0, 8.0])
        (self.folder / "c.mtx").write_text("%%MatrixMarket matrix array complex general\n2 1\n3 4\n0 1\n")
        for device in DEVICES:
            self.assertEqual(self.solve("a.npy", "b.npy", "--operation", "none", device=device).stdout, "[1.0 2.0]\nfloat64 (2,)\n")
            self.assertEqual(self.solve("a.npy", "b.npy", "--operation", "transpose", device=device).stdout, "[2.0 1.5]\nfloat64 (2,)\n")
            for operation in ("transpose", "adjoint"):  # without b, of one equation with two unknowns
                run = self.solve("c.mtx", "--operation", operation, "-o", "x.npy", device=device)
                self.assertIn("the rank of A is 1, x has 2 elements", run.stderr)

    def test_a_rank_tolerance_lets_small_directions_go(self):
        self.npy("a.npy", [1.0, 0.0, 0.0, 1e-5], (2, 2))
        self.npy("b.npy", [1.0, 1.0])
        for device in DEVICES:
            run = self.solve("a.npy", "b.npy", "--rank-tolerance", "1e-3", device=device)
            self.assertEqual(run.stdout, "[1.0 0.0]\nfloat64 (2,)\n")
            self.assertIn("rank 1 of 2", run.stderr)
        for given in ("1", "-1", "nan", "x"):
            self.refuses(2, "--rank-tolerance: expected a number from 0 to below 1, got '" + given + "'", "a.npy", "--rank-tolerance", given)

    def test_the_line_about_a_stack_says_whose_method_it_names(self):
        n = 70
        self.npy("a.npy", [random.random() for _ in range(n * n)] + [float(i == j) for i in range(n) for j in range(n)], (2, n, n))
        self.npy("b.npy", [1.0] * n, (n, 1))
        self.assertIn("2 x 70 x 70 float64: division by the diagonal (the last system), 1 thread", self.solve("a.npy", "b.npy", "-o", "x.npy").stderr)

    def test_every_method_and_promise_that_fits_gives_the_same_x(self):
        a = self.npy("a.npy", [4.0, 1.0, 0.0, 1.0, 5.0, 2.0, 0.0, 2.0, 6.0], (3, 3))
        choices = [("--method", m) for m in ("automatic", "auto", "lu", "cholesky", "indefinite", "banded", "tridiagonal", "qr", "rank_revealing")]
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

    def test_a_reason_stands_only_where_there_is_no_value(self):
        self.npy("b.npy", [1.0] * 313)
        for words, unknown in ((("pores_1",), set()), (("pores_1", "--condition", "never"), {"rcond", "condition_bound"}),
                               (("abb313",), {"forward_error", "lecture_flops", "lecture_s"}),
                               (("abb313", "b.npy"), {"forward_error", "lecture_flops", "lecture_s"})):
            self.solve(MATRICES / f"{words[0]}.mtx", *words[1:], "-o", "x.npy", "--json", "s.json")
            (row,) = self.document("s.json")["rows"]
            self.assertEqual(set(row["solve"]["reasons"]), unknown | {"hpl_residual", "gemm_flops_per_s"}, words)
            self.assertEqual("flops" in row["reasons"], words[0] == "abb313")
        row["solve"]["reasons"]["rank"] = "not a number"
        self.assertEqual(list(row_errors(row, "row")), ["row.solve.rank: 128 has a reason to be null, 'not a number'"])

    @unittest.skipUnless("cpu" in DEVICES and not SANITIZER, "no library is loaded")
    def test_loading_the_library_is_not_timed(self):
        (self.folder / "slow.c").write_text("#include <unistd.h>\n__attribute__((constructor)) static void load(void) { sleep(1); }\n")
        built = subprocess.run(["cc", "-shared", "-fPIC", "slow.c", "-o", "slow.so", "-Wl,--no-as-needed", "-l:libopenblas.so.0"],
                               cwd=self.folder, capture_output=True, text=True) if shutil.which("cc") else None
        if built is None or built.returncode != 0:
            self.skipTest("no compiler, or no OpenBLAS where its linker looks")
        self.npy("a.npy", [4.0, 1.0, 1.0, 3.0], (2, 2))
        began = time.monotonic()
        self.solve("a.npy", "-o", "x.npy", "--json", "s.json", device="cpu", env=os.environ | {"GPUCOMPUTE_BLAS": str(self.folder / "slow.so")})
        self.assertGreater(time.monotonic() - began, 1)
        self.assertLess(self.document("s.json")["rows"][0]["median_s"], 0.9)

    def test_json_on_stdout_is_nothing_but_json(self):
        run = self.solve(MATRICES / "pores_1.mtx", "-o", "x.npy", "--json", "-", "--explain")
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

    def test_a_matrix_that_is_not_positive_definite_is_exit_3_for_cholesky(self):
        self.npy("a.npy", [1.0, 2.0, 2.0, 1.0], (2, 2))
        self.refuses(3, "positive definite", "a.npy", "--method", "cholesky")
        self.npy("b.npy", [-1.0], (1, 1))
        self.refuses(3, r"expected a positive definite A, got A\[0, 0\] = -1 \(cholesky\)", "b.npy", "--method", "cholesky")
        for text in (self.fine("--help").stdout, self.fine("solve", "--help").stdout):
            self.assertRegex(text, r"(?i)\b3\b.*zero pivot was met, or A is not positive definite for --method cholesky")

    def test_help_lists_every_value(self):
        text = self.fine("solve", "--help").stdout
        self.npy("a.npy", [1.0], (1, 1))
        for option in ("--assume", "--operation", "--method", "--factor-precision", "--condition"):
            names = self.run_gpubench("solve", "a.npy", option, "?").stderr.partition("one of ")[2].partition(", got")[0].split(", ")
            (line,) = [line for line in text.splitlines() if line.startswith(f"  {option} ")]
            self.assertGreater(len(names), 2)
            for name in names:
                self.assertRegex(line, rf"(?<![\w-]){name}(?![\w-])")

    def test_a_matrix_conditioned_beyond_use_is_exit_4_and_x_is_there(self):
        self.npy("h.npy", HILBERT, (14, 14))
        for device in DEVICES:
            (self.folder / "x.npy").write_text("old")
            run = self.run_gpubench("solve", "h.npy", "-o", "x.npy", "--json", "s.json", "--device", device)
            self.assertEqual((run.returncode, run.stdout), (4, ""), run.stderr)
            self.assertRegex(run.stderr, r"gpubench: x is not one to rely on: A is singular to working precision: rcond [\d.]+e-(1[6-9]|2\d); x may have no correct digit")
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
        (self.folder / "a.csv").write_text("1,2\n3,4\n")
        (self.folder / "bad.mtx").write_text("%%MatrixMarket matrix array real general\n2 2\n1\n2\nx\n4\n")
        for pattern, *words in ((r"expected A.npy\|A.mtx \[b.npy\|b.mtx\]",), ("unexpected operand", "square.npy", "three.npy", "three.npy"),
                                ("No such file", "none.npy"), ("No such file", "none.mtx"), (r"bad.mtx:5: expected a number, got 'x'", "bad.mtx"),
                                ("solve: ", "square.npy", "three.npy"), ("solve: |2 dimensions", "three.npy", "three.npy"),
                                ("--assume: expected one of any, .*'positive_definite' \\(did you mean 'positive-definite'\\?\\)", "square.npy", "--assume", "positive_definite"),
                                ("--method: expected one of automatic, auto, lu, .*'LU' \\(did you mean 'lu'\\?\\)", "square.npy", "--method", "LU"),
                                ("--method: .*'Rank-Revealing' \\(did you mean 'rank_revealing'\\?\\)", "square.npy", "--method", "Rank-Revealing"),
                                ("a.csv: expected a readable .npy file, or a Matrix Market file whose name ends in .mtx, got: other content", "a.csv"),
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
        self.fails(2, "-o x.mtx: expected a name that ends in .npy, the format that is written, got 'x.mtx'", "solve", "a.npy", "-o", "x.mtx")

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
        self.npy("huge.npy", [1.0], (1 << 20, 1 << 20))
        with open(self.folder / "huge.npy", "r+b") as file:
            file.truncate(self.header_bytes("huge.npy") + (8 << 40))
        run = self.run_gpubench("solve", "huge.npy", "-o", "y.npy", "--device", "reference")
        self.assertEqual((run.returncode, (self.folder / "y.npy").exists()), (5, False))
        self.assertRegex(run.stderr, "^gpubench: huge.npy: expected an array that fits in the memory that is left, .*got one of 8796093022208 bytes\n$")


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
