"""What changes staff per activity: productivity, and how uncertain the base year's posts are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.uncertainty.ensemble import factor_draws, standard_normal


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
    change_shock = standard_normal(seed, f"productivity:{sector}", "common", "all", draws)
    change = factor_draws(*productivity_change_percent, change_shock) / 100
    level_drawn = base_level(level, sector, draws, seed)[:, None]
    return level_drawn * (1 + change) ** -(years - base_year)[None, :].astype(float)


def base_level(level: tuple[float, float, float], sector: str, draws: int, seed: int) -> FloatArray:
    """Ratio (draw,) of the sector's staff of the base year to what is taken for them.

    It moves posts and staff in post alike: staff who were never counted are neither needed nor missing twice.
    """
    shock = standard_normal(seed, f"staffing_level:{sector}", "common", "all", draws)
    return factor_draws(*level, shock)[:, 0]


def counted_once(with_measures: FloatArray, without: FloatArray | None, factor: FloatArray) -> FloatArray:
    """A requirement in which a gain in productivity is not counted beside what measures save already.

    Published rates of productivity have shorter stays and avoided admissions in them. So where there is a
    gain, the requirement is the lower of what measures leave without the gain and what the gain leaves
    without the measures; work that measures add to a group keeps its gain, and a loss counts in full.

    with_measures and without (…, year, draw) are the requirement with mitigation or shorter stays and without
    them (None where no scenario has it: then no gain is counted), both with productivity in them; factor
    (…, year, draw) is that of productivity on staff, under 1 for a gain.
    """
    no_gain = with_measures / factor
    least = no_gain if without is None else np.minimum(no_gain, np.maximum(with_measures, without))
    return np.asarray(np.where(factor < 1, least, with_measures))


def posts_factor(vacancy_percent: FloatArray) -> FloatArray:
    """Ratio (draw, …) of posts to those of the principal run, for the same staff in post.

    `vacancy_percent` (draw, …) of posts, row 0 the principal run's. Raises ValueError outside 0 to 100.
    """
    if (vacancy_percent < 0).any() or (vacancy_percent >= 100).any():
        raise ValueError(f"a vacancy rate lies between 0 and 100 %, not {vacancy_percent.max():g} %")
    filled = 1 - vacancy_percent / 100
    return np.asarray(filled[:1] / filled)


def at_productivity(
    required: FloatArray, years: NDArray[np.int64], made_at_percent: float, percent: float
) -> FloatArray:
    """A requirement (…, year) at another productivity than the one it was made at, both in per cent a year.

    `years` (year,) are counted from the base year, which stays as it is.
    """
    return np.asarray(required * ((100 + made_at_percent) / (100 + percent)) ** years)
