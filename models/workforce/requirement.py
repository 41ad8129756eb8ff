"""Whole-time equivalents that demand takes: staff per unit of activity in a base year × activity.

The base year is calibrated to staff in post and vacancies where they are recorded. That is the funded
establishment, not need. Supply and the gap are not computed here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def funded_posts(staff_in_post: FloatArray, vacancy_percent: float) -> FloatArray:
    """Posts from staff in post and the share of posts that are vacant."""
    if not 0 <= vacancy_percent < 100:
        raise ValueError(f"a vacancy rate lies between 0 and 100 %, not {vacancy_percent}")
    return staff_in_post / (1 - vacancy_percent / 100)


def carried_forward(
    staff: FloatArray, activity_then: float, activity_now: float, intensity_change: float
) -> FloatArray:
    """Staff of an earlier year carried to a later one by activity and by the change in staff per activity."""
    return staff * (activity_now / activity_then) * intensity_change


def staffing_ratios(base_wte: FloatArray, weights: FloatArray, base_demand: FloatArray) -> FloatArray:
    """WTE per unit of activity (group, service) from posts (group,) and the services that drive them.

    `weights` (group, service) say which part of a group's work each service is and add to 1 a group;
    `base_demand` (service,) is the base year's activity. Raises ValueError where they do not add to 1, or
    where a service that drives staff has no activity.
    """
    totals = weights.sum(axis=1)
    if not np.allclose(totals, 1.0, atol=1e-9):
        group = int(np.flatnonzero(~np.isclose(totals, 1.0, atol=1e-9))[0])
        raise ValueError(f"the weights of staff group {group} add to {totals[group]:.6f}, not 1")
    driving = (weights > 0).any(axis=0)
    if np.any(base_demand[driving] <= 0):
        raise ValueError("a service that drives staff has no activity in the base year")
    work = base_wte[:, None] * weights
    return np.divide(work, base_demand[None], out=np.zeros_like(work), where=weights > 0)


def required_wte(demand: FloatArray, ratios: FloatArray, factor: FloatArray) -> FloatArray:
    """Required WTE (draw, year, group) of demand (draw, year, service) at ratios (group, service).

    `factor` (draw, year, group) holds productivity change and the uncertainty of the base level.
    """
    return (demand @ ratios.T) * factor
