# SPDX-License-Identifier: Apache-2.0
"""gpubench as a user meets it: exit codes, outputs, files. cli_tests.py GPUBENCH GPUBENCH_FAULTY SCHEMA [unittest arguments]"""

import json
import os
import pathlib
import resource
import struct
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
DATA = HERE / "data"
JIT = os.environ.get("GPUBENCH_EXPECT_JIT") == "1"
SANITIZER = os.environ.get("GPUCOMPUTE_SANITIZE", "")
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
        return run


class Usage(Cli):
    def test_help_lists_every_command_and_exit_code(self):
        text = self.fine("--help").stdout
        for word in ("eval", "solve", "run", "devices", "functions", "env", "lecture", "exit codes"):
            self.assertIn(word, text)

    def test_the_version_is_that_of_the_build(self):
        built = json.loads(self.fine("env", "--json", "-").stdout)["build"]["version"]
        self.assertEqual(self.fine("--version").stdout, f"gpubench {built}\n")
        self.assertIn("--version", self.fine("--help").stdout)

    def test_every_command_has_help(self):
        for command in ("eval", "solve", "run", "devices", "functions", "env", "lecture"):
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
        self.fails(2, "--filter: expected at most 256 characters", "run", "expr", "--filter", "x" * 100000)
        self.fails(2, "--filter: expected fewer repetitions", "run", "expr", "--filter", "(((a?){30}){30}){30}")
        self.fails(2, "no case matches", "run", "expr", "--filter", "(.|.)*(.|.)*(.|.)*(.|.)*(.|.)*(.|.)*(.|.)*$z")
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

    def test_numbers_on_the_command_line_are_those_of_the_text(self):
        for number in ("18446744073709551615", "9223372036854775808", "-9223372036854775808", "1_000_000", "0xff", "0XFFFF_FFFF_FFFF_FFFF",
                       "-0x8000000000000000", "0o17", "0b1_01", "000", "1_0.5_0e1_0", "-2.5E-3", "1_0J", "-0.0", "1e400", "-3", "-2j", "+2j",
                       "1-0j", "-0.0+2j", "-0.0-0j", "-1-0.5J"):
            for text in ("a", "a*1.5", "float32(a)"):
                if number[-1] in "jJ" and text.startswith("float32"):
                    continue
                self.assertEqual(self.fine("eval", text, f"a={number}").stdout, self.fine("eval", text.replace("a", "(" + number + ")", 1)
                                 if not text.startswith("float32") else f"float32({number})").stdout, (text, number))
        for number in ("18446744073709551616", "-9223372036854775809", "007"):
            self.fails(2, "a whole number", "eval", "a", f"a={number}")
        for name in ("1__0", "_1", "1_", "0x", "1e_5", "0x1.8", "1_.5"):
            self.fails(2, "No such file|there is no file", "eval", "a", f"a={name}")

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
        self.assertIn("launch 1 of 1", out)

    def test_explain_shows_the_plan_of_the_outputs_that_are_written(self):
        text = "x = sum(a); a*2"
        out = self.fine("eval", text, f"a={self.a}", "-o", "x=x.npy", "--explain").stdout
        self.assertIn("each from (6,)", out)
        self.assertNotIn("kernel elementwise", out)
        both = self.fine("eval", text, f"a={self.a}", "-o", "x=x.npy", "-o", "y.npy", "--explain").stdout
        self.assertIn("launch 2 of 2", both)

    def test_explain_says_which_tier_holds_and_why(self):
        forced = dict(os.environ, GPUCOMPUTE_TIER="interpreter")
        self.assertIn("\ntier\n  interpreter: asked for by GPUCOMPUTE_TIER\n",
                      self.fine("eval", "a + 1", "a=1", "--explain", env=forced).stdout)
        self.assertIn("\ntier\n  none: ",
                      self.run_gpubench("eval", "a + 1", "a=1", "--device", "cuda", "--explain").stdout)

    def test_explain_says_that_the_compiler_is_not_there(self):
        missing = os.environ | {"GPUCOMPUTE_TIER": "jit", "GPUCOMPUTE_MODULE_PATH": str(self.folder)}
        run = self.run_gpubench("eval", "a + 1", f"a={self.a}", "--explain", env=missing)
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn("not compiled: ", run.stdout)
        self.assertIn("jit", run.stderr)

    def test_devices_and_precisions_agree_on_simple_arithmetic(self):
        for options in (["--device", "cpu"], ["--device", "reference"], ["--device", "auto", "--threads", "1"],
                        ["--precision", "fast"]):
            self.assertEqual(self.fine("eval", "a*2 + 1", "a=20", *options).stdout, "41\n", options)

    def test_mistakes_in_the_text(self):
        self.fails(2, "\\^", "eval", "a +", "a=1")
        self.fails(2, "sqrtt", "eval", "sqrtt(a)", "a=1")
        self.fails(2, r"(?s)a known name, got `b`.*\^\ngive it a value: b=FILE.npy or b=NUMBER", "eval", "a + b", "a=1")
        for text, why in (("sqrtt(a)", "got `sqrtt`"), ("a + sin", "write `sin"), ("a + sum", "write `sum"), ("a + asin", "write `asin"),
                          ("a + bool", "write `bool")):
            self.assertNotIn("give it a value", self.fails(2, why, "eval", text, "a=1").stderr)
        self.fails(2, "shape", "eval", "a + b", f"a={self.a}", f"b={DATA}/empty.npy")

    def test_mistakes_in_the_inputs(self):
        self.fails(2, "No such file", "eval", "a", "a=none.npy")
        self.fails(2, "float16", "eval", "a", f"a={DATA}/refused_float16.npy")
        self.fails(2, "NAME=FILE.npy or NAME=NUMBER", "eval", "a", "1=2")
        self.fails(2, "given twice", "eval", "a", "a=1", "a=2")
        for misspelt in ("NaN", "true", "-", "0x1p3", "1j2"):
            self.fails(2, f"NUMBER such as .* got 'a={misspelt}'; there is no file '{misspelt}'", "eval", "a", f"a={misspelt}")

    def test_mistakes_in_the_options(self):
        self.fails(2, "--precision: expected precise or fast", "eval", "1", "--precision", "quick")
        for threads, why in (("0", "a positive whole"), ("-1", "a positive whole"), ("4097", "at most 4096"), ("10000", "at most 4096")):
            self.fails(2, "--threads: expected " + why, "eval", "1", "--threads", threads)
            self.fails(2, "--threads: expected " + why, "run", "ceilings", "--threads", threads)
            self.fails(2, "--threads: expected " + why, "lecture", "--threads", threads)
        for command in ("eval", "run", "lecture"):
            self.assertRegex(self.fine(command, "--help").stdout, "--threads .*1 to 4096")
        self.fails(2, "tpu", "eval", "1", "--device", "tpu")
        self.fails(2, "nosuch", "eval", "a*1", "a=1", "-o", "nosuch=x.npy")
        self.fails(2, "No such file or directory", "eval", "1", "-o", "none/x.npy")
        self.fails(2, "given twice", "eval", "s = 1; s + 1", "-o", "x.npy", "-o", "s=x.npy")

    def test_an_absent_device_is_bad_input_after_its_plan_was_shown(self):
        for device in ("cuda", "cuda:99"):
            self.fails(2, "(?s)cuda: expected a device that can evaluate.*\nmissing: \\S", "eval", "a + 1", "a=1", "--device", device)
            run = self.run_gpubench("eval", "a + 1", f"a={self.a}", "--device", device, "--explain", "-o", "x.npy")
            self.assertEqual(run.returncode, 2)
            self.assertIn("__global__", run.stdout)
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

    @unittest.skipIf(SANITIZER == "thread", "libomp keeps a file in shared memory, which the limit cuts off; the sanitizer reads it")
    def test_a_file_that_grows_too_large_leaves_nothing(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        self.fails(5, "File too large", "eval", "a + zero", f"a={write_npy(self.folder / 'c.npy', [0.0] * 5000)}", "zero=0",
                   "-o", "big.npy", preexec_fn=limit)

    def test_too_little_memory_is_a_failure_of_the_machine(self):
        n = 1 << 16  # 2^51 bytes: more addresses than a process has, whatever the system would promise
        axes = [write_npy(self.folder / f"{i}.npy", [0.0] * n, shape) for i, shape in enumerate([(n, 1, 1), (1, n, 1), (1, 1, n)])]
        self.fails(5, "memory", "eval", "a + b + c", *(f"{name}={path}" for name, path in zip("abc", axes)))


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
                                  ("where(a, 1, 2)", small, "bool condition"), ("a + 2**64", small, "fits int8"),
                                  ("where(a > 0, a, -1)", f"a={DATA}/u1.npy", "fits uint8"), ("power(2, -1)*a", "a=1", "exponent of at least 0"),
                                  ("sum(a, axis=0)", "a=1", "an axis of the 0 dimensions"), ("pi + 1", "pi=3", "the constant `pi`")):
            self.fails(2, why, "eval", text, values)


