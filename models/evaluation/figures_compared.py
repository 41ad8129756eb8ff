"""What a figure would be by its neighbours in a series, or by the same figure of others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def beside_neighbours(values: Floats, position: Floats, series: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """What each value would be by the values before and after it, and over how many usual steps that is.

    values (n,), all above nought; position (n,) along the series; series (n,) which one a value belongs to.
    Between two neighbours it is drawn straight in logs, at an end it is the one neighbour. Steps are
    distances ÷ the series' median distance, at least 1. NaN where a value stands alone.
    """
    expected, steps = np.full(len(values), np.nan), np.ones(len(values))
    order = np.lexsort((position, series))
    for at in np.split(order, np.flatnonzero(np.diff(series[order])) + 1):
        if len(at) < 2:
            continue
        logs, x = np.log(values[at]), position[at]
        gaps = np.diff(x)
        usual = float(np.median(gaps))
        expected[at[0]], expected[at[-1]] = values[at[1]], values[at[-2]]
        steps[at[0]], steps[at[-1]] = gaps[0] / usual, gaps[-1] / usual
        if len(at) > 2:
            weight = gaps[:-1] / (gaps[:-1] + gaps[1:])
            expected[at[1:-1]] = np.exp(logs[:-2] * (1 - weight) + logs[2:] * weight)
            steps[at[1:-1]] = np.minimum(gaps[:-1], gaps[1:]) / usual
    return expected, np.maximum(steps, 1.0)


def beside_others(values: Floats, group: NDArray[np.int64]) -> Floats:
    """The median of the other values of each value's group; NaN where there is none. Both (n,)."""
    expected = np.full(len(values), np.nan)
    for one in np.unique(group):
        at = np.flatnonzero(group == one)
        count = len(at)
        if count < 2:
            continue
        at = at[np.argsort(values[at], kind="stable")]
        # The middle of the others, by rank: without the value itself ranks above it move down by one.
        rank = np.arange(count)
        middle = [values[at[m + (rank <= m)]] for m in ((count - 2) // 2, (count - 1) // 2)]
        expected[at] = (middle[0] + middle[1]) / 2
    return expected


def times_apart(values: Floats, expected: Floats) -> Floats:
    """How many times more or less each value is than expected, at least 1; NaN where nothing is expected."""
    return np.exp(np.abs(np.log(values) - np.log(expected)))
