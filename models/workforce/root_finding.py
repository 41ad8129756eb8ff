"""Roots of increasing functions by halving an interval, many at once and the same to the bit everywhere."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.arrays import FloatArray

HALVINGS = 80
"""Enough for any interval of use here to shrink to the spacing of doubles."""


def increasing_root(
    function: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray
) -> FloatArray:
    """Where each of the increasing functions is nil, between `low` and `high` (…,).

    `function` takes and gives arrays of their shape. Raises ValueError where it does not change its sign.
    """
    if (function(low) > 0).any() or (function(high) < 0).any():
        raise ValueError("no root between the bounds")
    below, above = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
    for _ in range(HALVINGS):
        middle = (below + above) / 2
        short = function(middle) < 0
        below, above = np.where(short, middle, below), np.where(short, above, middle)
    return np.asarray((below + above) / 2)
