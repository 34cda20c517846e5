# SPDX-License-Identifier: Apache-2.0
"""What a process reads once, and what processes share. process_tests.py PROBE MODULES [unittest arguments]"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROBE, MODULES = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
MODULE = "libgpucompute_jit.so"
WORK = ("a*a + 2*a", 1000, 1)
SUM = sum(float(i) * i + 2 * i for i in range(1000))


def parsed(text):
    return dict(line.split(" ", 1) if " " in line else (line, "") for line in text.splitlines())


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.cache = self.folder / "cache"

    def start(self, *words, **variables):
        """A process that knows no variable of ours but these."""
        known = {name: value for name, value in os.environ.items() if not name.startswith(("GPUCOMPUTE_", "XDG_", "OMP_"))}
        known |= {"GPUCOMPUTE_MODULE_PATH": str(MODULES), "GPUCOMPUTE_CACHE_DIR": ""} | variables
        known = {name: value for name, value in known.items() if value is not None}
        return subprocess.Popen([PROBE, *map(str, words)], env=known, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(self, process, code=0):
        out, err = process.communicate(timeout=120)
        self.assertEqual((process.returncode, err), (code, ""), out)
        return parsed(out)

    def probe(self, *words, **variables):
        return self.finish(self.start(*words, **variables))

    def refused(self, pattern, *words, **variables):
        said = self.finish(self.start(*words, **variables), 2)
        self.assertRegex(said["invalid_argument"], pattern)

    def compute(self, **variables):
        found = self.probe(*WORK, **({"GPUCOMPUTE_TIER": "jit"} | variables))
        self.assertEqual(float(found["sum"]), SUM)
        return found

    def counts(self, **variables):
        found = self.compute(GPUCOMPUTE_CACHE_DIR=str(self.cache), **variables)
        return {name: int(found[name]) for name in ("compiles", "disk_hits", "disk_misses", "disk_stores", "disk_failures", "disk_damaged")}

    def entries(self):
        return [path for path in self.cache.rglob("*") if path.is_file()]


COLD = {"compiles": 1, "disk_hits": 0, "disk_misses": 1, "disk_stores": 1, "disk_failures": 0, "disk_damaged": 0}
WARM = {"compiles": 0, "disk_hits": 1, "disk_misses": 0, "disk_stores": 0, "disk_failures": 0, "disk_damaged": 0}
LOST = COLD | {"disk_stores": 0, "disk_failures": 1}


class Environment(Case):
    def test_threads_are_a_number_from_1_to_4096(self):
        for good in ("1", "3", "4096"):
            self.assertEqual(self.probe(GPUCOMPUTE_NUM_THREADS=good)["threads"], good)
        for bad in ("0", "-1", "4097", "two", "2 ", " 2", "2.0", "1e2", "99999999999999999999", "0x2"):
            self.refused("GPUCOMPUTE_NUM_THREADS as a number from 1 to 4096, got '" + bad + "'", GPUCOMPUTE_NUM_THREADS=bad)
        unset = self.probe(GPUCOMPUTE_NUM_THREADS=None)["threads"]
        self.assertEqual(self.probe(GPUCOMPUTE_NUM_THREADS="")["threads"], unset)
        self.assertEqual(self.probe(OMP_NUM_THREADS="1")["threads"], "1")
        processors = len(os.sched_getaffinity(0))
        self.assertEqual(self.probe(OMP_NUM_THREADS=str(8 * processors))["threads"], str(processors))

    def test_bad_threads_are_told_by_a_call_too(self):
        self.refused("GPUCOMPUTE_NUM_THREADS", *WORK, GPUCOMPUTE_NUM_THREADS="many")

    def test_pool_bytes_are_a_number(self):
        for good in ("0", "1", "1000000", ""):
            self.assertEqual(float(self.probe(*WORK, GPUCOMPUTE_POOL_BYTES=good)["sum"]), SUM)
        for bad in ("-1", "1G", "lots", "1e9", " 1"):
            self.refused("GPUCOMPUTE_POOL_BYTES as a number of bytes, got '" + bad + "'", *WORK, GPUCOMPUTE_POOL_BYTES=bad)

    def test_the_tier_is_one_of_three_words(self):
        self.assertEqual(self.probe(*WORK, GPUCOMPUTE_TIER="interpreter")["tier"], "interpreter")
        self.assertEqual(self.probe(*WORK, GPUCOMPUTE_TIER="automatic")["tier"], "interpreter")
        self.assertEqual(self.probe(*WORK, GPUCOMPUTE_TIER="")["tier"], "interpreter")
        for bad in ("JIT", "auto", "jit ", "1"):
            for words in ((), WORK):
                self.refused("GPUCOMPUTE_TIER as automatic, interpreter, jit, got '" + bad + "'", *words, GPUCOMPUTE_TIER=bad)

    def test_the_instruction_set_is_one_of_two_words(self):
        self.assertEqual(float(self.probe(*WORK, GPUCOMPUTE_CPU_ISA="avx2")["sum"]), SUM)
        for bad in ("AVX2", "sse", "avx512f"):
            for words in ((), WORK):
                self.refused("GPUCOMPUTE_CPU_ISA as avx2, avx512, got '" + bad + "'", *words, GPUCOMPUTE_CPU_ISA=bad)


class Module(Case):
    def without(self, pattern, **variables):
        """The library works, says what is missing, and refuses the tier that needs it."""
        found = self.probe(*WORK[:2], 2000, **variables)
        self.assertAlmostEqual(float(found["sum"]), 2000 * SUM)
        self.assertEqual((found["tier"], found["tiers"], found["compiles"]), ("interpreter", "interpreter", "0"))
        self.assertRegex(found["missing"], pattern)
        self.assertRegex(self.probe(**variables)["missing"], pattern)
        self.refused("jit.*" + pattern, *WORK, GPUCOMPUTE_TIER="jit", **variables)

    def test_is_found_beside_the_library(self):
        found = self.compute(GPUCOMPUTE_MODULE_PATH=None)
        self.assertEqual((found["tier"], found["tiers"], found["missing"]), ("jit", "jit interpreter", ""))

    def test_missing_is_named(self):
        self.without(MODULE, GPUCOMPUTE_MODULE_PATH=str(self.folder))

    def test_that_is_no_library_is_named(self):
        (self.folder / MODULE).write_text("not a library")
        self.without(MODULE, GPUCOMPUTE_MODULE_PATH=str(self.folder))

    def test_without_the_entry_is_named(self):
        other = next(MODULES.glob("libgpucompute.so"))
        shutil.copy(other, self.folder / MODULE)
        self.without(MODULE + " has no gpucompute_jit_open", GPUCOMPUTE_MODULE_PATH=str(self.folder))

    def test_of_another_build_is_refused(self):
        content = (MODULES / MODULE).read_bytes()
        other, count = re.subn(rb"(\d+\.\d+\.\d+-(?:GNU|Clang)-[\w.]+-\w*-)(\w)(?=\w*\0)", rb"\1_", content)
        self.assertGreater(count, 0, "the module no longer holds its build id as text")
        (self.folder / MODULE).write_bytes(other)
        self.without(MODULE + " is of another build than libgpucompute.so", GPUCOMPUTE_MODULE_PATH=str(self.folder))


class DiskCache(Case):
    def test_a_second_process_finds_what_the_first_compiled(self):
        self.assertEqual(self.counts(), COLD)
        self.assertEqual(self.counts(), WARM)
        self.assertEqual(len(self.entries()), 1)

    def test_folder_and_files_are_private(self):
        os.umask(0o000)
        self.counts()
        for path in (self.cache, *self.cache.rglob("*")):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_xdg_and_home_are_followed(self):
        for variables, place in (({"XDG_CACHE_HOME": str(self.folder / "x")}, "x/gpucompute"),
                                 ({"HOME": str(self.folder / "home")}, "home/.cache/gpucompute"),
                                 ({"HOME": str(self.folder / "h2"), "XDG_CACHE_HOME": "relative"}, "h2/.cache/gpucompute")):  # fmt: skip
            found = self.compute(GPUCOMPUTE_CACHE_DIR=None, **variables)
            self.assertEqual((found["folder"], found["disk_stores"]), (str(self.folder / place), "1"))
            self.assertTrue((self.folder / place).is_dir())

    def test_without_a_home_or_when_empty_nothing_is_kept(self):
        for variables in ({"GPUCOMPUTE_CACHE_DIR": None, "HOME": None}, {"GPUCOMPUTE_CACHE_DIR": "", "HOME": str(self.folder)}):
            found = self.compute(**variables)
            self.assertEqual((found["disk_stores"], found["disk_misses"]), ("0", "0"))
            self.assertRegex(found["folder"], "^none: ")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_damaged_entry_is_removed_and_made_again(self):
        self.counts()
        (entry,) = self.entries()
        whole = entry.read_bytes()
        for damaged in (whole[:-1], whole[:100], b"", whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:], whole + b"x"):
            entry.write_bytes(damaged)
            self.assertEqual(self.counts(), COLD | {"disk_damaged": 1})
            self.assertEqual(entry.read_bytes(), whole)
            self.assertEqual(self.counts(), WARM)

    def test_what_cannot_be_written_costs_only_the_entry(self):
        self.cache.write_text("a file where the folder should be")
        self.assertEqual(self.counts(), LOST)

    def test_a_folder_that_others_may_enter_is_not_used(self):
        self.cache.mkdir(mode=0o755)
        self.cache.chmod(0o755)
        self.assertEqual(self.counts(), LOST)
        self.assertRegex(self.probe(GPUCOMPUTE_CACHE_DIR=str(self.cache))["folder"], "^none: .*others may enter.*0700")
        self.cache.chmod(0o700)
        self.assertEqual(self.counts(), COLD)

    def test_instruction_sets_have_their_own_entries(self):
        self.assertEqual(self.counts(GPUCOMPUTE_CPU_ISA="avx2"), COLD)
        if "avx512vl" not in pathlib.Path("/proc/cpuinfo").read_text():
            self.skipTest("this processor lacks AVX-512")
        self.assertEqual(self.counts(GPUCOMPUTE_CPU_ISA="avx512"), COLD)
        self.assertEqual(self.counts(GPUCOMPUTE_CPU_ISA="avx2"), WARM)

    def test_processes_may_write_one_entry_at_once(self):
        running = [self.start(*WORK, GPUCOMPUTE_TIER="jit", GPUCOMPUTE_CACHE_DIR=str(self.cache)) for _ in range(8)]
        for process in running:
            self.assertEqual(float(self.finish(process)["sum"]), SUM)
        self.assertEqual(len(self.entries()), 1)
        self.assertEqual(self.counts(), WARM)

    def test_code_from_disk_gives_the_bits_of_the_interpreter(self):
        text = "where(a > 3, sin(a)*exp(-a/100), a**3 / (a + 1))"
        variables = {"GPUCOMPUTE_CACHE_DIR": str(self.cache)}
        sums = {self.probe(text, 1003, 1, GPUCOMPUTE_TIER=tier, **variables)["sum"] for tier in ("interpreter", "jit", "jit")}
        self.assertEqual(len(sums), 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
