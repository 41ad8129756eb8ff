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
