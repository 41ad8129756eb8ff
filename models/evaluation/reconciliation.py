"""Whether totals that must add up do: sums over groups against the totals given for them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def largest_gap(
    parts: NDArray[np.float64], part_group: NDArray[np.int64], totals: NDArray[np.float64]
) -> tuple[float, int]:
    """The largest absolute difference between a total and the sum of its parts, and which total it is.

    `parts` (n,) belong to the groups `part_group` (n,), whose totals are `totals` (groups,). A group
    without parts counts with the sum 0, so that an area dropped from a total is seen.
    """
    sums = np.bincount(part_group, weights=parts, minlength=len(totals))
    gaps = np.abs(sums - totals)
    worst = int(np.argmax(gaps))
    return float(gaps[worst]), worst


def beyond_bounds(
    before: ArrayLike, after: ArrayLike, most_percent: ArrayLike, most_absolute: ArrayLike
) -> NDArray[np.bool_]:
    """Which figures moved by more than so many percent of what they were and by more than an amount.

    All of one shape. A figure that was nought has no percentage: there the amount alone decides.
    """
    old, new, percent, amount = (
        np.asarray(each, dtype=np.float64) for each in (before, after, most_percent, most_absolute)
    )
    moved = np.abs(new - old)
    return np.asarray((moved > amount) & (moved * 100.0 > percent * np.abs(old)))


def shares_of_interval(
    before: ArrayLike, after: ArrayLike, p10: ArrayLike, p90: ArrayLike, least_share: float
) -> NDArray[np.float64]:
    """How far figures moved, each as a share of the width of its interval before; all of one shape (n,).

    An interval counts as at least `least_share` of the figure's size: what is known for certain, or nearly,
    may still be revised a little. A figure that was and stays nought did not move.
    """
    old, new, low, high = (np.asarray(each, dtype=np.float64) for each in (before, after, p10, p90))
    moved = np.abs(new - old)
    width = np.maximum(high - low, least_share * np.abs(old))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(moved == 0.0, 0.0, moved / width)


def in_order(keys: NDArray[np.int64]) -> bool:
    """Whether rows are in the order of their keys (key, row), of the first before the second and so on."""
    after, same = (
        np.zeros(max(keys.shape[1] - 1, 0), dtype=bool),
        np.ones(max(keys.shape[1] - 1, 0), dtype=bool),
    )
    for key in keys:
        step = np.diff(key)
        after |= same & (step > 0)
        same &= step == 0
    return bool((after | same).all())
