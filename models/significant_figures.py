"""Numbers for readers: rounded to significant figures."""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray

_MOST_DECIMALS = 15


def to_figures(values: FloatArray, figures: int) -> FloatArray:
    """The values rounded to so many significant figures, whole numbers never further than to units.

    values: any shape; nan and ±inf stay. A rounded value is the double nearest to its decimal, so that it is
    written with as few digits.
    """
    size = np.abs(values)
    known = np.isfinite(size) & (size > 0)
    before = np.floor(np.log10(size, where=known, out=np.zeros_like(size)))
    scale = 10.0 ** np.clip(figures - 1 - before, 0, _MOST_DECIMALS)
    rounded: FloatArray = np.round(np.where(known, values, 0) * scale) / scale
    return np.where(known, rounded, values)
