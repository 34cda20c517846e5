# SPDX-License-Identifier: Apache-2.0
"""The bars and files of bench/rivals, without a rival: rivals_tests.py SCHEMA RESULTS_FOLDER [unittest arguments]"""

import json
import pathlib
import re
import sys
import unittest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1] / "bench/rivals/solves"), str(HERE.parents[1] / "bench/rivals")]

import bars
import cases
import explanation
import report
import solve_bars
import solve_report
from check_results import file_errors
from intervals import median_interval, ratio

SCHEMA, RESULTS = (pathlib.Path(sys.argv.pop(1)) for _ in range(2)) if len(sys.argv) > 2 else (None, None)


def row(name, n, threads, variant, seconds, samples=9):
    spread = [float(f"{seconds * (1 + 0.001 * (i % 3 - 1)):.6g}") for i in range(samples)]
    median, low, high = median_interval(spread)
    return {"suite": "rivals", "id": name, "n": n, "dtype": "float64", "device": "cpu", "threads": threads, "variant": variant,
            "tier": "jit", "median_s": median, "ci_low_s": low, "ci_high_s": high, "samples": spread, "batch": 1, "stop_reason": "decided",
            "verified": True, "error": 1.0, "flops": None, "bytes": 32 * n, "reasons": {"flops": "counted elsewhere"}}


def rows_of(name, n, threads, **seconds):
    return [row(name, n, threads, who.replace("_", " "), value) for who, value in seconds.items()]


def passed(bar, rows):
    return next(one["passed"] for one in bars.verdicts(rows) if one["bar"].startswith(bar))


class Intervals(unittest.TestCase):
    def test_ranks_are_those_of_the_exact_binomial(self):
        for count, ranks in ((6, (1, 6)), (10, (2, 9)), (30, (10, 21)), (52, (19, 34)), (100, (40, 61))):
            self.assertEqual(median_interval(range(1, count + 1))[1:], ranks)
        self.assertEqual(median_interval([1, 2, 3, 4, 5]), (3, None, None))

    def test_ratios_are_taken_round_by_round(self):
        self.assertEqual(ratio({"a": [1, 2, 30], "b": [1, 1, 10]}, "a", "b")[0], 2)


class Cases(unittest.TestCase):
    """The table of gpubench's suite `expr` and that of the rivals are the same expressions on the same inputs."""

    LAYOUTS = {"rows_1024": "rows of 1024", "rows_10": "rows of 10", "ten_rows": "10 rows", "column": "outer product",
               "row": "outer product"}  # fmt: skip
    DTYPES = {"i4": "int32", "f4": "float32", "f8": "float64", "c8": "complex64", "c16": "complex128"}
    SOURCE = (HERE.parents[1] / "bench/suites/expressions.cpp").read_text()
    ROW = re.compile(r'{"(E\w+)", (?:"([^"]*)"|(\w+)),\s*(reals\(.*?\)|{{.*?}}),\s*({.*?}),', re.S)
    INPUT = re.compile(r'{"(\w+)", (\w+), ([-.\d]+), ([-.\d]+)(?:, layout::(\w+))?}')
    REALS = re.compile(r'reals\("(\w+)"(?:, ([-.\d]+), ([-.\d]+))?(?:, layout::(\w+))?\)')

    def text(self, literal, name):
        if name:
            parts = re.search(rf'string_view {name} =\s*((?:"[^"]*"\s*)+);', self.SOURCE)[1]
            literal = "".join(re.findall('"([^"]*)"', parts))
        return literal

    def inputs(self, source):
        if short := self.REALS.fullmatch(source):
            names, low, high, layout = short.groups()
            rows = [(name, "float64", low or 0.5, high or 1.5, layout) for name in names]
        else:
            rows = self.INPUT.findall(source)
        return {(name, dtype, float(low), float(high), self.LAYOUTS.get(layout, layout or "vector"))
                for name, dtype, low, high, layout in rows}

    def test_both_tables_hold_the_same_rows(self):
        plain = lambda text: re.sub(r"\(([-.\d]+)\)", r"\1", text.replace(" ", ""))
        rows = self.ROW.findall(self.SOURCE)
        self.assertEqual([row[0] for row in rows], [case.id for case in cases.CASES])
        for (name, literal, constant, inputs, results), case in zip(rows, cases.CASES):
            with self.subTest(name):
                self.assertEqual(plain(self.text(literal, constant)), plain(case.text))
                self.assertEqual(self.inputs(inputs), {(one, self.DTYPES[dtype], low, high, case.layout)
                                                       for one, (dtype, low, high) in case.inputs.items()})
                self.assertEqual(tuple(re.findall(r"\w+", results)), case.outputs)


