#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/math/oracle.bin: for every function of cpu/math/functions.def, finite inputs and the exact results,
computed with mpmath at a precision that is raised until two rounds agree.

A record is a line "name type arity count", then the arrays a, b (if binary), result (correctly rounded) in that type,
and rest: (exact - result) / ulp(exact) as int16, in units of 1/65534. Needs NumPy 2 and mpmath."""

import math
import random
import re
import sys
from pathlib import Path

import mpmath as mp
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^MATH_FUNCTION\((\w+), (\d), [^,]+, [^,]+, [^,]+, RANGE\((.*?), (.*?)\), RANGE\((.*?), (.*?)\)\)", re.M)
FORMATS = {"f32": (np.float32, 24, -149, 128), "f64": (np.float64, 53, -1074, 1024)}
RANDOM_BITS, UNIFORM = 260, 220


def log_abs_gamma(x):
    if x > 0:
        return mp.loggamma(x)
    return mp.log(mp.pi / abs(mp.sinpi(x))) - mp.loggamma(1 - x)


def log_add(x, y, exp, log1p):
    large, small = max(x, y), min(x, y)
    return large + log1p(exp(small - large)) if small - large > -4000 else large


def bounded(function, low, high, below, above):
    """A function that mpmath could not evaluate where its result is astronomically large or near its limit."""
    return lambda x: below if x < low else above if x > high else function(x)


def power(x, y):
    if x == 0:
        return mp.inf if y < 0 else mp.mpf(0)
    exponent = y * mp.log(abs(x))
    size = mp.inf if exponent > 1000 else mp.mpf(0) if exponent < -1000 else mp.exp(exponent)
    return -size if x < 0 and int(y) % 2 else size


UNARY = {
    "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "arcsin": mp.asin, "arccos": mp.acos, "arctan": mp.atan,
    "sinh": bounded(mp.sinh, -1000, 1000, -mp.inf, mp.inf), "cosh": bounded(mp.cosh, -1000, 1000, mp.inf, mp.inf),
    "tanh": bounded(mp.tanh, -100, 100, mp.mpf(-1), mp.mpf(1)),
    "arcsinh": mp.asinh, "arccosh": mp.acosh, "arctanh": mp.atanh,
    "exp": bounded(mp.exp, -1000, 1000, mp.mpf(0), mp.inf), "exp2": bounded(lambda x: mp.mpf(2) ** x, -1200, 1200, mp.mpf(0), mp.inf),
    "expm1": bounded(mp.expm1, -1000, 1000, mp.mpf(-1), mp.inf),
    "log": mp.log, "log2": lambda x: mp.log(x) / mp.log(2), "log10": lambda x: mp.log(x) / mp.log(10), "log1p": mp.log1p,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "erf": bounded(mp.erf, -40, 40, mp.mpf(-1), mp.mpf(1)), "erfc": bounded(mp.erfc, -40, 40, mp.mpf(2), mp.mpf(0)),
    "gamma": bounded(mp.gamma, -300, 300, mp.mpf(0), mp.inf), "lgamma": log_abs_gamma,
    "sinpi": mp.sinpi, "cospi": mp.cospi, "sinc": lambda x: mp.sinpi(x) / (mp.pi * x) if x else mp.mpf(1),
}  # fmt: skip
BINARY = {
    "power": power,
    "arctan2": mp.atan2,
    "hypot": lambda x, y: mp.sqrt(x * x + y * y),
    "logaddexp": lambda x, y: log_add(x, y, mp.exp, mp.log1p),
    "logaddexp2": lambda x, y: log_add(x, y, lambda d: mp.mpf(2) ** d, lambda e: mp.log1p(e) / mp.log(2)),
    "log_hypot": lambda x, y: mp.log(x * x + y * y) / 2,
}
DOMAIN = {
    "arcsin": lambda x: abs(x) <= 1, "arccos": lambda x: abs(x) <= 1, "arccosh": lambda x: x >= 1,
    "arctanh": lambda x: abs(x) < 1, "log": lambda x: x > 0, "log2": lambda x: x > 0, "log10": lambda x: x > 0,
    "log1p": lambda x: x > -1, "gamma": lambda x: x > 0 or x != math.floor(x) and x > -300,
    "lgamma": lambda x: x > 0 or x != math.floor(x),
    "power": lambda x, y: x > 0 or x < 0 and y == math.floor(y), "fmod": lambda x, y: y != 0,
    "log_hypot": lambda x, y: x != 0 or y != 0,
}  # fmt: skip
# Where a function is hard: thresholds of overflow, underflow and absorption, zeros, poles, worst cases of rounding.
HARD = {
    "sin": [1e22, 6381956970095103 * 2.0**797, 3.141592653589793, 1e5, 39000.5, 2.0**28],
    "cos": [1e22, 6381956970095103 * 2.0**797, 1.5707963267948966, 1e5, 39000.5, 2.0**28],
    "tan": [1e22, 6381956970095103 * 2.0**797, 1.5707963267948966, 0.7853981633974483, 1e5],
    "sinh": [710.4758600739439, 709.782712893384, 89.41598629223294, 88.72283905206835, 2.0**-28, 2.0**-13],
    "cosh": [710.4758600739439, 709.782712893384, 89.41598629223294, 88.72283905206835],
    "tanh": [22.0, 19.0615, 9.0109, 8.66434, 2.0**-28, 2.0**-13],
    "exp": [709.782712893384, -745.1332191019411, -708.3964185322641, 88.72283905206835, -103.97207708399179, -87.33654475055310],
    "exp2": [1023.9999, -1074.9999, -1022.0, 127.9999, -149.9999, -126.0, 0.5],
    "expm1": [709.782712893384, 88.72283905206835, -36.7368005696771, -37.42994775023705, -17.32868, -16.63694],
    "log1p": [-1 + 2.0**-53, -1 + 2.0**-24, 1e307, 1.7e308, 3e38, 2.0**-54, 2.0**-25],
    "arcsinh": [1e154, 1.35e154, 1e200, 1.8e19, 1e30, 2.0**-28, 2.0**-13],
    "arccosh": [1.0000001, 1e154, 1.35e154, 1e200, 1.8e19, 1e30],
    "arctanh": [1 - 2.0**-53, 1 - 2.0**-24, 2.0**-28, 2.0**-13],
    "erf": [5.9215871957945083, 3.8325066, 1e-308, 1.2e-38, 2.0**-60],
    "erfc": [26.543258454250953, 27.226017111108366, 26.55, 9.19455, 10.0541954, 9.16, 5.9],
    "gamma": [171.6243769563027, -170.99647863917403, -185.5, -186.5, 5.562684646268003e-309, 2.938736e-39, 35.040095, -170.5674972726612, -171.5, -176.5, -182.5, -184.9, 2.2e-308, -2.2e-308,
              -34.9999962, -37.5, -40.5, -42.3, 1e-38, 0.46163214496836236, -20.000000000000004],
    "lgamma": [1.0, 2.0, 1 + 2.0**-52, 2 - 2.0**-52, -2.4570247382208006, -2.7476826467274127, -3.143580888349980, -3.9552942848585979,
               -4.0393618397403035, -4.991544640560448, -5.008218168225421, -5.998607480080877, -9.999999724, -12.000000002,
               -15.9999999999999, 2.556348163871691e305, 4.0850e36, -2.7483, -2.4566],
    "sinpi": [2.0**30 + 0.25, 2.0**31 + 0.75, 2.0**45 + 0.125, 2.0**52 - 0.5, 2.0**22 + 0.5, 2.0**53, 2.0**24],
    "cospi": [2.0**30 + 0.25, 2.0**31 + 0.75, 2.0**45 + 0.125, 2.0**52 - 0.5, 2.0**22 + 0.5, 2.0**53, 2.0**24, 0.5],
    "sinc": [2.0**-14, 2.0**-28, 2.0**45 + 0.125, 1.4302966531242027, 1e-310, 1e-40],
}  # fmt: skip


def near_multiples_of_half_pi():
    """The float64 numbers nearest to multiples of pi/2, relative to their distance in units of the last place: denominators of
    2**e/(pi/2)'s continued fraction. Every exponent below 1e14, where reductions differ, and some above."""
    found = []
    for exponent in [*range(-25, -6), *range(-6, 0, 2), *range(0, 971, 97)]:
        ratio, before, now = mp.mpf(2) ** exponent / (mp.pi / 2), 1, 0
        while True:
            whole = int(mp.floor(ratio))
            before, now = now, whole * now + before
            if now >= 2**53:
                break
            found += [float(now * k) * 2.0**exponent for k in (1, 2, 3, 5) if 2**52 <= now * k < 2**53]
            ratio = 1 / (ratio - whole)
    return found


