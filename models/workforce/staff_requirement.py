"""Whole-time equivalents that demand takes: norms × activity, calibrated to the base year's establishment.

The base year is calibrated to staff in post and vacancies where they are recorded. That is the funded
establishment, not need. Supply and the gap are not computed here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.arrays import FloatArray


def funded_posts(staff_in_post: float, vacancy_percent: float) -> float:
    """Posts from staff in post and the share of posts that are vacant."""
    if not 0 <= vacancy_percent < 100:
        raise ValueError(f"a vacancy rate lies between 0 and 100 %, not {vacancy_percent}")
    return staff_in_post / (1 - vacancy_percent / 100)


def calibration(posts: float | FloatArray, activity: FloatArray, norms: FloatArray) -> FloatArray:
    """Posts ÷ what the norms alone would take of the base year's activity, (draw,).

    `activity` (draw, service) is that of the areas the posts belong to, `norms` (service,) WTE per unit with
    the base year's skill mix. Each draw is calibrated on its own activity: the posts are a recorded fact, so
    an activity that a draw has higher was done by the same staff. Raises ValueError where a draw has no
    activity that the norms count.
    """
    counted = activity @ norms
    if (counted <= 0).any():
        raise ValueError("a staff group has posts and none of the activity that its norms count")
    return np.asarray(posts / counted)


def funded_factor(factor: FloatArray, posts: FloatArray) -> FloatArray:
    """Factor on staff (draw, year, group): productivity and level × the ratio of posts (draw, group)."""
    return np.asarray(factor * posts[:, None, :])


def calibrated_factor(calibrated: FloatArray, factor: FloatArray) -> FloatArray:
    """What multiplies the norms (group, year, draw).

    `calibrated` (draw, group) the calibration, `factor` (draw, year, group) productivity change and the
    uncertainty of the base level: the same in every scenario.
    """
    return np.ascontiguousarray((calibrated[:, None, :] * factor).transpose(2, 1, 0))


def productivity_of(factor: FloatArray) -> FloatArray:
    """The factor on staff (draw, year, group) over the first year's (group, year, draw)."""
    return np.ascontiguousarray((factor / factor[:, :1]).transpose(2, 1, 0))


def required_wte(demand: FloatArray, norms: FloatArray, scale: FloatArray) -> FloatArray:
    """Required WTE (group, year, draw) of demand (draw, year, service): each cell's draws side by side.

    `norms` (year, group, service) are WTE per unit with the year's skill mix, `scale` the calibrated factor.
    """
    used = np.flatnonzero(norms.any(axis=(0, 1)))  # most services take no staff of these groups
    # A matrix product a year: the skill mix makes the norms a year's own.
    by_year = np.matmul(demand[..., used].swapaxes(0, 1), norms[..., used].swapaxes(1, 2))
    return np.asarray(by_year.transpose(2, 0, 1) * scale)


def posts_kept(required: FloatArray, at_base_level: FloatArray, productivity: FloatArray) -> FloatArray:
    """Required WTE (…, year, draw) of which a lower level of activity on record cuts no post.

    `at_base_level` is what the same activity would take at the base year's level: what people and models of
    care make of the requirement. Where they do not lower it, the base year's posts, the first year's, stay
    until activity has grown into them; where they do, posts follow them down. `productivity` (…, year, draw)
    is its factor on staff, 1 in the base year: posts follow it too.
    """
    return np.maximum(required, np.minimum(required[..., :1, :] * productivity, at_base_level))


def summed(parts: Sequence[float | FloatArray]) -> FloatArray:
    """The parts together, element by element."""
    return np.asarray(sum(parts[1:], start=parts[0]))


def part(values: FloatArray, share: float) -> FloatArray:
    """A fixed share of values."""
    return np.asarray(values * share)
