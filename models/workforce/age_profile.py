"""Age and sex of staff in post: profiles by group, held to what is published of them together.

A profile's shape is an assumption; the share near retirement and the share of women are published for staff
together. Every group's profile is tilted by the same amount until they agree.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.workforce.root_finding import increasing_root

LARGEST_TILT = 0.5
"""Change of the log-odds per year of age beyond which a profile is no longer the one that was given."""
LARGEST_SHIFT = 10.0
"""Change of the log-odds of being a woman beyond which the published share is out of reach."""


def band_starts(bands: Sequence[str]) -> FloatArray:
    """Lowest age of each band, written `25-29` or `70+`."""
    return np.array([float(band.rstrip("+").split("-")[0]) for band in bands])


def older_bands(bands: Sequence[str], age: float) -> NDArray[np.bool_]:
    """The bands from an age on; raises ValueError for an age inside a band."""
    starts = band_starts(bands)
    if age not in starts:
        raise ValueError(f"{age:g} is not where an age band starts")
    return np.asarray(starts >= age)


def tilted_profiles(
    profiles: FloatArray, heads: FloatArray, ages: FloatArray, older: NDArray[np.bool_], share: float
) -> FloatArray:
    """Profiles (group, band) that together hold `share` of their heads in the bands that are `older`.

    `profiles` are shares that add to 1, `heads` (group,) weights them, `ages` (band,) are the bands' middle.
    Each is multiplied by exp(tilt × age) with one tilt for all. Raises ValueError for a share that no tilt
    within bounds reaches.
    """

    def tilt(amount: float) -> FloatArray:
        weighted = profiles * np.exp(amount * (ages - ages.mean()))
        return np.asarray(weighted / weighted.sum(axis=1, keepdims=True))

    def missing(amount: FloatArray) -> FloatArray:
        held = (tilt(amount[0])[:, older].sum(axis=1) * heads).sum() / heads.sum()
        return np.array([held - share])

    bounds = np.array([-LARGEST_TILT]), np.array([LARGEST_TILT])
    try:
        return tilt(increasing_root(missing, *bounds)[0])
    except ValueError:
        raise ValueError(
            f"the age profiles cannot be tilted to {share:.1%} of staff in the older bands"
        ) from None


def shifted_shares(shares: FloatArray, heads: FloatArray, share: float) -> FloatArray:
    """Shares of women (group,) moved by the same log-odds until staff together hold `share` of them."""
    odds = np.log(shares / (1 - shares))

    def shift(amount: float) -> FloatArray:
        return np.asarray(1 / (1 + np.exp(-(odds + amount))))

    def missing(amount: FloatArray) -> FloatArray:
        return np.array([(shift(amount[0]) * heads).sum() / heads.sum() - share])

    try:
        return shift(increasing_root(missing, np.array([-LARGEST_SHIFT]), np.array([LARGEST_SHIFT]))[0])
    except ValueError:
        raise ValueError(f"the shares of women cannot be moved to {share:.1%} of staff") from None