with mp.workprec(1200):
    for _name in ("sin", "cos", "tan"):
        HARD[_name] += near_multiples_of_half_pi()
HARD_PAIRS = {
    "power": [(1 + 2.0**-52, 2.0**62), (1 - 2.0**-53, 2.0**63), (0.5, 1074), (0.5, 1074.5), (2, 1023.9999999999999), (10, 308.25), (10, -323),
            (-2, 1023), (-3, 645), (1.7976931348623157e308, 1 - 2.0**-53), (0.5000000000000001, -1023.9999999999999), (-1, 2.0**53),
            (-1, 2.0**52 + 1), (1e-320, -0.99), (2, 127.99999), (0.5, 149), (3.4e38, 0.9999999), (10, -44.9), (1.0000001, 8.8e8)],
    "arctan2": [(1e-320, 3.0), (2.5e-308, 7.7), (1e-40, 2.0), (2.0000002, 3.4e38), (1e308, 1e-308), (-1e-308, -1e308), (5e-324, -1.0)],
    "hypot": [(1e-310, 1e-310), (5e-324, 5e-324), (1e308, 1e308), (1.2e308, 1.3e308), (3, 4), (1e154, 1e-154), (2e38, 2.5e38), (1e-45, 1e-45)],
    "fmod": [(1.7e308, 5e-324), (1.7e308, 3e-310), (3.4e38, 1e-45), (1e300, 3.0), (5.0, 5.0), (1e22, 0.7), (2.0**60, 3.0), (2.0**53 - 1, 2.0)],
    "logaddexp": [(-0.6931471805599453, -0.6931471805599453), (0.0, -745.0), (0.0, -37.0), (1e308, 1e308), (-1e-300, -800.0), (-1e308, 1e308)],
    "logaddexp2": [(-1.0, -1.0), (0.0, -1074.0), (0.0, -53.0), (1e308, 1e308), (-1e-300, -1000.0), (-1e308, 1e308), (0.5, -0.5)],
    "log_hypot": [(0.6, 0.8), (1.0, 1e-160), (1.0, 1e-8), (1e-320, 1e-320), (1e308, 1.5e308), (0.7071067811865476, 0.7071067811865476),
                  (0.9999999999999999, 1.4901161193847656e-08), (2e38, 3e38), (1e-45, 0.0), (1.0, 0.0), (5.0, 12.0)],
}  # fmt: skip
EDGES = [0.0, 5e-324, 1e-310, 2.0**-1022, 1e-45, 1e-40, 2.0**-126, 2.0**-53, 2.0**-27, 1e-8, 2.0**-12, 1e-3, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0,
         10.0, 100.0, 2.0**24, 2.0**53, 1e10, 1e20, 1e30, 2.0**127, 1e100, 1e200, 1e300]  # fmt: skip


