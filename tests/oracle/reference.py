# SPDX-License-Identifier: Apache-2.0
"""What a function of the language must give: mpmath correctly rounded for ordinary values, NumPy for special ones.

NumPy fixes the dtype, which results are NaN or infinite for special inputs, the sign of zeros and the side of a branch
cut; mpmath fixes every digit in between."""

import mpmath
import numpy as np
import scipy.special

from rounding import round_to

PRECISION = 400  # bits; enough for arguments of any size in the functions used, complex ones ask for more
COMPLEX_PRECISION = 2400  # 1 + z of the smallest z

mp = mpmath.mp


def _log_sum(base):
    def function(a, b):
        return mpmath.log(mpmath.power(base, a) + mpmath.power(base, b)) / mpmath.log(base)

    return function


def _sinc(a):
    return mpmath.mpf(1) if a == 0 else mpmath.sinpi(a) / (mpmath.pi * a)


def _lgamma(a):
    return mpmath.log(abs(mpmath.gamma(a)))


def _hypot(a, b):
    return mpmath.sqrt(a * a + b * b)


EXACT = {  # name -> function of mpmath numbers, real
    "sqrt": mpmath.sqrt, "cbrt": lambda a: mpmath.cbrt(a) if a >= 0 else -mpmath.cbrt(-a), "hypot": _hypot,
    "exp": mpmath.exp, "exp2": lambda a: mpmath.power(2, a), "expm1": mpmath.expm1, "log": mpmath.log,
    "log2": lambda a: mpmath.log(a) / mpmath.log(2), "log10": mpmath.log10, "log1p": mpmath.log1p,
    "logaddexp": _log_sum(mpmath.e), "logaddexp2": _log_sum(2),
    "sin": mpmath.sin, "cos": mpmath.cos, "tan": mpmath.tan, "sinpi": mpmath.sinpi, "cospi": mpmath.cospi,
    "sinc": _sinc, "deg2rad": lambda a: a * mpmath.pi / 180, "rad2deg": lambda a: a * 180 / mpmath.pi,
    "arcsin": mpmath.asin, "arccos": mpmath.acos, "arctan": mpmath.atan, "arctan2": mpmath.atan2,
    "sinh": mpmath.sinh, "cosh": mpmath.cosh, "tanh": mpmath.tanh, "arcsinh": mpmath.asinh,
    "arccosh": mpmath.acosh, "arctanh": mpmath.atanh, "erf": mpmath.erf, "erfc": mpmath.erfc,
    "gamma": mpmath.gamma, "lgamma": _lgamma, "power": mpmath.power, "fma": lambda a, b, c: a * b + c,
    "angle": lambda a: mpmath.arg(a), "abs": abs, "add": lambda a, b: a + b, "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b, "divide": lambda a, b: a / b, "square": lambda a: a * a,
    "reciprocal": lambda a: 1 / a, "sign": lambda a: a / abs(a) if a else a,
}  # fmt: skip


def _signed_pi(even):
    """sinpi and cospi at special values as IEEE 754-2019 says: zeros of sinpi have the sign of a."""

    def function(a):
        turn = np.fmod(a, 2)
        values = np.cos(np.pi * turn) if even else np.sin(np.pi * turn)
        zero = np.mod(np.abs(a), 1) == (0.5 if even else 0)
        return np.where(zero, 0.0 if even else np.copysign(0.0, a), values).astype(a.dtype)

    return function


def _extremum(function, larger):
    """NumPy leaves open which zero comes out; here -0 is less than +0."""

    def ruled(a, b):
        result = function(a, b)
        if result.dtype.kind != "f":
            return result
        negative = (np.signbit(a) & np.signbit(b)) if larger else (np.signbit(a) | np.signbit(b))
        return np.where((a == 0) & (b == 0), np.where(negative, -0.0, 0.0), result).astype(result.dtype)

    return ruled


