"""Mitigation: activity avoided by prevention, and what of it arrives in other services instead.

Targets are in admissions for a number of people or in per cent, as published; here they become factors of a
place's own demand. Amounts avoided of one service are never taken from another without an exchange rate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray


def steps_taken(years: NDArray[np.int64], before_year: int, full_year: int) -> FloatArray:
    """Yearly steps of a target taken by each year (year,): none in `before_year`, all from `full_year`.

    Raises ValueError unless the full year comes after the year before.
    """
    if full_year <= before_year:
        raise ValueError(f"a target cannot be complete in {full_year} when it starts after {before_year}")
    return (np.clip(years, before_year, full_year) - before_year).astype(float)


def avoided(measured_on: FloatArray, annual_change: float, per: float, steps: FloatArray) -> FloatArray:
    """Activity avoided (year,): a change of so much a year for each `per` of what it is measured on (year,).

    `annual_change` is negative where activity falls, as targets are printed. A target in per cent is
    measured on activity with `per` 100, one per 100,000 people on people with `per` 100,000.
    """
    return -annual_change / per * measured_on * steps


def effect(change: FloatArray, before: FloatArray) -> FloatArray:
    """Change of a service as a share of what it was before (…); raises ValueError where all would go."""
    share = np.divide(change, before, out=np.zeros_like(before), where=before > 0)
    if np.any(share <= -1):
        raise ValueError("a mitigation avoids all of a service's activity or more")
    return share


def achieved_effect(shares: FloatArray, achieved: FloatArray) -> FloatArray:
    """Factors (draw, year, service) from full effects (year, service) and the share achieved (draw,).

    Raises ValueError where a draw would leave less than nothing.
    """
    factors = 1 + achieved[:, None, None] * shares[None]
    if np.any(factors <= 0):
        raise ValueError("a draw's mitigation avoids all of a service's activity or more")
    return factors
