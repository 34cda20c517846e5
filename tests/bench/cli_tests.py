# SPDX-License-Identifier: Apache-2.0
"""gpubench as a user meets it: exit codes, outputs, files. cli_tests.py GPUBENCH GPUBENCH_FAULTY SCHEMA [unittest arguments]"""

import json
import os
import pathlib
import re
import resource
import struct
import subprocess
import sys
import tempfile
import unittest

from check_results import file_errors

HERE = pathlib.Path(__file__).parent
DATA = HERE / "data"
GPUBENCH, FAULTY, SCHEMA = (sys.argv.pop(1) for _ in range(3)) if len(sys.argv) > 3 else ("", "", "")


def write_npy(path, values, shape=None, fortran=False):
    shape = shape or (len(values),)
    header = f"{{'descr': '<f8', 'fortran_order': {fortran}, 'shape': {shape}, }}"
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header.encode() +
                     struct.pack(f"<{len(values)}d", *values))
    return path


def read_npy(path):
    """(header text, list of float64)"""
    content = path.read_bytes()
    length = struct.unpack("<H", content[8:10])[0]
    return content[10:10 + length].decode(), list(struct.unpack(f"<{(len(content) - 10 - length) // 8}d", content[10 + length:]))


class Cli(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.a = write_npy(self.folder / "a.npy", [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], (2, 3))
        self.b = write_npy(self.folder / "b.npy", [1.0, 3.0, 5.0, 2.0, 4.0, 6.0], (2, 3), fortran=True)  # the columns of 1..6

    def run_gpubench(self, *words, **options):
        return subprocess.run([GPUBENCH, *map(str, words)], capture_output=True, text=True, cwd=self.folder, timeout=250, **options)

    def fine(self, *words, **options):
        run = self.run_gpubench(*words, **options)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run

    def fails(self, code, pattern, *words, **options):
        """Exit code, a message on stderr, nothing on stdout, and no file that was not there."""
        before = {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()}
        run = self.run_gpubench(*words, **options)
        self.assertEqual(run.returncode, code, run.stderr)
        self.assertRegex(run.stderr, pattern)
        self.assertTrue(run.stderr.startswith("gpubench: "), run.stderr)
        self.assertEqual(run.stdout, "")
        self.assertEqual(before, {path.name: path.read_bytes() for path in self.folder.iterdir() if path.is_file()})


class Usage(Cli):
    def test_help_lists_every_command_and_exit_code(self):
        text = self.fine("--help").stdout
        for word in ("eval", "run", "devices", "functions", "env", "lecture", "exit codes"):
            self.assertIn(word, text)

    def test_every_command_has_help(self):
        for command in ("eval", "run", "devices", "functions", "env", "lecture"):
            self.assertRegex(self.fine(command, "--help").stdout, f"^usage: gpubench {command}")

    def test_typing_errors_are_answered_with_the_nearest_name(self):
        self.fails(2, "unknown command 'evla' \\(did you mean 'eval'\\?\\)", "evla")
        self.fails(2, "unknown option '--thread' \\(did you mean '--threads'\\?\\)", "eval", "1", "--thread", "2")
        self.fails(2, "unknown suite 'exp' \\(did you mean 'expr'\\?\\)", "run", "exp")

    def test_usage_errors(self):
        self.fails(2, "expected TEXT", "eval")
        self.fails(2, "expected SUITE", "run")
        self.fails(2, "--n: .*'1e'", "run", "expr", "--n", "1,1e")
        self.fails(2, "--filter: expected a regular expression", "run", "expr", "--filter", "(")
        self.fails(2, "no case matches", "run", "expr", "--filter", "^nothing$")
        self.fails(2, "--target-ci: expected a percentage", "run", "expr", "--target-ci", "2")
        self.fails(2, "--max-time", "run", "expr", "--max-time", "0")
        self.fails(2, "no device 'tpu'|tpu", "run", "expr", "--device", "tpu")


class Eval(Cli):
    def test_prints_scalars_with_all_digits(self):
        for text, expected in (("1/3", "0.3333333333333333"), ("2**62", "4611686018427387904"), ("1 < 2", "True"),
                               ("(1+2j)*2", "(2+4j)"), ("float32(1)/3", "0.33333334"), ("inf - inf", "nan")):
            self.assertEqual(self.fine("eval", text).stdout, expected + "\n", text)

    def test_prints_arrays_in_brackets(self):
        self.assertEqual(self.fine("eval", "a*2", f"a={self.a}").stdout,
                         "[[ 2.0  4.0  6.0]\n [ 8.0 10.0 12.0]]\nfloat64 (2, 3)\n")

    def test_numbers_on_the_command_line_are_weak(self):
        self.assertEqual(self.fine("eval", "a*k", f"a={DATA}/f4.npy", "k=2.5").stdout.splitlines()[-1], "float32 (2, 3)")
        self.assertEqual(self.fine("eval", "a+k", f"a={DATA}/i1.npy", "k=1").stdout.splitlines()[-1], "int8 (2, 3)")
        self.assertEqual(self.fine("eval", "x*1", "x=1+2j").stdout, "(1+2j)\n")
        self.assertEqual(self.fine("eval", "x*1.0", "x=-1e-3").stdout, "-0.001\n")

    def test_an_expression_may_begin_with_a_minus(self):
        self.assertEqual(self.fine("eval", "-a", "a=3").stdout, "-3\n")

    def test_text_comes_from_a_file(self):
        (self.folder / "text").write_text("s = a + 1\ns*2\n")
        self.assertEqual(self.fine("eval", "@text", "a=1").stdout, "4\n")

    def test_writes_the_default_and_named_results(self):
        self.fine("eval", "s = a + 1; t = s*2; t - a", f"a={self.a}", "-o", "r.npy", "-o", "s=s.npy", "-o", "t=t.npy")
        self.assertEqual(read_npy(self.folder / "r.npy")[1], [3, 4, 5, 6, 7, 8])
        self.assertEqual(read_npy(self.folder / "s.npy")[1], [2, 3, 4, 5, 6, 7])
        self.assertEqual(read_npy(self.folder / "t.npy")[1], [4, 6, 8, 10, 12, 14])

    def test_results_are_c_ordered_unless_all_inputs_are_fortran_ordered(self):
        self.fine("eval", "a - b", f"a={self.a}", f"b={self.b}", "-o", "r.npy")
        header, values = read_npy(self.folder / "r.npy")
        self.assertIn("'fortran_order': False", header)
        self.fine("eval", "b*2 + k", f"b={self.b}", "k=1", "-o", "f.npy")
        header, values = read_npy(self.folder / "f.npy")
        self.assertIn("'fortran_order': True", header)
        self.assertEqual(values, [3, 7, 11, 5, 9, 13])

    def test_an_output_may_replace_its_input(self):
        self.fine("eval", "a*10", f"a={self.a}", "-o", self.a)
        self.assertEqual(read_npy(self.a)[1], [10, 20, 30, 40, 50, 60])

    def test_explain_shows_the_plan_and_evaluates(self):
        out = self.fine("eval", "a + 1", f"a={self.a}", "--explain").stdout
        self.assertTrue(out.endswith("[[2.0 3.0 4.0]\n [5.0 6.0 7.0]]\nfloat64 (2, 3)\n"), out)
        self.assertGreater(len(out), 100)

    def test_devices_and_precisions_agree_on_simple_arithmetic(self):
        for options in (["--device", "cpu"], ["--device", "reference"], ["--device", "auto", "--threads", "1"],
                        ["--precision", "fast"]):
            self.assertEqual(self.fine("eval", "a*2 + 1", "a=20", *options).stdout, "41\n", options)

    def test_mistakes_in_the_text(self):
        self.fails(2, "\\^", "eval", "a +", "a=1")
        self.fails(2, "sqrtt", "eval", "sqrtt(a)", "a=1")
        self.fails(2, "unknown|missing|name", "eval", "a + b", "a=1")
        self.fails(2, "shape", "eval", "a + b", f"a={self.a}", f"b={DATA}/empty.npy")

    def test_mistakes_in_the_inputs(self):
        self.fails(2, "No such file", "eval", "a", "a=none.npy")
        self.fails(2, "float16", "eval", "a", f"a={DATA}/refused_float16.npy")
        self.fails(2, "NAME=FILE.npy or NAME=NUMBER", "eval", "a", "1=2")
        self.fails(2, "given twice", "eval", "a", "a=1", "a=2")

    def test_mistakes_in_the_options(self):
        self.fails(2, "--precision: expected precise or fast", "eval", "1", "--precision", "quick")
        self.fails(2, "--threads", "eval", "1", "--threads", "0")
        self.fails(2, "tpu", "eval", "1", "--device", "tpu")
        self.fails(2, "nosuch", "eval", "a*1", "a=1", "-o", "nosuch=x.npy")
        self.fails(2, "No such file or directory", "eval", "1", "-o", "none/x.npy")
        self.fails(2, "given twice", "eval", "s = 1; s + 1", "-o", "x.npy", "-o", "s=x.npy")

    def test_an_absent_device_is_bad_input_after_its_plan_was_shown(self):
        self.fails(2, "cuda", "eval", "a + 1", "a=1", "--device", "cuda:99")
        run = self.run_gpubench("eval", "a + 1", f"a={self.a}", "--device", "cuda:99", "--explain", "-o", "x.npy")
        self.assertEqual(run.returncode, 2)
        self.assertFalse((self.folder / "x.npy").exists())

    def test_an_old_file_survives_a_failure(self):
        (self.folder / "x.npy").write_text("old")
        self.fails(2, "shape", "eval", "a + b", f"a={self.a}", f"b={DATA}/empty.npy", "-o", "x.npy")
        self.assertEqual((self.folder / "x.npy").read_text(), "old")

    def test_a_full_disk_is_a_failure_of_the_machine(self):
        self.fails(5, "No space left", "eval", "a*2", f"a={self.a}", "-o", "/dev/full")
        with open("/dev/full", "w") as full:
            run = subprocess.run([GPUBENCH, "eval", "1"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(run.returncode, 5, run.stderr)

    def test_a_file_that_grows_too_large_leaves_nothing(self):
        def limit():
            import signal
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        self.fails(5, "File too large", "eval", "a + zero", f"a={write_npy(self.folder / 'c.npy', [0.0] * 5000)}", "zero=0",
                   "-o", "big.npy", preexec_fn=limit)

    def test_too_little_memory_is_a_failure_of_the_machine(self):
        n = 1 << 20
        column = write_npy(self.folder / "column.npy", [0.0] * n, (n, 1))
        self.fails(5, "memory", "eval", "a + b", f"a={column}", f"b={write_npy(self.folder / 'row.npy', [0.0] * n)}")


class Departures(Cli):
    """The table of docs/language.md, row by row, where a scalar or a small array shows it."""

    def test_values(self):
        for text, expected in (
                ("int32(a*1e10)", "2147483647"), ("uint8(-1.0*a)", "0"), ("int64(nan*a)", "0"), ("int32(2*a) ** int32(-a)", "0"),
                ("int32(-a) ** int32(-3*a)", "-1"), ("maximum(0.0*a, -0.0*a)", "0.0"), ("fmin(0.0*a, -0.0*a)", "-0.0"),
                ("reciprocal(int32(2*a))", "0.5"), ("int32(a)//int32(0*a)", "0"), ("sinc(2.0*a)", "0.0"), ("round(bool(a))", "True"),
                ("sqrt(-1.0*a)", "nan")):
            self.assertEqual(self.fine("eval", text, "a=1").stdout, expected + "\n", text)

    def test_types(self):
        for text in ("sin(a)", "angle(a != 0)", "reciprocal(a)"):
            self.assertEqual(self.fine("eval", text, f"a={DATA}/i1.npy").stdout.splitlines()[-1], "float32 (2, 3)", text)

    def test_refusals(self):
        small, complexes = f"a={DATA}/i1.npy", f"z={DATA}/c8.npy"
        for text, values, why in (("z < z", complexes, "real numbers"), ("max(z)", complexes, "real numbers"),
                                  ("float64(z)", complexes, "a real number to cast"), ("a ** -1", small, "exponent of at least 0"),
                                  ("where(a, 1, 2)", small, "bool condition"), ("a + 2**64", small, "fits int8")):
            self.fails(2, why, "eval", text, values)


class Listings(Cli):
    def test_devices_say_what_is_missing(self):
        out = self.fine("devices").stdout
        self.assertRegex(out, "(?m)^cpu +yes")
        self.assertRegex(out, "(?m)^reference +yes")

    def test_functions_have_types_bounds_and_a_line(self):
        out = self.fine("functions").stdout
        self.assertRegex(out, r"(?m)^sin +1 +floating +float complex +1 +1 +\d+ +\d+ +\d+ +\S")
        self.assertRegex(out, r"(?m)^sum +\S")

    def test_the_environment_names_nobody(self):
        out = json.loads(self.fine("env", "--json", "-").stdout)
        self.assertEqual(set(out), {"cpu", "memory", "os", "build", "openmp", "library"})
        self.assertNotIn(os.uname().nodename, re.sub("[^ -~]", "", json.dumps(out["os"])))
        self.assertIn("directory", self.fine("env", "--identify").stdout)


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
        self.assertEqual(len(run.stdout.splitlines()), len(rows) + 1)

    def test_json_on_stdout_is_nothing_but_json(self):
        out = self.fine("run", "expr", "--n", "1000", "--filter", "^E1$", *self.QUICK, "--json", "-").stdout
        self.assertTrue(json.loads(out)["rows"])

    def test_the_lecture_table_is_the_default(self):
        run = self.fine("lecture", *self.QUICK)
        neutral = re.sub(r"\d+(\.\d+)?(e[+-]\d+)?", "N", run.stdout.replace("2011", "year"))
        self.assertRegex(neutral, r"an array at a time +N +N +N +N% +N\n")
        self.assertRegex(neutral, r"fused \(\w+\) +N +N +Nx +N +N% +N +Nx\n")
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

    def test_a_size_below_a_row_leaves_its_case_out(self):
        run = self.fine("run", "expr", "--n", "1000", "--filter", "^E(1|9c)$", *self.QUICK)
        self.assertIn("expr/E9c: left out, n = 1000 is less than a row", run.stderr)
        self.assertIn("E1 ", run.stdout)
        run = self.run_gpubench("run", "expr", "--n", "1000", "--filter", "^E9c$", *self.QUICK)
        self.assertEqual((run.returncode, run.stdout), (2, ""))


if __name__ == "__main__":
    unittest.main()
