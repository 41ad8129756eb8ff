"""Yearly rates out of published ones: years between those given, survivorship from probabilities of dying,
and the ratio by which a place's births or deaths stand to what national rates would give.

Which publication the rates come from is the caller's business; migration and households have modules of
their own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.demography.area import AGES

Floats = NDArray[np.float64]


def interpolate_years(
    years: ArrayLike, values: ArrayLike, wanted: ArrayLike, *, in_logs: bool = False
) -> Floats:
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


def survivorship_ratios(
    death_probability: ArrayLike, growth_of_the_oldest: float, ratio: float = 1.0
) -> Floats:
    """(…, AGES) survivorship between two mid-years, from (…, 1 + single ages) probabilities of dying.

    death_probability: from birth to the first mid-year, then from age x to x + 1, to a last age well above
    90. ratio: a place's mortality over the nation's. The open group, with the age below it, survives as a
    stable population with these probabilities would whose newly 89-year-olds grow by
    `growth_of_the_oldest` a year: taking 90+ at a single age's rate leaves far too many.
    Raises ValueError where a probability lies outside 0 to 1.
    """
    dying = np.asarray(death_probability, dtype=np.float64) * ratio
    # The last of life: no place's ratio can make dying more than certain.
    dying = np.minimum(dying, 1.0)
    if dying.min() < 0:
        raise ValueError(f"a probability of dying of {dying.min():g}")
    oldest = dying[..., AGES - 1 :]  # from age 89 on
    alive = np.ones_like(oldest)
    alive[..., 1:] = np.cumprod(1.0 - oldest[..., :-1], axis=-1)
    alive = alive * np.exp(-growth_of_the_oldest * np.arange(oldest.shape[-1]))
    survive = 1.0 - dying[..., :AGES]
    survive[..., AGES - 1] = (alive * (1.0 - oldest)).sum(axis=-1) / alive.sum(axis=-1)
    return survive


def expected_deaths(population: ArrayLike, death_rate: ArrayLike) -> Floats:
    """(years,) deaths that rates (years, 2, groups) would give in populations of the same shape."""
    return np.asarray((np.asarray(population) * np.asarray(death_rate)).sum(axis=(-2, -1)))


def expected_births(women: ArrayLike, fertility: ArrayLike) -> Floats:
    """(years,) births that rates (years, AGES) would give to women (years, AGES)."""
    return np.asarray((np.asarray(women) * np.asarray(fertility)).sum(axis=-1))


def local_ratio(observed: ArrayLike, expected: ArrayLike) -> float:
    """Observed over expected, all years taken together. Raises ValueError when nothing is expected."""
    total = float(np.sum(expected))
    if total <= 0:
        raise ValueError("nothing expected, so no ratio")
    return float(np.sum(observed)) / total
