"""How activity per person changes: growth, length of stay, and what nobody knows of either.

Factors only, each 1 in its base year of the principal run.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.uncertainty.ensemble import factor_draws, standard_normal


def uncertain_growth(
    annual_percent: tuple[float, float, float],
    factor: str,
    years: NDArray[np.int64],
    base_year: int,
    last_year: int,
    draws: int,
    seed: int,
) -> FloatArray:
    """Growth factors (draw, year) at an uncertain yearly rate, common to all places.

    `annual_percent` is (value, P10, P90) in per cent a year; `factor` names the random stream. The same shock
    holds in every year of a draw, because what is uncertain is the rate; another rate for the same factor
    has the same shocks, so that scenarios differ by their rates alone.
    """
    shock = standard_normal(seed, factor, "common", "all", draws)
    rate = factor_draws(*annual_percent, shock)[:, 0] / 100
    return compounded(rate, years, base_year, last_year)


def compounded(
    annual_rate: FloatArray, years: NDArray[np.int64], base_year: int, last_year: int
) -> FloatArray:
    """Growth factors (draw, year) of an annual rate (draw,), from `base_year` until `last_year`, then held.

    1 up to the base year. A published rate is not stretched beyond the horizon it was made for.
    """
    elapsed = np.clip(years, base_year, max(last_year, base_year)) - base_year
    return (1 + annual_rate[:, None]) ** elapsed[None, :]


def together(people: FloatArray, *use: FloatArray) -> FloatArray:
    """Growth (draw, year, service) of activity from that of people (draw, year) and what each of `use`
    (draw, year, service) does to it."""
    return people[:, :, None] * np.prod(use, axis=0)


def widening(
    final_factor: FloatArray, years: NDArray[np.int64], base_year: int, reached_in: float
) -> FloatArray:
    """Factors (draw, year) from 1 in the base year to `final_factor` (draw,) after `reached_in` years."""
    share = np.clip((years - base_year) / reached_in, 0.0, 1.0)
    return 1 + (final_factor[:, None] - 1) * share[None, :]


def drift(annual_shocks: FloatArray, annual_spread: float, known: int = 1) -> FloatArray:
    """Factors (draw, year) of a rate that wanders: exp of the running sum of independent annual shocks.

    `annual_shocks` (draw, year) are standard normals, those of the `known` first years left out of the sum so
    that these are 1 in every draw; `annual_spread` is the standard deviation of a year's change in logs.
    """
    steps = annual_spread * annual_shocks
    steps[:, :known] = 0.0
    return np.exp(np.cumsum(steps, axis=1))
