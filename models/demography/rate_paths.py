"""Yearly rates out of published ones: years between those given, a level that returns to its mean, and the
ratio by which a place's births or deaths stand to what national rates would give.

Which publication the rates come from is the caller's business; mortality, migration and households have
modules of their own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from models.arrays import FloatArray


def interpolate_years(
    years: ArrayLike, values: ArrayLike, wanted: ArrayLike, *, in_logs: bool = False
) -> FloatArray:
    """Values (wanted, …) between the given years (axis 0), linearly or in logs; held flat beyond the ends.

    Raises ValueError when years do not increase or, in logs, for values not above 0.
    """
    given = np.asarray(years, dtype=np.float64)
    table = np.asarray(values, dtype=np.float64)
    if (np.diff(given) <= 0).any():
        raise ValueError(f"years do not increase: {list(given)}")
    if in_logs:
        if table.min() <= 0:
            raise ValueError(f"cannot interpolate {table.min():g} in logs")
        table = np.log(table)
    moments = np.clip(np.asarray(wanted, dtype=np.float64), given[0], given[-1])
    after = np.clip(np.searchsorted(given, moments, side="left"), 1, max(len(given) - 1, 1))
    if len(given) == 1:
        result = np.repeat(table, len(moments), axis=0)
    else:
        share = (moments - given[after - 1]) / (given[after] - given[after - 1])
        share = share.reshape(-1, *([1] * (table.ndim - 1)))
        result = table[after - 1] * (1.0 - share) + table[after] * share
    return np.exp(result) if in_logs else result


def expected_deaths(population: ArrayLike, death_rate: ArrayLike) -> FloatArray:
    """(years,) deaths that rates (years, 2, groups) would give in populations of the same shape."""
    return np.asarray((np.asarray(population) * np.asarray(death_rate)).sum(axis=(-2, -1)))


def expected_births(women: ArrayLike, fertility: ArrayLike) -> FloatArray:
    """(years,) births that rates (years, AGES) would give to women (years, AGES)."""
    return np.asarray((np.asarray(women) * np.asarray(fertility)).sum(axis=-1))


def local_ratio(observed: ArrayLike, expected: ArrayLike) -> float:
    """Observed over expected, all years taken together. Raises ValueError when nothing is expected."""
    total = float(np.sum(expected))
    if total <= 0:
        raise ValueError("nothing expected, so no ratio")
    return float(np.sum(observed)) / total


def returning_level(past: ArrayLike, persistence: float, years_on: ArrayLike) -> FloatArray:
    """(years_on,) a level that starts at the last of `past` and goes back towards their mean.

    persistence: share of the distance left after a year. Raises ValueError for one outside 0 to 1.
    """
    if not 0 <= persistence <= 1:
        raise ValueError(f"persistence is {persistence}; expected 0 to 1")
    levels = np.asarray(past, dtype=np.float64)
    time = np.asarray(years_on, dtype=np.float64)
    return np.asarray(levels.mean() + (levels[-1] - levels.mean()) * persistence**time)
