"""Required beside supplied, draw by draw: bank and agency, the gap, the vacancy rate, the first shortage."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Shortage(NamedTuple):
    """Share of draws whose shortage exceeds the tolerance in a year, and in it or an earlier one."""

    in_year: FloatArray
    by_year: FloatArray
    principal: NDArray[np.bool_]


def staff_in_post(posts: FloatArray, vacancy_percent: FloatArray) -> FloatArray:
    """Staff in post from posts and the percentage of them that is vacant; raises ValueError outside 0–100."""
    if (vacancy_percent < 0).any() or (vacancy_percent >= 100).any():
        raise ValueError(f"a vacancy rate lies between 0 and 100 %, not {vacancy_percent.max():g} %")
    return np.asarray(posts * (1 - vacancy_percent / 100))


def temporary_cover(
    required: FloatArray, substantive: FloatArray, vacancy_percent: FloatArray, share: FloatArray
) -> FloatArray:
    """WTE of bank and agency staff (draw, year, …): what is missing, up to their capacity.

    Capacity is `share` (draw, …) of the base year's vacancies and follows staff in post: most bank shifts are
    worked by the same people. Nothing is covered that is not missing.
    """
    vacant = vacancy_percent / 100
    capacity = (share * vacant / (1 - vacant))[:, None] * substantive
    return np.asarray(np.clip(required - substantive, 0.0, capacity))


def supply_and_gap(
    required: FloatArray, in_post: FloatArray, temporary: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Supply, staff in post with bank and agency, and what it leaves of the requirement unfilled."""
    supply = in_post + temporary
    return supply, required - supply


def vacancy_rate(required: FloatArray, substantive: FloatArray) -> FloatArray:
    """Percentage of the requirement without staff in post, whether or not bank and agency cover it."""
    return np.asarray(100 * (required - substantive) / required)


def shortage(required: FloatArray, supplied: FloatArray, tolerance_percent: float) -> Shortage:
    """How likely the unfilled share of the requirement (draw, year, …) exceeds the tolerance.

    Draw 0 is the principal run and is not counted among the draws.
    """
    exceeds = (required - supplied) / required * 100 > tolerance_percent
    drawn = exceeds[1:]
    return Shortage(
        drawn.mean(axis=0), np.maximum.accumulate(drawn, axis=1).mean(axis=0), np.asarray(exceeds[0])
    )


def first_year(exceeds: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True in the first year (axis 0) in which `exceeds` is, nowhere else."""
    return np.asarray(exceeds & (np.cumsum(exceeds, axis=0) == 1))
