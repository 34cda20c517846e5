# SPDX-License-Identifier: Apache-2.0
"""Correct rounding of mpmath numbers to float32 and float64, subnormals and overflow included."""

import math

import mpmath
import numpy as np

FORMATS = {"f4": (24, -149, 128), "f8": (53, -1074, 1024)}  # precision, least exponent, exponent of overflow


def round_to(value, format):
    """An mpf as the nearest float32 or float64, ties to even, returned as a Python float."""
    precision, least, overflow = FORMATS[format]
    if mpmath.isnan(value):
        return math.nan
    if mpmath.isinf(value):
        return math.inf if value > 0 else -math.inf
    sign, mantissa, exponent, bits = mpmath.mpf(value)._mpf_
    if not mantissa:
        return 0.0
    if not least - 1 <= exponent + bits <= overflow:
        result = math.inf if exponent + bits > overflow else 0.0
        return -result if sign else result
    mantissa = int(mantissa)
    unit = max(exponent + bits - precision, least)
    shift = unit - exponent
    if shift > 0:
        whole, rest = divmod(mantissa, 1 << shift)
        half = 1 << (shift - 1)
        whole += rest > half or (rest == half and whole & 1)
    else:
        whole = mantissa << -shift
    if whole.bit_length() + unit > overflow:
        result = math.inf
    else:
        result = math.ldexp(whole, unit)
    return -result if sign else result


def ulp(values):
    """Distance from |value| to the next larger number of the same dtype; of the largest one below for infinities."""
    magnitude = np.minimum(np.abs(values), np.finfo(values.dtype).max)
    return np.spacing(magnitude)
