# SPDX-License-Identifier: Apache-2.0
"""Times everyone who can compute a case on the same arrays, in turns."""

import itertools
import random
import sys
import time

import numpy as np

import bars
import contestants as make
from intervals import median_interval

ROUNDS_LEAST, ROUNDS_MOST, ROUND_SECONDS = 7, 60, 200e-6
OURS = ("fused", "fast", "naive")
FROM_PYTHON = "fused from Python"
ALLOWANCE = 8  # for whoever contracts or adds in an order of his own, as gpubench allows `fast`


def touched_like(values):
    """On a 64-byte line, as every allocation of the library is, so that nobody pays for a neighbour's alignment."""
    memory = np.zeros(values.nbytes + 64, np.uint8)
    begin = -memory.ctypes.data % 64
    return memory[begin:begin + values.nbytes].view(values.dtype).reshape(values.shape)


def right_results(case, inputs, results):
    """[(right, scale, the places of `results` they stand for)], in long double where the case is one of digits."""
    def widened(values):
        kind = {"f": np.longdouble, "c": np.clongdouble}.get(values.dtype.kind)
        if "erfc" in case.array:
            kind = np.float64  # SciPy has no long double; enough for a result in float32
        return values.astype(kind) if case.wide and kind else values

    places = ...
    if results[0].ndim == 2:
        places = np.linspace(0, results[0].shape[0] - 1, 16).astype(np.int64)
        inputs = {name: values[places] if values.ndim == 2 else values for name, values in inputs.items()}
    elif results[0].size > 20_000 and next(iter(inputs.values())).ndim == 1:
        places = np.linspace(0, results[0].size - 1, 20_000).astype(np.int64)
        inputs = {name: values[places] for name, values in inputs.items()}
    wide = {name: widened(values) for name, values in inputs.items()}
    right = make.listed(make.numpy_function(case)(*wide.values()))
    scale = eval(case.scale, dict(wide)) if case.scale else None  # the text is from cases.py
    return [(one, np.abs(one) if scale is None else scale, places) for one in right]


def error_of(results, right):
    """The largest error in units of the last place; of the shape or finiteness, infinite."""
    worst = 0.0
    for result, (value, scale, places) in zip(results, right, strict=True):
        result = np.asarray(result)[places]
        if result.shape != value.shape:
            return float("inf")
        if result.dtype.kind in "bi":
            difference = np.abs(result.astype(np.int64) - value.astype(np.int64))
        else:
            unit = np.spacing(scale.astype(result.real.dtype)).astype(np.longdouble)
            difference = np.abs(result - value) / unit
        largest = float(np.max(difference))
        worst = max(worst, largest if np.isfinite(largest) else float("inf"))
    return worst


def everyone(case, inputs, n, threads, shim, hands):
    """({name: contestant}, {name: why there is none}, the arrays that all but NumPy and JAX write their results to: where an
    array's pages lie decides how many of its lines the caches keep, and that shall be nobody's luck)"""
    found, missing = {"numpy": make.numpy_contestant(case, inputs)}, {}
    outs = [touched_like(out) for out in found["numpy"].results()]

    def ours(kind):
        names = case.outputs or ("",)
        places = outs if kind != "naive" else [touched_like(out) for out in outs]  # it copies its results there once
        return shim.make(kind, case.id if kind == "naive" else case.text, inputs,
                         dict(zip(names, places)), threads)

    def loop(library):
        made = make.hand(library, case.id, list(inputs.values()), outs, n, threads)
        if made.run(1) < 0:
            raise RuntimeError("a loop for this id")
        return made

    makers = {kind: lambda kind=kind: ours(kind) for kind in OURS if kind != "naive" or threads == 1}
    makers |= {name: lambda library=library: loop(library) for name, library in hands.items()}
    makers |= {"numexpr": lambda: make.numexpr_contestant(case, inputs, outs, threads),
               "numba": lambda: make.numba_contestant(case, inputs, outs, threads, False),
               "numba fastmath": lambda: make.numba_contestant(case, inputs, outs, threads, True),
               "jax": lambda: make.jax_contestant(case, inputs)}
    for name, maker in makers.items():
        if name in case.cannot:
            missing[name] = case.cannot[name]
            continue
        try:
            found[name] = maker()
            found[name].run(1)
        except Exception as error:  # what goes wrong with a rival is written down, and the others go on
            found.pop(name, None)
            missing[name] = f"{type(error).__name__}: {error}".splitlines()[0]
            print(f"{case.id} {name}: {error}", file=sys.stderr)
    if n == 1000 and case.id in bars.SMALL_CASES and "fused" in found:
        fused = found["fused"]
        found[FROM_PYTHON] = make.python(fused.once, lambda _: fused.results(), "")
        found[FROM_PYTHON].tier = fused.tier
    return found, missing, outs


