"""Dwellings of years that no series has: from the stock of two dates, or back from a census."""

from __future__ import annotations

import numpy as np

from models.arrays import FloatArray, IntArray


def even_years(change: int, years: int) -> IntArray:
    """(years,) whole dwellings a year that add up to the change of the stock, as even as can be.

    Raises ValueError for fewer than one year.
    """
    if years < 1:
        raise ValueError(f"{years} years: expected at least one")
    steps = np.rint(np.linspace(0.0, change, years + 1)).astype(np.int64)
    return np.diff(steps)


def stock_back_from(last: float, net_additions: FloatArray) -> FloatArray:
    """(years + 1,) the stock before each year's net additions (years,) and after the last, to `last`."""
    after = np.concatenate([[0.0], np.cumsum(net_additions)])
    return np.rint(last - after[-1] + after)
