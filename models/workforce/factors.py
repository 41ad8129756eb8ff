"""What changes staff per activity: productivity, and the uncertainty of the base year's level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.ensemble import factor_draws, standard_normal

FloatArray = NDArray[np.float64]


def staffing_factor(
    level: tuple[float, float, float],
    productivity_change_percent: tuple[float, float, float],
    sector: str,
    years: NDArray[np.int64],
    base_year: int,
    draws: int,
    seed: int,
) -> FloatArray:
    """Factor (draw, year) on staff per activity of a sector; 1 without productivity change and draws.

    `level` is a ratio, `productivity_change_percent` a year, compounding from the base year; each as (value,
    low, high). The shocks are common to all places: an unknown national ratio is unknown everywhere alike.
    """
    level_shock = standard_normal(seed, f"staffing_level:{sector}", "common", "all", draws)
    change_shock = standard_normal(seed, f"productivity:{sector}", "common", "all", draws)
    change = factor_draws(*productivity_change_percent, change_shock) / 100
    return factor_draws(*level, level_shock) * (1 + change) ** -(years - base_year)[None, :].astype(float)