class Bars(unittest.TestCase):
    def test_each_bar_is_met_and_missed_at_its_limit(self):
        for bar, met, missed in (
                (bars.SLOWER, rows_of("E1", 1000, 1, fused=1e-6, numexpr=1e-6), rows_of("E1", 1000, 1, fused=1.01e-6, numexpr=1e-6)),
                (bars.SLOWER, rows_of("E1", 1000, 2, fused=1e-6, numpy=2e-6), rows_of("E1", 1000, 2, fused=3e-6, numpy=2e-6)),
                (bars.BEST, rows_of("E2", 100_000, 2, fused=1.04e-3, hand=1e-3, jax=2e-3), rows_of("E2", 100_000, 2, fused=1.06e-3, hand=1, numba=1e-3)),
                (bars.FAST, rows_of("E3", 100_000, 1, fast=1.34e-3) + [row("E3", 100_000, 1, "hand -ffast-math", 1e-3)],
                 rows_of("E3", 100_000, 1, fast=1.37e-3) + [row("E3", 100_000, 1, "hand -ffast-math", 1e-3)]),
                (bars.NAIVE, rows_of("E8a", 5_000_000, 1, naive=1.09, numpy=1), rows_of("E8a", 5_000_000, 1, naive=1.12, numpy=1)),
                (bars.SMALL, rows_of("E6", 1000, 1, fused=1.4e-6), rows_of("E6", 1000, 2, fused=1.6e-6)),
                (bars.FIRST, rows_of("E11a", 10, 1, fused=0.9e-3), rows_of("E11a", 10, 1, fused=1.1e-3)),
                (bars.BANDWIDTH, rows_of(bars.TOUCHED, 10**8, 2, fused=4 / 0.91, triad_streaming=3),
                 rows_of(bars.TOUCHED, 10**8, 2, fused=4 / 0.89, triad_streaming=3)),
                ("geometric mean", rows_of("E1", 10**7, 2, fused=1, numexpr=3.6), rows_of("E1", 10**7, 2, fused=1, numexpr=3.4))):
            self.assertIs(passed(bar, met), True, bar)
            self.assertIs(passed(bar, missed), False, bar)

    def test_a_bar_on_which_no_row_bears_is_not_judged(self):
        self.assertEqual({one["passed"] for one in bars.verdicts([])}, {None})
        self.assertIsNone(passed("geometric mean", rows_of("E1", 10**6, 2, fused=1, numexpr=9) + rows_of("E1", 10**7, 1, fused=1, numexpr=9)))
        self.assertIsNone(passed(bars.BEST, rows_of("E1", 10_000, 2, fused=9, hand=1)))

    def test_a_row_without_a_time_is_not_judged(self):
        rows = rows_of("E1", 1000, 1, fused=2e-6, numpy=1e-6)
        rows[1]["median_s"] = None
        self.assertIsNone(passed(bars.SLOWER, rows))

    def test_rows_without_their_partner_are_judged_as_far_as_they_go(self):
        self.assertIsNone(passed(bars.FIRST, rows_of("E11a", 10, 1, numexpr=1e-3)))
        self.assertIsNone(passed(bars.BANDWIDTH, rows_of(bars.TOUCHED, 10**8, 2, triad_streaming=3)))
        self.assertIsNone(passed(bars.BANDWIDTH, rows_of(bars.TOUCHED, 10**8, 2, fused=4)))

    def test_rounds_go_on_until_the_bars_are_decided(self):
        case = cases.BY_ID["E1"]
        near = {"fused": [1.0, 1.2] * 5, "numpy": [1.1, 1.1] * 5}
        self.assertFalse(bars.decided(case, 1000, 1, near))
        self.assertTrue(bars.decided(case, 1000, 1, near | {"numpy": [1.3] * 10}))
        slower = {"fused": [1.0] * 10, "numpy": [0.9] * 10}
        self.assertFalse(bars.decided(case, 1000, 1, slower))
        self.assertTrue(bars.decided(case, 1000, 1, {who: one * 2 for who, one in slower.items()}))
        loose = {"fused": [1.0, 1.2] * 5, "numexpr": [9.0, 9.0] * 5}
        self.assertFalse(bars.decided(case, 10_000_000, 2, loose))

    def test_the_mean_is_over_the_named_set_and_says_what_it_leaves_out(self):
        self.assertTrue(set(bars.MEAN) <= set(cases.BY_ID))
        figure = bars.verdicts(rows_of("E1", 10**7, 2, fused=1, numexpr=4) + rows_of("E9d", 10**7, 2, fused=1, numexpr=400))[0]["figure"]
        self.assertTrue(figure.startswith("4.00x: E1 4.00; left out: E2 (not run)"), figure)


