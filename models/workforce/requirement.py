"""Whole-time equivalents that demand takes: staff per unit of activity in a base year × activity.

The base year is calibrated to staff in post and vacancies where they are recorded. That is the funded
establishment, not need. Supply and the gap are not computed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

WEIGHTS_ADD_UP_TO = 1e-9
"""How far the weights of a staff group may be from adding to 1."""


def funded_posts(staff_in_post: float, vacancy_percent: float) -> float:
    """Posts from staff in post and the share of posts that are vacant."""
    if not 0 <= vacancy_percent < 100:
        raise ValueError(f"a vacancy rate lies between 0 and 100 %, not {vacancy_percent}")
    return staff_in_post / (1 - vacancy_percent / 100)


def carried_forward(staff: float, activity: Sequence[float] | None, intensity_change: float) -> float:
    """Staff of an earlier year carried to a later one by activity and by the change in staff per activity.

    `activity` is that of the earlier and of the later year; None where it has not changed.
    """
    then, now = activity if activity is not None else (1.0, 1.0)
    return staff * (now / then) * intensity_change


def staffing_ratios(
    posts: Sequence[float],
    weights: Mapping[str, float],
    activity: Mapping[str, Sequence[float]],
    services: Sequence[str],
) -> FloatArray:
    """WTE per unit of activity (service,) of one staff group, in the order of `services`.

    `posts` are those of the areas the group is calibrated on, `activity` theirs in the base year by service;
    both are summed. `weights` say which part of the group's work each service is. Raises ValueError where
    they do not add to 1, or where a service that drives staff has no activity or is not among `services`.
    """
    if abs(sum(weights.values()) - 1) > WEIGHTS_ADD_UP_TO:
        raise ValueError(f"the weights of a staff group add to {sum(weights.values()):.6f}, not 1")
    ratios = np.zeros(len(services))
    for service, weight in weights.items():
        if service not in services or sum(activity[service]) <= 0:
            raise ValueError(f"{service} drives staff and has no activity in the base year")
        ratios[list(services).index(service)] = sum(posts) * weight / sum(activity[service])
    return ratios


def required_wte(demand: FloatArray, ratios: FloatArray, factor: FloatArray) -> FloatArray:
    """Required WTE (draw, year, group) of demand (draw, year, service) at ratios (group, service).

    `factor` (draw, year, group) holds productivity change and the uncertainty of the base level.
    """
    return (demand @ ratios.T) * factor


def with_all_groups(required: FloatArray) -> FloatArray:
    """The groups (…, group) and, after the last, all of them together."""
    return np.concatenate([required, required.sum(axis=-1, keepdims=True)], axis=-1)
