#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes lgamma_zeros.inc: the zeros of lgamma between -17 and -2 and the Taylor series of lgamma there. Needs mpmath."""

import sys
from pathlib import Path

from mpmath import findroot, gamma, log, mp, mpf, polygamma, factorial

TERMS = 16
mp.prec = 400


def log_abs_gamma(x):
    return log(abs(gamma(x)))


def zeros_between(n):
    """The two zeros in (-n - 1, -n): |gamma| has its minimum between them."""
    minimum = findroot(lambda x: polygamma(0, x), (mpf(-n) - mpf("0.9"), mpf(-n) - mpf("0.1")), solver="anderson")
    for pole in (mpf(-n), mpf(-n - 1)):
        outside, inside = pole, minimum
        while True:
            middle = (outside + inside) / 2
            if middle in (outside, inside) or abs(outside - inside) < mpf(2) ** -360:
                yield middle
                break
            if log_abs_gamma(middle) > 0:
                outside = middle
            else:
                inside = middle


def two_parts(x):
    high = float(x)
    return f"{high.hex()}, {float(x - mpf(high)).hex()}"


def main():
    rows = ["// Written by lgamma_zeros.py: a zero and the slope there, both as high, low, then the Taylor series from h^2 on.\n"]
    for n in range(2, 17):
        for zero in zeros_between(n):
            slope, *series = [polygamma(k, zero) / factorial(k + 1) for k in range(TERMS)]
            numbers = ", ".join(float(c).hex() for c in series)
            rows.append(f"{{{two_parts(zero)}, {two_parts(slope)}, {{{numbers}}}}},\n")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("lgamma_zeros.inc")
    target.write_text("".join(rows), encoding="ascii")


if __name__ == "__main__":
    main()