class SolveBars(unittest.TestCase):
    COUNTS = {"ill": {"geometric": {"matrices": 900, "wrong": 10}, "triw": {"matrices": 100, "wrong": 0}},
              "well": {"geometric": {"matrices": 1000, "wrong": 0}}}  # fmt: skip

    def passed(self, bar, rows, counts=None):
        return next(one["passed"] for one in solve_bars.verdicts(rows, counts) if one["bar"] == bar)

    def test_each_bar_is_met_and_missed_at_its_limit(self):
        for bar, met, missed in (
                (solve_bars.NEAR_LAPACK, rows_of("large", 500, 1, fused=1.09, lapack=1), rows_of("large", 500, 1, fused=1.11, lapack=1)),
                (solve_bars.NEAR_LAPACK, rows_of("large", 2000, 2, fused=1.05, lapack=1), rows_of("large", 2000, 2, fused=1.07, lapack=1)),
                (solve_bars.PLANNED, rows_of("large", 500, 2, planned=1.09, lapack=1), rows_of("large", 500, 2, planned=1.11, lapack=1)),
                (solve_bars.SMALL_SCIPY, rows_of("small", 4, 1, fused=0.49, scipy=1), rows_of("small", 4, 1, fused=0.49, scipy=1, scipy_told=0.97)),
                (solve_bars.SMALL_NUMPY, rows_of("small", 64, 2, fused=0.99, numpy=1), rows_of("small", 64, 2, fused=1.01, numpy=1)),
                (solve_bars.SMALL_LAPACK, rows_of("small", 8, 1, fused_unscreened_out=1.29, lapack=1),
                 rows_of("small", 8, 1, fused_unscreened_out=1.31, lapack=1)),
                (solve_bars.STRUCTURED, rows_of("banded", 100, 1, fused=1, scipy=1), rows_of("banded", 100, 1, fused=1.01, scipy=1)),
                (solve_bars.TOLD, rows_of("upper", 2000, 2, fused_told=1, scipy_told=1), rows_of("upper", 2000, 2, fused_told=1.01, scipy_told=1)),
                (solve_bars.MIXED_FASTER, rows_of("large", 4000, 1, mixed=1, lapack=1.31), rows_of("large", 4000, 1, mixed=1, lapack=1.29)),
                (solve_bars.BATCH_EIGEN, rows_of(solve_bars.BATCH, 8, 1, fused=1, eigen=2.01), rows_of(solve_bars.BATCH, 8, 1, fused=1, eigen=3, eigen_columns=1.99)),
                (solve_bars.BATCH_NUMPY, rows_of(solve_bars.BATCH, 8, 1, fused=1, numpy=4.01), rows_of(solve_bars.BATCH, 8, 1, fused=1, numpy=3.99))):
            self.assertIs(self.passed(bar, met), True, bar)
            self.assertIs(self.passed(bar, missed), False, bar)

    def test_mixed_precision_must_be_as_right_as_lapack(self):
        rows = rows_of("large", 4000, 1, mixed=1, lapack=2)
        self.assertIs(self.passed(solve_bars.MIXED_RIGHT, rows), True)
        rows[0]["error"] = 1.01
        self.assertIs(self.passed(solve_bars.MIXED_RIGHT, rows), False)

    def test_an_answer_of_ours_that_is_missing_is_a_bar_missed(self):
        rows = rows_of("small", 4, 1, fused=1, scipy=3)
        self.assertIs(self.passed(solve_bars.ANSWERED, rows), True)
        for one in rows:
            one |= {"median_s": None, "verified": False, "reasons": {"median_s": "no memory"}}
        self.assertIs(self.passed(solve_bars.ANSWERED, rows), False)
        self.assertIsNone(self.passed(solve_bars.ANSWERED, rows[1:]))

    def test_warnings_are_counted_over_all_families(self):
        self.assertIs(self.passed(solve_bars.ILL, [], self.COUNTS), True)
        self.assertIs(self.passed(solve_bars.WELL, [], self.COUNTS), True)
        self.COUNTS["ill"]["triw"]["wrong"] = self.COUNTS["well"]["geometric"]["wrong"] = 1
        self.assertIs(self.passed(solve_bars.ILL, [], self.COUNTS), False)
        self.assertIs(self.passed(solve_bars.WELL, [], self.COUNTS), False)

    def test_a_bar_on_which_nothing_bears_is_not_judged(self):
        rows = rows_of(solve_bars.BATCH, 8, 2, fused=9, eigen=1, numpy=1) + rows_of("large", 2000, 1, mixed=9, lapack=1)
        bars = solve_bars.verdicts(rows[:3], None)
        self.assertEqual({one["passed"] for one in bars if one["bar"] != solve_bars.ANSWERED}, {None})
        self.assertIsNone(self.passed(solve_bars.MIXED_FASTER, rows))

    def test_rounds_go_on_until_the_bars_are_decided(self):
        self.assertFalse(solve_bars.decided("upper", 100, 1, {"fused": [0.9, 1.1] * 5, "scipy": [1.0] * 10}))
        self.assertTrue(solve_bars.decided("upper", 100, 1, {"fused": [0.9] * 10, "scipy": [1.0] * 10}))
        self.assertFalse(solve_bars.decided("upper", 100, 1, {"fused": [1.1] * 10, "scipy": [1.0] * 10}))


