"""Whether totals that must add up do: sums over groups against the totals given for them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


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


def percent_difference(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far ours stand above theirs, in percent of theirs; shapes broadcast."""
    return (ours - theirs) / theirs * 100.0


def error_split(
    projected_at_base: float, estimate_at_base: float, projected: float, estimate: float
) -> tuple[float, float, float]:
    """A projection's error in persons: whole, the part it already had at the base, and the growth it missed.

    The whole is projection − estimate at the later date; the base's part is the same at the earlier date;
    the growth's part is the rest, so that the two add up to the whole.
    """
    whole = projected - estimate
    base = projected_at_base - estimate_at_base
    return whole, base, whole - base
