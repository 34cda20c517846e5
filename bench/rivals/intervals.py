# SPDX-License-Identifier: Apache-2.0
"""Medians with order-statistic intervals, of samples and of ratios taken round by round."""

import math


def median_interval(values):
    """(median, low, high) with 95 %; low and high are None below six values."""
    ordered, n = sorted(values), len(values)
    median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    below, rank = 0.0, 0
    for k in range(n // 2):
        below += math.comb(n, k) / 2**n
        if below > 0.025:
            break
        rank = k + 1
    return (median, ordered[rank - 1], ordered[n - rank]) if rank else (median, None, None)


def ratio(samples, ours, theirs):
    """Our time over theirs."""
    return median_interval([a / b for a, b in zip(samples[ours], samples[theirs])])
