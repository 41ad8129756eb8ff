"""How far a figure may move between two versions of a table, from what its series did before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEWEST = 3
"""Values from which a series tells how it moves."""
OF_LARGEST_STEP = 1.5
"""A revision may be this many times the largest step of the series."""
SERIES_SHARE = 0.1
"""And never less than this share of the figure before."""
SINGLE_SHARE = 0.5
"""Of a figure that stands in no series: the share by which it may move."""
SMALLEST = 0.01
"""No bound is below this share of the column's median, so that a nought may become a small figure."""


def largest_steps(values: NDArray[np.float64], series: NDArray[np.int64]) -> NDArray[np.float64]:
    """The largest absolute step from one value of a series to its next, for every value; NaN in a short one.

    `values` (n,) in the order of time within each series, `series` (n,) the number of each value's series.
    Values that are not known take no part.
    """
    steps = np.full(len(values), np.nan)
    for one in np.unique(series):
        at = np.flatnonzero(series == one)
        known = values[at][~np.isnan(values[at])]
        if len(known) >= FEWEST:
            steps[at] = np.abs(np.diff(known)).max()
    return steps


def bounds_of_moves(before: NDArray[np.float64], steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each figure may move from `before` (n,) without review, in its own unit.

    `steps` (n,) as `largest_steps` gives them: NaN is a figure that stands in no series.
    """
    size = np.abs(before)
    known = size[~np.isnan(size)]
    least = SMALLEST * float(np.median(known)) if len(known) else 0.0
    in_series = np.maximum(OF_LARGEST_STEP * steps, SERIES_SHARE * size)
    return np.maximum(np.where(np.isnan(steps), SINGLE_SHARE * size, in_series), least)
