# SPDX-License-Identifier: Apache-2.0
"""What gpubench does to files, also when it is stopped. cli_files_tests.py GPUBENCH GPUBENCH_FAULTY SCHEMA [unittest arguments]"""

import json
import os
import pathlib
import signal
import stat
import subprocess
import time
import unittest

import cli_tests
from check_results import file_errors
from cli_tests import SANITIZER, Cli

QUICK = ("--max-time", "0.01", "--target-ci", "50%", "--threads", "1")


class Outputs(Cli):
    def mode(self, name):
        return stat.S_IMODE((self.folder / name).stat().st_mode)

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def test_a_replaced_file_keeps_its_permissions(self):
        for mode in (0o600, 0o640, 0o444 if os.geteuid() == 0 else 0o644, 0o777):
            for name, words in (("p.npy", ("eval", "1+1", "-o", "p.npy")), ("e.json", ("env", "--json", "e.json")),
                                ("r.csv", ("run", "ceilings", "--n", "100", *QUICK, "--csv", "r.csv"))):
                (self.folder / name).write_text("old")
                (self.folder / name).chmod(mode)
                self.fine(*words)
                self.assertNotEqual((self.folder / name).read_bytes(), b"old")
                self.assertEqual(self.mode(name), mode, name)

    def test_a_new_file_follows_the_umask(self):
        self.fine("eval", "1+1", "-o", "p.npy", preexec_fn=lambda: os.umask(0o027))
        self.assertEqual(self.mode("p.npy"), 0o640)

    def test_a_link_to_nowhere_is_followed_as_any_other(self):
        (self.folder / "link.npy").symlink_to("target.npy")
        self.fine("eval", "1+1", "-o", "link.npy")
        self.assertTrue((self.folder / "link.npy").is_symlink())
        self.assertFalse((self.folder / "target.npy").is_symlink())
        (self.folder / "lost.npy").symlink_to("/nonexistent/target.npy")
        self.fails(2, "lost.npy: .*No such file or directory", "eval", "1+1", "-o", "lost.npy")
        self.assertTrue((self.folder / "lost.npy").is_symlink())
        (self.folder / "self.npy").symlink_to("self.npy")
        self.fails(2, "self.npy: .*symbolic links", "eval", "1+1", "-o", "self.npy")

    def test_two_results_in_one_file_are_refused(self):
        (self.folder / "folder").mkdir()
        (self.folder / "one.npy").write_text("old")
        (self.folder / "hard.npy").hardlink_to(self.folder / "one.npy")
        (self.folder / "soft.npy").symlink_to("one.npy")
        (self.folder / "dangling.npy").symlink_to("new.npy")
        for one, other in (("x.npy", "./x.npy"), ("x.npy", "folder/../x.npy"), ("one.npy", "hard.npy"), ("one.npy", "soft.npy"),
                           ("soft.npy", "hard.npy"), ("new.npy", "dangling.npy"), ("x.npy", self.folder / "x.npy")):
            self.fails(2, "given twice.*same file", "eval", "x = 1; x + 1", "-o", f"x={one}", "-o", other)
            self.fails(2, "--csv .* expected a file of its own, got that of --json", "run", "ceilings", "--n", "100", *QUICK,
                       "--json", one, "--csv", other)
        for one, other in (("-", "-"), ("-", "/dev/stdout"), ("/dev/stdout", "-")):
            self.fails(2, "--md .* expected a file of its own, got that of --json", "run", "ceilings", "--n", "100", *QUICK,
                       "--json", one, "--md", other)

    def test_the_table_keeps_off_a_stdout_that_is_taken(self):
        run = self.fine("run", "ceilings", "--n", "100", *QUICK, "--json", "/dev/stdout")
        self.assertEqual(len(json.loads(run.stdout)["rows"]), 2)

    def test_no_more_of_a_text_is_read_than_may_be_used(self):
        def little_memory():
            import resource
            if SANITIZER not in ("address", "thread"):  # whose own maps are larger than any limit
                resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))
        began = time.monotonic()
        self.fails(2, "/dev/zero: expected a file with the text of an expression, got: more than 262144 bytes",
                   "eval", "@/dev/zero", preexec_fn=little_memory)
        with open(self.folder / "text", "w") as text:
            text.truncate(1 << 40)
        run = self.run_gpubench("eval", "@text", preexec_fn=little_memory)
        self.assertEqual(run.returncode, 2, run.stderr)
        self.assertIn("more than 262144 bytes", run.stderr)
        self.assertLess(time.monotonic() - began, 60)
        (self.folder / "text").write_text("1+1" + " " * (262144 - 3) + "\r\n")
        self.assertEqual(self.fine("eval", "@text").stdout, "2\n")
        (self.folder / "text").write_text("1+1" + "\n" * 262144 + "+1")
        self.fails(2, "more than 262144 bytes", "eval", "@text")

    def test_what_cannot_be_read_has_its_reason(self):
        self.fails(2, "nope: expected a file with the text of an expression, got: No such file or directory", "eval", "@nope")
        self.fails(2, r"\.: expected a file with the text of an expression, got: Is a directory", "eval", "@.")
        self.fails(2, "got 'a=' with nothing after =", "eval", "a", "a=")


