# SPDX-License-Identifier: Apache-2.0
"""Inexact steps that err on purpose: what a result may differ by is measured by it."""

import numpy as np

from reference import open_signs

# How far an inexact step's result may lie from NumPy's, in units of the last place, on either side; of a complex number
# in units of its larger component. The C library's error and ours: of reals 1 each, of complex numbers 2 each.
WIGGLE = {"f": 2.0, "c": 4.0}


class Wiggler:
    """Moves the results of inexact steps by a few units in the last place; `None` as generator leaves them."""

    def __init__(self, rng=None, size=1, furthest=False):
        """size: of the moves, 1 for all that WIGGLE allows. furthest: every move goes as far as it may, to either side: moves
        of less than half a unit are none, and draws may all be so."""
        self.rng, self.size, self.furthest = rng, size, furthest

    def __call__(self, value, magnitude=0):
        """magnitude: of the operands, where NumPy's own result is only as good as units of theirs."""
        value = np.asarray(value)
        if self.rng is None or value.dtype.kind not in "fc" or value.size == 0:
            return value[()]
        parts = np.ascontiguousarray(value).view(value.real.dtype).reshape(value.shape + (-1,)).copy()
        # A complex component may be wrong by units of the larger one.
        finite = np.where(np.isfinite(parts), np.abs(parts), 0)
        scale = np.maximum(finite.max(axis=-1, keepdims=True), magnitude) * np.finfo(parts.dtype).eps
        tiny = np.finfo(parts.dtype).smallest_subnormal
        step = np.where(np.isfinite(parts), np.maximum(scale, tiny), 0)
        limit = self.size * WIGGLE[value.dtype.kind]
        draws = self.rng.uniform(-limit, limit, parts.shape)
        parts = parts + (step * (np.copysign(limit, draws) if self.furthest else draws)).astype(parts.dtype)
        return parts.reshape(value.shape[:-1] + (-1,)).view(value.dtype).reshape(value.shape)[()] if value.ndim else \
            parts.reshape(-1).view(value.dtype)[0]


    def turned(self, name, argument, value):
        """The result of a complex function: signs that C99 leaves open are drawn."""
        value = np.asarray(value)
        open_at = open_signs(name, argument)
        if self.rng is None or not np.any(open_at):
            return self(value)
        parts = np.ascontiguousarray(value).view(value.real.dtype).reshape(value.shape + (2,)).copy()
        either = open_at[..., None] & ((parts == 0) | np.isinf(parts)) & (self.rng.random(parts.shape) < 0.5)
        return self(np.where(either, -parts, parts).view(value.dtype).reshape(value.shape))