def _power(base, exponent):
    """NumPy wraps integers; it refuses their negative exponents, here they divide: 0 or +-1. Powers of complex numbers that
    are not finite are exp(b*log(a)), where NumPy sometimes multiplies and sometimes asks the C library. NaN that either makes of
    finite numbers is no rule: infinity stands for it until the exact power takes its place."""
    if base.dtype.kind == "c":
        powers = np.power(base, exponent)
        finite = np.isfinite(base) & np.isfinite(exponent)
        usual = finite | (exponent == 0) | (base == 0)
        lost = finite & (base != 0) & np.isnan(powers)
        return np.where(lost, complex(np.inf, np.inf), np.where(usual, powers, np.exp(exponent * np.log(base)))).astype(powers.dtype)
    if base.dtype.kind != "i":
        return np.power(base, exponent)
    powers = np.power(base, np.maximum(exponent, 0))
    inverse = np.where(base == 1, 1, np.where(base == -1, np.where(exponent % 2 == 0, 1, -1), 0))
    return np.where(exponent < 0, inverse, powers).astype(powers.dtype)


def complex_quotient(a, b):
    """NumPy's method, Smith's, which at the ends of the range overflows or rounds on its way: there both are scaled first."""
    result = np.divide(a, b)
    a, b = np.broadcast_arrays(np.asarray(a, result.dtype), np.asarray(b, result.dtype))
    real, info = result.real.dtype.type, np.finfo(result.dtype)
    parts = lambda z: (np.abs(z.real), np.abs(z.imag))
    divisor, least, most = np.maximum(*parts(b)), np.minimum(*parts(a)), np.maximum(*parts(a))
    below = np.where(divisor > info.max * real(0.0625), 0.0625, np.where(divisor < info.tiny, 2.0**60, 1)).astype(real)
    above = np.where((most > info.max * real(0.25)) & (least > 1), 0.25, np.where(most < info.tiny, 2.0**60, 1)).astype(real)

    def times(z, factor):
        scaled = np.empty(np.shape(z), result.dtype)
        scaled.real, scaled.imag = z.real * factor, z.imag * factor
        return scaled

    scaled = times(np.divide(times(a, above), times(b, below)), below / above)
    return np.where((below == above) & (below == 1) | (b == 0), result, scaled)[()]


def _expm1(a):
    """Real numbers stay real, as in exp, where NumPy makes NaN of infinity times 0."""
    result = np.expm1(a)
    if a.dtype.kind == "c":
        result.imag = np.where(a.imag == 0, a.imag, result.imag)
    return result


def _np_sinc(a):
    """Zero at integers, where NumPy's rounded pi leaves some 1e-17 of either sign."""
    return np.where((np.mod(a, 1) == 0) & (a != 0) & np.isfinite(a), np.zeros((), a.dtype), np.sinc(a)).astype(a.dtype)


def _popcount(values):
    return np.bitwise_count(values.view(values.dtype.str.replace("i", "u")))


def _make_complex(a, b):
    result = np.empty(a.shape, np.result_type(a, np.complex64))
    result.real, result.imag = a, b
    return result


_maximum, _minimum = _extremum(np.maximum, True), _extremum(np.minimum, False)
NUMPY = {  # name -> function of NumPy arrays where NumPy has none of that name or documents less than we do
    "sinpi": _signed_pi(False), "cospi": _signed_pi(True), "erf": scipy.special.erf, "erfc": scipy.special.erfc,
    "gamma": scipy.special.gamma, "lgamma": lambda a: np.where(np.isneginf(a), np.inf, scipy.special.gammaln(a)).astype(a.dtype), "sinc": _np_sinc, "fma": lambda a, b, c: a * b + c,
    "reciprocal": lambda a: np.reciprocal(a) if a.dtype.kind == "c" else 1 / a, "maximum": _maximum, "minimum": _minimum, "fmax": _extremum(np.fmax, True),
    "fmin": _extremum(np.fmin, False), "clip": lambda a, b, c: _minimum(_maximum(a, b), c), "power": _power, "expm1": _expm1,
    "popcount": _popcount, "complex": _make_complex, "round": lambda a: a if a.dtype.kind in "biu" else np.round(a),
}  # fmt: skip


