"""Age and sex of staff in post: profiles by group, held to what is published of them together.

A profile's shape is an assumption; the share near retirement and the share of women are published for staff
together. Every group's profile is tilted by the same amount until they agree.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

FloatArray = NDArray[np.float64]

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

    def missing(amount: float) -> float:
        return float((tilt(amount)[:, older].sum(axis=1) * heads).sum() / heads.sum() - share)

    if missing(-LARGEST_TILT) > 0 or missing(LARGEST_TILT) < 0:
        raise ValueError(f"the age profiles cannot be tilted to {share:.1%} of staff in the older bands")
    return tilt(float(brentq(missing, -LARGEST_TILT, LARGEST_TILT, xtol=1e-14)))


def shifted_shares(shares: FloatArray, heads: FloatArray, share: float) -> FloatArray:
    """Shares of women (group,) moved by the same log-odds until staff together hold `share` of them."""
    odds = np.log(shares / (1 - shares))

    def shift(amount: float) -> FloatArray:
        return np.asarray(1 / (1 + np.exp(-(odds + amount))))

    def missing(amount: float) -> float:
        return float((shift(amount) * heads).sum() / heads.sum() - share)

    if missing(-LARGEST_SHIFT) > 0 or missing(LARGEST_SHIFT) < 0:
        raise ValueError(f"the shares of women cannot be moved to {share:.1%} of staff")
    return shift(float(brentq(missing, -LARGEST_SHIFT, LARGEST_SHIFT, xtol=1e-14)))
