"""The difference between two runs whose draws are common: draw d of one less draw d of the other.

Both meet the same shocks, so what they have in common cancels, and the difference has an interval of its own,
narrower than the two intervals side by side suggest.
"""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray
from models.uncertainty.ensemble import Summary, summarise


def difference(ours: FloatArray, theirs: FloatArray, axis: int = 0) -> Summary:
    """Ours less theirs, subtracted draw by draw: its principal value and quantiles across draws.

    ours, theirs: arrays of one shape, in the unit of the quantity, with draw 0, the principal run, and the
    common draws along `axis`. Raises ValueError where the shapes differ: their draws are then not common.
    """
    if ours.shape != theirs.shape:
        raise ValueError(f"draws of shape {ours.shape} and {theirs.shape} are not common")
    return summarise(ours - theirs, axis)


def rounded(draws: FloatArray, decimals: int) -> FloatArray:
    """Draws (…, draw) rounded to so many decimals, so that they can be kept as short text.

    The principal run, draw 0, stays as it is: it is published elsewhere to the last digit.
    """
    made = np.round(draws, decimals)
    made[..., 0] = draws[..., 0]
    return np.asarray(made)