class Files(unittest.TestCase):
    FACTS = {"cpu": {"model": "M", "cores": 2, "usable_threads": 2, "isa": "avx2", "virtual_machine": True, "l2_bytes": 1 << 20, "reasons": {}},
             "memory": {"total_bytes": 1 << 33, "transparent_huge_pages": "madvise", "reasons": {}},
             "os": {"distribution": "D", "kernel": "K", "load_average": 0.1, "reasons": {}},
             "build": {"version": "0.1.0", "commit": "c", "compiler": "G", "build_type": "Release", "flags": "-O3", "reasons": {}},
             "openmp": {"version": 201511, "reasons": {}}, "library": {"GPUCOMPUTE_TIER": "jit", "reasons": {}},
             "rivals": dict.fromkeys(report.PACKAGES, "1") | {"hand_compiler": "g++", "hand_flags": "-O3", "reasons": {}}}

    def content(self):
        class Options:
            seconds = 3
        missing = row("E7a", 1000, 1, "numexpr", 1) | dict.fromkeys(("median_s", "ci_low_s", "ci_high_s", "error", "stop_reason"))
        missing |= {"samples": [], "verified": False, "reasons": missing["reasons"] | dict.fromkeys(("median_s", "ci_low_s", "ci_high_s", "error", "stop_reason"), "it has no erfc")}
        return report.document(rows_of("E7a", 1000, 1, fused=1e-6, numpy=2e-6) + [missing], self.FACTS, Options, report.now())

    def test_the_file_follows_the_schema_and_reads_back(self):
        content = self.content()
        again = json.loads(report.to_json(content))
        self.assertEqual(again, content)
        self.assertEqual(file_errors(json.loads(SCHEMA.read_text()), again), [])

    def solves(self):
        class Options:
            seconds = 3
        rows = [one | {"error": 1.0} for one in rows_of("large", 500, 1, fused=2e-3, fused_unscreened=1.9e-3, inspect=1e-4, copy=1e-4, lapack=1.8e-3)]
        rows[0]["phases_s"] = {"inspect and copy": 2e-4, "factor": 1.6e-3, "solve": 1e-4, "verify": 5e-5}
        facts = self.FACTS | {"blas": {"ours": "OpenBLAS 1", "scipy": "OpenBLAS 2", "numpy": "OpenBLAS 3", "eigen": "3", "reasons": {}}}
        return solve_report.document(rows, None, facts, Options, report.now())

    def test_the_file_of_solves_follows_the_schema(self):
        self.assertEqual(file_errors(json.loads(SCHEMA.read_text()), json.loads(report.to_json(self.solves()))), [])

    def test_the_page_of_solves_says_where_the_time_goes(self):
        page = solve_report.to_markdown(self.solves())
        for part in ("| BLAS of scipy | OpenBLAS 2 |", "| large | 500 | 1 | 2000 (1) |", "| 500 | 1 | 1800 | 2000 (111.1%) |", "| 50 (2.8%) |"):
            self.assertIn(part, page)

    def test_every_phase_that_a_solution_names_is_read(self):
        said = "solve: A 9 x 9 float64\ntime: inspect and copy 1.5 ms, factor 2 s, solve 3e+02 us, condition 4 ns\nverdict: good\n"
        for phase, seconds in {"inspect and copy": 1.5e-3, "factor": 2, "solve": 3e-4, "condition": 4e-9}.items():
            self.assertAlmostEqual(explanation.phases(said)[phase], seconds)
        self.assertEqual(explanation.phases("eigen"), {})

    def test_the_page_names_the_machine_every_time_and_every_gap(self):
        page = report.to_markdown(self.content())
        for part in ("| processor | M, 2 cores", "| E7a | 1000 | 1 | 1 (1) | 2 (1) | - |", "- E7a numexpr: it has no erfc", "| not judged |"):
            self.assertIn(part, page)

    def test_committed_results_follow_the_schema(self):
        paths = sorted(RESULTS.glob("*.json"))
        self.assertTrue(paths, f"no result in {RESULTS}")
        for path in paths:
            self.assertEqual(file_errors(json.loads(SCHEMA.read_text()), json.loads(path.read_text())), [], path)


if __name__ == "__main__":
    unittest.main()