class Signals(Cli):
    """The process dies of the signal, and no unfinished file stays."""

    def start(self, *words):
        process = subprocess.Popen([cli_tests.GPUBENCH, *map(str, words)], cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        return process

    def wait_until(self, holds):
        end = time.monotonic() + 60
        while not holds():
            self.assertLess(time.monotonic(), end, "waited in vain")
            time.sleep(0.001)

    @unittest.skipIf(SANITIZER == "thread", "the sanitizer hands a signal on only after the call of the system that it came in")
    def test_no_unfinished_file_stays(self):
        # The second file is a pipe that nobody reads: gpubench waits there while the first is written and has no name.
        os.mkfifo(self.folder / "pipe")
        before = sorted(path.name for path in self.folder.iterdir())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            process = self.start("eval", "x = a + 1; y = a*2", f"a={self.a}", "-o", "x=x.npy", "-o", "y=pipe")
            self.wait_until(lambda: any(path.name.endswith(".partial") for path in self.folder.iterdir()))
            process.send_signal(number)
            self.assertEqual(process.wait(60), -number)
            self.assertEqual(sorted(path.name for path in self.folder.iterdir()), before)

    def test_the_next_run_removes_what_a_killed_one_left(self):
        os.mkfifo(self.folder / "pipe")
        partials = lambda: [path.name for path in self.folder.iterdir() if path.name.endswith(".partial")]
        words = ("eval", "x = a + 1; y = a*2", f"a={self.a}", "-o", "x=x.npy", "-o")
        killed = self.start(*words, "y=pipe")
        self.wait_until(partials)
        killed.kill()
        killed.wait(60)
        self.assertEqual(len(partials()), 1)
        others = [".x.npy.0123456789abcdef.part", ".x.npy.0123456789abcdeg.partial", ".y.npy.0123456789abcdef.partial"]
        for name in others:
            (self.folder / name).write_text("no file of x.npy's")
        living = self.start("eval", "z = a + 1; y = a*2", f"a={self.a}", "-o", "z=z.npy", "-o", "y=pipe")
        self.wait_until(lambda: any(name.startswith(".z.npy.") for name in partials()))
        unfinished = [name for name in partials() if name.startswith(".z.npy.")]
        self.fine(*words, "y=y.npy")
        self.fine("eval", "a", f"a={self.a}", "-o", "z.npy")
        self.assertEqual(sorted(partials()), sorted(others[1:2] + unfinished))
        living.kill()
        living.wait(60)

    def test_rows_that_finished_are_in_every_file(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = self.start("run", "expr", "--filter", "^E[12]$", "--n", "1000", "--threads", "1", "--max-time", "0.05",
                                 "--target-ci", "0.001%", "--json", "r.json", "--csv", "r.csv", "--md", "r.md")
            finished = [process.stderr.readline() for _ in range(2)]
            process.send_signal(number)
            table, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, -number, errors)
            self.assertIn(f"stopped by signal {int(number)}", errors)
            document = json.loads((self.folder / "r.json").read_text())
            self.assertEqual(file_errors(json.loads(pathlib.Path(cli_tests.SCHEMA).read_text()), document), [])
            self.assertEqual(document["tool"]["stopped_by"], f"signal {int(number)}")
            rows = document["rows"]
            self.assertGreaterEqual(len(rows), len(finished))
            self.assertTrue(all(row["verified"] for row in rows))
            self.assertEqual(len((self.folder / "r.csv").read_text().splitlines()), len(rows) + 1)
            self.assertEqual(len((self.folder / "r.md").read_text().splitlines()), len(rows) + 2)
            lines, _, expressions = table.partition("\n\n")
            self.assertEqual(len(lines.splitlines()), len(rows) + 1)
            self.assertEqual({line.partition(":")[0] for line in expressions.splitlines()}, {row["id"] for row in rows if row["suite"] == "expr"})

    @unittest.skipIf(SANITIZER == "thread", "the sanitizer hands a signal on only at a call of the system")
    def test_the_first_signal_is_answered_at_once_and_the_second_ends_the_call_in_progress(self):
        process = self.start("run", "solve", "--device", "reference", "--threads", "1", "--filter", "fused", "--n", "10,4000",
                             "--max-time", "1000", "--target-ci", "90%", "--json", "r.json")
        self.assertIn("n=10 ", process.stderr.readline())
        time.sleep(2)  # the call of n = 4000 takes longer, and a short one beforehand less
        process.send_signal(signal.SIGINT)
        self.assertRegex(process.stderr.readline(), "^gpubench: stopping after the call in progress; a second signal ends at once")
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), -signal.SIGTERM)
        self.assertFalse((self.folder / "r.json").exists())

    def test_a_row_that_waits_for_its_ceiling_and_the_ceilings_so_far_are_kept(self):
        # Three seconds a measurement: an expression and then its first triad; both triads of one size.
        runs = [(path, self.start("run", suite, "--filter", pattern, "--n", "2^20", "--threads", "1", "--max-time", "3", "--target-ci",
                                  "0.0001%", "--json", path)) for path, suite, pattern in (("e.json", "expr", "^E1$"), ("c.json", "ceilings", ""))]
        time.sleep(4.5)
        for path, process in runs:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
            document = json.loads((self.folder / path).read_text())
            self.assertEqual(file_errors(json.loads(pathlib.Path(cli_tests.SCHEMA).read_text()), document), [])
            self.assertTrue(document["rows"])
            self.assertTrue(all(row["verified"] for row in document["rows"]))

    def test_the_lecture_keeps_its_finished_rows(self):
        process = self.start("lecture", "--threads", "1", "--max-time", "0.05", "--target-ci", "0.001%", "--json", "r.json")
        process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        table, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, -signal.SIGTERM, errors)
        self.assertIn("a**2 + b**2 + 2*a*b", table)
        document = json.loads((self.folder / "r.json").read_text())
        self.assertEqual(document["tool"]["stopped_by"], f"signal {int(signal.SIGTERM)}")
        self.assertGreaterEqual(len(document["rows"]), 1)

    def test_a_run_that_is_whole_is_not_marked_as_stopped(self):
        self.fine("run", "ceilings", "--n", "100", *QUICK, "--json", "r.json")
        self.assertNotIn("stopped_by", json.loads((self.folder / "r.json").read_text())["tool"])

    def test_without_a_finished_row_old_files_stay(self):
        (self.folder / "r.json").write_text("old")
        process = self.start("run", "expr", "--filter", "^E2$", "--n", "2^22", "--threads", "1", "--max-time", "600",
                             "--target-ci", "0.0001%", "--json", "r.json")
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), -signal.SIGINT)
        self.assertEqual((self.folder / "r.json").read_text(), "old")

    def test_what_the_caller_ignores_stays_ignored(self):
        process = subprocess.Popen([cli_tests.GPUBENCH, "run", "ceilings", "--n", "100,200,300", "--threads", "1", "--max-time", "0.1",
                                    "--target-ci", "0.001%"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        process.stderr.readline()
        process.send_signal(signal.SIGHUP)
        table, _ = process.communicate(timeout=60)
        self.assertEqual((process.returncode, len(table.splitlines())), (0, 7))


if __name__ == "__main__":
    unittest.main()
