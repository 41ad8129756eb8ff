"""Monthly records made ready for forecasting: which months are clean, and what is wrong with the others.

Arrays by month without a gap. A month that is not clean is left out of fits and of scores; nothing is filled
in here. Which months a run leaves out by name comes from the intervention log.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from models.arrays import BoolArray, FloatArray

MONTHS = 12
JUMP = 10.0
"""A month that is so many times its neighbours' level, or so small a part of it, is a slip of the hand."""


def jumps(values: FloatArray) -> list[int]:
    """Positions of months ten times as high or as low as the median of the months around them (month,).

    Missing months are nan and left out. A zero among positive months is a jump.
    """
    beside = np.full(MONTHS, np.nan)
    around = sliding_window_view(np.concatenate([beside, values, beside]), 2 * MONTHS + 1).copy()
    around[:, MONTHS] = np.nan
    around.sort(axis=1)  # missing months last
    known = np.isfinite(around).sum(axis=1)
    at = np.flatnonzero(np.isfinite(values) & (known > 0))
    usual = (around[at, (known[at] - 1) // 2] + around[at, known[at] // 2]) / 2
    jumped = (usual > 0) & ~((usual / JUMP < values[at]) & (values[at] < usual * JUMP))
    return [int(month) for month in at[jumped]]


def monthly_people(
    mid_years: NDArray[np.int64], people: FloatArray, first_year: int, first_month: int, months: int
) -> FloatArray:
    """People in the middle of each month (month,) from those at mid-years (30 June), in logs between.

    Months start with `first_month` (0 for January) of `first_year`; before the first mid-year people are as
    at it. Raises ValueError for months after the last.
    """
    at = first_year + (first_month + 0.5 + np.arange(months)) / MONTHS
    known = mid_years + 0.5
    if at[-1] > known[-1]:
        raise ValueError(f"people are known to mid-{mid_years[-1]} only")
    return np.exp(np.interp(at, known, np.log(people)))


def planned_change(first: int, last: int, change_percent: float, months: NDArray[np.int64]) -> FloatArray:
    """Factors (month,) of a known change, in a straight line from the month before `first` to `last`."""
    if last < first:
        raise ValueError("a change cannot be complete before it begins")
    share = np.clip((months - first + 1) / (last - first + 1), 0.0, 1.0)
    return 1 + change_percent / 100 * share


def suppressed(counts: FloatArray, smallest: float, largest: float) -> BoolArray:
    """Which recorded counts (…) of real people are so small that they could tell who somebody is."""
    return (counts >= smallest) & (counts <= largest)