class Listings(Cli):
    def test_devices_say_what_is_missing(self):
        nowhere = str(self.folder / "nowhere")
        out = self.fine("devices", env={**os.environ, "GPUCOMPUTE_MODULE_PATH": nowhere, "GPUCOMPUTE_CUDA_DRIVER": nowhere}).stdout
        self.assertRegex(out, "(?m)^cpu +yes +[0-9]+ +interpreter ")
        self.assertRegex(out, "(?m)^reference +yes")
        self.assertRegex(out, "(?m)^cuda +no +- +- +")
        self.assertRegex(out, f"(?m)^cuda: .*{nowhere}: cannot open")
        if JIT:
            self.assertRegex(out, f"(?m)^cpu: .*{nowhere}/.*: cannot open")

    def test_devices_say_what_solves_there(self):
        out = self.fine("devices").stdout
        self.assertRegex(out, "(?m)^reference: plain loops")
        lapack = json.loads(self.fine("env", "--json", "-").stdout)["library"]["lapack"]
        self.assertIn(f"\ncpu: {lapack}\n" if lapack else "\ncpu: none: ", out)
        out = self.fine("devices", env=os.environ | {"GPUCOMPUTE_BLAS": "/nonexistent.so"}).stdout
        self.assertRegex(out, "(?m)^cpu: none: .*/nonexistent.so: cannot open")

    def test_functions_have_types_bounds_and_a_line(self):
        out = self.fine("functions").stdout
        self.assertRegex(out, r"(?m)^sin +1 +floating +float complex +1 +1 +\d+ +\d+ +\d+ +\S")
        self.assertRegex(out, r"(?m)^sum +\S")
        self.assertRegex(out, r"(?m)^abs +1 .*; also called absolute, fabs$")
        self.assertRegex(out, r"(?m)^uint8 uint16 uint32 uint64 +\S")

    def test_devices_say_that_the_folder_of_kernels_cannot_be_used(self):
        if JIT:
            out = self.fine("devices", env=os.environ | {"GPUCOMPUTE_CACHE_DIR": "/proc/nope"}).stdout
            self.assertIn("\ncpu: none: /proc/nope: it cannot be made: ", out)

    def test_the_environment_names_nobody(self):
        out = json.loads(self.fine("env", "--json", "-").stdout)
        self.assertEqual(set(out), {"cpu", "memory", "os", "build", "openmp", "library"})
        self.assertEqual(set(out["os"]), {"kernel", "machine", "distribution", "address_randomisation", "load_average", "reasons"})
        system = os.uname()
        self.assertEqual(out["os"]["kernel"], f"{system.sysname} {system.release}")
        asked = json.loads(self.fine("env", "--identify", "--json", "-").stdout)
        self.assertEqual(set(asked) - set(out), {"who"})
        self.assertEqual((asked["who"]["host"], asked["who"]["directory"]), (system.nodename, str(self.folder.resolve())))

    def test_the_environment_has_what_changes_times_and_no_path(self):
        where = os.environ | {"GPUCOMPUTE_CACHE_DIR": str(self.folder)}
        text = self.fine("env", "--json", "-", env=where).stdout
        out = json.loads(text)
        self.assertIn("-ffp-contract=off", out["build"]["flags"])
        self.assertRegex(out["build"]["hand_flags"], "-O3 -ffp-contract=fast -march=x86-64-v[34]$")
        self.assertEqual(out["library"]["GPUCOMPUTE_CACHE_DIR"], "a folder")
        self.assertNotIn("refused", out["library"])
        self.assertNotIn(str(self.folder), text)
        moved = self.fine("env", "--json", "-", env=where | {"GPUCOMPUTE_MODULE_PATH": str(self.folder)}).stdout
        self.assertEqual(json.loads(moved)["library"]["GPUCOMPUTE_MODULE_PATH"], "a folder")
        self.assertNotIn(str(self.folder), moved)

    def test_the_environment_marks_what_the_library_refuses(self):
        for name, value in (("GPUCOMPUTE_TIER", "quick"), ("GPUCOMPUTE_CPU_ISA", "sse2"), ("GPUCOMPUTE_NUM_THREADS", "0"),
                            ("GPUCOMPUTE_POOL_BYTES", "-1")):
            text = self.fine("env", env=os.environ | {name: value}).stdout
            self.assertRegex(text, f"(?m)^  refused +environment: expected {name} as .*, got '{value}'$")


if __name__ == "__main__":
    unittest.main()
