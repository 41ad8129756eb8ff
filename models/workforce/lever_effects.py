"""The effect of one small change at a time on the gap, in WTE: positive closes it.

The supply levers are a second projection with the change less the first; the others scale the requirement.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray


def minutes_saved(
    activity: FloatArray,
    shares: FloatArray,
    calibrated: FloatArray,
    factor: FloatArray,
    minutes: float,
    hours: float,
) -> FloatArray:
    """WTE (draw, year) freed by `minutes` less on each contact of a group.

    `activity` (draw, year) contacts, `shares` (year,) the group's share of them, `calibrated` (draw,) its
    calibration to the establishment, `factor` (draw, year) productivity and level, `hours` productive hours.
    """
    return np.asarray(activity * shares * (minutes / 60 / hours) * calibrated[:, None] * factor)


def moved_share(points: float, from_group: bool, years: int) -> FloatArray:
    """Share (year,) of contacts that a group hands over, or with the sign turned takes on, in every year."""
    return np.full(years, points / 100 if from_group else -points / 100)


def less_absence(required: FloatArray, headroom: float, points: float) -> FloatArray:
    """WTE freed where headroom falls by `points` per cent of contracted hours: less absence, same work."""
    return np.asarray(required * (1 - (1 - headroom) / (1 - headroom + points / 100)))


def gained(with_change: FloatArray, without: FloatArray) -> FloatArray:
    """WTE that a projection with a change has more than one without."""
    return np.asarray(with_change - without)


def more_participation(substantive: FloatArray, percent: float) -> FloatArray:
    """WTE gained where each head works `percent` more."""
    return np.asarray(substantive * percent / 100)


def additional_joiners(
    people: float, attrition_percent: float, years: NDArray[np.int64], first: int
) -> FloatArray:
    """Extra joiners (year,): of `people` a year those who do not drop out, from `first` on."""
    return np.where(years >= first, people * (1 - attrition_percent / 100), 0.0)


def shared_out(effects: FloatArray, weights: FloatArray) -> FloatArray:
    """Effect on the system of a number shared out by `weights` (unit,), from each unit's own effect."""
    return np.asarray((effects * weights).sum(axis=-1) / weights.sum())


def gap_at_once(
    required: FloatArray,
    freed: FloatArray,
    headroom: float,
    points: FloatArray,
    in_post: FloatArray,
    percent: FloatArray,
    vacancy_percent: FloatArray,
    cover: FloatArray,
) -> FloatArray:
    """Gap (year, unit) where levers act together: less work, then less absence, then staff and hours added.

    `freed` (year, unit) of `required`, `points` less absence, `in_post` with the staff added, `percent` more
    hours (year, unit); `vacancy_percent` of the base year and the share `cover` of it that bank and agency
    can fill (unit,).
    """
    needed = required - freed
    needed = needed - needed * (1 - (1 - headroom) / (1 - headroom + points / 100))
    there = in_post * (1 + percent / 100)
    vacant = vacancy_percent / 100
    missing = needed - there
    return np.asarray(missing - np.clip(missing, 0.0, cover * vacant / (1 - vacant) * there))