# The part whose sine is taken: where it is infinite or NaN, C99 (Annex G) leaves signs of zeros and infinities open.
TURNING = {"exp": "imag", "exp2": "imag", "expm1": "imag", "sinh": "imag", "cosh": "imag", "tanh": "imag", "sin": "real",
           "cos": "real", "tan": "real"}  # fmt: skip


def open_signs(name, *arguments):
    """Where C99 leaves the signs of zeros and infinities open."""
    first = np.asarray(arguments[0])
    if first.dtype.kind == "c" and name == "power":  # of real numbers whatever the order of products and sums leaves
        return ~np.logical_and.reduce([np.isfinite(a) & (a.imag != 0) for a in arguments])
    if first.dtype.kind == "c" and name in TURNING:
        return (np.isnan(first) & (name in ("cos", "cosh"))) | ~np.isfinite(getattr(first, TURNING[name]))
    return np.zeros(first.shape, bool)


def numpy_function(name):
    return NUMPY.get(name) or getattr(np, name)


def reference(name, *arguments):
    """Arrays of one dtype (the first of `where` bool) -> the result, None where NumPy refuses the types."""
    try:
        with np.errstate(all="ignore"):
            special = np.asarray(numpy_function(name)(*arguments))
    except TypeError:
        return None
    dtype = arguments[-1].dtype
    if name not in EXACT or dtype.kind not in "fc" or special.dtype.kind not in "fc":
        return special
    return (complex_reference if dtype.kind == "c" else real_reference)(EXACT[name], arguments, special)


def real_reference(function, arguments, special):
    """`special`, NumPy's result, with mpmath's digits wherever arguments and result are ordinary."""
    dtype = arguments[0].dtype
    result = special.copy()
    finite = np.logical_and.reduce([np.isfinite(a) for a in arguments]) & ~np.isnan(special)
    with mp.workprec(PRECISION):
        for index in np.flatnonzero(finite):
            inputs = [mpmath.mpf(float(a.flat[index])) for a in arguments]
            try:
                exact = function(*inputs)
            except (ValueError, ZeroDivisionError, OverflowError):
                continue  # a pole: NumPy's infinity stands
            if isinstance(exact, mpmath.mpc) or mpmath.isinf(exact):
                continue
            # mpmath knows one zero only: with one among the arguments, or as the result, NumPy knows the sign.
            if function in (mpmath.atan2, EXACT["angle"]) and 0 in inputs:
                continue
            rounded, signed = round_to(exact, dtype.str[1:]), 0 in inputs or exact == 0
            result.flat[index] = np.copysign(rounded, special.flat[index]) if signed else rounded
    return result


def _side_of_cut(exact, special):
    """The variant of an mpmath result whose parts have the signs of NumPy's: mpmath knows no signed zeros, so that on a
    branch cut it may take the other side."""
    target = mpmath.mpc(complex(special))
    variants = [exact, mpmath.conj(exact), -exact, -mpmath.conj(exact)]
    return min(variants, key=lambda v: abs(v - target))


def complex_reference(function, arguments, special):
    """The same for complex arguments; the result is real for abs and angle."""
    part = "f4" if arguments[0].dtype == np.complex64 else "f8"
    result = special.copy()
    finite = np.logical_and.reduce([np.isfinite(a) for a in arguments]) & ~np.isnan(special)
    with mp.workprec(COMPLEX_PRECISION):
        for index in np.flatnonzero(finite):
            inputs = [mpmath.mpc(complex(a.flat[index])) for a in arguments]
            value = special.flat[index]
            if 0 in inputs:
                continue
            try:
                exact = function(*inputs)
            except (ValueError, ZeroDivisionError, OverflowError):
                continue
            if mpmath.isinf(exact):
                continue
            if not np.iscomplexobj(special):
                result.flat[index] = np.copysign(round_to(mpmath.re(exact), part), value)
                continue
            if np.isfinite(value):
                exact = _side_of_cut(mpmath.mpc(exact), value)
            parts = [round_to(mpmath.re(exact), part), round_to(mpmath.im(exact), part)]
            signs = [value.real, value.imag]
            result.flat[index] = complex(*(float(np.copysign(p, s)) if p == 0 else p for p, s in zip(parts, signs)))
    return result