def neighbours(kind, x, count=1):
    x = kind(x)
    found = [x]
    for direction in (-np.inf, np.inf):
        near = x
        for _ in range(count):
            with np.errstate(over="ignore"):
                near = np.nextafter(near, kind(direction))
            found.append(near)
    return found


def finite(kind, values):
    with np.errstate(all="ignore"):
        return [x for x in (kind(v) for v in values) if np.isfinite(x)]


def random_bits(kind, rng, count):
    width = kind().itemsize
    found = []
    while len(found) < count:
        x = np.frombuffer(rng.randbytes(width), kind)[0]
        if np.isfinite(x):
            found.append(x)
    return found


def uniform(kind, rng, low, high, count):
    return [kind(rng.uniform(low, high)) for _ in range(count)]


def unary_inputs(name, kind, rng, low, high):
    xs = random_bits(kind, rng, RANDOM_BITS) + uniform(kind, rng, low, high, UNIFORM)
    xs += [kind(1 + s * rng.random() * 2.0**-e) for e in range(1, 24, 2) for s in (-1, 1)]
    xs += [kind(rng.choice([-1, 1]) * 2.0 ** rng.uniform(-30, 8)) for _ in range(60)]
    for x in [*finite(kind, EDGES), np.finfo(kind).max]:
        xs += [x, -x]
    for x in finite(kind, HARD.get(name, [])):
        xs += neighbours(kind, x, 2) + neighbours(kind, -x, 2)
    if name in ("sin", "cos", "tan"):
        for k in (1, 2, 3, 4, 7, 22, 355, 1000003):
            xs += neighbours(kind, k * math.pi / 2)
    return xs