def warm(contestant):
    """Until our automatic tier has compiled what repays it, within a tenth of a second."""
    begin = time.perf_counter()
    contestant.run(2)
    while contestant.tier() in ("interpreter", "automatic") and time.perf_counter() - begin < 0.1:
        contestant.run(100 if time.perf_counter() - begin < 0.01 else 1)


def calls_a_sample(contestant):
    """As many as fill a round. The first call wakes threads and fills caches, which would make it few for a short one."""
    contestant.run(1)
    return max(1, min(10_000, round(ROUND_SECONDS / contestant.run(1))))


def wake(contestant, calls, seconds):
    """Calls that are not counted, for so long: processors that have slept begin slowly."""
    begin = time.perf_counter()
    contestant.run(calls)
    while time.perf_counter() - begin < seconds:
        contestant.run(calls)


def in_turns(found, seconds, enough, pause=0.0):
    """({name: samples}, {name: calls a sample}, why it ended). Every round has another order, and each sample follows as many calls
    that are not counted: what it finds in the caches and which threads are awake is its own doing, not its predecessor's.
    `pause`: seconds before each turn, for a predecessor's threads to fall asleep, and of it half as long to wake up again."""
    calls = {name: calls_a_sample(one) for name, one in found.items()}
    samples = {name: [] for name in found}
    names, begin, order = list(found), time.perf_counter(), random.Random(1)
    for rounds in itertools.count():
        if rounds >= ROUNDS_LEAST and enough(samples):
            return samples, calls, "decided"
        if rounds >= ROUNDS_MOST:
            return samples, calls, "max_samples"
        if rounds >= ROUNDS_LEAST and time.perf_counter() - begin > seconds:
            return samples, calls, "max_time"
        for name in order.sample(names, len(names)):
            time.sleep(pause)
            wake(found[name], calls[name], pause / 2)
            samples[name].append(float(f"{found[name].run(calls[name]):.6g}"))


def row_of(name, n, dtype, threads, variant):
    return {"suite": "rivals", "id": name, "n": n, "dtype": dtype, "device": "cpu", "threads": threads, "variant": variant,
            "tier": variant.split()[0], "median_s": None, "ci_low_s": None, "ci_high_s": None, "samples": [], "batch": 1,
            "stop_reason": None, "verified": False, "error": None, "flops": None, "bytes": None,
            "reasons": {"flops": "gpubench run expr counts them"}}


def timed(row, samples, batch, reason):
    row["median_s"], row["ci_low_s"], row["ci_high_s"] = median_interval(samples)
    row |= {"samples": samples, "batch": batch, "stop_reason": reason, "verified": True}
    return missing(row, "fewer than 6 samples: no 95 % interval")


def missing(row, why):
    """What the row lacks and no reason was given for is so because of `why`."""
    for field, value in row.items():
        if value is None:
            row["reasons"].setdefault(field, why)
    return row


def time_case(case, n, threads, seconds, shim, hands):
    """One row a contestant."""
    inputs = case.make(n)
    dtype = "+".join(dict.fromkeys(values.dtype.name for values in inputs.values()))
    found, absent, shared = everyone(case, inputs, n, threads, shim, hands)
    outs = found["numpy"].results()
    right = right_results(case, inputs, outs)
    bytes_moved = sum(values.nbytes for values in [*inputs.values(), *outs])
    rows = {who: row_of(case.id, n, dtype, threads, who) for who in [*found, *absent]}
    for who, row in rows.items():
        row["bytes"] = bytes_moved
        if who in absent:
            row["tier"] = None
            missing(row, absent[who])
            continue
        for out in shared:
            out.fill(0)  # or an earlier one's result would stand there
        warm(found[who])
        row["error"] = error_of(found[who].results(), right)
        allowed = case.allowed(n) * (1 if who in ("fused", FROM_PYTHON, "naive") else ALLOWANCE)
        if not row["error"] <= allowed:
            why = f"the result did not verify: {row['error']:.3g} ULP, at most {allowed:.3g} expected"
            if row["error"] == float("inf"):
                row |= {"error": None, "reasons": row["reasons"] | {"error": "another shape than expected, or not finite"}}
            missing(row, why)
            del found[who]
    samples, calls, reason = in_turns(found, seconds, lambda samples: bars.decided(case, n, threads, samples))
    for who, one in found.items():
        timed(rows[who], samples[who], calls[who], reason)["tier"] = one.tier()
    for one in found.values():
        if hasattr(one, "free"):
            one.free()
    return list(rows.values())
