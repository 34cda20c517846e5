# SPDX-License-Identifier: Apache-2.0
"""Two measurements that are no table of contestants: E1 against the machine's memory, and the first result of a new text."""

import random

import numpy as np

import bars
import contestants as make
import timing

TOUCHED_SIZE, TERMS, FRESH_TEXTS = 100_000_000, 50, 40


def available_bytes():
    for line in open("/proc/meminfo"):
        if line.startswith("MemAvailable"):
            return int(line.split()[1]) * 1024
    return 0


def touched(threads, seconds, shim, hands):
    """E1 at n = 1e8 and STREAM's triad with stores past the caches, in turns on the same arrays: 3.2 GB."""
    n = TOUCHED_SIZE
    rows = [timing.row_of(bars.TOUCHED, n, "float64", threads, who) for who in ("fused", bars.TRIAD)]
    if available_bytes() < 40 * n:
        for row in rows:
            row["tier"] = None
            timing.missing(row, "less than 4 GB of memory available")
        return rows
    few = np.random.default_rng(1).uniform(0.5, 1.5, 1_000_003)
    inputs = {name: timing.touched_like(np.broadcast_to(0.0, n)) for name in "abc"}
    for shift, values in enumerate(inputs.values()):
        for begin in range(0, n, few.size):
            values[begin:begin + few.size] = np.roll(few, shift)[:n - begin]
    out = timing.touched_like(inputs["a"])
    a, b, c = inputs.values()
    found = {"fused": shim.make("fused", "a + b*c", inputs, {"": out}, threads),
             bars.TRIAD: make.hand(hands["hand"], bars.TRIAD, [a, b], [out], n, threads)}
    places = np.linspace(0, n - 1, 20_000).astype(np.int64)
    for row, (one, right) in zip(rows, zip(found.values(), (a[places] + b[places]*c[places], a[places] + 3*b[places]))):
        timing.warm(one)
        row["bytes"] = (32 if row["variant"] == "fused" else 24) * n
        row["error"] = float(np.max(np.abs(out[places] - right) / np.spacing(right)))
        if not row["error"] <= 1:
            timing.missing(row, f"the result did not verify: {row['error']:.3g} ULP, at most 1 expected")
            del found[row["variant"]]
    samples, calls, reason = timing.in_turns(found, seconds, lambda samples: all(len(taken) >= 15 for taken in samples.values()))
    for row in rows:
        if (who := row["variant"]) in found:
            timing.timed(row, samples[who], calls[who], reason)["tier"] = found[who].tier()
    return rows


def fresh_text():
    """E11's 50 terms, with operators drawn anew: neither this process nor one whose kernels are on the disk has seen it."""
    draw = random.SystemRandom()
    text = "".join(f"{draw.choice('+-')}(a{draw.choice('+-*')}{i})*{draw.randrange(1, 99)}" for i in range(TERMS))
    return text.removeprefix("+")


def first_results(threads, shim):
    """E11a: each sample another text, from the text to its result; E11b: the same text again. NumExpr beside it."""
    import numexpr
    numexpr.set_num_threads(threads)
    a = np.linspace(0.5, 1.5, 10)
    out = np.empty_like(a)
    rows = []
    for name, texts in (("E11a", [fresh_text() for _ in range(FRESH_TEXTS)]), ("E11b", [fresh_text()] * FRESH_TEXTS)):
        ours = lambda text: shim.first_result(text, {"a": a}, out, threads)
        theirs = lambda text: make.python(lambda: numexpr.evaluate(text, {"a": a}, out=out), make.listed, "numexpr").run(1)
        for who, first in (("fused", ours), ("numexpr", theirs)):
            row = timing.row_of(name, a.size, "float64", threads, who) | {"bytes": 2 * a.nbytes}
            if name == "E11b":
                first(texts[0])
            try:
                samples = []
                for text in texts:
                    samples.append(float(f"{first(text):.6g}"))
                    right = eval(text, {"a": a.astype(np.longdouble)})  # the text is made above
                    row["error"] = max(row["error"] or 0.0, float(np.max(np.abs(out - right)) / np.spacing(1e6)))
                if not row["error"] <= 64:
                    raise ValueError(f"the result did not verify: {row['error']:.3g} ULP of 1e6, at most 64 expected")
                timing.timed(row, samples, 1, "max_samples")
                row["tier"] = "automatic" if who == "fused" else who
            except Exception as error:
                timing.missing(row, f"{type(error).__name__}: {error}".splitlines()[0])
            rows.append(row)
    return rows