def near_cancellation(name, kind, rng):
    """Pairs where the leading digits of the result go."""
    for _ in range(60):
        if name == "log_hypot":
            x = rng.random()
            yield kind(x), kind(math.sqrt((1 - x) * (1 + x)))
        elif name in ("logaddexp", "logaddexp2"):
            x = -rng.random() * 3
            yield kind(x), kind(math.log1p(-math.exp(x)) if name == "logaddexp" else math.log2(1 - 2.0**x))
        elif name == "power":
            x = 2.0 ** rng.uniform(-20, 20)
            limit = {8: rng.choice([1024, -1030, -1070]), 4: rng.choice([128, -130, -146])}[kind().itemsize]
            yield kind(x), kind((limit - rng.random() * 1e-3) / math.log2(x))


def binary_inputs(name, kind, rng, ranges):
    pairs = list(zip(random_bits(kind, rng, RANDOM_BITS), random_bits(kind, rng, RANDOM_BITS)))
    pairs += zip(uniform(kind, rng, *ranges[0], UNIFORM), uniform(kind, rng, *ranges[1], UNIFORM))
    edges = finite(kind, EDGES) + [-x for x in finite(kind, EDGES)]
    pairs += [(rng.choice(edges), rng.choice(edges)) for _ in range(150)]
    for x, y in HARD_PAIRS.get(name, []):
        both = finite(kind, (x, y))
        if len(both) == 2:
            pairs += [(a, b) for a in neighbours(kind, both[0]) for b in neighbours(kind, both[1])]
    return pairs + list(near_cancellation(name, kind, rng))


def exact(function, arguments):
    """The result to at least 100 bits: two precisions have to agree."""
    previous = None
    for bits in (200, 400, 800, 1600, 3200, 6400):
        with mp.workprec(bits):
            value = function(*(mp.mpf(float(a)) for a in arguments))
            if mp.isinf(value) or value == 0:
                return value
            if previous is not None and abs(value - previous) <= abs(value) * mp.mpf(2) ** -100:
                return value
            previous = value
    raise ArithmeticError(f"no agreement at {arguments}")


def rounded(value, form):
    """The nearest number of the format, and the rest in units of the exact value's last place."""
    _, digits, lowest, highest = form
    if mp.isinf(value):
        return float(value), 0
    if value == 0:
        return 0.0, 0
    with mp.workprec(7000):
        size = mp.floor(mp.log(abs(value), 2))
        size += 1 if abs(value) >= mp.mpf(2) ** (size + 1) else -1 if abs(value) < mp.mpf(2) ** size else 0
        unit = mp.mpf(2) ** max(int(size) - digits + 1, lowest)
        whole = mp.nint(value / unit)
        result = whole * unit
        if abs(result) >= mp.mpf(2) ** highest:
            return math.copysign(math.inf, result), 0
        return math.copysign(float(result), float(mp.sign(value))), int(mp.nint((value / unit - whole) * 65534))


def evaluate(name, arguments, form):
    kind = form[0]
    if name == "fmod":
        return kind(math.fmod(*(float(a) for a in arguments))), 0
    if name == "nextafter":
        return np.nextafter(*arguments), 0
    function = UNARY[name] if name in UNARY else BINARY[name]
    result, rest = rounded(exact(function, arguments), form)
    return kind(result), rest


def record(name, arity, ranges, tag):
    form = FORMATS[tag]
    kind = form[0]
    rng = random.Random(f"{name} {tag}")
    inputs = [(x,) for x in unary_inputs(name, kind, rng, *ranges[0])] if arity == 1 else binary_inputs(name, kind, rng, ranges)
    inside = DOMAIN.get(name, lambda *_: True)
    inputs = [i for i in dict.fromkeys(tuple(x + 0 for x in i) for i in inputs) if all(map(np.isfinite, i)) and inside(*map(float, i))]
    rows = [(*i, *evaluate(name, i, form)) for i in inputs]
    columns = [np.array(c, kind) for c in list(zip(*rows))[:-1]] + [np.array([r[-1] for r in rows], np.int16)]
    return f"{name} {tag} {arity} {len(rows)}\n".encode() + b"".join(c.tobytes() for c in columns)


def main():
    target = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "tests/data/math/oracle.bin"
    target.parent.mkdir(parents=True, exist_ok=True)
    data = b""
    for name, arity, *bounds in ROW.findall((ROOT / "cpu/math/functions.def").read_text()):
        if name.endswith("_fast"):
            continue  # measured against the data of the precise function
        low_a, high_a, low_b, high_b = map(float, bounds)
        for tag in FORMATS:
            data += record(name, int(arity), [(low_a, high_a), (low_b, high_b)], tag)
    target.write_bytes(data)
    print(f"{target.name}: {len(data)} bytes")


if __name__ == "__main__":
    main()
