"""Health status: years of healthy life gained or lost, as a shift of the age curve of activity.

Someone of 80 whose health is that of 79 today uses what 79-year-olds use today. Curves and their shift only;
how many years are gained is an assumption of the run.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray

_DECADE = 10.0


def years_gained(a_decade: FloatArray, years: NDArray[np.int64], base_year: int) -> FloatArray:
    """Years of healthy life gained since the base year (draw, year) from those gained in ten (draw,)."""
    return a_decade[:, None] * (np.maximum(years - base_year, 0) / _DECADE)[None, :]


def shifted_rates(rates: FloatArray, gained: float, from_age: int, mean_age_of_oldest: float) -> FloatArray:
    """Rates (…, age) when people from `from_age` on have the health of those `gained` years younger.

    Linear between single ages. The oldest entry is a group without an upper end, and stands at its
    `mean_age_of_oldest`: a year gained does not give all of it the rate of the age before. Beyond that the
    curve is flat, so that the oldest lose nothing by years lost. Negative `gained` are years lost.
    """
    ages = np.arange(rates.shape[-1], dtype=float)
    ages[-1] = mean_age_of_oldest
    at = np.where(ages >= from_age, np.clip(ages - gained, 0, ages[-1]), ages)
    above = np.clip(np.searchsorted(ages, at), 1, len(ages) - 1)
    weight = (at - ages[above - 1]) / (ages[above] - ages[above - 1])
    return rates[..., above - 1] * (1 - weight) + rates[..., above] * weight


def shifted_activity(
    level: FloatArray, a_year_gained: FloatArray, a_year_lost: FloatArray, gained: FloatArray
) -> FloatArray:
    """Activity (draw, year, service) with `gained` (draw, year) years of healthy life.

    `level` is activity as it stands, the other two what it would be with a year gained and a year lost.
    Exact for up to one year either way (the curve is linear between ages), carried on in a straight line
    beyond.
    """
    more = np.maximum(gained, 0.0)[:, :, None]
    less = np.maximum(-gained, 0.0)[:, :, None]
    return level + more * (a_year_gained - level) + less * (a_year_lost - level)
