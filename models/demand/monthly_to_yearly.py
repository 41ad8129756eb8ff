"""Joining the monthly forecast to the yearly view: its years first, then step by step to demography."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray


def handover_factors(
    years: NDArray[np.int64], joined: dict[int, float], yearly: FloatArray, handover_years: int
) -> FloatArray:
    """Factors (year,) on yearly demand (year,) that make it agree with the monthly forecast and let go of it.

    `joined` are the forecast's totals of whole financial years. In those years the factor is total over
    yearly; in the years after the last of them it goes to 1 in a straight line over `handover_years`; before
    the first it is 1. Raises ValueError for a total that is not positive.
    """
    factors = np.ones(len(years))
    if not joined:
        return factors
    position = {int(year): index for index, year in enumerate(years)}
    for year, total in joined.items():
        if total <= 0:
            raise ValueError(f"the monthly forecast of {year} is {total:g}")
        factors[position[year]] = total / yearly[position[year]]
    last = max(joined)
    after = years > last
    left = np.clip(1 - (years[after] - last) / handover_years, 0.0, 1.0)
    factors[after] = 1 + (factors[position[last]] - 1) * left
    return factors
